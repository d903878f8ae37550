"""Through a classifier, each of five rules multiplies signal and gradient by
the products of its factors; their ratio is the first width over the last."""

import numpy as np

rng = np.random.default_rng(5)
widths = [784, 512, 256, 128, 10]
draws = 4  # no mutate: the tolerance follows it, the factors do not depend on it
fans = list(zip(widths[:-1], widths[1:]))  # (fan_in, fan_out) of each layer
rules = {
    "Xavier": lambda m, n: 2 / (m + n),
    "fan_in": lambda m, n: 1 / m,
    "fan_out": lambda m, n: 1 / n,
    "geometric": lambda m, n: 1 / np.sqrt(m * n),
    "harmonic": lambda m, n: (1 / m + 1 / n) / 2,
}

P = np.eye(widths[-1])
for m, n in fans[::-1]:  # from the top layer down, with weights of variance 1
    P = P @ rng.standard_normal((draws, n, m))
size = np.sum(P**2) / draws  # of the product of all layers, |P|_F^2

forward = {}
backward = {}
measured = {}
for name, rule in rules.items():
    forward[name] = np.prod([m * rule(m, n) for m, n in fans])
    backward[name] = np.prod([n * rule(m, n) for m, n in fans])
    scaled = size * np.prod([rule(m, n) for m, n in fans])
    # what leaves when a white x, or a white delta, comes in
    up = scaled / widths[-1]
    down = scaled / widths[0]
    measured[name] = (up, down)
    print(f"{name:9}  forward {forward[name]:6.3f} ({up:5.2f})"
          f"   backward {backward[name]:6.4f} ({down:5.3f})")

fifty = (4 * rules["Xavier"](4, 1) * rules["Xavier"](1, 4)) ** 25
print(f"fifty layers, 4n to n and back: {fifty:.1e} both ways")

# %% check
t = widths[0] ** 2  # tr(S)^2 of S = P P'
s = widths[0]  # tr(S^2)
for m, n in fans:  # their exact means, one Gaussian factor after the other
    t, s = n**2 * t + 2 * n * s, n * t + n * (n + 1) * s
error = np.sqrt((t / np.prod(widths, dtype=float) ** 2 - 1) / draws)
for name, (up, down) in measured.items():
    # Four standard errors, from the exact second moment of |P|_F^2.
    assert abs(up / forward[name] - 1) < 4 * error
    assert abs(down / backward[name] - 1) < 4 * error
# It telescopes, up to rounding.
assert np.isclose(backward["fan_in"], widths[-1] / widths[0])
