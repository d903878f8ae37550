"""With whitened input and squared loss a layer's Hessian has κ = κ_below²
κ_above² in a linear network; one step between orthogonal layers solves it."""

import numpy as np

rng = np.random.default_rng(2)
n = 4
batch = 64
drawn = rng.normal(size=(batch, n))  # no mutate: any inputs will do, they are whitened
X = np.sqrt(batch) * np.linalg.qr(drawn)[0]            # whitened
M = rng.normal(size=(n, n))  # no mutate: the map to learn, not in the Hessian
gaussian = rng.normal(size=(5, n, n))                  # five linear layers
nets = {"Gaussian": gaussian, "orthogonal": np.linalg.qr(gaussian)[0]}

kappa = {}
predicted = {}
left = {}
print("            kappa(H)  predicted  error left")
for name, W in nets.items():
    F = W[1] @ W[0]                                    # below W[2]
    B = W[4] @ W[3]                                    # above W[2]
    H_in = X @ F.T                                     # (batch, n)

    def gradient(V):                                   # V: (…, n, n)
        return B.T @ (B @ V @ H_in.T - M @ X.T) @ H_in / batch

    basis = np.eye(n * n).reshape(n * n, n, n)         # one weight each
    hessian = (gradient(basis) - gradient(0 * basis)).reshape(n * n, n * n)
    lam = np.linalg.eigvalsh(hessian)                  # ascending
    low = lam[0]
    high = lam[-1]
    kappa[name] = high / low
    predicted[name] = (np.linalg.cond(F) * np.linalg.cond(B)) ** 2

    best = np.linalg.inv(B) @ M @ np.linalg.inv(F)
    V = W[2] - 2 / (low + high) * gradient(W[2])       # a single step
    left[name] = np.linalg.norm(V - best) / np.linalg.norm(W[2] - best)
    print(f"{name:10s}  {kappa[name]:8.1e}  {predicted[name]:9.1e}  "
          f"{left[name]:10.3f}")

steps = kappa["Gaussian"] / 2 * np.log(100)            # to one percent

# %% check
for name in nets:
    # The smallest eigenvalue is known to about u * kappa, u = 1.1e-16.
    error = abs(kappa[name] / predicted[name] - 1)
    assert error < 1e-14 * kappa[name] + 1e-12

# The Hessian between orthogonal layers is the identity, up to rounding.
assert abs(kappa["orthogonal"] - 1) < 1e-12
assert left["orthogonal"] < 1e-12

# Most draws are far beyond: condition numbers of thousands and more.
assert kappa["Gaussian"] > 10
assert left["Gaussian"] > 0.5
