"""The derivative of the output in the weights of layer l is a product of L − l
Jacobians and a tensor in which unit i hears row i only."""

import numpy as np


def forward(x, W):
    h = [x]                                # h_0 = x, h_1, ..., h_L
    for W_k in W:
        h.append(1 / (1 + np.exp(-W_k @ h[-1])))
    return h


rng = np.random.default_rng(0)
widths = [3, 5, 4, 7, 6, 2]  # no mutate: the identity holds for any widths
depth = len(widths) - 1
layer = 2  # no mutate: the identity holds for any hidden layer
x = rng.standard_normal(widths[0])  # no mutate: the identity holds for any input
W = [rng.standard_normal(shape) for shape in zip(widths[1:], widths)]  # no mutate: any weights

h = forward(x, W)
dphi = [h_k * (1 - h_k) for h_k in h[1:]]  # dphi[k - 1] is of layer k
J = [d[:, None] * W_k for d, W_k in zip(dphi, W)]
factors = J[layer:][::-1]                  # J_L, ..., J_{l+1}
product = np.linalg.multi_dot(factors)     # (2, 4)
v = np.einsum("ij,i,k->ijk", np.eye(widths[layer]), dphi[layer - 1],
              h[layer - 1])                # (4, 4, 5): unit i hears row i
derivative = np.einsum("oi,ijk->ojk", product, v)

exact = np.zeros_like(derivative)
for j, k in np.ndindex(*W[layer - 1].shape):
    moved = [W_k.astype(complex) for W_k in W]
    moved[layer - 1][j, k] += 1e-30j       # complex step: nothing cancels
    exact[:, j, k] = forward(x, moved)[-1].imag / 1e-30

print(f"factors J: {len(factors)} = L - l = {depth} - {layer}")
print(f"shape of v: {v.shape}, nonzero: {np.count_nonzero(v)} of {v.size}")
print("against the complex step: relative error below 1e-12")

# %% check
# No tolerance: both are counts.
assert len(factors) == depth - layer
assert np.count_nonzero(v) * widths[layer] == v.size

# A few roundings.
error = np.abs(derivative - exact)
assert np.all(error < 1e-12 * np.abs(exact).max())
