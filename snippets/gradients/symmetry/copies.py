from itertools import permutations
from math import factorial

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(16, 3))  # (batch, fan_in)
y = rng.normal(size=(16, 1))
W1, W2 = rng.normal(size=(4, 3)), rng.normal(size=(1, 4))


def network(W1, W2):
    H = np.tanh(X @ W1.T)  # (batch, width)
    r = H @ W2.T - y
    delta = r * W2 * (1 - H**2)
    return H @ W2.T, delta.T @ X / 16  # output, gradient of W1


predicted_copies, measured_copies = {}, {}
for twins in (1, 2, 4):  # so many units have the same weights
    W1[:twins], W2[:, :twins] = W1[0], W2[:, :1]
    o, grad = network(W1, W2)
    points = set()
    for order in map(list, permutations(range(4))):
        points.add((W1[order].tobytes(), W2[:, order].tobytes()))
        o_p, grad_p = network(W1[order], W2[:, order])
        # The same terms of order one, at most 16, added in another order.
        assert np.allclose(o_p, o, rtol=0, atol=1e-13)
        assert np.allclose(grad_p, grad[order], rtol=0, atol=1e-13)
    predicted_copies[twins] = factorial(4) // factorial(twins)
    measured_copies[twins] = len(points)
    print(f"{twins} of 4 units equal: predicted {predicted_copies[twins]:2}, "
          f"counted {measured_copies[twins]:2} copies")
assert measured_copies == predicted_copies
