import numpy as np

rng = np.random.default_rng(8)
z = np.array([-10.001, -10, -9.999])       # sure of itself, and wrong: y = 1
p = 1 / (1 + np.exp(-z))
squared, cross = (p[1] - 1) * p[1] * (1 - p[1]), p[1] - 1
print(f"dL/dz: squared error {squared:.1e}, cross-entropy {cross:.5f}")
for loss, slope in ((p - 1)**2 / 2, squared), (-np.log(p), cross):
    assert np.isclose((loss[2] - loss[0]) / 0.002, slope, rtol=1e-5)

width, depth = 256, 20
V = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
X, top = rng.normal(size=(2, 16, width))           # (batch, width)
nets = {"sigmoid": (1, lambda z: 1 / (1 + np.exp(-z)), lambda h: h * (1 - h)),
        "ReLU": (np.sqrt(2), lambda z: np.maximum(z, 0), lambda h: h > 0)}
predicted, measured, unit_gain = {}, {}, 0.25**depth
error = np.sqrt(2 * depth / width) / 2             # of ln(gradient)
for net, (gain, phi, dphi) in nets.items():
    H, g, chi = [X], top, []
    for W in gain * V:
        H.append(phi(H[-1] @ W.T))
        chi.append(gain**2 * np.mean(dphi(H[-1])**2))
    for W, h in zip(gain * V[::-1], H[:0:-1]):
        g = (dphi(h) * g) @ W
    predicted[net], measured[net] = np.prod(chi)**0.5, np.mean(g**2)**0.5
    print(f"{net:7} gradient {predicted[net]:.1e}, run {measured[net]:.1e}")
    assert abs(np.log(measured[net] / predicted[net])) < 4 * error
on = np.array(H[1:]) > 0                           # (depth, batch, width)
active, dead = np.mean(on), np.mean(~on.any(axis=1), axis=1)
differ = np.mean(on[:, ::2] != on[:, 1::2], axis=(1, 2))     # two inputs
print(f"on {active:.2f}; layers 1 and {depth}: differ {differ[0]:.2f} and "
      f"{differ[-1]:.2f}, off for all {dead[0]:.2f} and {dead[-1]:.2f}")
assert abs(active - 0.5) < 4 * 0.5 / np.sqrt(width * depth)
assert abs(differ[0] - 0.5) < 4 * 0.5 / np.sqrt(width * 8)
assert differ[-1] < 0.25 and dead[0] < 0.02 and dead[-1] > 0.1
