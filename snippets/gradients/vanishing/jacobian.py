"""The derivative of the output in the weights of layer l is a product of L − l
Jacobians and a tensor in which each unit depends on its own row only."""
import numpy as np


def forward(x, W):
    h = [x]                                # h_0 = x, h_1, ..., h_L
    for W_l in W:
        h.append(1 / (1 + np.exp(-W_l @ h[-1])))
    return h


rng = np.random.default_rng(0)
widths = [3, 5, 4, 7, 6, 2]  # no mutate: the identity holds for any widths
depth = len(widths) - 1
layer = 2  # no mutate: the identity holds for any hidden layer
x = rng.standard_normal(widths[0])  # no mutate: the identity holds for any input
W = [rng.standard_normal(shape) for shape in zip(widths[1:], widths)]  # no mutate: any weights

h = forward(x, W)
slopes = [h_l * (1 - h_l) for h_l in h[1:]]  # slopes[0] is of layer 1
J = [slope[:, None] * W_l for slope, W_l in zip(slopes, W)]
factors = J[layer:][::-1]                  # J_L, ..., J_{l+1}
product = np.linalg.multi_dot(factors)     # (2, 4)
v = np.zeros((4, 4, 5))                    # unit i, weight (j, k)
for i in range(4):
    v[i, i] = slopes[layer - 1][i] * h[layer - 1]
derivative = np.einsum("oi,ijk->ojk", product, v)

exact = np.zeros_like(derivative)
for j, k in np.ndindex(4, 5):
    moved = [W_l.astype(complex) for W_l in W]
    moved[layer - 1][j, k] += 1e-30j       # a complex step
    exact[:, j, k] = forward(x, moved)[-1].imag / 1e-30

print(f"factors J: {len(factors)} = L - l = {depth} - {layer}")
print(f"shape of v: {v.shape}, nonzero: {np.count_nonzero(v)} of {v.size}")
largest = np.abs(derivative).max()
by_step = np.abs(exact).max()
print(f"largest derivative: {largest:.6f}, by the complex step {by_step:.6f}")

# %% check
# No tolerance: both are counts.
assert len(factors) == depth - layer
assert np.count_nonzero(v) * widths[layer] == v.size
assert np.abs(derivative - exact).max() < 1e-12 * largest      # some roundings
