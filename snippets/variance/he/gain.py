"""At q = 1 ReLU's gains are √2 and SELU's forward gain 1; PyTorch's for tanh
and SELU are neither; GELU and SiLU amplify errors of q, four damp them."""

import math

import numpy as np

z = (np.arange(-4000, 4000) + 0.5) / 400  # no node on a kink at 0
weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()  # q = 1
Phi = np.vectorize(lambda t: math.erfc(-t / math.sqrt(2)) / 2)


def elu(z, alpha=1.0, scale=1.0):
    return scale * np.where(z > 0, z, alpha * np.expm1(z))


activations = {
    "ReLU": lambda z: np.maximum(z, 0),
    "leaky": lambda z: np.where(z > 0, z, 0.1 * z),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "GELU": lambda z: z * Phi(z),
    "SiLU": lambda z: z / (1 + np.exp(-z)),
    "ELU": elu,
    "SELU": lambda z: elu(z, 1.67326324, 1.05070099),
}
forward = {}
backward = {}
slope = {}
for name, phi in activations.items():
    h = phi(z)
    dphi = (phi(z + 1e-6) - phi(z - 1e-6)) / 2e-6
    forward[name] = 1 / np.sqrt(weight @ h**2)
    backward[name] = 1 / np.sqrt(weight @ dphi**2)
    slope[name] = weight @ (z * h * dphi) / (weight @ h**2)
    print(f"{name:8} forward {forward[name]:.4f}  backward "
          f"{backward[name]:.4f}  slope {slope[name]:.3f}")

# %% check
for gains in (forward, backward):
    # The error of the sum is about the square of its cells of 1/400.
    assert abs(gains["ReLU"] - np.sqrt(2)) < 1e-5
    assert abs(gains["leaky"] - np.sqrt(2 / (1 + 0.1**2))) < 1e-5
    # The gains that a library lists for these two are neither of theirs.
    assert abs(gains["tanh"] - 5 / 3) > 0.05
    assert abs(gains["SELU"] - 3 / 4) > 0.05
# The two constants of SELU are made for it; the same error of the sum.
assert abs(forward["SELU"] - 1) < 1e-5
# Below 1 a deviation of q shrinks, above 1 it grows.
assert slope["tanh"] < slope["ELU"] < 1 < slope["GELU"] < slope["SiLU"]
