"""L blocks h + W₂ReLU(W₁h)/√L multiply mean squares by (1 + 1/L)^L < e."""
import numpy as np

rng = np.random.default_rng(5)
n = 64
x = rng.standard_normal(n)

forward = {}
backward = {}
for depth in (10, 100, 1000):
    J = np.eye(n)                       # of all blocks so far: h = J x
    for block in range(depth):
        W1 = rng.normal(0, np.sqrt(2 / n), (n, n))   # He
        W2 = rng.normal(0, np.sqrt(1 / n), (n, n))
        A = (W1 @ J) * (W1 @ J @ x > 0)[:, None]     # the ReLU
        J = J + W2 @ A / np.sqrt(depth)
    forward[depth] = np.sum((J @ x) ** 2) / np.sum(x**2)
    backward[depth] = np.sum(J**2) / n  # of a gradient in all directions
    print(f"{depth:4} blocks: forward {forward[depth]:.2f}, "
          f"backward {backward[depth]:.2f}")

# %% check
# One network: a block adds 4/(nL) to the variance of the logarithm, all blocks 4/n
# whatever L is. The many directions of a gradient only make it less.
predicted = {depth: (1 + 1 / depth) ** depth for depth in forward}
for depth in predicted:
    assert abs(np.log(forward[depth] / predicted[depth])) < 4 * np.sqrt(4 / n)
    assert abs(np.log(backward[depth] / predicted[depth])) < 4 * np.sqrt(4 / n)
