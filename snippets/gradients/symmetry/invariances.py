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
    r, g1, g2 = backward(W1, W2, phi, dphi)
    # Four terms of order one, scaled to and fro.
    assert abs(backward(V1, V2, phi, dphi)[0] - r).max() < 1e-13
    V1[0], V2[0, 0] = 0, 0
    _, k1, k2 = backward(V1, V2, phi, dphi)
    moving = np.hypot(np.linalg.norm(k1, axis=1), k2[0]) > 0
    print(f"{name:12} unit moves: {moving}")
    assert not moving[0] and moving[1:].any()
lr = 0.1  # one step of the ReLU network, and what it does to the balance
balance = (W1**2).sum(axis=1) - W2[0] ** 2
balance_after = ((W1 - lr * g1) ** 2).sum(axis=1) - (W2 - lr * g2)[0] ** 2
predicted_drift = lr**2 * ((g1**2).sum(axis=1) - g2[0] ** 2)
measured_drift = balance_after - balance
print("predicted drift", predicted_drift.round(5))
print("measured drift ", measured_drift.round(5))
assert abs(measured_drift - predicted_drift).max() < 1e-13  # rounding
