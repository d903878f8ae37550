"""A ReLU keeps half of the second moment of three symmetric laws, over 9/10 of
that of a normal one shifted by σ, and different shares of the variance."""

from itertools import product

import numpy as np


def shares(z, weight):
    """What ReLU leaves of the second moment and of the variance of z."""
    h = np.maximum(z, 0)
    second = weight @ h**2
    mean = weight @ h
    q = weight @ z**2
    shift = weight @ z
    return second / q, (second - mean**2) / (q - shift**2)


z = (np.arange(-5000, 5000) + 0.5) / 500  # midpoints of cells, -10 to 10
density = np.exp(-(z**2) / 2)
end = 1  # no mutate: ReLU is homogeneous, so its shares do not depend on the interval's length
h = np.arange(1.0, 9.0)  # any input of one unit, fan_in 8
W = np.array(list(product([-1.0, 1.0], repeat=8)))  # all 256 sign patterns
cases = {
    "normal": (z, density),
    "uniform": (z, abs(z) < end),
    "signs": (W @ h, np.ones(256)),
    "shifted": (z + 1, density),
}

second = {}
variance = {}
for name, (values, mass) in cases.items():
    second[name], variance[name] = shares(values, mass / mass.sum())
    print(f"{name:8} second moment x {second[name]:.4f}"
          f"   variance x {variance[name]:.4f}")

predicted = 1 / 2
predicted_variance = 1 / 2 - 1 / (2 * np.pi)
print(f"predicted for the normal {predicted:.4f} {predicted_variance:19.4f}")

# %% check
for name in ["normal", "uniform", "signs"]:
    # Exact, up to rounding.
    assert abs(second[name] - predicted) < 1e-12
# The error is about the square of the cells of 1/500. The share of the
# uniform law is (1/6 - 1/16) / (1/3).
assert abs(variance["normal"] - predicted_variance) < 1e-6
assert abs(variance["uniform"] - 5 / 16) < 1e-6
# Not symmetric: almost nothing is lost.
assert second["shifted"] > 0.9
