"""Products of fresh matrices at Xavier's scale end near λ₁L; powers of one
spread over three times as far, typically within a factor n of its radius."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 16
depth = 100
nets = 60
sigma = 1 / np.sqrt(n)
k = np.arange(1, n // 2)
lam = np.log(sigma) + (np.log(2) - np.euler_gamma + (1 / k).sum()) / 2
mean = depth * lam / np.log(10)
spread = np.sqrt(depth * (np.pi**2 / 6 - (1 / k**2).sum()) / 4) / np.log(10)

decades = np.zeros((2, depth + 1, nets))
for row in (0, 1):  # 0: a fresh matrix in each layer, 1: the same one
    W = sigma * rng.standard_normal((nets, n, n))
    h = np.full((nets, n, 1), sigma)  # norm 1
    for layer in range(1, depth + 1):
        h = W @ h
        decades[row, layer] = np.log10(np.linalg.norm(h, axis=(1, 2)))
        W = W if row else sigma * rng.standard_normal(W.shape)

radius = depth * np.log10(abs(np.linalg.eigvals(W)).max(axis=1))
mean_fresh, mean_same = decades[:, -1].mean(axis=1)
spread_fresh, spread_same = decades[:, -1].std(axis=1)
miss = np.median(abs(decades[1, -1] - radius))  # angles, not depth
print(f"fresh: mean   {mean_fresh:5.2f}, predicted {mean:5.2f}")
print(f"       spread {spread_fresh:5.2f}, predicted {spread:5.2f}")
print(f"same:  spread {spread_same:5.2f}, {miss:.2f} off the radius")

fig, axes = plt.subplots(1, 2, sharey=True, figsize=(7.2, 3.2))
for ax, run, name in zip(axes, decades, ("fresh $W_l$", "one $W$")):
    ax.plot(run[:, :8], "C1-", lw=0.8)
    ax.set(xlabel=f"layer $l$, {name}", ylabel=r"$\log_{10}\,\|h_l\|$")
axes[0].plot([0, depth], [0, mean], "C0--")
plt.show()

# %% check
# Four standard errors: of a mean, and of a standard deviation.
assert abs(mean_fresh - mean) < 4 * spread / np.sqrt(nets)
assert abs(spread_fresh - spread) < 4 * spread / np.sqrt(2 * nets)

# Three times, and the width, by the claim.
assert spread_same > 3 * spread
assert miss < np.log10(n)
