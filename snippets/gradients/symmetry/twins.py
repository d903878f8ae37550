"""One step on paper: with equal outgoing weights two equal units stay equal,
with 0.6 and 0.4 they part, and in each the two inputs' weights part."""
import matplotlib.pyplot as plt
import numpy as np

x = np.array([1.0, 2.0])
y = 0.5
lr = 0.1


def step(W1, v):                          # one step of two ReLU units
    z = W1 @ x
    h = np.maximum(z, 0)  # no mutate: both units are on
    r = v @ h - y
    delta = r * v * (z > 0)  # no mutate: both units are on, and the error is 1
    return W1 - lr * np.outer(delta, x), v - lr * r * h


W1 = np.full((2, 2), 0.5)
equal = np.array([0.5, 0.5])
distinct = np.array([0.6, 0.4])
nets = {
    "before": (W1, equal),
    "after one step": step(W1, equal),
    "after one step\nfrom 0.6 and 0.4": step(W1, distinct),
}
for name, (V1, v) in nets.items():
    print(" ".join(name.split()), V1.round(3).tolist(), v.round(3).tolist())  # no mutate: digits that are printed

places = {(0, 0): (0.5, -0.13), (0, 1): (0.1, 0.64), (1, 0): (0.1, 0.36), (1, 1): (0.5, 1.13)}  # no mutate: places of labels
fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.9), sharey=True)
for ax, (name, (V1, v)) in zip(panels, nets.items()):
    twins = np.array_equal(V1[0], V1[1])
    for i, color in enumerate(("C0", "C0" if twins else "C2")):
        for j in range(2):
            ax.plot([0, 1], [j, i], color=color, ls="-", lw=9 * V1[i, j], alpha=0.6, zorder=1)
            ax.text(*places[i, j], f"{V1[i, j]:.2f}", va="center", ha="center", fontsize=9)
        ax.plot([1, 2], [i, 0.5], color=color, ls="-", lw=9 * v[i], alpha=0.6, zorder=1)
        ax.text(1.6, 1.06 * i - 0.03, f"{v[i]:.2f}", va="center", ha="center", fontsize=9)
        ax.plot(1, i, "o", color=color, ms=19)
    ax.plot([0, 0, 2], [0, 1, 0.5], "o", color="black", ms=13)
    ax.set_title(name, fontsize=11)
    ax.set(xlim=(-0.35, 2.2), ylim=(1.3, -0.3))          # input 1 is on top
    ax.axis("off")
for j in range(2):
    panels[0].text(-0.3, j, f"{x[j]:.0f}", va="center", ha="right", fontsize=12)
plt.show()

# %% check
# Sums of a few numbers of order one: a few roundings.
W1_equal, v_equal = nets["after one step"]
assert np.allclose(W1_equal, [[0.45, 0.4], [0.45, 0.4]], rtol=0, atol=1e-15)
assert np.allclose(v_equal, [0.35, 0.35], rtol=0, atol=1e-15)
W1_distinct, v_distinct = list(nets.values())[2]
assert np.allclose(W1_distinct, [[0.44, 0.38], [0.46, 0.42]], rtol=0, atol=1e-15)
assert np.allclose(v_distinct, [0.45, 0.25], rtol=0, atol=1e-15)
