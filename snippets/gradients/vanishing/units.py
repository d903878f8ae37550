"""At the critical scale more than half of the sigmoid units are saturated, as
the normal distribution says, and the others carry the gradient."""
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(4)
n = 192
depth = 30
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
x = rng.standard_normal(n)

slopes = {}
for sigma_w, q in ((1, 0.2647), (10.149, 45.62)):    # stationary q; critical.py finds it
    h = x * np.sqrt(q) / sigma_w
    maps = []
    for G_l in G:
        h = 1 / (1 + np.exp(-sigma_w * G_l @ h))
        maps.append(h * (1 - h))
    slopes[sigma_w] = np.array(maps)                 # (layer, unit)

edge = 2 * math.acosh(math.sqrt(10))                 # where the slope is 1/40
predicted = math.erfc(edge / math.sqrt(2 * q))
measured = np.mean(slopes[10.149] < 1 / 40)
squares = slopes[10.149] ** 2
carried = squares[slopes[10.149] >= 1 / 40].sum() / squares.sum()
print(f"saturated units at the critical scale: {measured:.2f} (predicted {predicted:.2f})")
print(f"share of the squared slopes in the others: {carried:.1%}")

heat = LinearSegmentedColormap.from_list("", ["#140d08", "#7a3a12", "#e07b36", "#ffe3c2"])
fig, panels = plt.subplots(1, 2, figsize=(7.4, 3), sharey=True, layout="constrained")
for ax, (sigma_w, values) in zip(panels, slopes.items()):
    picture = ax.imshow(np.sort(values, axis=1)[:, ::4].T[::-1], cmap=heat, vmin=0, vmax=0.25,
                        aspect="auto", interpolation="none", extent=(0.5, depth + 0.5, 0, n))
    ax.set(title=rf"$\sigma_w$ = {sigma_w:g}", xlabel="layer", yticks=[])
    ax.grid(False)
panels[0].set_ylabel(f"every fourth of {n} units, sorted")
bar = fig.colorbar(picture, ax=panels, ticks=[0, 0.125, 0.25])
bar.set_ticklabels(["0", "1/8", "1/4"])
bar.set_label("slope")
plt.show()

# %% check
# Four standard deviations of the share of heads of n * depth coins, and a quarter
# more: the second moment, which wanders, is common to the units of a layer.
assert abs(measured - predicted) < 2.5 / np.sqrt(n * depth)
assert measured > 1 / 2
assert carried > 0.9
assert slopes[1].min() > 1 / 40
