"""With its gain in every layer GELU nearly always grows; with 1/fan_in in the
first layer it holds for a while, and then goes up or down by chance."""
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(17)
networks = 40  # no mutate: how many are drawn
width = 256
depth = 40
gain = 1.5335
erfc = np.vectorize(math.erfc)
starts = {"gain in every layer": gain**2, "first layer 1/fan_in": 1.0}

# Given the layer below, a pre-activation is normal: no matrix is needed.
q = {}
for name, q_first in starts.items():
    q[name] = [np.full(networks, q_first)]
    for layer in range(1, depth):
        z = np.sqrt(q[name][-1][:, None]) * rng.standard_normal((networks, width))
        h = z * erfc(-z / np.sqrt(2)) / 2
        q[name].append(gain**2 * np.mean(h**2, axis=1))
    q[name] = np.array(q[name])  # (layer, network)
last = q["first layer 1/fan_in"][-1]
up = np.mean(last > 1)  # no mutate: none ends between 1 and 2
held = np.mean(np.abs(np.log2(q["first layer 1/fan_in"][4])) < 1)
ends = np.sort(q["gain in every layer"][-1])
print(f"gain in every layer: q between {ends[0]:.0f} and {ends[-1]:.0f}")
print(f"first layer 1/fan_in: {held:.0%} within a factor 2 at layer 5, {up:.0%} above 1 at 40")

fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
layers = np.arange(1, depth + 1)
for ax, (name, values) in zip(panels, q.items()):
    ax.semilogy(layers, values, color="C0", ls="-", lw=0.7, alpha=0.6)
    ax.axhline(1, color="black", ls="--", lw=1.2)
    ax.set(title=name, xlabel="layer", xlim=(1, depth))
panels[0].set_ylabel("mean square of $z$")
plt.show()

# %% check
grown = np.mean(ends > gain**2)
# Four deviations of a share of 40 networks. Of thousands, 0.99 grow, and 0.37 end above one.
assert grown > 0.99 - 4 * np.sqrt(0.99 * 0.01 / 40)
assert abs(up - 0.37) < 4 * np.sqrt(0.37 * 0.63 / 40)
assert np.median(ends) > 10
assert held > 0.75   # of thousands, 0.92 hold; four deviations below that
# The typical one ends more than a factor of ten from one.
assert np.median(np.abs(np.log10(last))) > 1
