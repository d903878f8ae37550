"""A layer multiplies by 3/2 or by 1/2 on a coin: the mean of all outcomes is
exactly one after every layer, while the middle outcome sinks."""
from math import comb

import matplotlib.pyplot as plt
import numpy as np

depth = 8
fig, ax = plt.subplots(figsize=(7, 3.6))
means = {}
middles = {}
below = {}
for layer in range(depth + 1):
    grown = np.arange(layer + 1)                              # how many of the layers grew it
    outcomes = 1.5**grown * 0.5 ** (layer - grown)
    probability = np.array([comb(layer, k) for k in grown]) / 2**layer
    means[layer] = np.sum(probability * outcomes)
    below[layer] = np.sum(probability[outcomes < 1])
    if layer % 2 == 0:
        middles[layer] = outcomes[layer // 2]
        print(f"layer {layer}: mean {means[layer]:g}, middle outcome {middles[layer]:.3f},"
              f" below one with probability {below[layer]:.2f}")
    if layer < depth:
        for k in grown:
            ax.plot([layer, layer + 1], [outcomes[k], 1.5 * outcomes[k]], "-", color="0.5", lw=0.7)
            ax.plot([layer, layer + 1], [outcomes[k], 0.5 * outcomes[k]], "-", color="0.5", lw=0.7)
    ax.scatter(np.full(layer + 1, layer), outcomes, s=600 * probability, color="C0", zorder=3)
ax.axhline(1, color="black", ls="--", lw=1.4)
ax.text(8.25, 1.05, "mean", va="bottom")
ax.text(8.25, middles[8], "middle", va="center", color="C0")
ax.set(yscale="log", xlabel="layer", ylabel="size", xlim=(-0.3, 9.3), ylim=(0.003, 40), xticks=range(9),
       yticks=[0.01, 0.1, 1, 10], yticklabels=["0.01", "0.1", "1", "10"])
ax.minorticks_off()
ax.grid(False)
plt.show()

# %% check
# Nothing is random: all outcomes are listed, and exact in binary.
assert all(mean == 1 for mean in means.values())
assert all(middle == 0.75 ** (layer / 2) for layer, middle in middles.items())
