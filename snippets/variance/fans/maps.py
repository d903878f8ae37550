"""Zero padding starves the borders of a convolution, and a kernel of 3 with
stride 2, transposed, draws a pattern of three sizes; a kernel of 4 does not."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
draws = 600  # no mutate: the tolerance follows it
channels = 16


def layer(image, kernel, fan):
    """Sums kernel × kernel pixels of all channels, at every place where the kernel fits into the image."""
    size = len(image[0]) - kernel + 1
    w = rng.normal(0, 1 / np.sqrt(fan), (channels, channels, kernel, kernel))
    return sum(np.einsum("oi,ihw->ohw", w[:, :, a, b], image[:, a:a + size, b:b + size])
               for a, b in np.ndindex(kernel, kernel))


squares = {"padded": [], "kernel 3": [], "kernel 4": []}
for _ in range(draws):
    image = np.zeros((channels, 10, 10))
    image[:, 1:9, 1:9] = rng.standard_normal((channels, 8, 8))      # one pixel of zeros around
    squares["padded"].append(np.mean(layer(image, 3, 9 * channels) ** 2, axis=0))
    for kernel in (3, 4):
        spread = np.zeros((channels, kernel + 7, kernel + 7))
        spread[:, ::2, ::2] = rng.standard_normal(spread[:, ::2, ::2].shape)
        squares[f"kernel {kernel}"].append(np.mean(layer(spread, kernel, kernel**2 / 4 * channels) ** 2, axis=0))
measured = {name: np.mean(values, axis=0) for name, values in squares.items()}

padded = np.full(8, 3)
padded[[0, -1]] = 2
striped = np.array([2, 1] * 4)
predicted = {"padded": np.outer(padded, padded) / 9, "kernel 3": np.outer(striped, striped) / (9 / 4), "kernel 4": np.ones((8, 8))}

titles = ["kernel 3, padded with zeros", "transposed, kernel 3, stride 2", "transposed, kernel 4, stride 2"]
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.9))
for ax, name, title in zip(axes, measured, titles):
    ax.imshow(measured[name], cmap="Blues", vmin=0, vmax=2.4)
    for i, j in ((0, 0), (0, 3), (3, 0), (3, 3)):
        ax.text(j, i, f"{predicted[name][i, j]:.2f}", ha="center", va="center", fontsize=7,
                color="white" if predicted[name][i, j] > 1.3 else "black")
    ax.set_title(title, fontsize=9)
    ax.axis("off")
plt.show()

# %% check
# Of 192 pixels none may be off by five of its own standard errors.
for name, values in squares.items():
    error = np.std(values, axis=0, ddof=1) / np.sqrt(draws)
    assert np.all(np.abs(measured[name] - predicted[name]) < 5 * error)
