"""Over ReLU layers of doubling width fan_in multiplies the squared gradient,
and fan_out divides the squared activations, by the ratio of the outer widths;
each of them keeps the other."""
import numpy as np

rng = np.random.default_rng(16)
widths = [32, 64, 128, 256, 512]  # of five ReLU layers
networks = 20  # no mutate: the tolerance follows it
batch = 16     # no mutate: neither predictions nor tolerance depend on it

shapes = list(zip(widths[1:], widths[:-1]))  # (fan_out, fan_in)
G = [rng.standard_normal((networks, *shape)) for shape in shapes]
first = rng.standard_normal((networks, batch, widths[0]))
last = rng.standard_normal((networks, batch, widths[-1]))

ends = widths[-1] / widths[0]
predicted = {"fan_in": (1, ends), "fan_out": (1 / ends, 1)}
measured = {}
for mode in predicted:
    z = [first]
    W = []
    for (fan_out, fan_in), g in zip(shapes, G):
        fan = fan_in if mode == "fan_in" else fan_out
        W.append(np.sqrt(2 / fan) * g)
        z.append(np.maximum(z[-1], 0) @ W[-1].swapaxes(1, 2))
    delta = last
    for w, below in zip(reversed(W), reversed(z[:-1])):
        delta = (delta @ w) * (below > 0)  # (networks, batch, fan_in)

    forward = np.mean(z[-1] ** 2) / np.mean(first**2)
    backward = np.mean(delta**2) / np.mean(last**2)
    measured[mode] = (forward, backward)
    expected_forward, expected_backward = predicted[mode]
    print(f"{mode:<8}activations times {forward:.4f} (predicted {expected_forward:.4f}), "
          f"gradients times {backward:5.2f} (predicted {expected_backward:5.2f})")

# %% check
# Four standard errors: a layer of width n puts at most 5/n into the variance of ln(mean square).
tolerance = 4 * np.sqrt(np.sum(5 / np.array(widths[:-1])) / networks)
for mode in predicted:
    assert np.all(np.abs(np.log(np.divide(measured[mode], predicted[mode]))) < tolerance)
