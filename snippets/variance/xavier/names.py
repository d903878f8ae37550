import numpy as np

rng = np.random.default_rng(11)
batch = 256


def scaling_limit(scale, n):  # how Keras and JAX compute a uniform limit
    return np.sqrt(3 * scale / n)


def limits(fan_in, fan_out):
    return {
        "LeCun": scaling_limit(1, fan_in),
        "Xavier": scaling_limit(1, (fan_in + fan_out) / 2),
        "He": scaling_limit(2, fan_in),
        "PyTorch": np.sqrt(3 * 2 / (1 + 5) / fan_in),  # slope a = sqrt(5)
    }


predicted, measured = {"512-512": {}, "784-256": {}, "784-10": {}}, {}
for shape, factor in predicted.items():
    fan_in, fan_out = map(int, shape.split("-"))
    X = rng.standard_normal((batch, fan_in))
    for name, a in limits(fan_in, fan_out).items():
        W = rng.uniform(-a, a, (fan_out, fan_in))
        factor[name] = fan_in * a**2 / 3
        found = measured[f"{shape} {name}"] = np.mean((X @ W.T) ** 2)
        print(f"{shape:7}  {name:7}  a = {a:.4f}   Var[o]/Var[x] = "
              f"{factor[name]:.4f} ({found:.2f})")
        error = np.sqrt(2 / (batch * fan_out) + 2 / (batch * fan_in)
                        + 2 / (fan_in * fan_out))  # standard error, or more
        assert abs(found / factor[name] - 1) < 4 * error
dense = limits(100, 50)
assert np.isclose(dense["Xavier"], np.sqrt(6 / (100 + 50)))  # Keras' Dense
assert np.isclose(dense["PyTorch"], 1 / np.sqrt(100))
