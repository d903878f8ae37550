"""The sign symmetry of tanh and the scale symmetry of ReLU hold only units of
zeros; what constant queries lack is held only if the keys lack it too."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(16, 3))
y = rng.normal(size=(16, 1))
PHI = {  # factors on w and v that change nothing; phi and its derivative
    "sign, tanh": (-1, -1, np.tanh, lambda h: 1 - h**2),
    "scale, ReLU": (3, 1 / 3, lambda z: np.maximum(z, 0), lambda h: h > 0),
}


def backward(W1, W2, phi, dphi):
    H = phi(X @ W1.T)  # (batch, width)
    r = H @ W2.T - y
    return r, (r * W2 * dphi(H)).T @ X / 16, r.T @ H / 16


changes = {}
moves = {}
for name, (a, c, phi, dphi) in PHI.items():
    W1 = rng.normal(size=(4, 3))
    W2 = rng.normal(size=(1, 4))
    V1 = W1 * [[a], [1], [1], [1]]
    V2 = W2 * [c, 1, 1, 1]
    change = backward(V1, V2, phi, dphi)[0] - backward(W1, W2, phi, dphi)[0]
    changes[name] = change

    V1[0] = 0
    V2[0, 0] = 0
    _, g1, g2 = backward(V1, V2, phi, dphi)
    into = g1.any(axis=1)  # no mutate: one weight of a unit moves with all the others
    moving = into | (g2[0] != 0)
    moves[name] = moving
    print(f"{name:12} unit moves: {moving}")

target = rng.normal(size=(3, 3))  # scores to learn
W_Q = np.full((3, 3), 0.5)
queries = W_Q.T  # no mutate: constant queries are symmetric
u = np.array([1, -2, 1])  # a direction that equal rows lack
pull = {}
for keys, W_K in (("constant", W_Q), ("random", rng.normal(size=(3, 3)))):
    r = queries @ W_K - target
    pull[keys] = np.linalg.norm([u @ W_K @ r.T, u @ W_Q @ r])  # of gradients
    print(f"constant queries, {keys:8} keys: pull {pull[keys]:.2f}")

# %% check
for name in PHI:
    # Rounding of four terms of order one.
    assert abs(changes[name]).max() < 1e-13
    # No tolerance: where a unit is all zeros, so is its gradient.
    assert not moves[name][0]
    assert moves[name][1:].all()

# No tolerance: sums of halves are exact. 1e-3 is far above rounding.
assert pull["constant"] == 0
assert pull["random"] > 1e-3
