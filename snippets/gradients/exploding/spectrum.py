"""A frame made orthonormal in each layer grows at the rates λ₁ to λ₄, and the
ratio s₂/s₁ of a typical product shrinks at the rate of their first gap."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 4
depth = 100
draws = 200
psi = -np.euler_gamma + np.array([1, 2 - np.log(4), 0, -np.log(4)])  # at 2, 3/2, 1, 1/2
dpsi = np.pi**2 / np.array([6, 2, 6, 2]) - np.array([1, 4, 0, 0])    # its derivative there
predicted = (np.log(2) + psi) / 2                                    # σ = 1

Q = np.eye(n)
product = np.eye(n)
logs = np.zeros((depth + 1, draws, n))
for layer in range(depth):
    W = rng.standard_normal((draws, n, n))
    Q, R = np.linalg.qr(W @ Q)  # R takes the growth, Q keeps the frame
    logs[layer + 1] = logs[layer] + np.log(abs(np.einsum("kii->ki", R)))
    product = W @ product

measured = logs[-1].mean(axis=0) / depth
s = np.linalg.svd(product, compute_uv=False)
ratios = np.log10(s[:, 1] / s[:, 0])
predicted_ratio = -((depth + 1) * (predicted[0] - predicted[1]) + np.log(2)) / np.log(10)
predicted_spread = np.sqrt(depth * (dpsi[0] + dpsi[1]) / 4) / np.log(10)
measured_ratio = ratios.mean()
measured_spread = ratios.std()
for i, rate, theory in zip("1234", measured, predicted):
    print(f"λ_{i}: {rate:7.4f} (predicted {theory:7.4f})")
print(f"log₁₀ s₂/s₁: {measured_ratio:.1f} ± {measured_spread:.1f}"
      f" (predicted {predicted_ratio:.1f} ± {predicted_spread:.1f})")

layers = np.arange(0, depth + 10, 10)
fig, ax = plt.subplots(figsize=(6.4, 3.2))
for i in range(n):
    middle = logs[layers, :, i].mean(axis=1) / np.log(10)
    scatter = logs[layers, :, i].std(axis=1) / np.log(10)
    ax.fill_between(layers, middle - scatter, middle + scatter, color="C0", alpha=0.2, lw=0)
    ax.plot(layers, middle, "o", color="C0")
    ax.plot(layers, layers * predicted[i] / np.log(10), color="black", ls="--", lw=1.3)
    ax.text(102, middle[-1], f"$\\lambda_{i + 1}$", va="center")
ax.set(xlabel="layer", ylabel="stretch, powers of ten", xlim=(0, 107))
plt.show()

# %% check
# Four standard errors: of each mean, and of a standard deviation.
assert (abs(measured - predicted) < 4 * np.sqrt(dpsi / 4 / depth / draws)).all()
assert abs(measured_ratio - predicted_ratio) < 4 * predicted_spread / np.sqrt(draws)
assert abs(measured_spread / predicted_spread - 1) < 4 / np.sqrt(2 * draws)
