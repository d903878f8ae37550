"""Weights whose fan is read off their shape keep the mean square in five of
ten layers, and miss it by a factor of up to 256 in the other five."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
draws = 40  # no mutate: the tolerance follows it


def draw(*shape):
    """The rule 1/fan_in, with the fan that PyTorch counts: every axis but the first."""
    weights.append(rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape))
    return weights[-1]


def conv(W, x, step):
    """A convolution on a picture without borders: what leaves on one side enters on the other."""
    out = 0
    for a, b in np.ndindex(W.shape[2:]):
        out = out + np.einsum("oi,ihw->ohw", W[:, :, a, b], np.roll(x, (-step * a, -step * b), axis=(1, 2)))  # no mutate: any direction does
    return out


def depthwise(w, x):
    """The same, with a kernel for each channel."""
    return sum(w[:, a, b, None, None] * np.roll(x, (-a, -b), axis=(1, 2)) for a, b in np.ndindex(3, 3))  # no mutate: any direction does


measured = {}
for _ in range(draws):
    weights = []                              # of one round
    x = rng.standard_normal(64)
    image = rng.standard_normal((64, 8, 8))
    spread = np.zeros((64, 16, 16))
    spread[:, ::2, ::2] = image               # stride 2, transposed: three pixels of four are zero
    in_keras = rng.normal(0, 1 / np.sqrt(3 * 3 * 64), (3, 3, 64, 1))  # Keras: every axis but the last
    outputs = {
        "dense, W x": draw(256, 64) @ x,
        "dense, x W": x @ draw(64, 256),
        "convolution, stride 2": conv(draw(32, 64, 3, 3), image, 1)[:, ::2, ::2],
        "convolution, dilation 2": conv(draw(32, 64, 3, 3), image, 2),
        "depthwise, in PyTorch": depthwise(draw(64, 1, 3, 3)[:, 0], image),
        "depthwise, in Keras": depthwise(np.moveaxis(in_keras[:, :, :, 0], 2, 0), image),
        "transposed, stride 2": conv(draw(64, 32, 4, 4).swapaxes(0, 1), spread, 1),
        "queries, keys, values in one": draw(3 * 64, 64) @ x,
        "eight experts in one": np.einsum("i,eio->eo", x, draw(8, 64, 256)),
        "embedding, one row": draw(1000, 64)[rng.integers(1000)],  # no mutate: any table, any row
    }
    for name, o in outputs.items():
        measured.setdefault(name, []).append(np.mean(np.square(o)))
predicted = dict(zip(measured, [1, 1 / 4, 1, 1, 1, 1 / 64, 1 / 2, 1, 1 / 256, 1 / 64]))

fig, ax = plt.subplots(figsize=(7, 3.6))
for place, (name, squares) in enumerate(measured.items()):
    ax.barh(-place, np.mean(squares) - 1, left=1, color="C0", alpha=0.5)
    ax.plot(predicted[name], -place, "|", color="black", ms=14, mew=2)
    wrong = predicted[name] < 1
    ax.text(predicted[name] * 0.86 if wrong else 1.1, -place, f"1/{1 / predicted[name]:g}" if wrong else "1",
            ha="right" if wrong else "left", va="center")
ax.set(xscale="log", xlim=(1 / 600, 1.8), yticks=-np.arange(len(measured)), yticklabels=list(measured),
       xticks=[0.01, 0.1, 1], xticklabels=["0.01", "0.1", "1"], xlabel="mean square of the output, for inputs of mean square 1")
ax.minorticks_off()
ax.grid(False, axis="y")
plt.show()

# %% check
# Each draw is independent: four and a half of the sample's own standard errors.
for name, squares in measured.items():
    assert abs(np.mean(squares) - predicted[name]) < 4.5 * np.std(squares, ddof=1) / np.sqrt(draws)
