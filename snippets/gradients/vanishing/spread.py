import math
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n, depth, batch = 192, 30, 32
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
X = rng.standard_normal((batch, n))
sigma_w = np.array([1, 10.149])            # two networks, each at its
q, chi = np.array([[0.2647, 45.62], [0.05572, 1]])   # q, see critical.py
h, spread, saturated = (np.sqrt(q) / sigma_w)[:, None, None] * X, [], []
for G_l in G:
    z = sigma_w[:, None, None] * (h @ G_l.T)         # (2, batch, n)
    h = 1 / (1 + np.exp(-z))
    spread.append(np.sqrt(z.var(axis=1).mean(axis=1) / np.mean(z**2, (1, 2))))
    saturated.append(np.mean(h[1] * (1 - h[1]) < 1 / 40))
plain, critical = np.array(spread).T
measured_fall, predicted_fall = plain[19] / plain[9], chi[0] ** 5
measured_saturated = np.mean(saturated)
predicted_saturated = math.erfc(math.acosh(10**0.5) * math.sqrt(2 / q[1]))
print(f"fall: predicted {predicted_fall:.1e}, measured {measured_fall:.1e}")
print(f"saturated units, scale 10.149: predicted "
      f"{predicted_saturated:.2f}, measured {measured_saturated:.2f}")
# four sd: of a logarithm, ten layers with 2.1 / (4 n) each; of a share
assert abs(np.log(measured_fall / predicted_fall)) < 2 * np.sqrt(21 / n)
assert abs(measured_saturated - predicted_saturated) < 2 / np.sqrt(n * depth)
assert plain[29] < 1e-15 and critical[29] > 0.02     # rounding; alive
fig, ax = plt.subplots()
layer = np.arange(1, depth + 1)
ax.semilogy(layer, chi[0] ** ((layer - 1) / 2), "k-", label="theory")
ax.semilogy(layer, plain, "C0o", label=r"$\sigma_w = 1$")
ax.semilogy(layer, critical, "C1s", label=r"$\sigma_w = 10.149$")
ax.set(xlabel="layer $l$", ylabel="spread across inputs", ylim=(1e-18, 10))
ax.legend()
plt.show()
