"""For a function of the reader's own, here softplus, sums over a grid give
both gains, and a wide layer with the forward gain keeps the mean square."""
import numpy as np

def phi(z):  # put your own here
    return np.log1p(np.exp(z))

z = (np.arange(-4000, 4000) + 0.5) / 400  # from -10 to 10
p = np.exp(-z**2 / 2)
p /= p.sum()                              # a normal variable
slope = (phi(z + 1e-6) - phi(z - 1e-6)) / 2e-6

forward = 1 / np.sqrt(p @ phi(z)**2)
backward = 1 / np.sqrt(p @ slope**2)
print(f"forward gain {forward:.4f}, backward gain {backward:.4f}")

rng = np.random.default_rng(5)
W = rng.normal(0, forward / np.sqrt(2000), (2000, 2000))
measured = np.mean((W @ phi(rng.standard_normal(2000))) ** 2)
print(f"one layer: mean square {measured:.2f} (predicted 1.00)")

# %% check
# Four deviations, relative: 2/fan_in from the weights, and what φ² scatters from the inputs.
scatter = p @ phi(z)**4 / (p @ phi(z)**2) ** 2 - 1
assert abs(measured - 1) < 4 * np.sqrt((2 + scatter) / 2000)
# The claims of the text: the gains are far apart, and an error dies out.
left = p @ (z * phi(z) * slope) / (p @ phi(z)**2)
assert backward > 1.5 * forward
assert left < 1
