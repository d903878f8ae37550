import numpy as np

rng = np.random.default_rng(5)
draws, fan_in, sigma, gamma = 10_000, 100, 0.1, 1.5
c, mu, moved = 0.5, 3.0, 0.1
W = rng.normal(0, sigma, (draws, fan_in))       # row d: draw d of one unit
X = rng.normal(0, gamma, (draws, fan_in))       # row d: the input it meets
W_part, X_part = rng.standard_normal((2, draws, 1))     # shared in a draw
W_alike = np.sqrt(1 - c) * W + np.sqrt(c) * sigma * W_part
X_alike = np.sqrt(1 - c) * X + np.sqrt(c) * gamma * X_part
scale = np.linspace(0, 2, fan_in)               # for unequal sizes

alone = fan_in * sigma**2 * gamma**2            # all assumptions hold
cases = {  # name: (weights, inputs, predicted factor on E[o^2])
    "all hold": (W, X, 1),
    "inputs correlated": (W, X_alike, 1),
    "weights correlated": (W_alike, X, 1),
    "both correlated": (W_alike, X_alike, 1 + (fan_in - 1) * c**2),
    "weights unequal": (W * scale, X, np.mean(scale**2)),
    "both unequal": (W * scale, X * scale, np.mean(scale**4)),
    "inputs with mean 3": (W, X + mu, 1 + mu**2 / gamma**2),
    "weights with mean sigma": (W + sigma, X, 2),
    "weights follow input": (W + moved * sigma * X / gamma, X,
                             1 + moved**2 * (fan_in + 2)),
}
measured, predicted = {}, {}
print("E[o^2] over fan_in sigma^2 gamma^2    measured  predicted")
for name, (weights, inputs, factor) in cases.items():
    o = np.sum(weights * inputs, axis=1)        # (draws,)
    squares = o**2 / alone
    measured[name], predicted[name] = squares.mean(), float(factor)
    print(f"{name:<36}{measured[name]:10.2f}{factor:11.2f}")
    # The sample's own standard error of this mean, four times.
    error = squares.std() / np.sqrt(draws)
    assert abs(measured[name] - factor) < 4 * error
