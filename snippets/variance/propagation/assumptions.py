"""Correlated inputs or correlated weights alone keep E[o²]; both at once, a
mean of either, and weights that follow the input raise it as predicted."""

import numpy as np

rng = np.random.default_rng(5)
draws = 10_000  # no mutate: the tolerance follows it, no prediction depends on it
fan_in = 100
sigma = 0.1
gamma = 1.5
c = 0.5                                         # a correlation
mu = 3.0
moved = 0.1

W = rng.normal(0, sigma, (draws, fan_in))       # row d: draw d of one unit
X = rng.normal(0, gamma, (draws, fan_in))       # row d: the input it meets
W_part, X_part = rng.standard_normal((2, draws, 1))     # shared in a draw

W_own = np.sqrt(1 - c) * W
W_shared = np.sqrt(c) * sigma * W_part
W_alike = W_own + W_shared  # no mutate: the shared number is as often negative as positive
X_own = np.sqrt(1 - c) * X
X_shared = np.sqrt(c) * gamma * X_part
X_alike = X_own + X_shared  # no mutate: the shared number is as often negative as positive
scale = np.linspace(0, 2, fan_in)               # for unequal sizes

alone = fan_in * sigma**2 * gamma**2            # all assumptions hold
follow = 1 + moved**2 * (fan_in + 2)
cases = {  # name: (weights, inputs, predicted factor on E[o^2])
    "all hold": (W, X, 1),
    "inputs correlated": (W, X_alike, 1),
    "weights correlated": (W_alike, X, 1),
    "both correlated": (W_alike, X_alike, 1 + (fan_in - 1) * c**2),
    "weights unequal": (W * scale, X, np.mean(scale**2)),
    "both unequal": (W * scale, X * scale, np.mean(scale**4)),
    "inputs with mean 3": (W, X + mu, 1 + mu**2 / gamma**2),
    "weights with mean sigma": (W + sigma, X, 2),
    "weights follow input": (W + moved * sigma * X / gamma, X, follow),
}

squares = {}
measured = {}
predicted = {}
print("E[o^2] over fan_in sigma^2 gamma^2    measured  predicted")
for name, (weights, inputs, factor) in cases.items():
    o = np.sum(weights * inputs, axis=1)        # (draws,)
    squares[name] = o**2 / alone
    measured[name] = squares[name].mean()
    predicted[name] = float(factor)
    print(f"{name:<36}{measured[name]:10.2f}{factor:11.2f}")

# %% check
for name in cases:
    error = squares[name].std() / np.sqrt(draws)
    # Four of the sample's own standard errors.
    assert abs(measured[name] - predicted[name]) < 4 * error
