"""Correlated inputs, or correlated weights behind inputs of mean zero, leave the
output's second moment as it is; both together, means, and weights that follow
their input raise it, each by the predicted factor."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
draws = 10_000
fan_in = 100
sigma = 0.1
gamma = 1.5
c = 0.5       # a correlation between any two
mu = 3.0      # a mean of the inputs
moved = 0.1   # how far a weight follows its input, in its own deviations

W = rng.normal(0, sigma, (draws, fan_in))       # row d: draw d of one unit
X = rng.normal(0, gamma, (draws, fan_in))       # row d: the input it meets
W_part = rng.standard_normal((draws, 1))        # shared in a draw
X_part = rng.standard_normal((draws, 1))
W_alike = np.sqrt(1 - c) * W + np.sqrt(c) * sigma * W_part
X_alike = np.sqrt(1 - c) * X + np.sqrt(c) * gamma * X_part
scale = np.linspace(0, 2, fan_in)               # for unequal sizes

cases = {  # name: (weights, inputs, predicted factor on E[o²])
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
measured = {}
predicted = {}
errors = {}
print("factor on E[o²]             measured  predicted")
for name, (weights, inputs, factor) in cases.items():
    o = np.sum(weights * inputs, axis=1)        # (draws,)
    squares = o**2 / (fan_in * sigma**2 * gamma**2)
    measured[name] = squares.mean()
    predicted[name] = float(factor)
    errors[name] = squares.std() / np.sqrt(draws)
    print(f"{name:<26}{measured[name]:10.2f}{predicted[name]:11.2f}")

fig, ax = plt.subplots(figsize=(7, 3.4))
places = np.arange(len(cases))[::-1]
ax.hlines(places, 1, list(measured.values()), color="C0", lw=5, alpha=0.45)
ax.plot(list(measured.values()), places, "o", color="C0", ms=9)
ax.plot(list(predicted.values()), places, "|", color="0.4", ms=16, mew=2)
ax.axvline(1, color="0.5", lw=1, ls="--")
ax.set(xscale="log", yticks=places, yticklabels=list(cases), xlim=(0.8, 45),
       xticks=[1, 2, 5, 10, 26], xticklabels=[1, 2, 5, 10, 26], xlabel="factor on the mean square of the output")
ax.minorticks_off()
ax.grid(False, axis="y")
plt.show()

# %% check
for name, error in errors.items():   # four of the sample's own standard errors
    assert abs(measured[name] - predicted[name]) < 4 * error
