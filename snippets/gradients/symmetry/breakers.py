"""Of nine starts with equal units, minibatches separate the units in none,
and dropout in those, and only those, at which some weight can move."""
import matplotlib.pyplot as plt
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
    ("tanh", 0.5, 0.5, 0.2), ("tanh", 0.5, 0.5, 0), ("tanh", 0.5, 0, 0.2),
    ("tanh", 0, 0.5, 0.2), ("sigmoid", 0, 0, 0.2), ("ReLU", 0.5, 0, 0.2),
    ("tanh", 0, 0, 0.2), ("ReLU", 0, 0.5, 0.2), ("tanh", 0.5, 0, 0),
)


def train(name, w1, w2, lr2, p):
    phi, dphi = PHI[name]
    W1 = np.full((4, 3), w1)
    W2 = np.full(4, w2)
    for batch in rng.integers(64, size=(50, 8)):               # (steps, batch)
        x = X[batch, None]                                     # (batch, 1, fan_in)
        mask = (rng.random((8, 4)) >= p) / (1 - p)             # (batch, width)
        h = phi((x * W1).sum(axis=2))
        r = (mask * h * W2).sum(axis=1, keepdims=True) - y[batch]
        delta = r * mask * W2 * dphi(h)
        W1 = W1 - 0.2 * (delta[..., None] * x).mean(axis=0)
        W2 = W2 - lr2 * (r * mask * h).mean(axis=0)
    return np.ptp(W1, axis=0).max(), abs(W1 - w1).max()        # rows apart, weights moved


table = []
for name, w1, w2, lr2 in starts:
    h = PHI[name][0](w1 * X.sum(axis=1))  # no mutate: only signs and zeros count
    into = (w2 * PHI[name][1](h)).any()  # no mutate: zero for all examples or for none
    signal = bool((lr2 * h).any() or into)                     # can any weight move?
    batches, _ = train(name, w1, w2, lr2, 0)
    dropout, moved = train(name, w1, w2, lr2, 0.5)
    table.append((signal, batches, dropout, moved))
    print(f"{name:8} W1 {w1:3} W2 {w2:3} lr2 {lr2:3}: apart {batches:.3f} by minibatches, {dropout:.3f} by dropout")

fig, ax = plt.subplots(figsize=(7, 3.6))
for row, ((name, w1, w2, lr2), (signal, _, dropout, _)) in enumerate(zip(starts, table)):
    frozen = "" if lr2 else " frozen"
    ax.text(-0.03, row, f"{name}, $W_1={w1}$, $W_2={w2}${frozen}", ha="right", va="center", fontsize=10)
    ax.barh(row, dropout, color="C0", height=0.6)
    if not signal:
        ax.text(0.01, row, "0: nothing moves", va="center", fontsize=10)
ax.set(ylim=(8.6, -0.6), xlim=(0, 1), yticks=[], xlabel="how far apart the rows are after 50 steps with dropout")
ax.grid(False)
plt.show()

# %% check
for signal, batches, dropout, moved in table:
    # 1e-4 is far above rounding; zeros are exact, as twins add in one order.
    assert batches == 0
    assert (dropout > 1e-4) == signal
    assert (moved > 1e-4) == signal
    assert signal or moved == 0
