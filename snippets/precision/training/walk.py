"""Rounded by chance, a thousand steps of a thousandth bring a bfloat16 weight from one to
zero on average, and the last half of the way adds little to its deviation."""
import numpy as np

rng = np.random.default_rng(7)
digits = 7
step = 0.001
weights = np.ones(10_000)                       # ten thousand bfloat16 weights
mean = {}
deviation = {}
for k in range(1, 1001):
    x = weights - step
    spacing = np.ldexp(1.0, np.frexp(x)[1] - 1 - digits)
    weights = np.floor(x / spacing + rng.uniform(size=x.size)) * spacing   # up or down by chance
    if k in (500, 1000):
        mean[k] = weights.mean()
        deviation[k] = weights.std()
        print(f"after {k} steps: mean {mean[k]:.3f}, deviation {deviation[k]:.3f}")
variance = step * (500 * (2**-8 - step) + 250 * (2**-9 - step))   # below 1/4 hardly any more
predicted = np.sqrt(variance)

# %% check
# Four standard errors of a mean and of a deviation. The weights enter a finer spacing at different
# steps, and the spacing below 1/4 adds a little: together some percent.
for k in (500, 1000):
    assert abs(mean[k] - (1 - k * step)) < 4 * deviation[k] / 100
assert abs(deviation[500] / np.sqrt(500 * step * (2**-8 - step)) - 1) < 0.06
assert abs(deviation[1000] / predicted - 1) < 0.06
