"""A convolution of three weights with stride 2 over seven numbers makes nine
products: three for each output, nine sevenths for each input."""
import matplotlib.pyplot as plt
import numpy as np

inputs = 7
kernel = 3
stride = 2
outputs = (inputs - kernel) // stride + 1
lines = []                                    # (input, output): one product each
for i in range(outputs):
    for a in range(kernel):
        lines.append((stride * i + a, i))
enters = np.bincount([j for j, i in lines])   # products that an input enters
adds = np.bincount([i for j, i in lines])     # products that an output adds
fan_in = adds.mean()
fan_out = enters.mean()
print(f"{len(lines)} products, {fan_in:.3f} per output, {fan_out:.3f} per input")

fig, axes = plt.subplots(1, 2, figsize=(7.4, 2.9))
for ax, low, high, title in ((axes[0], 0, 1, "convolution, stride 2"), (axes[1], 1, 0, "the same, transposed")):
    ax.set_title(title, y=1.06)
    for j, i in lines:
        color, width = ("C0", 3) if i == 0 else ("C1", 3) if j == 4 else ("0.6", 1)  # no mutate: how it looks
        ax.plot([j, 2 * i + 1], [low, high], "-", color=color, lw=width, zorder=1)
    ax.plot(np.arange(inputs), np.full(inputs, low), "o", color="0.5", ms=9)
    ax.plot(2 * np.arange(outputs) + 1, np.full(outputs, high), "s", color="0.5", ms=11)
    for j in range(inputs):
        ax.text(j, low + (low - high) * 0.17, enters[j], ha="center", va="center")
    for i in range(outputs):
        ax.text(2 * i + 1, high + (high - low) * 0.17, adds[i], ha="center", va="center")
    ax.text(-0.75, 0, "in", ha="right", va="center", color="0.5")
    ax.text(-0.75, 1, "out", ha="right", va="center", color="0.5")
    ax.set(xlim=(-1.6, 6.5), ylim=(-0.3, 1.3))
    ax.axis("off")
plt.show()

# %% check
assert len(lines) == fan_in * outputs == 9
assert round(fan_out * inputs) == 9
assert list(enters) == [1, 1, 2, 1, 2, 1, 1]
