"""In a ReLU network each input opens its own paths, and the derivative of the
output is the sum over open paths of the products of their weights."""
from itertools import product

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(14)
width = 6
depth = 4
W = rng.standard_normal((depth, width, width)) * np.sqrt(2 / width)   # He
v = rng.standard_normal(width)                            # the output is v @ h_4
X = rng.standard_normal((3, width))                       # three inputs
paths = width**depth

patterns = []                                             # which units are on, for each input
open_paths = []
by_paths = []                                             # derivatives by the inputs
by_backprop = []
for x in X:
    h = x
    on = []
    for W_l in W:
        z = W_l @ h
        h = np.maximum(z, 0)
        on.append(z > 0)
    patterns.append(np.array(on))

    total = np.zeros(width)
    count = 0
    for a, b, c, d in product(range(width), repeat=depth):            # one unit in each layer
        if on[0][a] and on[1][b] and on[2][c] and on[3][d]:           # or a slope is 0
            total += v[d] * W[3, d, c] * W[2, c, b] * W[1, b, a] * W[0, a]
            count += 1
    by_paths.append(total)
    open_paths.append(count)

    gradient = v
    for W_l, on_l in zip(W[::-1], on[::-1]):
        gradient = W_l.T @ (on_l * gradient)
    by_backprop.append(gradient)
    print(f"{count:3d} of {paths} paths open, output {total @ x:6.3f} by paths, {v @ h:6.3f} by layers")

fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.8), sharey=True)
for ax, on, count in zip(panels, patterns, open_paths):
    for layer, lower, upper in np.ndindex(depth - 1, width, width):
        if on[layer][lower] and on[layer + 1][upper]:
            ax.plot([layer + 1, layer + 2], [lower, upper], color="C1", ls="-", lw=1.6, zorder=1)
    for layer in range(depth):
        lit = np.flatnonzero(on[layer])
        dark = np.flatnonzero(~on[layer])
        ax.plot(0 * lit + layer + 1, lit, "o", color="C1", ms=9)
        ax.plot(0 * dark + layer + 1, dark, "o", color="black", mfc="none", ms=9, alpha=0.5)
    ax.set(title=f"{count} of {paths} paths open", xlabel="layer",
           xticks=[1, 2, 3, 4], yticks=[])
    ax.grid(False)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
plt.show()

# %% check
# Two ways to sum the same products: they differ by roundings.
assert np.allclose(by_paths, by_backprop, rtol=1e-12, atol=1e-13)
assert all(count == np.prod(on.sum(axis=1)) for count, on in zip(open_paths, patterns))
