"""A stream of 3 with a branch of ±3 ± 4 has a mean square of 9 + 25; behind a ReLU
the branch has 12.5, and the sum has 12 more than 9 + 12.5."""
import matplotlib.pyplot as plt
import numpy as np

h = np.array([3.0, 4.0])
signs = np.array([[1, 1], [-1, 1], [1, -1], [-1, -1]])

branches = {"matrix last": signs @ h, "ReLU last": np.maximum(signs @ h, 0)}
sums = {}
parts = {}  # of the mean square: stream, branch, cross term
mean_squares = {}
for name, branch in branches.items():
    sums[name] = h[0] + branch
    parts[name] = [h[0]**2, np.mean(branch**2), np.mean(2 * h[0] * branch)]
    mean_squares[name] = np.mean(sums[name]**2)
    print(f"{name}: sums {np.sort(sums[name])}, mean square {mean_squares[name]} =", *parts[name])  # no mutate: a look

fig, panels = plt.subplots(2, 1, figsize=(7.4, 3.0), sharex=True)
for ax, (name, found) in zip(panels, sums.items()):
    for place, end in enumerate(np.sort(found)):
        height = 1 + 0.55 * place  # no mutate: where it is drawn
        ax.annotate("", (end, height), (h[0], height), arrowprops={"arrowstyle": "->", "color": "C0", "lw": 2})
        ax.plot(end, height, "o", color="C0", ms=5)
        ax.text(end + (0.35 if end >= h[0] else -0.35), height, f"{end:g}", va="center", ha="left" if end >= h[0] else "right")
    ax.axvline(h[0], color="0.6", lw=1, ls="-")
    ax.axvline(np.mean(found), color="black", lw=1.4, ls="--")
    ax.set(ylim=(0, 3.1), yticks=[])
    ax.set_title(name, loc="left", fontsize=10)  # no mutate: how it looks
    ax.grid(False)
panels[0].text(2.85, 0.3, "stream 3 = mean of the sums", ha="right")  # no mutate: where it is drawn
panels[1].text(2.85, 0.3, "stream 3", ha="right", color="0.5")  # no mutate: where it is drawn
panels[1].text(5.15, 0.3, "mean of the sums 5")  # no mutate: where it is drawn
panels[1].set(xlim=(-5.5, 11.5), xlabel="one unit: stream + branch, four equally likely cases")
plt.show()

# %% check
assert mean_squares["matrix last"] == 9 + 25
assert mean_squares["ReLU last"] == 9 + 12.5 + 12
assert all(sum(parts[name]) == mean_squares[name] for name in sums)
