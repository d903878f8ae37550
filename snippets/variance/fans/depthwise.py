"""Keras counts the channels of a depthwise kernel as inputs, so its default
makes the mean square of the output 2/(C + 1) for C channels."""
import keras
import numpy as np

keras.utils.set_random_seed(3)
kernel = 3

measured = {}
predicted = {}
for channels in (16, 64, 512):
    layer = keras.layers.DepthwiseConv2D(kernel)
    layer.build((None, 24, 24, channels))
    fan_in = kernel * kernel
    measured[channels] = fan_in * float(keras.ops.var(layer.kernel))
    predicted[channels] = 2 / (channels + 1)
    print(f"{channels:3} channels: fan_in times variance {measured[channels]:.4f}"
          f" (predicted {predicted[channels]:.4f})")

# %% check
# Uniform weights: the variance of n draws has the relative standard error sqrt((9/5 - 1) / n).
for channels in measured:
    error = np.sqrt(0.8 / (9 * channels))
    assert abs(measured[channels] / predicted[channels] - 1) < 4.5 * error
