"""The scores of random queries and keys have a standard deviation of √d: divided
by √d the softmax stays soft, undivided it picks one key, divided by d it picks none."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
d = 512
keys = 32
K = rng.normal(size=(keys, d))
Q = rng.normal(size=(12, d))  # no mutate: no prediction depends on the number of queries
scores = Q @ K.T
largest = {}
scatter = {}
fig, axes = plt.subplots(3, 1, figsize=(7.2, 4.2), sharex=True, layout="constrained")
for ax, (name, scale) in zip(axes, {"not divided": 1, "divided by √d": np.sqrt(d), "divided by d": d}.items()):
    e = np.exp(scores / scale - np.max(scores / scale, axis=1, keepdims=True))  # no mutate: the shift cancels
    P = e / e.sum(axis=1, keepdims=True)
    largest[name] = np.mean(P.max(axis=1))
    scatter[name] = np.std(scores / scale)
    print(f"{name:13}  scores scatter by {scatter[name]:.3g}, largest probability {largest[name]:.3f} on average")
    ax.imshow(P, aspect="auto", cmap="Blues", vmin=0, vmax=0.3)
    ax.set_title(f"{name}: the largest probability is {largest[name]:.2f} on average", fontsize=10)
    ax.set(xticks=[], yticks=[], ylabel="12 queries")
    ax.grid(False)
axes[2].set_xlabel("32 keys")
plt.show()

# %% check
spread = np.std(scores) / np.sqrt(d)
# Four standard errors: Q and K have 12 d and 32 d entries, whose lengths scatter by 1/sqrt(2 · 12 d) and less.
assert abs(spread - 1) < 4 * np.sqrt((1 / 12 + 1 / keys) / (2 * d) + 1 / (2 * 12 * keys))
# Undivided, one key takes most; by d, no key takes much more than its share.
assert largest["not divided"] > 0.7
assert 2 / keys < largest["divided by √d"] < 0.4
assert largest["divided by d"] < 1.25 / keys
