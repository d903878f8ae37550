"""The mean of ln κ of a product of Gaussian 4 × 4 matrices grows at one rate,
far below that of its bound, and orthogonal factors keep κ at one."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
n = 4
draws = 200
shown = np.array([1, 10, 20, 30, 40, 50])
gaussian = rng.normal(size=(50, draws, n, n))
others = rng.normal(size=gaussian.shape)  # no mutate: only made orthogonal
orthogonal = np.linalg.qr(others)[0]
A = np.stack([gaussian, orthogonal], axis=1)           # (50, 2, draws, n, n)

P = np.eye(n)
P_inv = np.eye(n)
ln_kappa = []
for L, (factor, inverse) in enumerate(zip(A, np.linalg.inv(A)), start=1):
    P = factor @ P
    P_inv = P_inv @ inverse
    if L in shown:                                     # kappa = |P| |P^-1|
        norms = np.linalg.norm([P, P_inv], 2, axis=(-2, -1))
        ln_kappa.append(np.log(norms).sum(axis=0))     # (2, draws)

mean = np.mean(ln_kappa, axis=2)
predicted_rate = 0.5 + np.log(2)                       # for n = 4
measured_rate = (mean[-1, 0] - mean[1, 0]) / 40
bound_rate = np.log(np.linalg.cond(gaussian)).mean()
print(f"ln kappa per factor: predicted {predicted_rate:.3f},\n"
      f"measured {measured_rate:.2f}, bound {bound_rate:.1f}")

variance = (2 * np.pi**2 / 3 - 1) / 4                  # of one factor, n = 4
spread = np.sqrt(50 * variance)
measured_spread = np.std(ln_kappa[-1][0])

fig, ax = plt.subplots()
rates = ((bound_rate, "C1--"), (predicted_rate, "C0-"), (0, "C2-"))
for slope, style in rates:
    ax.plot(shown, shown * slope / np.log(10), style)
ax.plot(shown, mean[:, 0] / np.log(10), "C0o")
ax.plot(shown, mean[:, 1], "C2s")
ax.legend(["bound", "predicted", "no growth", "Gaussian", "orthogonal"])
ax.set(xlabel="factors $L$", ylabel=r"$\log_{10}\kappa$")
plt.show()

# %% check
# Four standard errors, and 0.01 and 0.03 for the first factors' transient.
se = np.sqrt(variance / 40 / draws)
assert abs(measured_rate - predicted_rate) < 4 * se + 0.01
assert abs(measured_spread / spread - 1) < 4 / np.sqrt(2 * draws) + 0.03

# Rounding of orthogonal factors: 50 n u.
assert abs(mean[:, 1]).max() < 1e-12

# Rounding hides kappa in the product itself, 1e19 is far beyond 1 / u; the
# mean of ln kappa passes it by a dozen standard errors and more.
assert np.median(np.linalg.cond(P[0])) < 1e19
assert 1e19 < np.exp(mean[-1, 0])
