"""With the forward gain the mean square 1 rests in each of three maps; an
error of it dies out for tanh, stays for ReLU, and grows for GELU."""
import math

import matplotlib.pyplot as plt
import numpy as np

z = (np.arange(-800, 800) + 0.5) / 100
p = np.exp(-z**2 / 2)
p /= p.sum()
functions = {
    "tanh": np.tanh,
    "ReLU": lambda z: np.maximum(z, 0),
    "GELU": lambda z: z * np.vectorize(math.erfc)(-z / np.sqrt(2)) / 2,
}


def next_q(phi, gain, q):
    """From the mean square of z in one layer to that in the next."""
    return gain**2 * (p @ phi(np.sqrt(q) * z) ** 2)


q = np.linspace(0.01, 4, 60)  # no mutate: how finely the curve is drawn
maps = {}
paths = {}
ends = {}
for name, phi in functions.items():
    gain = 1 / np.sqrt(p @ phi(z) ** 2)
    maps[name] = np.array([next_q(phi, gain, value) for value in q])
    for start in (0.4, 1.6):
        path = [start]
        for layer in range(8):
            path.append(next_q(phi, gain, path[-1]))
        paths[name, start] = path
    ends[name] = [paths[name, 0.4][-1], paths[name, 1.6][-1]]
    print(f"{name}: from 0.4 to {ends[name][0]:.2f}, from 1.6 to {ends[name][1]:.2f}")

fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.9), sharex=True, sharey=True)
verdicts = "an error dies out", "an error stays", "an error grows"
for ax, name, verdict in zip(panels, functions, verdicts):
    ax.plot(q, q, color="black", ls="--", lw=1)
    ax.plot(q, maps[name], color="C0", ls="-")
    for start in (0.4, 1.6):
        corners = np.repeat(paths[name, start], 2)
        ax.plot(corners[:-1], corners[1:], color="C2", ls="-", lw=1.4)
        ax.plot(start, start, "o", color="C2", ms=6)
    ax.text(3.9, 0.2, verdict, ha="right", color="C2")
    ax.set(title=name, xlim=(0, 4), ylim=(0, 4), xticks=[0, 1, 2, 3], yticks=[0, 1, 2, 3], aspect="equal", xlabel="this layer's $q$")
panels[0].set_ylabel("next layer's $q$")
plt.show()

# %% check
assert np.allclose(ends["tanh"], 1, atol=0.02)   # eight layers leave about 0.46^8 = 0.002 of an error
assert np.allclose(ends["ReLU"], [0.4, 1.6])
assert ends["GELU"][0] < 0.2 and ends["GELU"][1] > 3
