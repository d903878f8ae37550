"""Of eight starts with equal units, minibatches separate the units in none,
and dropout in those, and only those, at which a unit has a gradient."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(64, 3))
y = X[:, :1]
PHI = {  # activation, and its derivative written in h
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda h: h * (1 - h)),
    "ReLU": (lambda z: np.maximum(z, 0), lambda h: h > 0),
}
starts = (  # activation, all of W1, all of W2, learning rate of W2
    ("tanh", .5, .5, .2),
    ("tanh", .5, .5, 0),
    ("tanh", .5, 0, .2),
    ("tanh", 0, .5, .2),
    ("sigmoid", 0, 0, .2),
    ("ReLU", .5, 0, .2),
    ("tanh", 0, 0, .2),
    ("ReLU", 0, .5, .2),
)

spread = {}
table = []
outcomes = []
print("          W1  W2 lr2 signal batches dropout")
for name, w1, w2, lr2 in starts:
    phi, dphi = PHI[name]
    # what every unit says at first, and its part of the gradient of W1
    h = phi(w1 * X.sum(axis=1))  # no mutate: only signs and zeros count
    slope = w2 * dphi(h)
    into = slope.any()  # no mutate: zero for all examples or for none
    signal = bool((lr2 * h).any() or into)

    for p in (0, 0.5):
        W1 = np.full((4, 3), w1)
        W2 = np.full(4, w2)
        for batch in rng.integers(64, size=(50, 8)):  # (steps, batch)
            x = X[batch, None]  # (batch, 1, fan_in)
            mask = (rng.random((8, 4)) >= p) / (1 - p)  # (batch, width)
            h = phi((x * W1).sum(axis=2))
            r = (mask * h * W2).sum(axis=1, keepdims=True) - y[batch]
            delta = r * mask * W2 * dphi(h)
            W1 = W1 - 0.2 * (delta[..., None] * x).mean(axis=0)
            W2 = W2 - lr2 * (r * mask * h).mean(axis=0)
        spread[p] = np.ptp(W1, axis=0).max()
        moved = abs(W1 - w1).max()
        outcomes.append((signal, p, spread[p], moved))

    print(f"{name:8}{w1:4}{w2:4}{lr2:4} {signal!s:6}{spread[0]:8.3f}"
          f"{spread[0.5]:8.3f}")
    table.append([spread[0], spread[0.5], moved])

# %% check
# 1e-4 is far above rounding; zeros are exact, as twins add in one order.
for signal, p, apart, moved in outcomes:
    if signal:
        assert moved > 1e-4
    else:
        assert moved == 0

    if signal and p > 0:
        assert apart > 1e-4
    else:
        assert apart == 0
