"""With fan_out = 2 fan_in = 2/σ² the signal keeps its mean square; backward,
that of an independent δ doubles, and that of δ = W x grows over sixfold."""

import numpy as np

rng = np.random.default_rng(21)
draws = 1000  # no mutate: the tolerances follow it, no prediction depends on it
fan_in = 30
fan_out = 60
gamma = 1.5
sigma = 1 / np.sqrt(fan_in)                     # keeps the forward signal

W = rng.normal(0, sigma, (draws, fan_out, fan_in))
x = rng.normal(0, gamma, (draws, fan_in))
o = np.einsum("dij,dj->di", W, x)               # forward: (draws, fan_out)
delta = rng.exponential(gamma, (draws, fan_out))    # mean gamma, not zero

cases = {  # name: (delta, its second moment, E of the squared result)
    "delta independent of W": (
        delta,
        2 * gamma**2,
        fan_out * sigma**2 * 2 * gamma**2,
    ),
    "delta = o = W x": (
        o,
        fan_in * sigma**2 * gamma**2,
        fan_out * (fan_out + fan_in + 1) * sigma**4 * gamma**2,
    ),
}

squares = {}
factors = {}
predicted_factors = {}
print("factor on the mean square      measured  predicted")
for name, (delta, moment, result) in cases.items():
    back = np.einsum("dij,di->dj", W, delta)    # W.T @ delta, every draw
    squares[name] = np.mean(back**2, axis=1)    # (draws,)
    factors[name] = squares[name].mean() / moment
    predicted_factors[name] = result / moment
    print(f"{name:<29}{factors[name]:10.3f}{predicted_factors[name]:11.3f}")

forward_factor = np.mean(o**2) / gamma**2
predicted_forward = fan_in * sigma**2
print(f"{'forward':<29}{forward_factor:10.3f}{predicted_forward:11.3f}")

# %% check
for name, (delta, moment, result) in cases.items():
    error = squares[name].std() / np.sqrt(draws)
    # Four standard errors; the draws are independent of each other.
    assert abs(squares[name].mean() - result) < 4 * error

# |o|^2 is a product of two chi-squares: relative variance about 2/30 + 2/60.
assert abs(forward_factor - predicted_forward) < 4 * np.sqrt(0.11 / draws)
