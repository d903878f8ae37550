"""A small network learns sixteen examples by heart, with their own labels or with
labels of other examples. With dead units it cannot."""
import numpy as np

rng = np.random.default_rng(6)
X = rng.standard_normal((16, 20))
rule = np.argmax(X @ rng.standard_normal((20, 4)), axis=1)
random = rng.integers(4, size=16)


def fit(labels, bias, steps=1000):
    W = rng.normal(0, np.sqrt(2 / 20), (64, 20))
    V = rng.normal(0, np.sqrt(1 / 64), (4, 64))
    for _ in range(steps):
        H = np.maximum(X @ W.T + bias, 0)
        p = np.exp(H @ V.T)
        p = p / p.sum(axis=1, keepdims=True)
        g = (p - np.eye(4)[labels]) / 16
        slope = (g @ V) * (H > 0)
        V = V - 0.5 * g.T @ H
        W = W - 0.5 * slope.T @ X
    return -np.mean(np.log(p[np.arange(16), labels]))


cases = {"healthy": (rule, 0), "random labels": (random, 0), "dead units": (rule, -20)}
losses = {name: fit(labels, bias) for name, (labels, bias) in cases.items()}
guess = np.log(4)
for name, loss in losses.items():
    print(f"{name:14} loss after 1000 steps {loss:.4f}   (ln 4 = {guess:.4f})")

# %% check
assert losses["healthy"] < 0.01 and losses["random labels"] < 0.02
assert np.isclose(losses["dead units"], np.log(4))
