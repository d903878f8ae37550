"""Over five ReLU layers of doubling width fan_in multiplies E[δ²], and fan_out
divides E[h²], by the ratio of the outer widths; each keeps the other."""

import numpy as np

rng = np.random.default_rng(16)
widths = [64, 128, 256, 512, 1024]  # of five ReLU layers
nets = 6  # no mutate: the tolerance follows it
batch = 16  # no mutate: neither predictions nor tolerance depend on it
shapes = list(zip(widths[1:], widths[:-1]))  # (fan_out, fan_in)
G = [rng.standard_normal((nets, *shape), np.float32) for shape in shapes]
first = rng.standard_normal((nets, batch, widths[0]), np.float32)
last = rng.standard_normal((nets, batch, widths[-1]), np.float32)

ends = widths[-1] / widths[0]
theory = {"fan_in": (1, ends), "fan_out": (1 / ends, 1)}
forward = {}
gradient = {}
for mode, (up, down) in theory.items():
    W = []
    for (fan_out, fan_in), g in zip(shapes, G):
        fan = fan_in if mode == "fan_in" else fan_out
        W.append(float(np.sqrt(2 / fan)) * g)

    z = [first]
    for w in W:
        z.append(np.maximum(z[-1], 0) @ w.swapaxes(1, 2))
    delta = last
    for w, below in zip(reversed(W), reversed(z[:-1])):
        delta = (delta @ w) * (below > 0)  # (nets, batch, fan_in)

    forward[mode] = np.mean(z[-1] ** 2) / np.mean(first**2)
    gradient[mode] = np.mean(delta**2) / np.mean(last**2)
    print(f"{mode:7}  activations x {forward[mode]:.4f} ({up:.4f})"
          f"   gradients x {gradient[mode]:5.2f} ({down:5.2f})")

# %% check
tolerance = 4 * np.sqrt(np.sum(5 / np.array(widths[:-1])) / nets)
for mode, (up, down) in theory.items():
    # Four standard errors: one layer of width n puts at most 5/n into the
    # variance of ln(mean square).
    assert abs(np.log(forward[mode] / up)) < tolerance
    assert abs(np.log(gradient[mode] / down)) < tolerance
