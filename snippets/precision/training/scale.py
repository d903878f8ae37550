"""In float16 small gradients of a deep network become zero and others lose digits; multiplied
with the loss by a power of two, nearly all come back, and with all digits where they are normal."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
depth = 20
n = 64
W = rng.standard_normal((depth, n, n)) / np.sqrt(n)
h = [rng.standard_normal((32, n))]                       # 32 inputs
for W_l in W:
    h.append(np.tanh(h[-1] @ W_l.T))
delta = rng.standard_normal((32, n)) * 3e-7              # from the loss, a mean over many outputs
gradients = []
for layer in range(depth - 1, -1, -1):
    delta = delta * (1 - h[layer + 1] ** 2)
    gradients.append(delta.T @ h[layer])
    delta = delta @ W[layer]
g = np.abs(np.ravel(gradients))

lost = {}
subnormal = {}   # or zero
for scale in (1, 2**10):
    lost[scale] = np.mean((g * scale).astype(np.float16) == 0)
    subnormal[scale] = np.mean(g * scale < 2.0**-14)
    print(f"scale {scale:5}: {lost[scale]:.2%} of the gradients are zero in float16, {subnormal[scale]:.0%} below normal")  # no mutate: a look
largest = g.max()

fig, axes = plt.subplots(2, 1, figsize=(7, 3.6), sharex=True)
bins = np.arange(-42, 1)
for ax, scale in zip(axes, lost):
    exponents = np.log2(g * scale)
    counts = np.histogram(exponents, bins)[0]
    below = bins[:-1] < -25
    ax.bar(bins[:-1][below], counts[below], 1, align="edge", color="C1", alpha=0.45, hatch="////")  # no mutate: bins of one
    ax.bar(bins[:-1][~below], counts[~below], 1, align="edge", color="C1")  # no mutate: bins of one
    ax.axvline(-25, color="0.5", lw=1.5)  # no mutate: where the bars change
    ax.text(-41.5, counts.max() * 0.8, f"loss times {scale}", va="center")
    ax.set(yticks=[])
axes[0].text(-25.6, counts.max() * 0.5, "zero in float16", color="0.5", ha="right", va="center")
axes[1].set(xlabel="size of a gradient, as a power of two", xlim=(-42, 0))
plt.show()

# %% check
# Rounding to nearest loses what is at most half of the smallest number, 2^-25.
for scale in lost:
    assert lost[scale] == np.mean(g * scale <= 2.0**-25)
# A power of two moves the exponent and no digit, unless the number is subnormal.
normal = g * 1024 >= 2.0**-14
back = (g * 1024).astype(np.float16).astype(float) / 1024
assert np.abs(back[normal] / g[normal] - 1).max() <= 2.0**-11
# How much is lost depends on the draw, and it is most of ten powers of two more without the factor.
assert lost[1] > 0.02 and lost[1024] < lost[1] / 20
assert subnormal[1] > 0.99 and 0.05 < subnormal[1024] < 0.5
