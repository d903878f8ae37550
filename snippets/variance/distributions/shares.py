"""In a sum of a hundred normal terms the largest square carries a few percent,
and in one of a hundred Cauchy terms on average more than a half."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(10)
n = 100
units = 2000
draws = {
    "two values": rng.choice([-1, 1], (units, n)),
    "uniform": rng.uniform(-1, 1, (units, n)),
    "normal": rng.standard_normal((units, n)),
    "Student t, 3": rng.standard_t(3, (units, n)),
    "Cauchy": rng.standard_cauchy((units, n)),
}
shares, spreads = {}, {}
fig, ax = plt.subplots(figsize=(7.4, 2.6))
for y, (name, w) in enumerate(draws.items()):
    squares = np.sort(w**2, axis=1)[:, ::-1]
    part = squares / np.sum(squares, axis=1, keepdims=True)
    shares[name] = np.mean(part, axis=0)
    spreads[name] = np.std(part[:, 0])
    left = np.cumsum(shares[name]) - shares[name]
    ax.barh(y, shares[name], left=left, color=["C0", "#a9cce3"] * (n // 2), edgecolor="none")
    largest = shares[name][0]
    ax.text(1.01, y, f"largest: {largest:.0%}", va="center")
    print(f"{name:12}  the largest of {n} weights carries {largest:.1%} of the sum of squares")
ax.set(yticks=range(5), yticklabels=draws, xlim=(0, 1.2), xticks=[], xlabel="each weight's share in the sum of squares, the largest first", ylim=(4.6, -0.6))  # no mutate: a look
ax.xaxis.set_label_coords(0.42, -0.06)  # no mutate: a look
ax.spines[:].set_visible(False)
ax.grid(False)
plt.show()

# %% check
assert np.isclose(shares["two values"][0], 1 / n) and all(np.isclose(np.sum(s), 1) for s in shares.values())
assert shares["normal"][0] < 0.08 and shares["Cauchy"][0] > 0.6  # 0.63 and 0.077, with standard errors below 0.007
