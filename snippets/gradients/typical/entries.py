"""An entry of a product of 101 Gaussian 4 × 4 matrices is typically 10^24 in
size, with a standard deviation of 1.8 powers of ten."""
import numpy as np

rng = np.random.default_rng(3)
draws = 1000
product = rng.standard_normal((draws, 4, 4))
for factor in range(100):
    product = product @ rng.standard_normal((draws, 4, 4))
decades = np.log10(abs(product))
measured = decades.mean()
measured_spread = decades.std()
largest = decades.max(axis=(1, 2)).mean()
within = np.mean(abs(decades - measured) < 2)

psi = {"2": 1 - np.euler_gamma, "1/2": -np.euler_gamma - np.log(4)}
predicted = (100 * (np.log(2) + psi["2"]) / 2 + (np.log(2) + psi["1/2"]) / 2) / np.log(10)
predicted_spread = np.sqrt(100 * (np.pi**2 / 6 - 1) / 4 + np.pi**2 / 8) / np.log(10)
print(f"size of an entry, powers of ten: {measured:.2f} ± {measured_spread:.2f}"
      f" (predicted {predicted:.2f} ± {predicted_spread:.2f})")
print(f"the largest of sixteen: {largest:.2f}; within two powers of ten of the mean: {within:.0%}")

# %% check
# The sixteen entries of a product share its growth: four standard errors of
# as many draws as there are products.
assert abs(measured - predicted) < 4 * predicted_spread / np.sqrt(draws)
assert abs(measured_spread - predicted_spread) < 4 * predicted_spread / np.sqrt(2 * draws)
