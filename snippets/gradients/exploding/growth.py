"""The logarithm of the stretch by a hundred Gaussian 4 × 4 matrices has the
mean λ₁L and the variance L ψ′(n/2) / 4, where L = 100 and n = 4."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 4
depth = 100
draws = 500
psi = 1 - np.euler_gamma  # digamma(n / 2) for n = 4
dpsi = np.pi**2 / 6 - 1  # its derivative there
rate = (np.log(2) + psi) / 2 / np.log(10)  # decades a layer, sigma = 1
predicted_decades = depth * rate
predicted_spread = np.sqrt(depth * dpsi / 4) / np.log(10)

h = np.full((draws, n), 1 / 2)  # norm 1
decades = np.zeros((depth + 1, draws))
for layer in range(1, depth + 1):
    W = rng.standard_normal((draws, n, n))  # fresh in each layer and draw
    h = (W @ h[:, :, None])[:, :, 0]
    decades[layer] = np.log10(np.linalg.norm(h, axis=1))

measured_decades = decades[-1].mean()
measured_spread = decades[-1].std()
print("decades   predicted   measured")
print(f"mean      {predicted_decades:9.2f}  {measured_decades:9.2f}")
print(f"spread    {predicted_spread:9.2f}  {measured_spread:9.2f}")

layers = np.arange(depth + 1)
line = rate * layers
band = predicted_spread * np.sqrt(layers / depth)
fig, ax = plt.subplots()
ax.fill_between(layers, line - 2 * band, line + 2 * band, alpha=0.2)
ax.plot(decades[:, :8], ls="-", color="0.5", lw=0.8)
ax.plot(line, "C0--", label="theory, band of ± 2 sd")
ax.set(xlabel="layer $l$", ylabel=r"$\log_{10}\,\|h_l\|\,/\,\|h_0\|$")
ax.legend()
plt.show()

# %% check
# Four standard errors: of a mean, and of a standard deviation.
se = predicted_spread / np.sqrt(draws)
assert abs(measured_decades - predicted_decades) < 4 * se
assert abs(measured_spread - predicted_spread) < 4 * se / np.sqrt(2)
