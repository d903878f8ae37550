"""In float32 E[x²] − E[x]² loses the variance once the mean is a few thousand
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
ax.loglog(means, difference, "o", color="C1")
ax.loglog(means, two_pass, "s", color="C0", ms=4)
ax.loglog(means, predicted, color="black", ls="--", lw=1.4)
ax.axhline(1, color="0.5", lw=1)  # no mutate: where the text is
ax.text(1.1, 1.6, "as wrong as the variance is large", color="0.5")
ax.text(6e3, 8e-3, "2⁻²⁴ mean², by rounding")
ax.text(40, 5e-2, "E[x²] − E[x]²", color="C1", ha="right")
ax.text(1.5, 2e-9, "mean of (x − mean)²", color="C0")
ax.set(xlabel="mean, in standard deviations", ylabel="relative error", ylim=(5e-10, 1e4))
plt.show()

# %% check
# A thousand numbers are added in pairs, ten roundings deep: at most 11 units for
# the mean of squares, 21 for the square of the mean. Some mean shows a tenth of one.
assert (difference < 32 * unit * (1 + means**2)).all()
assert max(difference / predicted) > 0.1
# Here the error of the mean, at most 11 units, enters squared; the rest is a
# dozen roundings of numbers as small as the variance.
assert (two_pass < 16 * unit + (11 * unit * means) ** 2).all()
