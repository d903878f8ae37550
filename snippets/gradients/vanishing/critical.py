import matplotlib.pyplot as plt
import numpy as np

g = np.linspace(-8, 8, 321)                # E[f(z)] with z = sqrt(q) g
normal = np.exp(-g**2 / 2) / np.sqrt(2 * np.pi) * (g[1] - g[0])
q = np.geomspace(0.01, 100, 1000)
phi = 1 / (1 + np.exp(-np.sqrt(q)[:, None] * g))     # (q, g)
sigma_w = np.sqrt(q / (phi**2 @ normal))   # makes this q stationary
chi = sigma_w**2 * ((phi * (1 - phi))**2 @ normal)   # grows with q
critical_sigma_w, critical_q = (np.interp(1, chi, a) for a in (sigma_w, q))
print(f"chi = 1 at sigma_w = {critical_sigma_w:.3f}, q = {critical_q:.2f}")
rng = np.random.default_rng(3)
n, depth = 256, 30
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
gains = np.array([[1], [2], [4], [6], [8], [critical_sigma_w], [12]])
h = rng.standard_normal(n) * np.sqrt(np.interp(gains, sigma_w, q)) / gains
h, gradient = [h], np.ones((7, n)) / np.sqrt(n)      # a network a row
for G_l in G:
    h.append(1 / (1 + np.exp(-gains * (h[-1] @ G_l.T))))
for G_l, h_l in zip(G[::-1], h[:0:-1]):
    gradient = gains * ((gradient * h_l * (1 - h_l)) @ G_l)
ratio = np.linalg.norm(gradient, axis=1)   # over 30 layers
predicted = np.interp(gains[:, 0], sigma_w, chi) ** (depth / 2)
error = np.log(ratio / predicted) / depth + 15 / (4 * n)  # 15: see text
for row in zip(gains[:, 0], predicted, ratio):
    print("sigma_w {:6.3f}: predicted {:.1e}, measured {:.1e}".format(*row))
assert np.all(abs(error) < 4 * np.sqrt(15 / (4 * n * depth)))
fig, ax = plt.subplots()
ax.axhline(1, color="0.5", linestyle=":")
ax.plot(sigma_w, sigma_w / 2, "C1--", label="bound, $s_1(W)/4$")
ax.plot(sigma_w, np.sqrt(chi), "k-", label=r"theory, $\sqrt{\chi}$")
ax.plot(gains, ratio ** (1 / depth), "C0o", label="measured, 30 layers")
ax.legend()
ax.set(xlabel=r"$\sigma_w$", ylabel="factor per layer", ylim=(0, 1.5))
plt.show()
