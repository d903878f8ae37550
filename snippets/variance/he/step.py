import numpy as np

rng = np.random.default_rng(12)
depth, width, batch = 10, 256, 16
t = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
weight = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def derivative(phi, z):
    return (phi(z + 1e-6) - phi(z - 1e-6)) / 2e-6


nets = {"sigmoid": (sigmoid, 1), "tanh": (np.tanh, 5 / 3),
        "kept": (sigmoid, 1 / np.sqrt(weight @ sigmoid(t) ** 2)),
        "centered": (lambda z: 4 * sigmoid(z) - 2, 1)}  # (phi, gain)
G = rng.normal(0, 1 / np.sqrt(width), size=(depth, width, width))
X, V = rng.normal(size=(2, batch, width))  # inputs, and a step from each
rms, step, predicted = {}, {}, {}
for name, (phi, gain) in nets.items():
    h, v, m2, chi = X, V, 1, 1
    for W in gain * G:
        z = gain * np.sqrt(m2) * t
        chi *= gain**2 * (weight @ derivative(phi, z) ** 2)
        m2 = weight @ phi(z) ** 2
        v, h = derivative(phi, h @ W.T) * (v @ W.T), phi(h @ W.T)
    rms[name], predicted[name] = np.sqrt(np.mean(h**2)), np.sqrt(chi)
    step[name] = np.sqrt(np.mean(v**2))
    print(f"{name:8}  rms of h {rms[name]:.2f}   a step of 1 becomes "
          f"{step[name]:.1e}, predicted {predicted[name]:.1e}")
    sd = np.sqrt(5 * depth / width)  # of ln(step**2), at the most
    assert abs(np.log(step[name] ** 2 / chi)) < 4 * sd
