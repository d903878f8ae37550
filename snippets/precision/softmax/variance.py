"""In float32 E[x²] − E[x]² loses the variance once the mean is a few hundred
standard deviations; the mean of squared deviations keeps it."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
numbers = rng.standard_normal(1000)
means = 10 ** np.arange(0, 5.01, 0.25)

difference = []
two_pass = []
for mean in means:
    x = (mean + numbers).astype(np.float32)
    exact = x.astype(float).var()
    difference.append(abs((x * x).mean() - x.mean() ** 2 - exact) / exact)
    two_pass.append(abs(((x - x.mean()) ** 2).mean() - exact) / exact)

unit = 2.0**-24  # half a step of float32 at one
predicted = unit * means**2

fig, ax = plt.subplots(figsize=(7, 3.2))
ax.loglog(means, np.maximum(difference, 1e-9), "o", color="C1")
ax.loglog(means, np.maximum(two_pass, 1e-9), "s", color="C0", ms=4)
ax.loglog(means, predicted, color="black", ls="--", lw=1.4)
ax.axhline(1, color="0.5", lw=1)
ax.text(1.1, 1.6, "as wrong as the variance is large", color="0.5")
ax.text(1e4, 2e-2, "rounding of float32,\ntimes mean squared")
ax.text(40, 5e-2, "E[x²] − E[x]²", color="C1", ha="right")
ax.text(3e3, 3e-9, "mean of (x − mean)²", color="C0")
ax.set(xlabel="mean, in standard deviations", ylabel="relative error", ylim=(5e-10, 1e4))
plt.show()

# %% check
# Each of the two large numbers is rounded to mean² times a unit, a few times
# on the way: no error above 8 units, and with 21 means one above a tenth.
assert (difference < 8 * unit * (1 + means**2)).all()
assert max(difference / predicted) > 0.1
# The deviations are exact but for the rounding of the mean, which enters squared,
# (mean · unit)², and a few roundings of the sum.
assert (two_pass < 16 * unit + (2 * unit * means) ** 2).all()
