"""Weights of deviation 1 (or 1/n) carry activations and gradients past the
largest (below the smallest) number M of a format near layer ln M / λ₁."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 100
W = rng.standard_normal((330, n, n))
largest_weight = abs(W).max()


def last_layer(dtype, sigma, backward):  # the first with an infinity, or with zeros only
    h = np.ones(n, dtype)                # an activation; going backward, a gradient
    for layer, G in enumerate(W, start=1):
        matrix = sigma * (G.T if backward else G)
        h = matrix.astype(dtype) @ h
        if not np.isfinite(h).all() or not h.any():
            return layer


predicted = {}
measured = {}
for bits in (16, 32, 64):
    info = np.finfo(f"float{bits}")
    for end, sigma, M in (("overflow", 1, info.max), ("underflow", 1 / n, info.smallest_subnormal)):
        name = f"float{bits} {end}"
        predicted[name] = np.log(float(M)) / np.log(sigma * np.sqrt(n))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # the subject
            forward = last_layer(info.dtype, sigma, backward=False)
            backward = last_layer(info.dtype, sigma, backward=True)
        measured[name] = [forward, backward]
        print(f"{name:18} predicted {predicted[name]:6.1f}   forward {forward:3d}   backward {backward:3d}")

fig, ax = plt.subplots(figsize=(7, 3.2))
for row, name in enumerate(reversed(predicted)):
    ax.hlines(row, 3, predicted[name], color="0.5", lw=4, alpha=0.3)
    ax.plot(predicted[name], row, "|", color="black", ms=20, mew=2)
    ax.plot(measured[name][0], row + 0.17, "o", color="C0")
    ax.plot(measured[name][1], row - 0.17, "s", color="C1")
ax.set(xscale="log", xlim=(3, 520), xticks=[5, 10, 40, 100, 300], xticklabels=[5, 10, 40, 100, 300],
       yticks=range(6), yticklabels=list(reversed(predicted)), xlabel="layer in which the numbers end")
ax.text(7, 5.17, "forward", color="C0", va="center")
ax.text(7, 4.78, "backward", color="C1", va="center")
ax.minorticks_off()
ax.grid(False, axis="y")
plt.show()

# %% check
# Entries pass the rms by up to √n, which is one layer's factor here, and
# layers are whole: 2. The logarithm wanders with Var 1/(2n) per layer: 4 sd.
for name, layers in measured.items():
    sd = np.sqrt(predicted[name] / (2 * n)) / np.log(np.sqrt(n))
    assert abs(predicted[name] - np.array(layers)).max() < 2 + 4 * sd
# Millions of normal draws end below 7, far below 65504.
assert largest_weight < 7
