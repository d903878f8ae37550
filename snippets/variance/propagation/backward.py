import numpy as np

rng = np.random.default_rng(21)
draws, fan_in, fan_out, gamma = 1000, 30, 60, 1.5
sigma = 1 / np.sqrt(fan_in)                     # keeps the forward signal
W = rng.normal(0, sigma, (draws, fan_out, fan_in))
x = rng.normal(0, gamma, (draws, fan_in))
o = np.einsum("dij,dj->di", W, x)               # forward: (draws, fan_out)

delta = rng.exponential(gamma, (draws, fan_out))    # mean gamma, not zero
cases = {  # name: (delta, its second moment, E of the squared result)
    "delta independent of W": (
        delta, 2 * gamma**2, fan_out * sigma**2 * 2 * gamma**2),
    "delta = o = W x": (
        o, fan_in * sigma**2 * gamma**2,
        fan_out * (fan_out + fan_in + 1) * sigma**4 * gamma**2),
}
factors, predicted_factors = {}, {}
print("factor on the mean square      measured  predicted")
for name, (delta, moment, result) in cases.items():
    back = np.einsum("dij,di->dj", W, delta)    # W.T @ delta, every draw
    squares = np.mean(back**2, axis=1)          # (draws,)
    factors[name] = squares.mean() / moment
    predicted_factors[name] = result / moment
    print(f"{name:<29}{factors[name]:10.3f}{predicted_factors[name]:11.3f}")
    error = squares.std() / np.sqrt(draws)      # standard error, draws apart
    assert abs(squares.mean() - result) < 4 * error

forward_factor, predicted_forward = np.mean(o**2) / gamma**2, fan_in * sigma**2
print(f"{'forward':<29}{forward_factor:10.3f}{predicted_forward:11.3f}")
# |o|^2 is a product of two chi-squares: relative variance about 2/30 + 2/60.
assert abs(forward_factor - predicted_forward) < 4 * np.sqrt(0.11 / draws)
