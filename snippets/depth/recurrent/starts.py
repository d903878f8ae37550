"""Through fifty steps a linear network keeps its gradient exactly for an orthogonal
matrix, and ReLU units half of it for the identity; inputs take more away."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
n = 100
steps = 50
draws = 15

def gaussian():
    return rng.normal(0, 1 / np.sqrt(n), (n, n))

def orthogonal():
    Q, R = np.linalg.qr(gaussian())
    return Q * np.sign(np.diag(R))  # no mutate: the signs change no length

starts = {
    "Gaussian, $1/n$": gaussian,
    "orthogonal": orthogonal,
    r"$\sqrt{2}$ orthogonal": lambda: np.sqrt(2) * orthogonal(),
    "identity": lambda: np.eye(n),
}
tanh = (np.tanh, lambda z: 1 / np.cosh(z) ** 2)
relu = (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float))
networks = {  # an activation, its derivative, the size of the inputs
    "linear": (lambda z: z, lambda z: np.ones(n), 0),
    "tanh": (*tanh, 0),
    "tanh, inputs": (*tanh, 1),
    "ReLU": (*relu, 0),
    "ReLU, inputs": (*relu, 1),
}
kept = {}
span = {}
last = {}
for start, make in starts.items():
    for name, (phi, dphi, size) in networks.items():
        shares = []
        for draw in range(draws):
            W = make()
            h = rng.standard_normal(n)
            slopes = []
            for step in range(steps):
                z = W @ h + size * rng.standard_normal(n)
                slopes.append(dphi(z))
                h = phi(z)
            arriving = rng.standard_normal(n)
            g = arriving
            for slope in reversed(slopes):
                g = W.T @ (slope * g)
            shares.append(np.sum(g**2) / np.sum(arriving**2))
        kept[f"{start}, {name}"] = np.median(shares)
        span[f"{start}, {name}"] = np.log10(max(shares) / min(shares))
        last[f"{start}, {name}"] = (W, slopes, arriving, g)
scatter = span[r"$\sqrt{2}$ orthogonal, ReLU, inputs"]
powers = np.log10(list(kept.values())).reshape(4, 5)

fig, ax = plt.subplots(figsize=(7.4, 2.8))
ax.imshow(np.maximum(powers, -20), cmap="Oranges_r", aspect="auto", vmin=-20, vmax=6)  # no mutate: how it looks
for place, (key, share) in enumerate(kept.items()):
    label = f"{share:.2g}" if 1e-3 < share < 1e3 else f"$10^{{{np.log10(share):.0f}}}$"  # no mutate: how it looks
    ax.text(place % 5, place // 5, label, ha="center", va="center", color="white" if share < 1e-9 else "black")
ax.set(xticks=range(5), yticks=range(4), xticklabels=networks, yticklabels=starts)
ax.grid(False)
plt.show()

# %% check
# Orthogonal products are exact up to rounding. Half of the entries are positive,
# within four deviations of a coin, and the gradient's own spread counts once more.
assert abs(kept["orthogonal, linear"] - 1) < 1e-9
assert abs(kept["identity, ReLU"] - 0.5) < 4 * 1.26 * np.sqrt(0.5 * 1.5 / n / draws)
assert kept["orthogonal, ReLU"] < 1e-6
# Inputs move the units to where their slopes are small, and switch them off again.
assert kept["orthogonal, tanh, inputs"] < 1e-9 and kept["identity, ReLU, inputs"] < 0.3
