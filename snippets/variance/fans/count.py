"""Ones in place of the weights count the lines of a layer, and the two counts
predict what random weights do to a gradient."""
import numpy as np

rng = np.random.default_rng(11)
pixels = 16                # on a ring, so that there are no borders
shape = (48, 24, 4)        # filters, channels, kernel
n = 24 * pixels            # inputs
single = np.eye(n).reshape(n, 24, pixels)   # one of them at a time


def layer(w, stride):      # as a matrix, (inputs, outputs)
    places = np.arange(0, pixels, stride)
    outputs = sum(w[:, :, a] @ single[..., (places + a) % pixels]
                  for a in range(shape[2]))
    return outputs.reshape(n, -1)  # no mutate: whatever number is below zero, it is the rest


fans = {}
measured = {}
for stride in (1, 2, 4):
    lines = layer(np.ones(shape), stride)
    fan_in = lines.sum(axis=0).mean()
    fan_out = lines.sum(axis=1).mean()
    fans[stride] = (fan_in, fan_out)

    M = layer(rng.normal(0, 1 / np.sqrt(fan_in), shape), stride)
    delta = rng.standard_normal((M.shape[1], 300))       # 300 gradients
    measured[stride] = np.mean((M @ delta) ** 2)
    predicted = fan_out / fan_in
    print(f"stride {stride}: fan_in {fan_in:.0f}, fan_out {fan_out:.0f},"
          f" gradient × {measured[stride]:.2f} (predicted {predicted:.2f})")

# %% check
# The sum of the 4608 squared weights scatters by sqrt(2/4608), 2 percent, and 300 gradients
# add less than 1. Five of these.
for stride, (fan_in, fan_out) in fans.items():
    assert fan_in == 24 * 4
    assert fan_out == 48 * 4 / stride
    assert abs(measured[stride] / (fan_out / fan_in) - 1) < 0.12
