"""L blocks h + W₂ReLU(W₁h)/√L multiply the mean square by (1 + 1/L)^L < e,
forward and backward, at every depth."""
import numpy as np

rng = np.random.default_rng(5)
n = 64
batch = 16

forward = {}
backward = {}
predicted = {}
for depth in (10, 100, 1000):
    alpha = 1 / np.sqrt(depth)
    H = X = rng.standard_normal((batch, n))
    M = np.eye(n)                                   # the Jacobian for the first example
    for block in range(depth):
        W1 = rng.normal(0, np.sqrt(2 / n), (n, n))  # He
        W2 = rng.normal(0, np.sqrt(1 / n), (n, n))
        A = H @ W1.T
        M = M + alpha * W2 @ ((A[0] > 0)[:, None] * W1) @ M  # no mutate: W1 and W2 have no direction
        H = H + alpha * np.maximum(A, 0) @ W2.T
    g = rng.standard_normal((500, n))               # gradients that arrive at the last block
    forward[depth] = np.mean(H**2) / np.mean(X**2)
    backward[depth] = np.mean((g @ M) ** 2) / np.mean(g**2)
    predicted[depth] = (1 + 1 / depth) ** depth
    print(f"{depth:4} blocks: forward {forward[depth]:.2f}, "
          f"backward {backward[depth]:.2f} (predicted {predicted[depth]:.2f})")

# %% check
# One network: a block adds 4/(nL) to the variance of the logarithm, all blocks 4/n
# whatever L is. The batch and the many directions of g only make it less.
for depth in predicted:
    assert abs(np.log(forward[depth] / predicted[depth])) < 4 * np.sqrt(4 / n)
    assert abs(np.log(backward[depth] / predicted[depth])) < 4 * np.sqrt(4 / n)
