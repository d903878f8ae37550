"""A gradient that does not depend on the weights grows by (1 + 1/L)^L at any width,
and that of |h_L|²/2, which does, grows about three times as much at any width."""
import numpy as np

rng = np.random.default_rng(12)
depth = 20
independent = {}
knowing = {}
for n, networks in ((50, 100), (200, 10)):
    growth = []
    for network in range(networks):
        h = rng.standard_normal(n)
        slopes = []
        for block in range(depth):
            W1 = rng.normal(0, np.sqrt(2 / n), (n, n))
            W2 = rng.normal(0, np.sqrt(1 / n), (n, n))
            J = W2 @ ((W1 @ h > 0)[:, None] * W1) / np.sqrt(depth)
            slopes.append(J)
            h = h + J @ h  # a branch without biases is its slope times h
        arriving = np.array([rng.standard_normal(n), h])
        g = arriving
        for J in slopes[::-1]:
            g = g + g @ J
        growth.append(np.sum(g**2, axis=1) / np.sum(arriving**2, axis=1))
    independent[f"{n}"], knowing[f"{n}"] = np.mean(growth, axis=0)
    print(f"width {n}: independent {independent[f'{n}']:.2f}, knowing {knowing[f'{n}']:.2f}")
predicted = (1 + 1 / depth)**depth
print(f"predicted without knowledge: {predicted:.2f}")

# %% check
# One network scatters by √(4/n) in the logarithm, and one that knows by at most four times that in size.
for n, networks in ((50, 100), (200, 10)):
    assert abs(independent[f"{n}"] / predicted - 1) < 4 * np.sqrt(4 / n / networks) + 2 / n
    assert abs(knowing[f"{n}"] / (3 * predicted) - 1) < 8 * np.sqrt(4 / n / networks) + 2 / n
