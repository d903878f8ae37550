"""On average 100 networks of width 64 and 30 layers have the theory's mean
squares, forward and backward, for ReLU under He and tanh with gain 5/3."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
draws = 100
n = 64
depth = 30
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
normal = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()
nets = [  # name, phi, its derivative, sigma_w, style
    ("ReLU", lambda z: np.maximum(z, 0), lambda z: z > 0, 2**0.5, "C0-"),
    ("tanh", np.tanh, lambda z: np.cosh(z) ** -2.0, 5 / 3, "C1--"),
]
G = rng.standard_normal((depth, draws, n, n)) / np.sqrt(n)
white = rng.choice([-1.0, 1], (draws, n, 1))  # input and last delta

predicted = {}
measured = {}
variance = {}
fig, axes = plt.subplots(1, 2)
for name, phi, dphi, sigma_w, line in nets:
    h = white
    z = []
    q = [sigma_w**2]
    chi = []
    for W in G:  # no biases; the input and the last delta: mean square 1
        z.append(sigma_w * (W @ h))
        h = phi(z[-1])
        u = np.sqrt(q[-1]) * t
        q.append(sigma_w**2 * (normal @ phi(u) ** 2))
        chi.insert(0, sigma_w**2 * (normal @ dphi(u) ** 2))
    delta = [white]
    for W, below in zip(G[:0:-1], z[-2::-1]):  # from the top down
        delta.append(dphi(below) * (sigma_w * (W.mT @ delta[-1])))

    ways = [
        ("forward", q, z, range(1, depth + 1)),
        ("backward", np.cumprod([1, *chi[1:]]), delta, range(depth, 0, -1)),
    ]
    for ax, (way, theory, rows, layers) in zip(axes, ways):
        square = np.mean(np.square(rows), axis=(2, 3))  # (depth, draws)
        ax.semilogy(layers, square[:, :12] ** 0.5, line, lw=0.6, alpha=0.6)
        ax.semilogy(layers, np.sqrt(theory[:depth]), line, lw=2.5, label=name)
        ax.set(xlabel="layer $l$", ylabel=f"rms, {way}")

        at = f"{name} {way}"
        logs = np.log(square[-1])
        predicted[at] = theory[depth - 1]
        variance[at] = logs.var()
        measured[at] = np.exp(logs.mean() + logs.var() / 2)  # log-normal
        print(f"{at:13}{measured[at]:6.3g}  predicted {predicted[at]:6.3g}")
ax.legend()
plt.show()

# %% check
for at in predicted:
    error = np.sqrt(variance[at] * (1 + variance[at] / 2) / draws)
    # Four standard errors of the log of a log-normal's mean, and the next
    # order of the theory, 5/n.
    assert abs(np.log(measured[at] / predicted[at])) < 4 * error + 5 / n
