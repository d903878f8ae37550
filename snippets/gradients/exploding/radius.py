"""Spectral radii do not decide whether products of fresh matrices explode, nor
does the size of the weights; the growth rate does, for uniform ones too."""
import numpy as np

rng = np.random.default_rng(1)
depth = 100

n = 4
draws = 500
sigma = 0.55
W = rng.normal(0, sigma, (depth, draws, n, n))
radius = abs(np.linalg.eigvals(W[0])).max(axis=1)
h = np.full((draws, n, 1), 1 / 2)  # norm 1
for layer in range(depth):
    h = W[layer] @ h
logs = np.log(np.linalg.norm(h, axis=(1, 2)))
predicted = depth * (np.log(sigma) + (np.log(2) + 1 - np.euler_gamma) / 2)
spread = np.sqrt(depth * (np.pi**2 / 6 - 1) / 4)
mean_radius = radius.mean()
above = np.mean(radius > 1)
measured = logs.mean()
measured_spread = logs.std()
shrank = np.mean(logs < 0)
print(f"spectral radius: {mean_radius:.2f} on average, above 1 in {above:.0%} of the draws")
print(f"ln of the growth: {measured:.2f} ± {measured_spread:.2f} (predicted {predicted:.2f} ± {spread:.2f})")
print(f"a hundred layers shrank the signal in {shrank:.0%} of the draws")

width = 48
h = np.ones(width) / np.sqrt(width)
for layer in range(depth):
    h = rng.uniform(-1 / 2, 1 / 2, (width, width)) @ h
decades = np.log10(np.linalg.norm(h))
wide_predicted = depth * np.log10(np.sqrt(width / 12))  # a weight has the variance 1/12
print(f"no weight above 1/2, width {width}: 10^{decades:.1f} (predicted 10^{wide_predicted:.1f})")

# %% check
# The mean radius is above one by more than four standard errors.
assert mean_radius - 1 > 4 * radius.std() / np.sqrt(draws)
# Four standard errors: of a mean, and of a standard deviation.
assert abs(measured - predicted) < 4 * spread / np.sqrt(draws)
assert abs(measured_spread - spread) < 4 * spread / np.sqrt(2 * draws)
# About one network in six grew, 0.16 of them by the normal distribution: four standard errors.
assert abs(1 - shrank - 0.16) < 4 * np.sqrt(0.16 * 0.84 / draws) + 0.01
# One draw, within four standard deviations and the shift of narrow layers: Var 1/(2n) per layer.
assert abs(decades - wide_predicted) < (4 * np.sqrt(depth / (2 * width)) + depth / (2 * width)) / np.log(10)
