"""In float32 the mean of the squares minus the square of the mean can be negative
at a mean of 10,000 with a variance of one; the mean of squared deviations is right."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
short = {}
long = {}
ends = {}
for mean in (10, 100, 1000, 10_000):
    x = rng.normal(mean, 1, (40, 1000)).astype(np.float32)      # 40 samples, variance one
    m = x.mean(axis=1)
    short[mean] = np.mean(x * x, axis=1) - m * m
    long[mean] = np.mean((x - m[:, None]) ** 2, axis=1)
    ends[mean] = [short[mean].min(), short[mean].max(), long[mean].min(), long[mean].max()]
    print("mean {:5}: short {:6.2f} to {:5.2f}, long {:.2f} to {:.2f}".format(mean, *ends[mean]))

fig, ax = plt.subplots(figsize=(7.2, 2.8))
for row, mean in enumerate(short):
    for values, color, shift in ((short[mean], "C3", -0.17), (long[mean], "C2", 0.17)):  # no mutate: beside each other
        ax.plot(values, row + shift + np.linspace(-0.1, 0.1, 40), "o", color=color, ms=3.5, alpha=0.6, mew=0)  # no mutate: the heights mean nothing
ax.text(-30, 0.05, "short: E[x²] − E[x]²", color="C3")
ax.text(-30, 0.75, "long: E[(x − E[x])²]", color="C2")
ax.axvline(0, color="0.5", linewidth=1)  # no mutate: a guide for the eye
ax.set(xlim=(-34, 34), ylim=(3.5, -0.5), yticks=range(4), yticklabels=[f"mean {mean:,}" for mean in short], xlabel="computed variance; the true one is 1")
ax.tick_params(left=False)
ax.grid(False)
plt.show()

# %% check
for mean in short:
    # Six standard errors of the variance of 1000 normal numbers, for the farthest of 160 samples.
    assert np.all(abs(long[mean] - 1) < 6 * np.sqrt(2 / 1000))
# Near 10⁸ neighboring float32 numbers are eight apart, so one is not among the differences.
assert np.spacing(np.float32(1e8)) == 8
assert np.all(short[10_000] % 8 == 0)
# At a mean of ten the short form is as good, up to a few roundings of 100.
assert np.all(abs(short[10] - long[10]) < 1e-3)
