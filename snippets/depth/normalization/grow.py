"""A gradient behind a normalization is orthogonal to its weights, so a step
adds in squares, and weights that are too small throw themselves far out."""
import numpy as np

rng = np.random.default_rng(9)
n = 100
lr = 0.01
W = rng.normal(0, 0.01, (n, n))        # a tenth of 1/√n
X = rng.standard_normal((50, n))       # fifty examples  # no mutate: any do
target = rng.standard_normal((50, n))

lengths = [np.linalg.norm(W)]
predicted = []
shares = []
for step in range(3):
    Z = X @ W.T
    r = np.sqrt(np.mean(Z**2, axis=1, keepdims=True))
    G = (Z / r - target) / len(X)  # no mutate: what is along Z is lost in the next line
    delta = (G - Z / r * np.mean(G * Z / r, axis=1, keepdims=True)) / r
    gradient = delta.T @ X
    shares.append(lr * np.linalg.norm(gradient) / lengths[-1])
    predicted.append(lengths[-1] * np.sqrt(1 + shares[-1]**2))
    W = W - lr * gradient
    lengths.append(np.linalg.norm(W))
    print(f"step {shares[-1]:.2g}, then length {lengths[-1]:.3f} (predicted {predicted[-1]:.3f})")  # no mutate: a look

# %% check
assert np.allclose(lengths[1:], predicted, rtol=1e-9)  # rounding
