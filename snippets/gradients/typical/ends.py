"""Hardly one of two thousand linear networks, four units wide and a hundred
layers deep at Xavier's scale, has a mean square as large as the average over
all networks, which is exactly one."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
networks = 2000
depth = 100
n = 4
sigma = 1 / np.sqrt(n)              # fan_in σ² = 1: the average stays one
h = np.ones((networks, n, 1))       # mean square 1  # no mutate: a second column would be the same
for layer in range(depth):
    h = rng.normal(0, sigma, (networks, n, n)) @ h
mean_square = np.mean(h**2, axis=(1, 2))

sample_mean = mean_square.mean()
median = np.median(mean_square)
reached = int(np.sum(mean_square >= 1))
print(f"average over all networks 1, over these {networks} networks {sample_mean:.0e}")
print(f"the median network {median:.0e}; {reached} of {networks} reach 1")

decades = np.log10(mean_square)
fig, ax = plt.subplots(figsize=(7, 3.3))
ax.hist(decades, bins=np.arange(-26, 3, 0.5), color="C0", alpha=0.75)
ax.axvline(0, color="black", ls="--")
ax.text(0.3, 205, "average over\nall networks", va="top")
ax.plot([np.log10(sample_mean)] * 2, [0, 60], color="black", ls=":")
ax.text(np.log10(sample_mean), 64, "average of\nthese 2000", ha="right")
ax.plot([np.log10(median)] * 2, [0, 205], color="black", ls="-", lw=1.2)
ax.text(np.log10(median) - 0.4, 205, "median", ha="right", va="top")
ax.set(xlabel="mean square after a hundred layers", ylabel="networks", xlim=(-26, 6), ylim=(0, 210),
       xticks=[-24, -18, -12, -6, 0], xticklabels=["$10^{-24}$", "$10^{-18}$", "$10^{-12}$", "$10^{-6}$", "1"])
ax.grid(False, axis="x")
plt.show()

# %% check
# The logarithm has the mean −27.04 and the standard deviation 8.03: four
# standard errors of a median, 1.25 times those of a mean.
assert abs(np.log(median) + 27.04) < 4 * 1.2533 * 8.03 / np.sqrt(networks) + 0.1
# Markov: the rms is 1 or more with a probability below 0.94¹⁰⁰ = 0.002.
assert reached <= 12
