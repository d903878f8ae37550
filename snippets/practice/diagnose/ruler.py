"""Gradients of a mean over 65,536 tokens lie below the normal numbers of float16.
A loss multiplied by 1024 moves all of them up by ten doublings."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
n = 128
h = rng.standard_normal((1024, n))
layers = []
for _ in range(5):
    W = rng.normal(0, np.sqrt(1 / n), (n, n))
    z = h @ W.T
    h = np.maximum(z, 0)
    layers.append((W, z > 0))
delta = rng.normal(0, 0.3, h.shape) / 65536  # a mean over so many tokens
for W, slope in layers[::-1]:
    delta = (delta * slope) @ W
sizes = np.abs(delta[delta != 0])
shares = {}
for scale in (1, 1024):
    rounded = (scale * sizes).astype(np.float16)
    shares[scale] = np.mean(rounded == 0), np.mean((rounded > 0) & (rounded < 2.0**-14))

fig, axes = plt.subplots(2, 1, figsize=(7.4, 3.6), sharex=True)
for ax, (scale, (zero, subnormal)) in zip(axes, shares.items()):
    ax.axvspan(-40, -25, color="0.55", alpha=0.6, lw=0)
    ax.axvspan(-25, -14, color="0.8", alpha=0.6, lw=0)
    ax.axvspan(16, 20, color="C3", alpha=0.3, lw=0)
    ax.hist(np.log2(scale * sizes), np.arange(-40, 0.5, 0.5), color="C1")
    ax.set(yticks=[], xlim=(-36, 20), ylim=(0, 25000))
    ax.text(-35.5, 21500, f"{zero:.0%} zero")
    ax.text(-24.5, 21500, f"{subnormal:.0%} subnormal")
    ax.text(-2, 9000, "as computed" if scale == 1 else "loss times 1024", color="C1")
    ax.grid(False)
axes[1].text(16.4, 21500, "inf")
axes[1].set(xlabel="size of a gradient, as a power of two", xticks=[-35, -25, -14, 0, 16])
plt.show()

# %% check
assert shares[1][1] > 0.8 and shares[1024][1] < 0.2 and shares[1024][0] < 0.01
assert np.max(1024 * sizes) < 65504
