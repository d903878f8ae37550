"""Stochastic rounding lets a bfloat16 counter go on past 256: on average it is
right, and single counters scatter around the truth."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
digits = 7
additions = 2000
counters = np.zeros(2000)                       # two thousand bfloat16 counters
for k in range(additions):
    x = counters + 1
    spacing = np.ldexp(1.0, np.frexp(x)[1] - 1 - digits)
    counters = np.floor(x / spacing + rng.uniform(size=x.size)) * spacing   # up or down by chance
mean = counters.mean()
deviation = counters.std()
print(f"2000 ones: mean {mean:.0f}, standard deviation {deviation:.0f}, rounding to nearest 256")

fig, ax = plt.subplots(figsize=(6.6, 2.8))
ax.hist(counters, bins=np.arange(1524, 2500, 32), color="C0", alpha=0.75)
ax.axvline(2000, color="black", ls="--")
ax.axvline(256, color="0.5", lw=2)
ax.text(290, 120, "to nearest: 256", color="0.5", va="center")
ax.text(1620, 120, "by chance", color="C0", ha="right", va="center")
ax.set(xlim=(0, 2600), xlabel="the counter after 2000 ones", yticks=[])
plt.show()

# %% check
# Unbiased: four standard errors of a mean.
assert abs(mean - 2000) < 4 * deviation / np.sqrt(2000)
# Where one is a fraction 1/s of the spacing s, a step has the variance s - 1:
# 256 steps with s = 2, 512 with 4, 976 with 8. Four errors of a deviation.
assert abs(deviation / np.sqrt(256 * 1 + 512 * 3 + 976 * 7) - 1) < 0.1
