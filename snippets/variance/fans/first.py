"""On average the first cross-entropy of a fresh head lies between ln K and
ln K + v/2, where v is the variance of its logits."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
fan_in = 128
batch = 2000  # no mutate: the tolerance follows it

losses = {}
bounds = {}
for K in (10, 1000):
    for v in (0, 1, 4, 16):
        H = rng.standard_normal((batch, fan_in))          # features of mean square 1
        labels = rng.integers(K, size=batch)
        W = rng.normal(0, np.sqrt(v / fan_in), (K, fan_in))
        Z = H @ W.T
        loss = np.log(np.sum(np.exp(Z), axis=1)) - Z[np.arange(batch), labels]
        losses[K, v] = loss.mean()
        bounds[K, v] = (np.log(K), np.log(K) + v / 2)
        low, high = bounds[K, v]
        print(f"{K:4} classes, variance {v:2}: loss {losses[K, v]:5.2f} (between {low:.2f} and {high:.2f})")

fig, ax = plt.subplots(figsize=(7, 3))
for place, ((K, v), loss) in enumerate(losses.items()):
    low, high = bounds[K, v]
    ax.plot([low, high], [-place, -place], "-", color="0.5", alpha=0.5, lw=9, solid_capstyle="butt")
    ax.plot([low, high], [-place, -place], "|", color="black", ms=14, mew=2)
    ax.plot(loss, -place, "o", color="C0", ms=8)
    ax.text(high + 0.25, -place, "loss of a uniform guess" if v == 0 else f"variance {v}", va="center", color="0.5")
ax.set(yticks=[-1.5, -5.5], yticklabels=["10 classes", "1000 classes"], xlim=(0, 18), xlabel="first loss")
ax.grid(False, axis="y")
plt.show()

# %% check
# The mean of -Z[label] over the batch has the variance v/batch, and the mean of exp(v_k/2) over
# the K rows of one head, whose v_k scatter by v times an eighth, moves by v/16/sqrt(K). Five of each.
for (K, v), loss in losses.items():
    error = 5 * np.sqrt(v / batch) + 5 * v / 16 / np.sqrt(K) + 1e-9
    assert bounds[K, v][0] - error < loss < bounds[K, v][1] + error
