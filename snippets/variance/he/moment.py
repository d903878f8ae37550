"""A ReLU keeps half of the mean square of three symmetric distributions, over
9/10 of that of a shifted one, and different shares of their variances."""
from itertools import product

import matplotlib.pyplot as plt
import numpy as np

grid = (np.arange(-5000, 5000) + 0.5) / 500  # midpoints of cells, -10 to 10
bell = np.exp(-grid**2 / 2)
inputs = np.arange(1.0, 9.0)                        # of one unit, fan_in 8
W = np.array(list(product([-1.0, 1.0], repeat=8)))  # all 256 patterns of signs
W /= np.linalg.norm(inputs)

cases = {  # name: (values of z, how often each comes)
    "normal": (grid, bell),
    "uniform": (grid, np.abs(grid) < 2),
    "random signs": (W @ inputs, np.ones(256)),
    "shifted": (grid + 1, bell),
}
kept = {}
variance = {}
for name, (z, often) in cases.items():
    p = often / often.sum()
    h = np.maximum(z, 0)
    kept[name] = p @ h**2 / (p @ z**2)
    mean = p @ z
    variance[name] = (p @ h**2 - (p @ h) ** 2) / (p @ z**2 - mean**2)  # no mutate: the mean is zero or one
    print(f"{name:<13} keeps {kept[name]:.4f} of the mean square, "
          f"{variance[name]:.4f} of the variance")

fig, panels = plt.subplots(1, 4, figsize=(7.4, 2.5), sharex=True)
bins = np.linspace(-4, 4, 41)
for ax, (name, (z, often)) in zip(panels, cases.items()):
    parts = often * z**2 / np.sum(often * z**2)  # what each value adds to the mean square
    ax.hist(z[z < 0], bins, weights=parts[z < 0], color="0.5", alpha=0.35, hatch="////", edgecolor="0.5", lw=0.2)
    ax.hist(z[z > 0], bins, weights=parts[z > 0], color="C0")
    ax.set(title=name, yticks=[], xticks=[-3, 0, 3], xlabel=f"keeps {kept[name]:.2f}")
    ax.grid(False)
    ax.spines["left"].set_visible(False)
plt.show()

# %% check
for name in ("normal", "uniform", "random signs"):
    assert abs(kept[name] - 1 / 2) < 1e-12   # exact, up to rounding
# A sum over cells of 1/500 is off by about their square. Uniform: (1/6 - 1/16)/(1/3).
assert abs(variance["normal"] - (1 / 2 - 1 / (2 * np.pi))) < 1e-5
assert abs(variance["uniform"] - 5 / 16) < 1e-5
assert kept["shifted"] > 0.9
