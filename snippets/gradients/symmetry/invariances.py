import numpy as np

rng = np.random.default_rng(0)
X, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
PHI = {  # factors on w and v that change nothing; phi and its derivative
    "sign, tanh": (-1, -1, np.tanh, lambda h: 1 - h**2),
    "scale, ReLU": (3, 1 / 3, lambda z: np.maximum(z, 0), lambda h: h > 0),
}


def backward(W1, W2, phi, dphi):
    H = phi(X @ W1.T)  # (batch, width)
    r = H @ W2.T - y
    return r, (r * W2 * dphi(H)).T @ X / 16, r.T @ H / 16


for name, (a, c, phi, dphi) in PHI.items():
    W1, W2 = rng.normal(size=(4, 3)), rng.normal(size=(1, 4))
    V1, V2 = W1 * [[a], [1], [1], [1]], W2 * [c, 1, 1, 1]
    change = backward(V1, V2, phi, dphi)[0] - backward(W1, W2, phi, dphi)[0]
    assert abs(change).max() < 1e-13  # four terms of order one
    V1[0], V2[0, 0] = 0, 0
    _, g1, g2 = backward(V1, V2, phi, dphi)
    moving = g1.any(axis=1) | (g2[0] != 0)
    print(f"{name:12} unit moves: {moving}")
    assert not moving[0] and moving[1:].all()
target, W_Q = rng.normal(size=(3, 3)), np.full((3, 3), 0.5)  # scores to learn
u, pull = np.array([1, -2, 1]), {}  # a direction that equal rows lack
for keys, W_K in ("constant", W_Q), ("random", rng.normal(size=(3, 3))):
    r = W_Q.T @ W_K - target
    pull[keys] = np.linalg.norm([u @ W_K @ r.T, u @ W_Q @ r])  # of gradients
    print(f"constant queries, {keys:8} keys: pull {pull[keys]:.2f}")
assert pull["constant"] == 0 and pull["random"] > 1e-3  # sums of halves
