"""Forward and backward size per layer: healthy lanes are level, and a sigmoid network
has a level forward lane whose backward lane vanishes."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
n = 100
depth = 20


def sizes(gain, phi, dphi):
    h = rng.standard_normal((50, n))
    matrices, slopes, forward = [], [], []
    for _ in range(depth):
        W = rng.normal(0, gain / np.sqrt(n), (n, n))
        z = h @ W.T
        h = phi(z)
        matrices.append(W)
        slopes.append(dphi(z))
        forward.append(np.sqrt(np.mean(z**2)))
    delta = rng.standard_normal(h.shape)
    backward = []
    for W, slope in zip(matrices[::-1], slopes[::-1]):
        delta = delta * slope
        backward.append(np.sqrt(np.mean(delta**2)))
        delta = delta @ W
    return np.array(forward), np.array(backward[::-1])


def relu(z):
    return np.maximum(z, 0)


def step(z):
    return z > 0


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


cases = {
    "healthy": (np.sqrt(2), relu, step), "shrinks": (1.0, relu, step), "grows": (2.0, relu, step),
    "gradient vanishes": (1.0, sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
}
measured = {name: sizes(*case) for name, case in cases.items()}
fall = {name: (forward[-1] / forward[0], backward[0] / backward[-1]) for name, (forward, backward) in measured.items()}

fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.9), sharey=True)
for ax, (name, (forward, backward)) in zip(axes, measured.items()):
    layers = np.arange(1, depth + 1)
    ax.bar(layers, np.log10(forward), color="C0")
    ax.bar(layers, np.log10(backward), bottom=-6, color="C1")
    ax.set_title(name, fontsize=11)
    ax.axhline(0, color="0.5", lw=0.8)
    ax.axhline(-6, color="0.5", lw=0.8)
    ax.set(ylim=(-19, 5), yticks=[0, -3, -6, -18], xlabel="layer", xticks=[1, 10, 20])
    ax.grid(False)
axes[0].set_yticklabels(["1", "$10^{-3}$", "1", "$10^{-12}$"])
axes[0].text(1, 1.2, "forward", color="C0")
axes[0].text(1, -4.9, "backward", color="C1")
plt.show()

# %% check
# A ReLU network scatters: the logarithm of its mean square has the variance 5 L / n = 1, so its size is within e² or so.
for name, predicted in {"healthy": 1.0, "shrinks": 2.0 ** (-19 / 2), "grows": 2.0 ** (19 / 2)}.items():
    assert np.max(np.abs(np.log(np.array(fall[name]) / predicted))) < 2.5
name = "gradient vanishes"
assert 0.2 < fall[name][0] < 1.5 and fall[name][1] < 1e-9
