"""Thirty ReLU layers lose the signal with Xavier's variance and keep it, on
average, with He's; thirty tanh layers work with either."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
depth = 30
width = 256  # no mutate: weights and tolerances follow it
V = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
X = rng.normal(size=(8, width))  # no mutate: no prediction depends on the batch
relu = lambda z: np.maximum(z, 0)
nets = {
    "ReLU, Xavier": (relu, 1),
    "ReLU, He": (relu, 2),
    "tanh, Xavier": (np.tanh, 1),
    "tanh, He": (np.tanh, 2),
}
rms = {}
last = {}
for net, (phi, variance) in nets.items():    # fan_in times the variance of a weight
    H = X
    rms[net] = []
    for W in V:
        H = phi(np.sqrt(variance) * H @ W.T)
        rms[net].append(np.sqrt(np.mean(H**2)))
    last[net] = rms[net][-1]
    print(f"{net:12}  size at layer {depth}: {last[net]:.2g}")

fig, ax = plt.subplots(figsize=(7.2, 2.6))
ax.imshow(np.log10(list(rms.values())), aspect="auto", cmap="Blues", vmin=-4.8, vmax=1.2, extent=(0.5, depth + 0.5, 4, 0))  # no mutate: the shades
for row, net in enumerate(nets):
    ax.text(depth + 1, row + 0.5, f"{last[net]:.1g}", va="center")
ax.text(depth + 1, -0.25, "size of h", va="bottom")
ax.set(xlabel="layer", yticks=np.arange(4) + 0.5, yticklabels=nets)
ax.tick_params(left=False)
ax.grid(False)
plt.show()

# %% check
u = (np.arange(-400, 400) + 0.5) / 50      # E[f(u)] = weight @ f(u) for a standard normal u
weight = np.exp(-u**2 / 2) / np.exp(-u**2 / 2).sum()
predicted = {}
noise = {}
for net, (phi, variance) in nets.items():
    m2 = 1.0
    noise[net] = 0.0
    for layer in range(depth):
        scale = np.sqrt(variance * m2)
        h = phi(scale * u)
        m2 = weight @ h**2
        nearby = weight @ phi(1.01 * scale * u) ** 2
        passed = np.log(nearby / m2) / np.log(1.01**2)      # d ln m2 / d ln q
        noise[net] = passed**2 * noise[net] + (weight @ h**4 / m2**2 - 1) / width
    predicted[net] = np.sqrt(m2)
    # Four deviations of one network, on the rms: noise is the variance of
    # ln(mean square), what each layer passes on and what it adds.
    assert abs(np.log(rms[net][-1] / predicted[net])) < 2 * np.sqrt(noise[net])
q = 2 * predicted["tanh, He"] ** 2
chi = 2 * weight @ np.cosh(np.sqrt(q) * u) ** -4
saturated = weight @ (np.abs(np.tanh(np.sqrt(q) * u)) > 0.97)
# Under one percent, as the page says.
assert saturated < 0.01
