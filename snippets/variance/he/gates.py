"""Through ReLU layers a gradient of independent entries with mean zero keeps its
mean square exactly, networks with a dead layer included; without those it is
larger by 1/(1 − 2⁻ⁿ) per layer, and a constant gradient grows."""
import numpy as np

rng = np.random.default_rng(21)
networks = 200_000
depth = 4
n = 3

W = rng.normal(0, np.sqrt(2 / n), (depth, networks, n, n))
h = np.broadcast_to([[0.3], [-1.0], [0.6]], (networks, n, 1))  # no mutate: equal columns
gates = []
for layer in range(depth):
    z = W[layer] @ h
    h = np.maximum(z, 0)
    gates.append(z > 0)
alive = (h > 0).any(axis=(1, 2))  # no layer of the network is entirely zero


def returned(g):
    """The mean square that arrives at the input, for each network."""
    for layer in reversed(range(depth)):
        g = W[layer].swapaxes(1, 2) @ (gates[layer] * g)
    return np.mean(g**2, axis=(1, 2))


independent = returned(rng.standard_normal((networks, n, 1)))  # no mutate: each column is a gradient
constant = returned(np.ones((networks, n, 1)))  # no mutate: likewise
measured = independent.mean()
measured_alive = independent[alive].mean()
measured_constant = constant.mean()
predicted_alive = (1 - 2.0**-n) ** -depth
print(f"independent gradient: times {measured:.3f} (predicted 1)")
print(f"no layer dead:        times {measured_alive:.3f} (predicted {predicted_alive:.3f})")
print(f"constant gradient:    times {measured_constant:.3f}")

# %% check
# Four of the sample's own standard errors.
assert abs(measured - 1) < 4 * independent.std() / np.sqrt(networks)
assert abs(measured_alive - predicted_alive) < 4 * independent[alive].std() / np.sqrt(alive.sum())
assert measured_constant > 1.5
