import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(64, 3))
y = X[:, :1]
PHI = {  # activation, and its derivative written in h
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda h: h * (1 - h)),
    "ReLU": (lambda z: np.maximum(z, 0), lambda h: h > 0),
}
starts = (("tanh", .5, .5, .2), ("tanh", .5, .5, 0), ("tanh", .5, 0, .2),
          ("tanh", 0, .5, .2), ("sigmoid", 0, 0, .2), ("ReLU", .5, 0, .2),
          ("tanh", 0, 0, .2), ("ReLU", 0, .5, .2))
spread, table = {}, []
print("          W1  W2 lr2 signal batches dropout")
for name, w1, w2, lr2 in starts:
    phi, dphi = PHI[name]
    h = phi(w1 * X.sum(axis=1))  # what every unit says at first
    signal = bool((lr2 * h).any() or (w2 * dphi(h)).any())
    for p in (0, 0.5):
        W1, W2 = np.full((4, 3), w1), np.full(4, w2)
        for batch in rng.integers(64, size=(50, 8)):  # (steps, batch)
            x = X[batch, None]  # (batch, 1, fan_in)
            mask = (rng.random((8, 4)) >= p) / (1 - p)  # (batch, width)
            h = phi((x * W1).sum(axis=2))
            r = (mask * h * W2).sum(axis=1, keepdims=True) - y[batch]
            delta = r * mask * W2 * dphi(h)
            W1 = W1 - 0.2 * (delta[..., None] * x).mean(axis=0)
            W2 = W2 - lr2 * (r * mask * h).mean(axis=0)
        spread[p], moved = np.ptp(W1, axis=0).max(), abs(W1 - w1).max()
        assert moved > 1e-4 if signal else moved == 0
    print(f"{name:8}{w1:4}{w2:4}{lr2:4} {signal!s:6}{spread[0]:8.3f}"
          f"{spread[0.5]:8.3f}")
    assert spread[0] == 0 and (spread[0.5] > 1e-4) == signal
    table.append([spread[0], spread[0.5], moved])
