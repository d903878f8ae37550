"""If each layer doubles the signal, the first overflow of a format comes about
two layers before the number of layers that double 1 to its largest number."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
n = 256
sigma = 2 * np.sqrt(2 / n)            # twice that of He: the size doubles per layer
growth = 1 - 5 / (4 * n * np.log(2))  # doublings per layer of a typical network
formats = {  # digits, lowest exponent, largest number
    "fp8 e4m3": (3, -6, 448.0), "fp8 e5m2": (2, -14, 57344.0), "float16": (10, -14, 65504.0),
    "bfloat16": (7, -126, (2 - 2.0**-7) * 2.0**127), "float32": (23, -126, (2 - 2.0**-23) * 2.0**127),
    "float64": (52, -1022, np.finfo(float).max)}


def rounded(x, digits, lowest, largest):
    spacing = np.ldexp(1.0, np.maximum(np.frexp(x)[1] - 1, lowest) - digits)
    y = np.round(x / spacing) * spacing
    beyond = np.nan if largest == 448 else np.copysign(np.inf, y)   # e4m3 has no infinity
    return np.where(abs(y) > largest, beyond, y)


predicted = {}
measured = {}
shares = {}
for name, numbers in formats.items():
    predicted[name] = (np.log2(numbers[2]) - 2) / growth
    h = rounded(np.maximum(rng.standard_normal(n) * np.sqrt(2), 0), *numbers)
    shares[name] = []                # of finite, infinite and undefined units, layer by layer
    for layer in range(1100):
        W = rounded(rng.normal(0, sigma, (n, n)), *numbers)
        with np.errstate(all="ignore"):              # the overflow is the subject
            h = rounded(np.maximum(W @ h, 0), *numbers)
        shares[name].append((np.isfinite(h).mean(), np.isinf(h).mean(), np.isnan(h).mean()))
        if np.isnan(h).all():
            break
    measured[name] = 1 + int(np.argmin([share[0] == 1 for share in shares[name]]))
    print(f"{name:9} predicted {predicted[name]:6.1f}   first overflow in layer {measured[name]}")

fig, axes = plt.subplots(2, 3, figsize=(7.4, 4.1), sharey=True)
for ax, (name, rows) in zip(axes.flat, shares.items()):
    first = measured[name] - 4
    places = np.arange(first, len(rows) + 1)
    bottom = np.zeros(len(places))
    for column, color in enumerate(("C0", "C3", "0.5")):
        heights = np.array(rows)[first - 1:, column]
        ax.bar(places, heights, 0.8, bottom, color=color, alpha=0.75)
        bottom = bottom + heights
    ax.axvline(predicted[name], color="black", ls="--", lw=1.4)
    ax.text(predicted[name], 1.03, f"{predicted[name]:.1f}", ha="center", fontsize=9)
    ax.set_title(name, fontsize=11, pad=15)
    ax.set(xlim=(first - 0.6, first + 6.6), ylim=(0, 1), xticks=range(first, first + 7, 2), yticks=[])
    ax.grid(False)
for place, words in ((measured["float16"] - 2.5, "finite"), (len(shares["float16"]), "nan")):
    axes[0, 2].text(place, 0.5, words, ha="center", va="center", rotation=90 if words == "nan" else 0)
for ax in axes[1]:
    ax.set_xlabel("layer")
plt.show()

# %% check
# Whole layers: 1. The size wanders by √(5/n)/(2 ln 2) doublings per layer, its
# largest entry by a fifth of one: four standard deviations.
for name, layer in measured.items():
    sd = np.sqrt(predicted[name] * 5 / n / 4 / np.log(2) ** 2 + 0.2**2)
    assert abs(layer - 0.5 - predicted[name]) < 0.5 + 4 * sd
    assert shares[name][-1] == (0, 0, 1)
# Without an infinity there is only nan.
assert max(share[1] for share in shares["fp8 e4m3"]) == 0
