"""After 20 layers a grid sum gives the q and χ that linear and ReLU networks
have in closed form, and for tanh and sigmoid those of random numbers."""

import numpy as np

rng = np.random.default_rng(7)
t = (np.arange(-1600, 1600) + 0.5) / 200  # midpoints: none on a kink at 0
normal = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()
activations = {  # phi and its derivative
    "linear": (lambda z: z, np.ones_like),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: z > 0),
    "tanh": (np.tanh, lambda z: np.cosh(z) ** -2.0),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)),
                lambda z: np.cosh(z / 2) ** -2.0 / 4),
}
kept = {"linear": 1, "ReLU": 1 / 2}  # of the second moment, in closed form
depth = 20
draws = 100_000  # no mutate: the tolerance follows it, no prediction depends on it
sigma_w = 1.5
sigma_b = 0.3

q = {}
chi = {}
other_q = {}
other_chi = {}
drawn = {}
for name, (phi, dphi) in activations.items():
    q[name] = sigma_w**2 + sigma_b**2  # the input has mean square 1
    for layer in range(1, depth):
        below = q[name]
        z = np.sqrt(below) * t
        q[name] = sigma_w**2 * (normal @ phi(z) ** 2) + sigma_b**2
        chi[name] = sigma_w**2 * (normal @ dphi(z) ** 2)

    if name in kept:  # a geometric series
        f = sigma_w**2 * kept[name]
        start = sigma_w**2 + sigma_b**2
        rest = sigma_b**2 / (1 - f)
        other_q[name] = f ** (depth - 1) * (start - rest) + rest
        other_chi[name] = f
    else:  # units of a wide layer, drawn
        z = np.sqrt(below) * rng.standard_normal(draws)
        drawn[name] = z
        other_q[name] = sigma_w**2 * np.mean(phi(z) ** 2) + sigma_b**2
        other_chi[name] = sigma_w**2 * np.mean(dphi(z) ** 2)
    print(f"{name:8} q {q[name]:.5g} ({other_q[name]:.5g}), "
          f"chi {chi[name]:.4f} ({other_chi[name]:.4f})")

# %% check
for name, (phi, dphi) in activations.items():
    if name in kept:
        errors = [1e-5, 1e-5]
    else:
        squares = [phi(drawn[name]) ** 2, dphi(drawn[name]) ** 2]
        errors = [np.std(f) / np.mean(f) / np.sqrt(draws) for f in squares]
    # For closed forms the square of the cells, in every layer; for random
    # numbers four standard errors, of which sigma_b makes that of q smaller.
    assert abs(other_q[name] / q[name] - 1) < 4 * errors[0]
    assert abs(other_chi[name] / chi[name] - 1) < 4 * errors[1]
