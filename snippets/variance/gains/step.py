"""A gain for sigmoid can keep the size of its activations; the difference of
two inputs dies out all the same, and it lasts with 4 sigmoid(z) − 2."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(12)
depth = 10
width = 256  # no mutate: weights and tolerance follow it
batch = 16   # no mutate: no prediction depends on the number of inputs
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
p = np.exp(-t**2 / 2)
p /= p.sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def centered(z):
    return 4 * sigmoid(z) - 2


def derivative(phi, z):
    return (phi(z + 1e-6) - phi(z - 1e-6)) / 2e-6


second = p @ sigmoid(t) ** 2
nets = {  # name: (function, gain)
    "sigmoid, gain 1": (sigmoid, 1),
    "sigmoid, 1.85 keeps the rms": (sigmoid, 1 / np.sqrt(second)),
    "sigmoid, 4.80 by deviation": (sigmoid, 1 / np.sqrt(second - 1 / 4)),
    "4 sigmoid − 2, gain 1": (centered, 1),
}
X, V = rng.standard_normal((2, batch, width))  # inputs, and a small step from each
G = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
rms = {}
step = {}
predicted = {}
for name, (phi, gain) in nets.items():
    h = X
    v = V
    m2 = 1
    factor = 1
    for W in gain * G:
        z = h @ W.T
        h = phi(z)
        v = derivative(phi, z) * (v @ W.T)
        u = gain * np.sqrt(m2) * t  # the theory, beside it
        m2 = p @ phi(u) ** 2
        factor *= gain**2 * (p @ derivative(phi, u) ** 2)
    rms[name] = np.sqrt(np.mean(h**2))
    step[name] = np.sqrt(np.mean(v**2))
    predicted[name] = np.sqrt(factor)
    print(f"{name:<28} rms {rms[name]:.2f}, step {step[name]:.1e} "
          f"(predicted {predicted[name]:.1e})")

fig, ax = plt.subplots(figsize=(7.2, 2.7))
for place, name in enumerate(nets):
    ax.plot([step[name], rms[name]], [place, place], color="0.5", ls="-", lw=3, alpha=0.5)
    ax.plot(rms[name], place, "o", color="C0", ms=10)
    ax.plot(step[name], place, "D", color="C2", ms=8)
    ax.plot(predicted[name], place, "|", color="black", ms=18)
ax.text(4, -0.5, "size of the activations", color="C0", ha="right")
ax.text(1.2e-7, -0.5, "what is left of a difference of 1", color="C2")
ax.set(xscale="log", yticks=range(4), yticklabels=list(nets), ylim=(3.5, -0.9), xlim=(1e-7, 4))
ax.minorticks_off()
ax.grid(False, axis="y")
plt.show()

# %% check
# Four deviations of ln(step²) between networks, at the most.
for name in nets:
    assert abs(2 * np.log(step[name] / predicted[name])) < 4 * np.sqrt(5 * depth / width)
