"""A circle of inputs shrinks to a point where gradients vanish, fades slowly
where the factor is one, and tangles where gradients grow."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(12)
n = 300
depth = 20
sigma_b = 0.3
arcs = 12
angles = np.linspace(0, 2 * np.pi, 6 * arcs + 1)
circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)   # (inputs, 2)
plane = np.linalg.qr(rng.standard_normal((n, 2)))[0]  # no mutate: any plane will do
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
b = sigma_b * rng.standard_normal((depth, n))

g = np.linspace(-8, 8, 321)  # no mutate: any fine grid is exact far beyond the digits shown
weight = np.exp(-g**2 / 2) / np.sum(np.exp(-g**2 / 2))
chi = {}
spread = {}                            # scale → by layer, from layer 0
shapes = {}
left = {}
for sigma_w in (0.8, 1.3956, 2.5):
    q = 1.0  # no mutate: it is forgotten
    for _ in range(300):  # no mutate: it is stationary long before
        q = sigma_w**2 * np.sum(weight * np.tanh(np.sqrt(q) * g) ** 2) + sigma_b**2
    chi[sigma_w] = sigma_w**2 * np.sum(weight / np.cosh(np.sqrt(q) * g) ** 4)

    radius = np.sqrt(n * (q - sigma_b**2)) / sigma_w   # gives the first layer this q
    h = radius * circle @ plane.T
    layers = [h]
    for G_l, b_l in zip(G, b):
        layers.append(sigma_w * h @ G_l.T + b_l)       # pre-activations
        h = np.tanh(layers[-1])
    spread[sigma_w] = []
    shapes[sigma_w] = []
    for z in layers:
        apart = z - z[1:].mean(axis=0)         # the last angle is the first again
        size = np.sqrt(np.mean(z**2))
        spread[sigma_w].append(np.sqrt(np.mean(apart**2)) / size)
        u, _, v = np.linalg.svd(circle.T @ apart, full_matrices=False)
        follows = u @ v                        # the plane that follows the circle
        shapes[sigma_w].append(apart @ follows.T / np.sqrt(n) / size)
    left[sigma_w] = spread[sigma_w][depth]
    print(f"chi = {chi[sigma_w]:.2f}: scale {sigma_w}, spread in layer {depth} {left[sigma_w]:.2g}")

hues = ["#2f7fc1", "#18956f", "#8f7a1f", "#d1662c", "#b8609b", "#2f7fc1"]
wheel = LinearSegmentedColormap.from_list("", hues)
fig, panels = plt.subplots(3, 5, figsize=(7.2, 4.7), sharex=True, sharey=True)
for row, (sigma_w, layers) in enumerate(shapes.items()):
    panels[row, 0].set_ylabel(rf"$\chi$ = {chi[sigma_w]:.2f}", fontsize=12)
    for column, layer in enumerate((0, 2, 5, 10, 20)):
        ax = panels[row, column]
        for arc in range(arcs):
            piece = layers[layer][6 * arc:6 * arc + 7]
            ax.plot(*piece.T, color=wheel((arc + 0.5) / arcs), ls="-", lw=2)
        ax.set(aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xticks=[], yticks=[])
        ax.spines[["left", "bottom"]].set_visible(False)
        panels[0, column].set_title(f"layer {layer}" if layer else "inputs", fontsize=11)
plt.show()

# %% check
assert abs(chi[1.3956] - 1) < 1e-4       # the scale has five digits
# Four standard deviations and more, of such networks: 0.0001, 0.044 and 0.01.
assert left[0.8] < 0.002
assert 0.25 < left[1.3956] < 0.65
assert left[2.5] > 0.85
