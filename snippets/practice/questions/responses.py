"""With its forward gain in every layer tanh comes back to a second moment of
one, ReLU stays at two, and GELU and SiLU run away from the first layer on."""
from math import erf

import matplotlib.pyplot as plt
import numpy as np

u = (np.arange(-400, 400) + 0.5) / 50              # E[f(u)] = weight @ f(u), u standard normal
weight = np.exp(-u**2 / 2)
weight = weight / weight.sum()
phis = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "ReLU": lambda z: np.maximum(z, 0),
    "GELU": lambda z: z / 2 * (1 + np.vectorize(erf)(z / np.sqrt(2))),
    "SiLU": lambda z: z / (1 + np.exp(-z)),
}
kept = {}
gains = {}
q = {}
ends = {}
for name, phi in phis.items():
    kept[name] = weight @ phi(u) ** 2              # of a second moment of one
    gains[name] = kept[name] ** -0.5
    q[name] = [gains[name] ** 2]                   # layer 1: standardized inputs
    for layer in range(2, 11):
        h = phi(np.sqrt(q[name][-1]) * u)
        q[name].append(gains[name] ** 2 * (weight @ h**2))
    ends[name] = q[name][0], q[name][-1]
    print("{:7}  gain {:.2f}: E[z²] {:.2f} in layer 1, {:.2f} in layer 10".format(name, gains[name], *ends[name]))

fig, ax = plt.subplots(figsize=(7.2, 2.9))
for row, name in enumerate(phis):
    ax.scatter(q[name], [row] * 10, s=np.linspace(90, 20, 10), color="C0", alpha=0.6, linewidths=0)
    ax.text(q[name][0], row - 0.36, "layer 1" if name != "ReLU" else "layers 1 to 10", ha="center", fontsize=8)
    if name != "ReLU":  # no mutate: all its dots are at one place
        ax.text(q[name][-1], row - 0.36, "10", ha="center", fontsize=8, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
ax.axvline(1, color="0.5", linestyle="--", linewidth=1)  # no mutate: a guide for the eye
ax.set(xscale="log", xlim=(0.8, 60), ylim=(4.6, -0.8), xticks=[1, 2, 5, 10, 20, 50], yticks=range(5), yticklabels=phis, xlabel="second moment of the pre-activations, layers 1 to 10")
ax.xaxis.set_major_formatter("{x:g}")
ax.minorticks_off()
ax.tick_params(left=False)
ax.grid(False)
plt.show()

# %% check
gains_back = {}
for name, phi in phis.items():
    slope = (phi(u + 1e-6) - phi(u - 1e-6)) / 2e-6
    gains_back[name] = (weight @ slope**2) ** -0.5
# What a sigmoid keeps is a constant: differences shrink by this factor per layer, in the mean square.
step = gains["sigmoid"] ** 2 / gains_back["sigmoid"] ** 2

rng = np.random.default_rng(4)
width = 512  # no mutate: weights and tolerances follow it
X = rng.normal(size=(8, width))  # no mutate: no prediction depends on the batch
V = rng.normal(0, 1 / np.sqrt(width), (10, width, width))
measured = {}
held = {}                                          # with a first layer of gain one
for name, phi in phis.items():
    for first, kept_at, goal in ((gains[name], measured, q[name]), (1, held, np.ones(10))):
        Z = first * X @ V[0].T
        noise = 2 / X.size                         # the variance of ln E[h²] between networks
        for W, z2 in zip(gains[name] * V[1:], goal):
            Z = phi(Z) @ W.T
            h = phi(np.sqrt(z2) * u)
            m2 = weight @ h**2
            passed = np.log(weight @ phi(1.01 * np.sqrt(z2) * u) ** 2 / m2) / np.log(1.01**2)
            noise = passed**2 * noise + (weight @ h**4 / m2**2 - 1) / width
        kept_at[name] = np.mean(Z**2)
        # Four deviations of one network: what a layer passes on, what it adds, and the last matrix.
        assert abs(np.log(kept_at[name] / goal[-1])) < 4 * np.sqrt(noise + 2 / width)
assert q["tanh"][-1] < 1.1 < 5 < q["GELU"][-1] < q["SiLU"][-1]
