"""With biases of deviation 1/2 and weights of gain 1.2 GELU layers bring every
mean square to rest at one value, where gradients shrink."""
import math

import numpy as np

gain = 1.2
sigma_b = 0.5
z = (np.arange(-800, 800) + 0.5) / 100
p = np.exp(-z**2 / 2)
p /= p.sum()
erfc = np.vectorize(math.erfc)


def gelu(z):
    return z * erfc(-z / np.sqrt(2)) / 2


rest = {}
for start in (0.1, 1.0, 10.0):
    q = start
    for layer in range(60):  # no mutate: long enough to forget the start
        q = gain**2 * (p @ gelu(np.sqrt(q) * z) ** 2) + sigma_b**2
    rest[start] = q
    print(f"from {start:4.1f} to {q:.4f}")
u = np.sqrt(q) * z
slope = (gelu(u + 1e-6) - gelu(u - 1e-6)) / 2e-6
chi = gain**2 * (p @ slope**2)
print(f"squared gradient times {chi:.3f} per layer")

# %% check
# A layer leaves less than 4/5 of an error, and 60 layers less than 10 (4/5)^60.
assert np.ptp(list(rest.values())) < 10 * 0.8**60
assert chi < 1
