"""On average wide square layers multiply a small step's mean square by fan_in
σ² E[φ'(z)²]; sigmoid at its forward gain keeps its rms, not the step."""

import numpy as np

rng = np.random.default_rng(12)
depth = 10
width = 256  # no mutate: weights and tolerance follow it
batch = 16  # no mutate: no prediction depends on the number of inputs
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
weight = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def derivative(phi, z):
    return (phi(z + 1e-6) - phi(z - 1e-6)) / 2e-6


nets = {  # name: (phi, gain)
    "sigmoid": (sigmoid, 1),
    "tanh": (np.tanh, 5 / 3),
    "kept": (sigmoid, 1 / np.sqrt(weight @ sigmoid(t) ** 2)),
    "centered": (lambda z: 4 * sigmoid(z) - 2, 1),
}
G = rng.normal(0, 1 / np.sqrt(width), size=(depth, width, width))
X, V = rng.normal(size=(2, batch, width))  # inputs, and a step from each
rms = {}
step = {}
predicted = {}
for name, (phi, gain) in nets.items():
    h = X
    v = V
    m2 = 1
    chi = 1
    for W in gain * G:
        z = h @ W.T
        h = phi(z)
        v = derivative(phi, z) * (v @ W.T)

        u = gain * np.sqrt(m2) * t  # the theory, beside it
        m2 = weight @ phi(u) ** 2
        chi *= gain**2 * (weight @ derivative(phi, u) ** 2)
    rms[name] = np.sqrt(np.mean(h**2))
    step[name] = np.sqrt(np.mean(v**2))
    predicted[name] = np.sqrt(chi)
    print(f"{name:8}  rms of h {rms[name]:.2f}   a step of 1 becomes "
          f"{step[name]:.1e}, predicted {predicted[name]:.1e}")

# %% check
sd = np.sqrt(5 * depth / width)
for name in nets:
    # Four standard deviations of ln(step**2) between networks, at the most.
    assert abs(2 * np.log(step[name] / predicted[name])) < 4 * sd
