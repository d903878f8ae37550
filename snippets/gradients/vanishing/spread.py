"""Where gradients vanish, so do differences between inputs, at the same rate,
into rounding; at the critical scale they last, with most units saturated."""

import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n = 192
depth = 30
batch = 32
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
X = rng.standard_normal((batch, n))
sigma_w = np.array([1, 10.149])            # two networks, each at its
q = np.array([0.2647, 45.62])              # q, see critical.py
chi = np.array([0.05572, 1])

h = (np.sqrt(q) / sigma_w)[:, None, None] * X        # (2, batch, n)
spread = []
saturated = []
for G_l in G:
    z = sigma_w[:, None, None] * (h @ G_l.T)
    h = 1 / (1 + np.exp(-z))
    spread.append(np.sqrt(z.var(axis=1).mean(axis=1) / np.mean(z**2, (1, 2))))
    saturated.append(np.mean(h[1] * (1 - h[1]) < 1 / 40))

plain, critical = np.array(spread).T
predicted_fall = chi[0] ** 5
measured_fall = plain[19] / plain[9]
predicted_saturated = math.erfc(math.acosh(10**0.5) * math.sqrt(2 / q[1]))
measured_saturated = np.mean(saturated)
print(f"fall: predicted {predicted_fall:.1e}, measured {measured_fall:.1e}")
print(f"saturated units, scale 10.149: predicted "
      f"{predicted_saturated:.2f}, measured {measured_saturated:.2f}")

layer = np.arange(1, depth + 1)
fig, ax = plt.subplots()
ax.semilogy(layer, chi[0] ** ((layer - 1) / 2), "k-", label="theory")
ax.semilogy(layer, plain, "C0o", label=r"$\sigma_w = 1$")
ax.semilogy(layer, critical, "C1s", label=r"$\sigma_w = 10.149$")
ax.set(xlabel="layer $l$", ylabel="spread across inputs", ylim=(1e-18, 10))
ax.legend()
plt.show()

# %% check
# Four standard deviations of a logarithm: ten layers, 2.1 / (4 n) each.
assert abs(np.log(measured_fall / predicted_fall)) < 2 * np.sqrt(21 / n)

# Four standard deviations, at most, of a share of n * depth units.
assert abs(measured_saturated - predicted_saturated) < 2 / np.sqrt(n * depth)

# One is at the level of rounding, the other alive.
assert plain[29] < 1e-15
assert critical[29] > 0.02
