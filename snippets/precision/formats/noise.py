"""Rounding the weights and the outputs of every layer leaves a relative error that
grows like the square root of the depth, and is predicted from the digits alone."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
n = 256
depth = 50
formats = {"fp8 e4m3": (3, -6), "bfloat16": (7, -126), "float16": (10, -14)}  # digits, lowest exponent


def rounded(x, digits, lowest):
    spacing = np.ldexp(1.0, np.maximum(np.frexp(x)[1] - 1, lowest) - digits)
    return np.round(x / spacing) * spacing


exact = rng.standard_normal(n)
signals = {name: rounded(exact, *numbers) for name, numbers in formats.items()}
measured = {name: [] for name in formats}
for layer in range(depth):
    W = rng.normal(0, np.sqrt(1 / n), (n, n))
    exact = W @ exact
    for name, numbers in formats.items():
        signals[name] = rounded(rounded(W, *numbers) @ signals[name], *numbers)
        measured[name].append(np.linalg.norm(signals[name] - exact) / np.linalg.norm(exact))

layers = np.arange(1, depth + 1)
predicted = {}
fig, ax = plt.subplots(figsize=(6.8, 3.2))
for name, (digits, lowest) in formats.items():
    predicted[name] = 2.0**-digits * np.sqrt((2 * layers + 1) / (32 * np.log(2)))
    print(f"{name}: error {measured[name][-1]:.1%} after {depth} layers (predicted {predicted[name][-1]:.1%})")
    ax.loglog(layers[::3], np.array(measured[name])[::3], "o", color="C0", ms=4)
    ax.loglog(layers, predicted[name], color="black", ls="--", lw=1.3)
    ax.text(56, measured[name][-1], name, color="C0", va="center")
ax.set(xlabel="layer", ylabel="relative error", xlim=(0.9, 140), xticks=[1, 10, 50], xticklabels=[1, 10, 50])
ax.minorticks_off()
plt.show()

# %% check
# The mean squares of signal and error wander by √(2/n) per layer each, and apart
# for half of the layers on average: √(2 L/n). Four of these, halved for a root.
for name in formats:
    assert abs(np.log(np.array(measured[name]) / predicted[name])).max() < 4 * np.sqrt(2 * depth / n) / 2
