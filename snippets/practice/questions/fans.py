import numpy as np

rng = np.random.default_rng(2)


def error(a, b, c):     # relative, of mean((X @ W.T)**2) for Gaussian X and W
    return np.sqrt(2 * (a + b + c + 1) / (a * b * c))


batch, up, down, measured_up, measured_down = 200, {}, {}, {}, {}
for fan_in, fan_out in [(16, 256), (256, 256), (784, 256), (784, 10)]:
    net, sigma = f"{fan_in} to {fan_out}", np.sqrt(2 / (fan_in + fan_out))
    W = rng.normal(0, sigma, (fan_out, fan_in))
    up[net], down[net] = fan_in * sigma**2, fan_out * sigma**2
    measured_up[net] = np.mean((rng.normal(size=(batch, fan_in)) @ W.T)**2)
    measured_down[net] = np.mean((rng.normal(size=(batch, fan_out)) @ W)**2)
    print(f"{net:10} Var[o] {up[net]:.3f}, run {measured_up[net]:.2f}"
          f"   gradient {down[net]:.3f}, run {measured_down[net]:.2f}")
    for ratio in measured_up[net] / up[net], measured_down[net] / down[net]:
        assert abs(ratio - 1) < 4 * error(fan_in, fan_out, batch)

entry, square, var_z, after_relu, tolerance = {}, {}, {}, {}, {}
for n in (6, 60, 600):
    draws = 600 // n
    W = rng.normal(0, np.sqrt(1 / n), (draws, n, n))
    z = W @ rng.normal(size=(draws, n, batch))              # E[x^2] = 1
    entry[n], var_z[n] = np.std(W), np.mean(z**2)
    square[n] = np.sum(W**2) / (draws * n)                  # mean of s_i^2
    after_relu[n] = np.mean(np.maximum(np.sqrt(2) * z, 0)**2)    # with 2/n
    print(f"n = {n:3}: entries {entry[n]:.3f}, mean s_i^2 {square[n]:.2f},"
          f" Var[z] {var_z[n]:.2f}, with 2/n {after_relu[n]:.2f} after ReLU")
    tolerance[n] = 4 * error(n, n, batch) / np.sqrt(draws)
    assert max(abs(square[n] - 1), abs(var_z[n] - 1)) < tolerance[n]
    assert abs(after_relu[n] - 1) < np.sqrt(5 / 2) * tolerance[n]
