"""After fifty linear layers with a hundred inputs per unit the size of the
signal is about (10 σ)⁵⁰ times what it was."""
import numpy as np

rng = np.random.default_rng(15)
fan_in = 100
depth = 50

measured = {}
predicted = {}
for sigma in (0.09, 0.10, 0.11):
    h = rng.standard_normal(fan_in)  # no mutate: any input does
    start = np.sqrt(np.mean(h**2))
    for layer in range(depth):
        W = rng.normal(0, sigma, (fan_in, fan_in))
        h = W @ h
    measured[sigma] = np.sqrt(np.mean(h**2)) / start
    predicted[sigma] = (np.sqrt(fan_in) * sigma) ** depth
    print(f"deviation {sigma:.2f}: size times {measured[sigma]:9.4f}"
          f"   (predicted {predicted[sigma]:9.4f})")

# %% check
# The logarithm of the mean square moves by a random step of variance 2/fan_in
# and mean -1/fan_in in each layer. Four deviations of half its sum.
for sigma in measured:
    off = np.log(measured[sigma] / predicted[sigma]) + depth / fan_in / 2
    assert abs(off) < 4 * np.sqrt(2 * depth / fan_in) / 2
