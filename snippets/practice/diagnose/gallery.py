"""Eight layers, drawn as inputs by units: each fault leaves its own pattern in the
size, the dead and saturated shares, and the agreement between inputs."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n = 64
X = rng.standard_normal((64, n))


def last(gain, depth=6, phi=np.tanh, bias=0.0, biases=0.0, copies=False):
    h = X
    for _ in range(depth):
        W = rng.normal(0, gain / np.sqrt(n), (1 if copies else n, n))
        W = np.repeat(W, n // len(W), axis=0)
        h = phi(h @ W.T + bias + rng.normal(0, biases, n))
    return h


def relu(z):
    return np.maximum(z, 0)


def same(z):
    return z


def fresh(name):
    if name == "H":
        return np.where(np.isin(np.arange(64), (5, 14))[:, None], np.nan, last(**cases[name]))
    return last(**cases[name])


off = 0.8  # the share of units that a bias turns off
cases = {
    "A": {"gain": 1.2}, "B": {"gain": 0.25}, "C": {"gain": 4, "phi": same},
    "D": {"gain": 1.4, "depth": 1, "phi": relu, "bias": np.where(rng.random(n) < off, -9, 0)},
    "E": {"gain": 6}, "F": {"gain": 0.4, "biases": 0.6}, "G": {"gain": 1.2, "copies": True}, "H": {"gain": 1.2},
}
maps = {name: fresh(name) for name in cases}
size, dead, full, agree = {}, {}, {}, {}
for name, h in maps.items():
    size[name] = np.sqrt(np.mean(h**2))
    dead[name] = np.mean(np.all(h == 0, axis=0))
    full[name] = np.mean(np.abs(h) > 0.97)
    agree[name] = (len(h) * np.sum(h.mean(axis=0) ** 2) / np.mean(np.sum(h**2, axis=1)) - 1) / (len(h) - 1)

fig, axes = plt.subplots(2, 4, figsize=(7.4, 4.0))
for ax, (name, h) in zip(axes.flat, maps.items()):
    ax.set_facecolor("0.45")
    ax.imshow(h[:24, :24], cmap="RdBu_r", vmin=-1.2, vmax=1.2, interpolation="nearest")
    ax.set_title(name, fontsize=12)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
axes[0, 0].set(ylabel="24 inputs", xlabel="24 units")
plt.show()

# %% check
assert 0.2 < size["A"] < 1 and agree["A"] < 0.5 and dead["A"] == 0
assert size["B"] < 0.01 and size["C"] > 50
assert dead["D"] > 0.6 and full["E"] > 0.5 and full["A"] < 0.2
assert agree["F"] > 0.99 and size["F"] > 0.3
assert np.ptp(maps["G"], axis=1).max() < 1e-9 and np.ptp(maps["A"], axis=1).min() > 0.5
assert np.isnan(size["H"]) and np.isnan(maps["H"]).any(axis=1).sum() == 2
