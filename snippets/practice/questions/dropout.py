"""Equal hidden units stay exactly equal under minibatches and part under
dropout, unless all weights are zero; a random start ends at a lower loss."""

import numpy as np

rng = np.random.default_rng(3)
width = 4
X = rng.normal(size=(64, 3))
y = np.sin(2 * X[:, 0]) + X[:, 1]


def train(W1, W2, p, steps=300, lr=0.2):
    # explicit sums, no BLAS: every unit adds its terms in the same order
    for _ in range(steps):
        batch = rng.integers(64, size=8)                 # a minibatch
        x = X[batch]
        mask = (rng.random((8, width)) >= p) / (1 - p)
        h = np.tanh(np.sum(x[:, None] * W1, axis=2))     # (batch, width)
        r = np.sum(mask * h * W2, axis=1) - y[batch]
        delta = r[:, None] * mask * W2 * (1 - h**2)
        W2 = W2 - lr * np.mean(r[:, None] * mask * h, axis=0)
        W1 = W1 - lr * np.mean(delta[:, :, None] * x[:, None], axis=0)
    h = np.tanh(np.sum(X[:, None] * W1, axis=2))         # no dropout here
    loss = np.mean((np.sum(h * W2, axis=1) - y)**2) / 2
    return np.ptp(W1, axis=0).max(), loss                # between the units


half = (np.full((width, 3), 0.5), np.full(width, 0.5))   # W1, W2
zero = (np.zeros((width, 3)), np.zeros(width))
random = (rng.normal(0, 3**-0.5, (width, 3)), rng.normal(0, 0.5, width))
runs = [
    ("half, minibatches", half, 0),
    ("half, dropout", half, 0.5),
    ("zero, dropout", zero, 0.5),  # no mutate: from zero nothing moves, whatever the mask
    ("random", random, 0),
]
spread = {}
loss = {}
for start, W, p in runs:
    spread[start], loss[start] = train(*W, p)
    print(f"{start:18} spread {spread[start]:.3f}  loss {loss[start]:.3f}")

# %% check
# Equal bit for bit.
assert spread["half, minibatches"] == 0
assert spread["zero, dropout"] == 0
# One step parts them already; a difference counts from 0.01.
assert train(*half, 0.5, steps=1)[0] > 0
assert spread["half, dropout"] > 0.01
# Compared in one run of each.
assert loss["random"] == min(loss.values())
