"""For a function with a kink, here one that clips at 1, a Gauss-Hermite rule
with 20 points is off by a quarter, and a plain grid is not."""
import math

import numpy as np

nodes, weights = np.polynomial.hermite_e.hermegauss(20)
weights = weights / weights.sum()
z = (np.arange(-4000, 4000) + 0.5) / 400
p = np.exp(-z**2 / 2)
p /= p.sum()

exact = math.erf(1 / math.sqrt(2))  # the share of a normal z between -1 and 1
rule = weights @ (np.abs(nodes) < 1)
grid = p @ (np.abs(z) < 1)
print(f"mean squared slope: exact {exact:.4f}, 20 points {rule:.4f}, grid {grid:.4f}")
smooth_rule = weights @ np.tanh(nodes) ** 2
smooth_grid = p @ np.tanh(z) ** 2
print(f"E[tanh²]: 20 points {smooth_rule:.4f}, grid {smooth_grid:.4f}")

# %% check
assert abs(rule / exact - 0.75) < 0.05
assert abs(grid - exact) < 1e-5      # midpoints: off by about the square of the cell, 1/400
assert abs(smooth_rule - smooth_grid) < 1e-3
