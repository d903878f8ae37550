"""Xavier's factors are one only between equal fans; variance 1/fan_in keeps
the signal at any width: entries shrink, singular values keep mean square 1."""

import numpy as np

rng = np.random.default_rng(2)
batch = 200  # no mutate: the tolerance follows it
shapes = [
    (16, 256),  # no mutate: another widening layer would do; the prediction follows its fans
    (256, 256),
    (784, 256),
    (784, 10),
]
up = {}
down = {}
measured_up = {}
measured_down = {}
for fan_in, fan_out in shapes:
    net = f"{fan_in} to {fan_out}"
    sigma = np.sqrt(2 / (fan_in + fan_out))
    up[net] = fan_in * sigma**2
    down[net] = fan_out * sigma**2

    W = rng.normal(0, sigma, (fan_out, fan_in))
    X = rng.normal(size=(batch, fan_in))
    measured_up[net] = np.mean((X @ W.T)**2)
    delta = rng.normal(size=(batch, fan_out))
    measured_down[net] = np.mean((delta @ W)**2)
    print(f"{net:10} Var[o] {up[net]:.3f}, run {measured_up[net]:.2f}"
          f"   gradient {down[net]:.3f}, run {measured_down[net]:.2f}")

entry = {}
square = {}
var_z = {}
after_relu = {}
for n in (6, 60, 600):
    draws = 600 // n  # no mutate: 601 // n is the same for these widths
    W = rng.normal(0, np.sqrt(1 / n), (draws, n, n))
    z = W @ rng.normal(size=(draws, n, batch))              # E[x^2] = 1
    entry[n] = np.std(W)
    var_z[n] = np.mean(z**2)
    square[n] = np.sum(W**2) / (draws * n)                  # mean of s_i^2
    after_relu[n] = np.mean(np.maximum(np.sqrt(2) * z, 0)**2)    # with 2/n
    print(f"n = {n:3}: entries {entry[n]:.3f}, mean s_i^2 {square[n]:.2f},"
          f" Var[z] {var_z[n]:.2f}, with 2/n {after_relu[n]:.2f} after ReLU")


# %% check
def error(a, b, c):     # relative, of mean((X @ W.T)**2) for Gaussian X and W
    return np.sqrt(2 * (a + b + c + 1) / (a * b * c))


for fan_in, fan_out in shapes:
    net = f"{fan_in} to {fan_out}"
    bound = 4 * error(fan_in, fan_out, batch)
    # Four standard errors.
    assert abs(measured_up[net] / up[net] - 1) < bound
    assert abs(measured_down[net] / down[net] - 1) < bound

tolerance = {}
for n in (6, 60, 600):
    draws = 600 // n
    tolerance[n] = 4 * error(n, n, batch) / np.sqrt(draws)
    # Four standard errors of z**2; the entries scatter less.
    assert abs(square[n] - 1) < tolerance[n]
    assert abs(var_z[n] - 1) < tolerance[n]
    # After a ReLU h**2 has the relative variance 5, where z**2 has 2.
    assert abs(after_relu[n] - 1) < np.sqrt(5 / 2) * tolerance[n]
