"""Equal hidden units stay exactly equal under minibatches and part under
dropout, unless all weights are zero; a random start ends at a lower loss."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
X = rng.normal(size=(64, 3))
y = np.sin(2 * X[:, 0]) + X[:, 1]


def train(W1, W2, p, steps=300, lr=0.2):
    for _ in range(steps):
        batch = rng.integers(64, size=8)                   # a minibatch
        mask = (rng.random((8, 4)) >= p) / (1 - p)         # one for each unit and example
        x = X[batch]
        h = np.tanh(np.sum(x[:, None] * W1, axis=2))       # sums in one order: no rounding parts twins
        r = np.sum(mask * h * W2, axis=1) - y[batch]
        delta = r[:, None] * mask * W2 * (1 - h**2)
        W2 = W2 - lr * np.mean(r[:, None] * mask * h, axis=0)
        W1 = W1 - lr * np.mean(delta[:, :, None] * x[:, None], axis=0)
    o = np.sum(np.tanh(np.sum(X[:, None] * W1, axis=2)) * W2, axis=1)
    return W1, np.mean((o - y) ** 2) / 2


half = np.full((4, 3), 0.5), np.full(4, 0.5)
zero = np.zeros((4, 3)), np.zeros(4)
random = rng.normal(0, 3**-0.5, (4, 3)), rng.normal(0, 0.5, 4)
runs = {
    "all ½,\nminibatches": train(*half, 0),
    "all ½,\ndropout": train(*half, 0.5),
    "all 0,\ndropout": train(*zero, 0.5),  # no mutate: from zero nothing moves, whatever the mask
    "random,\nminibatches": train(*random, 0),
}
spread = {}
loss = {}
fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.9), layout="constrained")
for ax, (start, (W1, loss_)) in zip(axes, runs.items()):
    name = start.replace("\n", " ")
    spread[name] = np.ptp(W1, axis=0).max()                # between the units
    loss[name] = loss_
    print(f"{name:20}  units differ by {spread[name]:.3f}, loss {loss_:.3f}")
    ax.imshow(W1, cmap="RdBu", vmin=-2, vmax=2)
    for unit, weights in enumerate(W1):
        for j, w in enumerate(weights):
            ax.text(j, unit, f"{w:.2f}", ha="center", va="center", fontsize=8, color="white" if abs(w) > 1.2 else "#222222")
    ax.set(xticks=[], yticks=range(4), yticklabels=["unit 1", 2, 3, 4] if ax is axes[0] else [], xlabel="3 inputs")
    ax.set_title(start, fontsize=10)
    ax.tick_params(left=False)
    ax.grid(False)
plt.show()

# %% check
# Equal bit for bit.
assert spread["all ½, minibatches"] == 0
assert spread["all 0, dropout"] == 0
# One step parts them already; a difference counts from 0.01.
assert np.ptp(train(*half, 0.5, steps=1)[0], axis=0).max() > 0
assert spread["all ½, dropout"] > 0.01
# Compared in one run of each.
assert loss["random, minibatches"] == min(loss.values())
