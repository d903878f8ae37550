"""Thirty wide sigmoid layers at their stationary second moment multiply a
gradient's mean square by χ³⁰, at seven weight scales; χ = 1 at one of them."""
import matplotlib.pyplot as plt
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Theory: E[f(z)] for z = sqrt(q) g with a standard normal g, as a sum on a grid.
g = np.linspace(-8, 8, 321)  # no mutate: any fine grid is exact far beyond the digits shown
weight = np.exp(-g**2 / 2) / np.sum(np.exp(-g**2 / 2))
q = np.geomspace(0.01, 100, 250)  # no mutate: any fine grid beyond the q that are run
h = sigmoid(np.sqrt(q)[:, None] * g)                   # (q, g)
slope = h * (1 - h)
sigma_w = np.sqrt(q / (h**2 @ weight))                 # the scale that makes this q stationary
chi = sigma_w**2 * (slope**2 @ weight)                 # grows with q
m = (slope**4 @ weight) / (slope**2 @ weight) ** 2     # grows with q
critical_sigma_w = np.interp(1, chi, sigma_w)                  # the scale where chi is one

# Networks: the same random numbers at seven scales.
rng = np.random.default_rng(3)
n = 256
depth = 30
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
start = rng.standard_normal(n)
top = rng.standard_normal(n)
scales = np.array([1, 2, 4, 6, 8, critical_sigma_w, 12])
second = np.interp(scales, sigma_w, q)
predicted = np.interp(scales, sigma_w, chi) ** (depth / 2)
measured = []
print(" scale      q predicted  measured  (gradient norm after thirty layers)")
for i in range(len(scales)):
    outputs = [start * np.sqrt(second[i]) / scales[i]]
    for G_l in G:
        outputs.append(sigmoid(scales[i] * G_l @ outputs[-1]))
    gradient = top
    for G_l, h_l in zip(G[::-1], outputs[:0:-1]):
        gradient = scales[i] * G_l.T @ (h_l * (1 - h_l) * gradient)
    measured.append(np.linalg.norm(gradient) / np.linalg.norm(top))
    print(f"{scales[i]:6.3f} {second[i]:6.2f} {predicted[i]:9.2g} {measured[i]:9.2g}")
measured = np.array(measured)

fig, ax = plt.subplots(figsize=(6.8, 3.6))
ax.fill_between(sigma_w, 1, 1.5, color="C1", alpha=0.12, lw=0)
ax.plot(sigma_w, np.sqrt(chi), color="black", ls="--")
ax.plot(scales, measured ** (1 / depth), "o", color="C1", ms=8)
ax.plot(sigma_w, sigma_w / 2, color="C2", ls="-.")
ax.text(3, 1.32, "bound: a quarter of $s_1(W)$", color="C2")
ax.text(6.9, 0.72, r"theory, $\sqrt{\chi}$")
ax.text(4.3, 0.55, "thirty layers, measured", color="C1")
ax.text(0.2, 1.05, "grows")
ax.text(0.2, 0.9, "vanishes")
ax.set(xlim=(0, 13), xlabel=r"scale of the weights, $\sigma_w$",
       ylim=(0, 1.5), ylabel="factor on the gradient per layer")
ax.grid(False)
plt.show()

# %% check
# Four standard deviations of the logarithm of one draw, whose square has the
# variance (3 m - 1) / n per layer; its median lies below its mean.
scatter = np.interp(scales, sigma_w, 3 * m - 1) * depth / n
error = np.log(measured / predicted) + scatter / 4
assert np.all(abs(error) < 4 * np.sqrt(scatter) / 2)
