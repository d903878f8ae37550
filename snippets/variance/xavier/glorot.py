"""In five wide tanh layers, weights from U(±1/√fan_in) let activations and
gradients shrink layer by layer, where Xavier's shrink far less."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(14)
width = 800
batch = 60  # no mutate: how many examples are looked at
depth = 5
limits = {"U(±1/√fan_in)": np.sqrt(1 / width), "Xavier": np.sqrt(6 / (width + width))}
X = rng.standard_normal((batch, width))
top = rng.standard_normal((batch, width))  # no mutate: any gradient at the top

signals = {}
gradients = {}
measured = {}    # rms of the last layer, and of the gradient at the input
for name, limit in limits.items():
    W = rng.uniform(-limit, limit, (depth, width, width))
    h = [X]
    for layer in range(depth):
        h.append(np.tanh(h[-1] @ W[layer].T))
    back = [top]
    for layer in reversed(range(depth)):
        back.append(((1 - h[layer + 1] ** 2) * back[-1]) @ W[layer])
    signals[name] = h
    gradients[name] = back[::-1]
    measured[name] = [np.sqrt(np.mean(each**2)) for each in (h[depth], back[depth])]
    out, into = measured[name]
    print(f"{name:14} last layer: rms {out:.3f};  gradient at the input: rms {into:.3f}")

predicted = {}   # the rms of the last layer, from one integral per layer
nodes, weights = np.polynomial.hermite_e.hermegauss(60)  # no mutate: 60 nodes are enough
for name, limit in limits.items():
    q = 1.0
    for layer in range(depth):
        z = np.sqrt(width * limit**2 / 3 * q) * nodes
        q = np.average(np.tanh(z) ** 2, weights=weights)
    predicted[name] = np.sqrt(q)

fig, axes = plt.subplots(2, 2, figsize=(7.2, 4.2), sharex="row")
for column, name in enumerate(limits):
    for row, (values, color) in enumerate(((signals, "C0"), (gradients, "C1"))):
        ax = axes[row, column]
        edges = np.linspace(-1, 1, 61) if row == 0 else np.linspace(-3, 3, 61)  # no mutate: bins
        for layer in range(1, depth + 1) if row == 0 else range(depth):
            sample = values[name][layer].ravel()
            heights = np.histogram(sample, edges, density=True)[0]
            heights = 0.9 * heights / heights.max()
            base = -layer
            ax.fill_between((edges[1:] + edges[:-1]) / 2, base, base + heights, color=color, alpha=0.55, lw=0)  # no mutate: the middles of bins
        ax.set(yticks=[])
        ax.spines["left"].set_visible(False)
        ax.grid(False)
    axes[0, column].set_title(name)
    axes[0, column].set_xlabel("activation, layer 1 (top) to 5")
    axes[1, column].set_xlabel("gradient, layer 0 (top) to 4")
plt.show()

# %% check
for name in limits:
    # One wide network: each layer adds a relative variance below 2/width.
    assert abs(np.log(measured[name][0] / predicted[name])) < 4 * np.sqrt(2 * depth / width) / 2
