"""Thirty steps at each of twenty-five learning rates: at a thousandth of the best rate
the loss has hardly moved, and a few times above it the loss is larger than at the start."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
X = rng.standard_normal((256, 20))
labels = np.argmax(X @ rng.standard_normal((20, 5)), axis=1)
W0 = rng.normal(0, np.sqrt(2 / 20), (64, 20))
V0 = rng.normal(0, np.sqrt(1 / 64), (5, 64))


def train(lr, steps=30):
    W, V = W0, V0
    for step in range(steps + 1):
        H = np.maximum(X @ W.T, 0)
        Z = H @ V.T
        Z = Z - Z.max(axis=1, keepdims=True)
        logs = Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))
        g = (np.exp(logs) - np.eye(5)[labels]) / len(X)
        if step < steps:
            W, V = W - lr * ((g @ V) * (H > 0)).T @ X, V - lr * g.T @ H
    return -np.mean(logs[np.arange(len(X)), labels])


rates = 10.0 ** np.linspace(-4, 2, 25)
losses = np.array([train(lr) for lr in rates])
start = train(rates[0], steps=0)
lowest = losses.min()
best = rates[np.argmin(losses)]
print(f"first loss {start:.2f}, lowest {lowest:.3f} at a rate of {best:.2f}")

fig, ax = plt.subplots(figsize=(6.6, 3.3))
ax.plot(rates, losses, "o-", color="C0")
ax.axhline(start, color="black", ls="--", lw=1.2)
ax.axvspan(best / 10, best / 3, color="C2", alpha=0.25, lw=0)
ax.text(1.2e-4, start * 1.4, "first loss")
ax.text(2e-4, start / 2.2, "hardly moves")
ax.text(best / 11, 0.03, "begin here", ha="right", color="C2")
ax.text(best * 2.6, 12, "overshoots")
ax.text(best * 0.9, 0.0085, "best, and next to the edge", ha="right", color="C0")
ax.set(xscale="log", yscale="log", ylim=(0.006, 60), xlim=(8e-5, 150), xlabel="learning rate", ylabel="loss after 30 steps")
plt.show()

# %% check
assert 0.1 < best < 20 and lowest < 0.2 * start
assert np.all(losses[rates < best / 1000] > 0.85 * start)
assert np.all(losses[rates > 10 * best] > start)
