"""Forward and backward gain agree for ReLU and leaky ReLU only; a deviation
of the scale dies out for tanh, sigmoid, ELU and SELU, grows for GELU and SiLU,
and stays as it is for ReLU."""
import math

import matplotlib.pyplot as plt
import numpy as np

z = (np.arange(-4000, 4000) + 0.5) / 400  # midpoints of cells, none on the kink at 0
p = np.exp(-z**2 / 2)
p /= p.sum()  # the probability of each cell, for a normal z of variance 1


def elu(z, alpha=1.0, scale=1.0):
    return scale * np.where(z > 0, z, alpha * np.expm1(z))


activations = {
    "ReLU": lambda z: np.maximum(z, 0),
    "leaky": lambda z: np.where(z > 0, z, 0.1 * z),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "GELU": lambda z: z * np.vectorize(math.erfc)(-z / np.sqrt(2)) / 2,
    "SiLU": lambda z: z / (1 + np.exp(-z)),
    "ELU": elu,
    "SELU": lambda z: elu(z, 1.67326324, 1.05070099),
}
listed = {"ReLU": "√2", "leaky": "√1.98", "tanh": "5/3", "sigmoid": "1", "SELU": "3/4"}  # by PyTorch
forward = {}
backward = {}
deviation = {}  # what one would find from standard deviations
slope = {}
curves = {}
for name, phi in activations.items():
    h = phi(z)
    dphi = (phi(z + 1e-6) - phi(z - 1e-6)) / 2e-6
    forward[name] = 1 / np.sqrt(p @ h**2)
    backward[name] = 1 / np.sqrt(p @ dphi**2)
    deviation[name] = 1 / np.sqrt(p @ h**2 - (p @ h) ** 2)
    slope[name] = p @ (z * h * dphi) / (p @ h**2)
    curves[name] = h, dphi
    print(f"{name:<8} forward {forward[name]:.4f}  backward {backward[name]:.4f}  error left {slope[name]:.3f}")

shown = np.abs(z) < 3.2
fig, tiles = plt.subplots(2, 4, figsize=(7.4, 4.2), sharex=True, sharey=True)
for ax, (name, (h, dphi)) in zip(tiles.flat, curves.items()):
    ax.plot(z[shown][::10], h[shown][::10], color="C0", ls="-", lw=2)
    ax.plot(z[shown][::10], dphi[shown][::10], color="C1", ls="-", lw=1.2)
    first = name == "tanh"
    ax.text(-3.1, 2.5, f"{forward[name]:.2f}" + first * " forward", color="C0")
    ax.text(-3.1, 1.7, f"{backward[name]:.2f}" + first * " backward", color="C1")
    ax.text(3.1, -1.75, first * "PyTorch " + listed.get(name, "none"), color="0.5", ha="right")
    ax.set(title=name, xticks=[-2, 0, 2], yticks=[0, 1, 2], ylim=(-2, 3.2))
plt.show()

# %% check
for gains in (forward, backward):   # a sum over cells of 1/400 is off by about their square
    assert abs(gains["ReLU"] - np.sqrt(2)) < 1e-5
    assert abs(gains["leaky"] - np.sqrt(2 / (1 + 0.1**2))) < 1e-5
assert abs(forward["SELU"] - 1) < 1e-5
for name in ("tanh", "sigmoid", "GELU", "SiLU", "ELU", "SELU"):   # the two gains differ
    assert abs(forward[name] - backward[name]) > 0.02
for name, value in (("tanh", 5 / 3), ("SELU", 3 / 4)):   # neither gain is the listed one
    assert min(abs(forward[name] - value), abs(backward[name] - value)) > 0.05
assert max(slope[name] for name in ("tanh", "sigmoid", "ELU", "SELU")) < 0.9
assert 1.1 < slope["GELU"] < slope["SiLU"]
