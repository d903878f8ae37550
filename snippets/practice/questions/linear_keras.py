"""Keras gives the weights of a Dense layer Glorot's variance
2/(fan_in + fan_out), which is always less than He's."""

import keras

keras.utils.set_random_seed(7)
fan_in, fan_out = 512, 256

default = keras.layers.Dense(fan_out)
he = keras.layers.Dense(fan_out, kernel_initializer="he_normal")

# fan_in times the variance
predicted = {"default": 2 * fan_in / (fan_in + fan_out), "He": 2}
measured = {}
for rule, layer in ("default", default), ("He", he):
    layer.build((None, fan_in))
    measured[rule] = fan_in * keras.ops.var(layer.kernel).item()
    print(f"{rule:7}  fan_in times variance: {measured[rule]:.3f}"
          f"  (predicted {predicted[rule]:.3f})")

# %% check
from math import erf, exp, pi, sqrt

# The default is uniform. He's is a normal distribution without what lies beyond
# two standard deviations, stretched until it has the variance that it promises.
edge = sqrt(2 / pi) * exp(-2) / erf(sqrt(2))   # 2 f(2) / P(|z| < 2), f the density
square = 1 - 2 * edge                          # E[z^2 given |z| < 2], by parts
fourth = 3 * square - 8 * edge                 # E[z^4 given |z| < 2], by parts

# A variance measured on n draws has the relative standard error
# sqrt((kurtosis - 1) / n). Both distributions end at a number of deviations.
kurtosis = {"default": 9 / 5, "He": fourth / square**2}
end = {"default": sqrt(3), "He": 2 / sqrt(square)}
for rule, layer in ("default", default), ("He", he):
    error = sqrt((kurtosis[rule] - 1) / (fan_in * fan_out))
    assert abs(measured[rule] / predicted[rule] - 1) < 4 * error
    largest = keras.ops.max(keras.ops.abs(layer.kernel)).item()
    limit = end[rule] * sqrt(predicted[rule] / fan_in)
    assert 0.999 < largest / limit < 1.000001   # float32 rounds the limit
