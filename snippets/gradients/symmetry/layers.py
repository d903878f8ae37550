"""For one example and three constant matrices, the gradient of the first has
equal rows, of the second equal entries, and of the third equal columns."""

import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=3)
y = rng.normal(size=2)
W = [np.full(shape, 0.5) for shape in ((4, 3), (4, 4), (2, 4))]


def forward(W):
    h = [x]
    for W_l in W:  # explicit sums: each unit adds in the same order
        z = (W_l * h[-1]).sum(axis=1)
        h.append(np.tanh(z))
    return h[:-1], z  # the output layer is linear


h, o = forward(W)
delta = [o - y]
for l in (2, 1):  # delta_l from delta_{l+1}, in front
    dphi = 1 - h[l] ** 2
    delta.insert(0, (W[l].T * delta[0]).sum(axis=1) * dphi)

gradient = [np.outer(d, a) for d, a in zip(delta, h)]
distinct = [np.unique(G).size for G in gradient]
for l, name in enumerate(("W1", "W2", "W3")):
    G = gradient[l]
    print(f"gradient of {name}, distinct values: {distinct[l]}")
    print(G.round(3))  # no mutate: digits that are printed

# %% check
for l, G in enumerate(gradient):
    for i, j in np.ndindex(G.shape):
        V = [W_l.astype(complex) for W_l in W]
        V[l][i, j] += 1e-30j  # derivative by a complex step: no cancellation
        measured = (((forward(V)[1] - y) ** 2).sum() / 2).imag / 1e-30
        # Two ways of adding the same few terms.
        assert abs(measured - G[i, j]) < 1e-13 * (1 + abs(G).max())

# No tolerance: what is equal is equal to the last bit.
assert distinct == [3, 1, 2]  # inputs, one, outputs
assert all(np.ptp(G, axis=0).max() == 0 for G in gradient[:2])  # rows
assert all(np.ptp(G, axis=1).max() == 0 for G in gradient[1:])  # columns
