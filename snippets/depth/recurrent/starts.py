"""Through fifty steps a linear network keeps its gradient exactly for an
orthogonal matrix; ReLU units keep half of it for the identity, almost nothing else."""
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

starts = {"Gaussian, $1/n$": gaussian, "orthogonal": orthogonal, "identity": lambda: np.eye(n)}
activations = {
    "linear": (lambda z: z, lambda z: np.ones(n)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
}
kept = {}
networks = {}
for start, make in starts.items():
    for name, (phi, dphi) in activations.items():
        shares = []
        for draw in range(draws):
            W = make()
            h = rng.standard_normal(n)
            slopes = []
            for step in range(steps):
                z = W @ h
                slopes.append(dphi(z))
                h = phi(z)
            arriving = rng.standard_normal(n)
            g = arriving
            for slope in reversed(slopes):
                g = W.T @ (slope * g)
            shares.append(np.sum(g**2) / np.sum(arriving**2))
        kept[f"{start}, {name}"] = np.median(shares)
        networks[f"{start}, {name}"] = (W, slopes, arriving, g)
powers = np.log10(list(kept.values())).reshape(3, 3)

fig, ax = plt.subplots(figsize=(7.4, 2.5))
ax.imshow(np.maximum(powers, -20), cmap="Oranges_r", aspect="auto", vmin=-20, vmax=6)  # no mutate: how it looks
for place, (key, share) in enumerate(kept.items()):
    label = f"{share:.2g}" if share > 1e-3 else f"$10^{{{np.log10(share):.0f}}}$"  # no mutate: how it looks
    ax.text(place % 3, place // 3, label, ha="center", va="center", color="white" if share < 1e-9 else "black")
ax.set(xticks=range(3), yticks=range(3), xticklabels=activations, yticklabels=starts)
ax.grid(False)
plt.show()

# %% check
# Orthogonal products are exact up to rounding. Half of the entries are positive,
# within four deviations of a coin, and the gradient's own spread counts once more.
assert abs(kept["orthogonal, linear"] - 1) < 1e-9
assert abs(kept["identity, ReLU"] - 0.5) < 4 * 1.26 * np.sqrt(0.5 * 1.5 / n / draws)
assert kept["orthogonal, ReLU"] < 1e-6
