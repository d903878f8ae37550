"""LeCun's rule, He's and PyTorch's default multiply the signal's variance by
1, 2 and 1/3 whatever the shape of the layer; Xavier's factor depends on it."""

import numpy as np

rng = np.random.default_rng(11)
batch = 256  # no mutate: the tolerance follows it, the factors do not depend on it


def scaling_limit(scale, n):  # how Keras and JAX compute a uniform limit
    return np.sqrt(3 * scale / n)


def limits(fan_in, fan_out):
    return {
        "LeCun": scaling_limit(1, fan_in),
        "Xavier": scaling_limit(1, (fan_in + fan_out) / 2),
        "He": scaling_limit(2, fan_in),
        "PyTorch": np.sqrt(3 * 2 / (1 + 5) / fan_in),  # slope a = sqrt(5)
    }


predicted = {"512-512": {}, "784-256": {}, "784-10": {}}
measured = {}
for shape, factor in predicted.items():
    fan_in, fan_out = map(int, shape.split("-"))
    X = rng.standard_normal((batch, fan_in))
    for name, a in limits(fan_in, fan_out).items():
        W = rng.uniform(-a, a, (fan_out, fan_in))
        factor[name] = fan_in * a**2 / 3
        found = np.mean((X @ W.T) ** 2)
        measured[f"{shape} {name}"] = found
        print(f"{shape:7}  {name:7}  a = {a:.4f}   Var[o]/Var[x] = "
              f"{factor[name]:.4f} ({found:.2f})")

dense = limits(100, 50)  # of Keras' Dense and PyTorch's Linear

# %% check
for shape, factor in predicted.items():
    fan_in, fan_out = map(int, shape.split("-"))
    error = np.sqrt(2 / (batch * fan_out) + 2 / (batch * fan_in)
                    + 2 / (fan_in * fan_out))
    for name in factor:
        found = measured[f"{shape} {name}"]
        # Four standard errors of normal weights; uniform ones scatter less.
        assert abs(found / factor[name] - 1) < 4 * error

# Keras' Dense and PyTorch's Linear by their own formulas, up to rounding.
assert np.isclose(dense["Xavier"], np.sqrt(6 / (100 + 50)))
assert np.isclose(dense["PyTorch"], 1 / np.sqrt(100))
