"""Through 30 ReLU layers the activations sink by 2⁻¹⁵ at half of He's
variance, keep their size at He's, and rise by 2¹⁵ at twice that, up to the
scatter between networks."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
depth = 30
width = 400
batch = 16
variances = {"half of He": 1.0, "He": 2.0, "twice He": 4.0}  # fan_in times the variance
X = rng.standard_normal((batch, width))
layers = rng.standard_normal((depth, width, width)) / np.sqrt(width)

signals = {}
predicted = {}
measured = {}
for name, factor in variances.items():
    h = [np.abs(X)]
    for G in layers:
        h.append(np.maximum(np.sqrt(factor) * h[-1] @ G.T, 0))
    signals[name] = h
    predicted[name] = (factor / 2) ** (depth / 2)
    measured[name] = np.sqrt(np.mean(h[-1] ** 2) / np.mean(h[0] ** 2))
    print(f"{name:11} size after {depth} layers: times {measured[name]:.1e} (predicted {predicted[name]:.1e})")

edges = np.linspace(-9, 6.5, 43)  # of log10 of an activation
middles = (edges[1:] + edges[:-1]) / 2
smallest = np.log10(float(np.finfo(np.float16).smallest_subnormal))
largest = np.log10(float(np.finfo(np.float16).max))
fig, axes = plt.subplots(1, 3, figsize=(8.2, 4.6), sharey=True)
for ax, (name, h) in zip(axes, signals.items()):
    ax.axvspan(edges[0], smallest, color="0.5", alpha=0.25, lw=0)
    ax.axvspan(largest, edges[-1], color="0.5", alpha=0.25, lw=0)
    for layer in range(depth + 1):
        live = h[layer][h[layer] > 0]
        heights = np.histogram(np.log10(live), edges)[0]
        heights = 3.2 * heights / heights.max()
        shade = 0.25 + 0.6 * layer / depth
        seen = np.flatnonzero(heights > 0.02)  # a small file: no points where nothing is
        part = slice(seen[0] - 1, seen[-1] + 2)  # no mutate: with an empty bin at each end
        ax.fill_between(middles[part], -layer, -layer + heights[part], color="C0", alpha=shade, lw=0)
    ax.set(title=name, xticks=[-8, -4, 0, 4], xticklabels=["10⁻⁸", "10⁻⁴", "1", "10⁴"], xlim=(edges[0], edges[-1]))
    ax.grid(False)
axes[0].set(yticks=[0, -10, -20, -30], yticklabels=["input", "10", "20", "layer 30"], ylim=(-30.5, 4))
axes[1].set_xlabel("size of an activation; gray: float16 has no such numbers")
plt.show()

# %% check
beta = 5 * depth / width   # variance of the logarithm of a mean square, and minus twice its mean
for name in variances:
    off = 2 * np.log(measured[name] / predicted[name]) + beta / 2
    # Four deviations: each ReLU layer of one network moves the logarithm at random.
    assert abs(off) < 4 * np.sqrt(beta)
