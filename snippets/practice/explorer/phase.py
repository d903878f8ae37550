import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
normal = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()
q = np.geomspace(1e-3, 20, 401)  # second moments of z that come to rest
z = np.outer(np.sqrt(q), t)
square, slope, fourth = (f @ normal for f in (
    np.tanh(z) ** 2, np.cosh(z) ** -4.0, np.cosh(z) ** -8.0))
phases = {"ordered": 0.8, "critical": 1, "chaotic": 1.25}  # their chi
width, depth, on, measured = 300, 20, 307, {}  # q[on] is about two
spread = (3 * fourth[on] / slope[on] ** 2 - 1) / width  # see vanishing
signs, (fig, ax) = rng.choice([-1.0, 1], width), plt.subplots()
for (name, chi), style in zip(phases.items(), ["C0--", "k-", "C1-."]):
    sigma_w = np.sqrt(chi / slope)  # chi = sigma_w^2 E[phi'(z)^2]
    left = q - sigma_w**2 * square  # q = sigma_w^2 E[phi(z)^2] + sigma_b^2
    sigma_b = np.sqrt(np.maximum(left, 0))
    h, v = np.full(width, square[on] ** 0.5), signs
    for layer in range(depth):  # a network, and a small step of its input
        W = sigma_w[on] * rng.standard_normal((width, width)) / width**0.5
        h = np.tanh(W @ h + sigma_b[on] * rng.standard_normal(width))
        v = (1 - h**2) * (W @ v)
    measured[name] = np.mean(v**2) ** (1 / depth)
    print(f"{name}: sigma_w {sigma_w[on]:.2f}, sigma_b {sigma_b[on]:.2f}, "
          f"chi {chi}, measured {measured[name]:.2f}")
    off = np.log(measured[name] / chi) + spread / 2
    assert abs(off) < 4 * np.sqrt(spread / depth)
    ax.plot(sigma_w[left > 0], sigma_b[left > 0], style, label=chi)
    ax.plot(sigma_w[on], sigma_b[on], style[:2] + "o")
ax.text(0.85, 1.1, "ordered:\ninputs become alike")
ax.text(2.05, 0.3, "chaotic:\ninputs part")
ax.set(xlabel=r"$\sigma_w$", ylabel=r"$\sigma_b$", xlim=(0.8, 3), ylim=(0, 2))
ax.legend(title=r"$\chi$")
plt.show()
