"""Units that all differ have n! arrangements, n!/m! if m are equal; all have
one output, and the gradient of a copy is the copy of the gradient."""

from itertools import permutations
from math import factorial

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(16, 3))  # (batch, fan_in)
y = rng.normal(size=(16, 1))
W1 = rng.normal(size=(4, 3))
W2 = rng.normal(size=(1, 4))


def network(W1, W2):
    H = np.tanh(X @ W1.T)  # (batch, width)
    r = H @ W2.T - y
    delta = r * W2 * (1 - H**2)
    return H @ W2.T, delta.T @ X / 16  # output, gradient of W1


predicted_copies = {}
measured_copies = {}
changes = []
for twins in (1, 2, 4):  # so many units have the same weights
    W1[:twins] = W1[0]
    W2[:, :twins] = W2[:, :1]
    o, grad = network(W1, W2)

    points = set()
    for order in permutations(range(4)):
        order = list(order)
        points.add((W1[order].tobytes(), W2[:, order].tobytes()))
        o_p, grad_p = network(W1[order], W2[:, order])
        changes.append((o_p - o, grad_p - grad[order]))

    predicted_copies[twins] = factorial(4) // factorial(twins)
    measured_copies[twins] = len(points)
    print(f"{twins} of 4 units equal: predicted {predicted_copies[twins]:2}, "
          f"counted {measured_copies[twins]:2} copies")

# %% check
# No tolerance: both are counts.
assert measured_copies == predicted_copies

# The same terms of order one, at most 16, added in another order.
for o_change, grad_change in changes:
    assert abs(o_change).max() <= 1e-13
    assert abs(grad_change).max() <= 1e-13
