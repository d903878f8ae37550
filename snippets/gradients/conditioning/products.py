"""The mean of ln κ of a product of L Gaussian 4 × 4 matrices grows at the
predicted rate, from two factors ahead, and orthogonal factors keep κ at one."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
n = 4
depth = 50
draws = 400
gaussian = rng.standard_normal((depth, draws, n, n))
others = rng.standard_normal(gaussian.shape)  # no mutate: only made orthogonal
orthogonal = np.linalg.qr(others)[0]
A = np.stack([gaussian, orthogonal], axis=1)           # (depth, 2, draws, n, n)

P = np.eye(n)
P_inv = np.eye(n)
ln_kappa = []
for factor, inverse in zip(A, np.linalg.inv(A)):
    P = factor @ P
    P_inv = P_inv @ inverse                            # kappa = |P| |P^-1|
    norms = np.linalg.norm([P, P_inv], 2, axis=(-2, -1))
    ln_kappa.append(np.log(norms).sum(axis=0))         # (2, draws)
ln_kappa = np.array(ln_kappa)                          # (depth, 2, draws)
mean = ln_kappa.mean(axis=2)

predicted_rate = 0.5 + np.log(2)                       # for n = 4
measured_rate = (mean[49, 0] - mean[9, 0]) / 40
bound_rate = np.log(np.linalg.cond(gaussian)).mean()
predicted = 52 * predicted_rate                        # two factors more
measured = mean[49, 0]
print(f"ln kappa per factor: {measured_rate:.2f} (predicted {predicted_rate:.3f}, bound {bound_rate:.1f})")
print(f"after 50 factors: {measured:.1f} (predicted {predicted:.1f})")
spread = ln_kappa[49, 0].std()

passed = 1 + np.argmax(ln_kappa[:, 0] > 24 * np.log(2), axis=0)    # kappa above 2**24
passed_mean = passed.mean()
low, high = np.percentile(passed, [5, 95])
print(f"float32 is exhausted after {passed_mean:.1f} factors, {low:.0f} to {high:.0f} in single draws")

shown = np.array([5, 10, 20, 30, 40, 50])
decades = ln_kappa[shown - 1, 0] / np.log(10)
fig, ax = plt.subplots(figsize=(6.8, 3.8))
bodies = ax.violinplot(list(decades), shown, widths=6, showextrema=False)["bodies"]
for body in bodies:
    body.set(facecolor="C1", alpha=0.6)  # no mutate: how it looks
L = np.array([0, 50])
ax.plot(L, (L + 2) * predicted_rate / np.log(10), color="black", ls="--")
ax.plot(L, L * bound_rate / np.log(10), color="C2", ls="-.")
ax.plot(shown, mean[shown - 1, 1] / np.log(10), "s", color="C3")
ax.axhline(24 * np.log10(2), color="0.5", lw=1)
ax.text(17, 23, "the bound,\non average", color="C2", ha="right")
ax.text(53.5, 31, "Gaussian\nfactors", color="C1")
ax.text(53.5, 25, "theory, for\nthe mean")
ax.text(53.5, -0.6, "orthogonal", color="C3")
ax.text(53.5, 7.6, "float32", color="0.5")
ax.set(xlabel="factors $L$", ylabel=r"$\log_{10}\kappa$", xlim=(0, 66), ylim=(-1.5, 40),
       xticks=[10, 20, 30, 40, 50])
plt.show()

# %% check
# Four standard errors; the transient of the first ten factors is below 0.1.
variance = (2 * np.pi**2 / 3 - 1) / 4                  # of one factor, n = 4
assert abs(measured_rate - predicted_rate) < 4 * np.sqrt(variance / 40 / draws) + 0.1 / 40
assert abs(measured - predicted) < 4 * np.sqrt(50 * variance / draws)
# A standard deviation errs by 1 / sqrt(2 draws), and the ends take part too.
assert abs(spread / np.sqrt(50 * variance) - 1) < 4 / np.sqrt(2 * draws) + 0.05
# Rounding of orthogonal factors: 50 n u.
assert abs(mean[:, 1]).max() < 1e-12
# Rounding hides kappa in the product itself: 1e19 is far beyond 1 / u.
assert np.median(np.linalg.cond(P[0])) < 1e19 < np.exp(measured)
