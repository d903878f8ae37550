"""Equal outgoing weights keep the rows of a constant matrix equal but not its
entries, like one unit at other rates; distinct ones part the rows."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(9)
X = rng.normal(size=(16, 3))
y = rng.normal(size=(16, 1))


def train(W2, lr1=0.1, lr2=0.1):
    W1 = np.full((W2.size, 3), 0.5)              # (width, fan_in)
    for _ in range(200):                         # explicit sums: each unit adds in the same order
        H = np.tanh((X[:, None] * W1).sum(axis=2))               # (batch, width)
        r = (H * W2).sum(axis=1, keepdims=True) - y              # (batch, 1)
        delta = r * W2 * (1 - H**2)
        W1 = W1 - lr1 * (delta[:, :, None] * X[:, None]).mean(axis=0)
        W2 = W2 - lr2 * (r * H).mean(axis=0)
    return W1


equal = train(np.full(4, 0.5))
distinct = train(np.array([0.1, 0.2, 0.3, 0.4]))
single = train(np.full(1, 4 * 0.5), lr1=0.1 / 4, lr2=0.1 * 4)
row_spread = np.ptp(equal, axis=0).max()         # no mutate: all of them are zero
column_spread = np.ptp(equal)                    # its rows are equal
distinct_spread = np.ptp(distinct, axis=0).max()
print(f"equal outgoing weights: rows apart {row_spread:.2f}, columns apart {column_spread:.2f}")
print(f"distinct outgoing weights: rows apart {distinct_spread:.2f}")

maps = {"before": np.full((4, 3), 0.5), "after, equal $W_2$": equal, "after, distinct $W_2$": distinct}
fig, panels = plt.subplots(1, 3, figsize=(7.4, 3.2), sharey=True)
for ax, (name, W1) in zip(panels, maps.items()):
    ax.imshow(W1, cmap="RdBu", vmin=-1.2, vmax=1.2)
    for i, j in np.ndindex(4, 3):
        color = "#ffffff" if abs(W1[i, j]) > 0.7 else "#222222"
        ax.text(j, i, f"{W1[i, j]:.2f}", ha="center", va="center", color=color, fontsize=10)
    ax.set_title(name, fontsize=11)
    ax.set(xticks=range(3), xticklabels=["input 1", "2", "3"], yticks=range(4), yticklabels=["unit 1", "2", "3", "4"])
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[["left", "bottom"]].set_visible(False)
plt.show()

# %% check
# No tolerance: sums in one order are equal to the last bit.
assert row_spread == 0
# Far above the rounding of two hundred steps.
assert column_spread > 0.01
assert distinct_spread > 0.01
# 200 steps of rounding at 1e-16.
assert abs(single - equal).max() < 1e-12
