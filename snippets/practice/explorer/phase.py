"""In one wide tanh network a small input step's mean square grows by theory's
χ per layer, ordered, critical or chaotic, up to scatter between networks."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
normal = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()
# second moments of z that come to rest
q = np.geomspace(1e-3, 20, 401)  # no mutate: where the drawn lines begin and end, and their points
z = np.outer(np.sqrt(q), t)
square = np.tanh(z) ** 2 @ normal
slope = np.cosh(z) ** -4.0 @ normal

phases = {"ordered": 0.8, "critical": 1, "chaotic": 1.25}  # their chi
width = 300  # no mutate: the tolerance follows it, no prediction depends on it
depth = 20
on = 307  # no mutate: another point of the same lines; q[on] is about two
signs = rng.choice([-1.0, 1], width)
measured = {}
fig, ax = plt.subplots()
for (name, chi), style in zip(phases.items(), ["C0--", "k-", "C1-."]):
    sigma_w = np.sqrt(chi / slope)  # chi = sigma_w^2 E[phi'(z)^2]
    left = q - sigma_w**2 * square  # q = sigma_w^2 E[phi(z)^2] + sigma_b^2
    sigma_b = np.sqrt(np.maximum(left, 0))

    h = np.full(width, square[on] ** 0.5)  # no mutate: after a few layers it rests at the same q
    v = signs
    for layer in range(depth):  # a network, and a small step of its input
        W = sigma_w[on] * rng.standard_normal((width, width)) / width**0.5
        b = sigma_b[on] * rng.standard_normal(width)
        pre = W @ h + b  # no mutate: a bias is as often positive as negative
        h = np.tanh(pre)
        v = (1 - h**2) * (W @ v)
    measured[name] = np.mean(v**2) ** (1 / depth)
    print(f"{name}: sigma_w {sigma_w[on]:.2f}, sigma_b {sigma_b[on]:.2f}, "
          f"chi {chi}, measured {measured[name]:.2f}")

    ax.plot(sigma_w[left > 0], sigma_b[left > 0], style, label=chi)
    ax.plot(sigma_w[on], sigma_b[on], style[:2] + "o")  # no mutate: one point shows no line style
ax.text(0.85, 1.1, "ordered:\ninputs become alike")
ax.text(2.05, 0.3, "chaotic:\ninputs part")
ax.set(xlabel=r"$\sigma_w$", ylabel=r"$\sigma_b$", xlim=(0.8, 3), ylim=(0, 2))
ax.legend(title=r"$\chi$")
plt.show()

# %% check
fourth = np.cosh(z) ** -8.0 @ normal
spread = (3 * fourth[on] / slope[on] ** 2 - 1) / width
for name, chi in phases.items():
    off = np.log(measured[name] / chi) + spread / 2
    # Four standard deviations of one network: spread is the relative variance
    # of a squared gradient in a layer, see the chapter on vanishing ones.
    assert abs(off) < 4 * np.sqrt(spread / depth)
