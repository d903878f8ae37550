"""Branches that end in a ReLU push every unit the same way: with 1/√L the mean
square grows without bound in L, and a matrix at the end stops it."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
depth = 25
n = 400
alpha = 1 / np.sqrt(depth)
shown = [0, 8, 16, 25]

streams = {"ReLU last": [], "matrix last": []}
for name, stream in streams.items():
    h = rng.standard_normal(n)  # no mutate: any start of mean 0 and mean square 1
    stream.append(h)
    for block in range(depth):
        W = rng.normal(0, np.sqrt(2 / n), (n, n))
        if name == "ReLU last":
            branch = np.maximum(W @ h, 0)
        else:
            branch = W @ np.maximum(h, 0)
        h = h + alpha * branch
        stream.append(h)
measured = {name: np.array([np.mean(h**2) for h in stream]) for name, stream in streams.items()}

m, q = 0, 1
predicted = {"ReLU last": [q], "matrix last": [(1 + 1 / depth) ** block for block in range(depth + 1)]}
for block in range(depth):
    push = np.sqrt(q / np.pi)  # mean of a branch
    m, q = m + alpha * push, q + 2 * alpha * m * push + alpha**2 * q
    predicted["ReLU last"].append(q)
for name in streams:
    print(f"{name}: mean square {measured[name][-1]:.3g} (predicted {predicted[name][-1]:.3g})")  # no mutate: a look

fig, panels = plt.subplots(2, 4, figsize=(7.4, 3.4), sharex=True, sharey=True)
for row, (name, stream) in zip(panels, streams.items()):
    for ax, block in zip(row, shown):
        ax.hist(stream[block], bins=np.arange(-5, 24), color="C0")  # no mutate: how it looks
        ax.axvline(0, color="0.6", lw=1, ls="-")
        ax.text(23, 150, f"mean square\n{measured[name][block]:.3g}", ha="right", va="top", fontsize=9)  # no mutate: where it is drawn
        ax.set(yticks=[])
        ax.grid(False)
    row[0].set_ylabel(name)
for ax, block in zip(panels[0], shown):
    ax.set_title(f"block {block}" if block else "input", fontsize=10)
panels[0][0].set_ylim(0, 175)  # no mutate: how it looks
plt.show()

# %% check
# The start adds 2/n to the variance of the logarithm, a block 4/(nL) or, through the pushes
# that all units share, at most ten times that: four deviations.
for name in streams:
    assert abs(np.log(measured[name][-1] / predicted[name][-1])) < 4 * np.sqrt(42 / n)
