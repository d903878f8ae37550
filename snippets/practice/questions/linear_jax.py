"""Flax gives the weights of a Linear layer LeCun's variance 1/fan_in, half of
He's."""

from flax import nnx

rngs = nnx.Rngs(7)
fan_in, fan_out = 512, 256

default = nnx.Linear(fan_in, fan_out, rngs=rngs)
he = nnx.Linear(fan_in, fan_out, rngs=rngs,
                kernel_init=nnx.initializers.he_normal())

predicted = {"default": 1, "He": 2}   # fan_in times the variance
measured = {}
for rule, layer in ("default", default), ("He", he):
    measured[rule] = fan_in * layer.kernel.var().item()
    print(f"{rule:7}  fan_in times variance: {measured[rule]:.3f}"
          f"  (predicted {predicted[rule]:.3f})")

# %% check
from math import erf, exp, pi, sqrt

# Both are normal distributions without what lies beyond two standard deviations,
# stretched until they have the variance that they promise.
edge = sqrt(2 / pi) * exp(-2) / erf(sqrt(2))   # 2 f(2) / P(|z| < 2), f the density
square = 1 - 2 * edge                          # E[z^2 given |z| < 2], by parts
fourth = 3 * square - 8 * edge                 # E[z^4 given |z| < 2], by parts

# A variance measured on n draws has the relative standard error
# sqrt((kurtosis - 1) / n).
error = sqrt((fourth / square**2 - 1) / (fan_in * fan_out))
for rule, layer in ("default", default), ("He", he):
    assert abs(measured[rule] / predicted[rule] - 1) < 4 * error
    cut = 2 * sqrt(predicted[rule] / fan_in / square)
    assert 0.999 < abs(layer.kernel[...]).max().item() / cut < 1.000001
