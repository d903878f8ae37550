"""Behind a ReLU the mean square 1/2 of a standard normal splits into a squared
mean of 1/(2π) and a variance of 1/2 − 1/(2π), which is all BatchNorm sees."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
u = rng.standard_normal(20_000)
h = np.maximum(u, 0)

mean_square = np.mean(h**2)
squared_mean = np.mean(h)**2
variance = np.var(h)
predicted = {"squared mean": 1 / (2 * np.pi), "variance": 1 / 2 - 1 / (2 * np.pi)}
print(f"mean square {mean_square:.3f} = squared mean {squared_mean:.3f} + variance {variance:.3f}")

fig, (ax, side) = plt.subplots(1, 2, figsize=(7.4, 2.7), width_ratios=[1, 1.3])
ax.hist(h, bins=np.linspace(0, 3.5, 36), color="C0")
ax.axvline(np.mean(h), color="black", ls="--", lw=1.4)
ax.text(0.5, 1300, "mean 0.40", va="center")  # no mutate: where it is drawn
ax.text(0.5, 1600, "half of all: 0", va="center")  # no mutate: where it is drawn
ax.set(xlabel="one unit after the ReLU", yticks=[], ylim=(0, 1800))
ax.grid(False)
bars = {2: (squared_mean, variance), 1: (0, variance), 0: (squared_mean, variance)}
for row, (first, second) in bars.items():
    side.barh(row, first, color="0.8")
    side.barh(row, second, left=first, color="C0" if row else "C1")
side.patches[4].set_facecolor("C1")
side.text(squared_mean / 2, 2, "mean²", ha="center", va="center")
side.text(squared_mean + variance / 2, 2, "variance", ha="center", va="center")
side.set(yticks=[2, 1, 0], yticklabels=["mean square", "BatchNorm divides by", "backward, ReLU passes"],
         xlabel="share of the mean square of the input", xlim=(0, 0.55))
side.grid(False)
plt.show()

# %% check
# Four standard errors: h has variance 0.34, h² has variance 3/2 - 1/4.
assert abs(mean_square - 1 / 2) < 4 * np.sqrt(1.25 / len(u))
assert abs(squared_mean - predicted["squared mean"]) < 4 * 2 * 0.4 * np.sqrt(0.34 / len(u))
