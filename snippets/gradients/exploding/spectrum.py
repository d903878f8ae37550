"""A frame made orthonormal in each layer grows at the rates λ₁ to λ₄, and the
ratio s₂/s₁ of a typical product shrinks at the rate of their first gap."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 4
depth = 100
draws = 200
# digamma and its derivative at (n - i + 1) / 2 = 2, 3/2, 1, 1/2
psi = -np.euler_gamma + np.array([1, 2 - np.log(4), 0, -np.log(4)])
dpsi = np.pi**2 / np.array([6, 2, 6, 2]) - np.array([1, 4, 0, 0])
lam = (np.log(2) + psi) / 2  # predicted exponents, sigma = 1
predicted_ratio = -((depth + 1) * (lam[0] - lam[1]) + np.log(2)) / np.log(10)

Q = np.eye(n)
product = np.eye(n)
log_r = np.zeros((depth + 1, draws, n))
for layer in range(depth):
    W = rng.standard_normal((draws, n, n))
    Q, R = np.linalg.qr(W @ Q)  # R takes the growth, Q keeps the frame
    growth = np.log(abs(np.einsum("kii->ki", R)))  # of the diagonals
    log_r[layer + 1] = log_r[layer] + growth
    product = W @ product

measured = log_r[-1].mean(axis=0) / depth
s = np.linalg.svd(product, compute_uv=False)  # s2/s1 floors near 1e-16
measured_ratio = np.median(np.log10(s[:, 1] / s[:, 0]))
for i, exponent, found in zip("1234", lam, measured):
    print(f"lambda_{i} {exponent:11.4f} {found:8.4f}")
print(f"log10 s2/s1 {predicted_ratio:5.1f} {measured_ratio:8.1f}")

layers = np.arange(0, len(log_r), 10)
fig, ax = plt.subplots()
ax.plot(layers, np.outer(layers, lam) / np.log(10), "C0")
ax.plot(layers, log_r[layers].mean(axis=1) / np.log(10), "C1o")
ax.set(xlabel="layer $l$", ylabel=r"$\log_{10}$ of the stretch")
ax.legend([rf"$\lambda_{i}$" for i in (1, 2, 3, 4)])
plt.show()

# %% check
# Four standard errors of each mean.
se = np.sqrt(dpsi / 4 / depth / draws)
assert (abs(measured - lam) < 4 * se).all()

# A median scatters 1.25 times as much as a mean: four standard errors.
se_ratio = 1.25 * depth * np.hypot(*se[:2]) / np.log(10)
assert abs(measured_ratio - predicted_ratio) < 4 * se_ratio
