"""Through a classifier, each of four rules multiplies signal and gradient by
the products of its factors; their ratio is the first width over the last."""
import numpy as np

fan_in = np.array([784, 512, 256, 128])
fan_out = np.array([512, 256, 128, 10])
rules = {
    "Xavier": 2 / (fan_in + fan_out),
    "fan_in": 1 / fan_in,
    "fan_out": 1 / fan_out,
    "geometric": 1 / np.sqrt(fan_in * fan_out),
}

forward = {}
backward = {}
for name, variance in rules.items():
    forward[name] = np.prod(fan_in * variance)
    backward[name] = np.prod(fan_out * variance)
    print(f"{name:9}  forward {forward[name]:6.3f}"
          f"   backward {backward[name]:6.4f}")

# %% check
# Draw the layers: what leaves when a white x, or a white delta, comes in.
rng = np.random.default_rng(5)
draws = 4
widths = [784, 512, 256, 128, 10]
layers = list(zip(widths, widths[1:]))
P = np.eye(widths[-1])
for m, n in layers[::-1]:  # from the top layer down, with weights of variance 1
    P = P @ rng.standard_normal((draws, n, m))
size = np.sum(P**2) / draws  # of the product of all layers, |P|_F^2

t = widths[0] ** 2  # tr(S)^2 of S = P P'
s = widths[0]  # tr(S^2)
for m, n in layers:  # their exact means, one Gaussian factor after the other
    t, s = n**2 * t + 2 * n * s, n * t + n * (n + 1) * s
error = np.sqrt((t / np.prod(widths, dtype=float) ** 2 - 1) / draws)
measured = {}
for name, variance in rules.items():
    up = size * np.prod(variance) / widths[-1]
    down = size * np.prod(variance) / widths[0]
    measured[name] = (up, down)
    # Four standard errors, from the exact second moment of |P|_F^2.
    assert abs(up / forward[name] - 1) < 4 * error
    assert abs(down / backward[name] - 1) < 4 * error
    # The ratio telescopes, up to rounding.
    assert np.isclose(forward[name] / backward[name], widths[0] / widths[-1])
assert np.isclose(backward["fan_in"], widths[-1] / widths[0])

fifty = (8 / 5 * 2 / 5) ** 25  # fifty layers, from 4n to n and back
