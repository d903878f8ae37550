"""Twenty wide ReLU layers with He keep the gradient, sigmoid with Xavier lose
it; ReLU units differ between examples in the first layer, less in the last."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(5)
n = 128
depth = 20
batch = 64
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
X = rng.standard_normal((batch, n))                     # inputs
V = rng.standard_normal((batch, n))                     # gradients at the output


def there_and_back(W, phi, dphi):
    H = X
    slopes = []
    for W_l in W:
        Z = H @ W_l.T                                   # (batch, n)
        H = phi(Z)
        slopes.append(dphi(Z))
    gradient = V
    for W_l, slope in zip(W[::-1], slopes[::-1]):
        gradient = (gradient * slope) @ W_l
    return np.array(slopes), gradient


on, gradient = there_and_back(np.sqrt(2) * G, lambda Z: np.maximum(Z, 0), lambda Z: Z > 0)
faint = there_and_back(G, lambda Z: 1 / (1 + np.exp(-Z)), lambda Z: 1 / (2 + 2 * np.cosh(Z)))[1]
ratio = {
    "ReLU": np.linalg.norm(gradient) / np.linalg.norm(V),
    "sigmoid": np.linalg.norm(faint) / np.linalg.norm(V),
}
predicted = {"ReLU": 1.0, "sigmoid": 0.05572 ** (depth / 2)}     # chi from critical.py
for net in ratio:
    print(f"{net:8} {ratio[net]:.2g} of the gradient arrives (predicted {predicted[net]:.2g})")

share = on.mean(axis=1)                                 # (layer, unit): of the batch
agree = (on[:, ::2] == on[:, 1::2]).mean(axis=(1, 2))   # in pairs of examples
off_for_all = (share == 0).mean(axis=1)
first = agree[0]
last = agree[depth - 1]
print(f"pairs agree on {first:.0%} of the units in layer 1, on {last:.0%} in layer {depth}")

blues = LinearSegmentedColormap.from_list("", ["#e6f0f9", "#2f7fc1", "#08213a"])
fig, ax = plt.subplots(figsize=(6.6, 3.2))
picture = ax.imshow(np.sort(share, axis=1).T[::-1], cmap=blues, vmin=0, vmax=1, aspect="auto",
                    interpolation="none", extent=(0.5, depth + 0.5, 0, n))
bar = fig.colorbar(picture, ax=ax, ticks=[0, 0.5, 1])
bar.set_ticklabels(["none", "half", "all"])
bar.set_label("examples for which a unit is on")
ax.set(xlabel="layer", ylabel=f"{n} units, sorted", yticks=[], xticks=[1, 5, 10, 15, 20])
ax.grid(False)
plt.show()

# %% check
# Four standard deviations of the logarithm, half of that of the square,
# which scatters by (3 m - 1) / n per layer: m = 2 for ReLU, 1.03 for sigmoid.
sd = np.sqrt(np.array([5, 2.1]) * depth / n) / 2
for net, sd_net in zip(ratio, sd):
    assert abs(np.log(ratio[net] / predicted[net])) < 4 * sd_net
# Four standard deviations of the share of heads of as many fair coins.
assert abs(on.mean() - 1 / 2) < 4 * 0.5 / np.sqrt(n * depth)
assert abs(first - 1 / 2) < 4 * 0.5 / np.sqrt(n * batch / 2)
# Far above one half; and no unit of layer one is off for all of the batch.
assert last > 3 / 4
assert off_for_all[0] == 0
assert off_for_all[-1] > 0
