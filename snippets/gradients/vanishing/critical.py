"""Thirty wide sigmoid layers at their stationary second moment multiply a
gradient's mean square by χ³⁰, at seven weight scales; χ = 1 at one of them."""

import matplotlib.pyplot as plt
import numpy as np

# E[f(z)] with z = sqrt(q) g, as a sum over g
g = np.linspace(-8, 8, 321)  # no mutate: any fine grid is exact far beyond the digits shown
normal = np.exp(-g**2 / 2) / np.sqrt(2 * np.pi) * (g[1] - g[0])
q = np.geomspace(0.01, 100, 1000)  # no mutate: any fine grid beyond the q that are run
phi = 1 / (1 + np.exp(-np.sqrt(q)[:, None] * g))     # (q, g)
sigma_w = np.sqrt(q / (phi**2 @ normal))   # makes this q stationary
square = (phi * (1 - phi))**2 @ normal
fourth = (phi * (1 - phi))**4 @ normal
chi = sigma_w**2 * square                  # grows with q
m = fourth / square**2                     # grows with q
critical_sigma_w = np.interp(1, chi, sigma_w)        # where chi is one

rng = np.random.default_rng(3)
n = 256
depth = 30
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
gains = np.array([[1], [2], [4], [6], [8], [critical_sigma_w], [12]])
q_0 = np.interp(gains, sigma_w, q)
factor = np.interp(gains, sigma_w, chi)
m = np.interp(gains, sigma_w, m)

h = [rng.standard_normal(n) * np.sqrt(q_0) / gains]  # a network a row
for G_l in G:
    h.append(1 / (1 + np.exp(-gains * (h[-1] @ G_l.T))))
gradient = np.ones((7, n)) / np.sqrt(n)
for G_l, h_l in zip(G[::-1], h[:0:-1]):
    gradient = gains * ((gradient * h_l * (1 - h_l)) @ G_l)

ratio = np.linalg.norm(gradient, axis=1, keepdims=True)
predicted = factor ** (depth / 2)
for row in np.hstack([gains, q_0, predicted, ratio]):
    print("{:6.3f}: q {:5.2f}, predicted {:.1e}, measured {:.1e}".format(*row))

fig, ax = plt.subplots()
ax.plot(sigma_w, sigma_w / 2, "C1--")
ax.plot(sigma_w, np.sqrt(chi), "k-")
ax.plot(gains, ratio ** (1 / depth), "C0o")
ax.axhline(1, color="0.5", linestyle=":")
ax.legend(["bound, $s_1(W)/4$", r"theory, $\sqrt{\chi}$", "measured"])
ax.set(xlabel=r"$\sigma_w$", ylabel="factor per layer", ylim=(0, 1.5))
plt.show()

# %% check
# Four standard deviations of the logarithm of one draw, whose square has
# the variance (3 m - 1) / n a layer; its median is below its mean.
scatter = (3 * m - 1) * depth / n
error = np.log(ratio / predicted) + scatter / 4
assert np.all(abs(error) < 4 * np.sqrt(scatter) / 2)
