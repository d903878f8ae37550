import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
draws, n, depth, predicted, measured, variance = 100, 64, 30, {}, {}, {}
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
normal = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()
G = rng.standard_normal((depth, draws, n, n)) / np.sqrt(n)
white, (fig, axes) = rng.choice([-1.0, 1], (draws, n, 1)), plt.subplots(1, 2)
for name, phi, dphi, sigma_w, line in (
        ("ReLU", lambda z: np.maximum(z, 0), lambda z: z > 0, 2**0.5, "C0-"),
        ("tanh", np.tanh, lambda z: np.cosh(z) ** -2.0, 5 / 3, "C1--")):
    h, z, q, chi, delta = white, [], [sigma_w**2], [], [white]
    for W in G:  # no biases; the input and the last delta: mean square 1
        z.append(sigma_w * (W @ h))
        h, u = phi(z[-1]), np.sqrt(q[-1]) * t
        q.append(sigma_w**2 * (normal @ phi(u) ** 2))
        chi.insert(0, sigma_w**2 * (normal @ dphi(u) ** 2))
    for W, below in zip(G[:0:-1], z[-2::-1]):  # from the top down
        delta.append(dphi(below) * (sigma_w * (W.mT @ delta[-1])))
    ways = ("forward", q, z, range(1, depth + 1)), (
        "backward", np.cumprod([1, *chi[1:]]), delta, range(depth, 0, -1))
    for ax, (way, theory, rows, layers) in zip(axes, ways):
        square = np.mean(np.square(rows), axis=(2, 3))  # (depth, draws)
        ax.semilogy(layers, square[:, :12] ** 0.5, line, lw=0.6, alpha=0.6)
        ax.semilogy(layers, np.sqrt(theory[:depth]), line, lw=2.5, label=name)
        at, logs = f"{name} {way}", np.log(square[-1])
        predicted[at], variance[at] = theory[depth - 1], logs.var()
        measured[at] = np.exp(logs.mean() + logs.var() / 2)  # log-normal
        print(f"{at:13}{measured[at]:6.3g}  predicted {predicted[at]:6.3g}")
        error = np.sqrt(variance[at] * (1 + variance[at] / 2) / draws)
        assert abs(np.log(measured[at] / predicted[at])) < 4 * error + 5 / n
        ax.set(xlabel="layer $l$", ylabel=f"rms, {way}")
ax.legend()
plt.show()
