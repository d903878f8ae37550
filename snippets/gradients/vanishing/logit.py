"""From a confident mistake at logit −a, steps of length one reach zero after
about exp(a) + 3a on half the squared error, about a + 1 on cross-entropy."""

import math


def gradient(loss, z, y):
    p = 1 / (1 + math.exp(-z))
    return p - y if loss == "bce" else (p - y) * p * (1 - p)


def steps(loss, z, lr=1.0):                # until p >= 1/2, with label y = 1
    count = 0
    while z < 0:
        z -= lr * gradient(loss, z, 1)
        count += 1
    return count


a = 10.0                                   # starts at z = -a, label 1
at_start = {loss: gradient(loss, -a, 1) for loss in ("mse", "bce")}
predicted = {"mse": math.exp(a) + 3 * a + 5 / 2, "bce": a + 1}
measured = {loss: steps(loss, -a) for loss in ("mse", "bce")}
for loss in ("mse", "bce"):
    print(f"{loss}: gradient {at_start[loss]:.2g}, steps predicted "
          f"{predicted[loss]:.0f}, taken {measured[loss]}")

# %% check
for loss in ("mse", "bce"):
    # A step of size 1 instead of a flow: at most the logarithm of the ratio
    # of the last gradient and the first, which is at most a.
    assert abs(measured[loss] - predicted[loss]) < a

# A central difference of both losses errs by step**2 / 6, and by rounding
# of about u / step.
step = 1e-5  # no mutate: it errs by 1e-10 of the slope
p_plus = 1 / (1 + math.exp(a - step))
p_minus = 1 / (1 + math.exp(a + step))
slope_mse = ((1 - p_plus)**2 / 2 - (1 - p_minus)**2 / 2) / (2 * step)
slope_bce = (-math.log(p_plus) + math.log(p_minus)) / (2 * step)
assert abs(slope_bce - at_start["bce"]) < 1e-9
assert abs(slope_mse - at_start["mse"]) < 1e-9
