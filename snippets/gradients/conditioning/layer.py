import numpy as np

rng = np.random.default_rng(2)
n, batch = 4, 64
X = np.sqrt(batch) * np.linalg.qr(rng.normal(size=(batch, n)))[0]  # whitened
M = rng.normal(size=(n, n))                            # the map to learn
gaussian = rng.normal(size=(5, n, n))                  # five linear layers
nets = {"Gaussian": gaussian, "orthogonal": np.linalg.qr(gaussian)[0]}
kappa, predicted, left = {}, {}, {}
print("            kappa(H)  predicted  error left")
for name, W in nets.items():
    F, B = W[1] @ W[0], W[4] @ W[3]                    # below and above W[2]
    H_in = X @ F.T                                     # (batch, n)

    def gradient(V):                                   # V: (…, n, n)
        return B.T @ (B @ V @ H_in.T - M @ X.T) @ H_in / batch

    basis = np.eye(n * n).reshape(n * n, n, n)         # one weight each
    hessian = (gradient(basis) - gradient(0 * basis)).reshape(n * n, n * n)
    lam = np.linalg.eigvalsh(hessian)                  # ascending
    kappa[name] = lam[-1] / lam[0]
    predicted[name] = (np.linalg.cond(F) * np.linalg.cond(B)) ** 2

    best = np.linalg.inv(B) @ M @ np.linalg.inv(F)
    V = W[2] - 2 / (lam[0] + lam[-1]) * gradient(W[2])    # a single step
    left[name] = np.linalg.norm(V - best) / np.linalg.norm(W[2] - best)
    print(f"{name:10s}  {kappa[name]:8.1e}  {predicted[name]:9.1e}  "
          f"{left[name]:10.3f}")
    # the smallest eigenvalue is known to about u * kappa, u = 1.1e-16
    assert abs(kappa[name] / predicted[name] - 1) < 1e-14 * kappa[name] + 1e-12
assert abs(kappa["orthogonal"] - 1) < 1e-12 and left["orthogonal"] < 1e-12
steps = kappa["Gaussian"] / 2 * np.log(100)             # to one percent
assert kappa["Gaussian"] > 10 and left["Gaussian"] > 0.5
