"""From a confident mistake at logit −a, steps of length one reach zero after
about exp(a) + 3a on half the squared error, about a + 1 on cross-entropy."""
import math

def gradient(loss, z):          # the label is y = 1
    p = 1 / (1 + math.exp(-z))
    return {"mse": (p - 1) * p * (1 - p), "bce": p - 1}[loss]

a = 10.0                        # sure and wrong: z = -a
predicted = {"mse": math.exp(a) + 3 * a + 5 / 2, "bce": a + 1}
at_start = {}
measured = {"mse": 0, "bce": 0}
for loss in measured:
    z = -a
    at_start[loss] = gradient(loss, z)
    while z < 0:                # until p is one half
        z -= gradient(loss, z)  # learning rate 1
        measured[loss] += 1
    print(f"{loss}: first gradient {at_start[loss]:.2g}, "
          f"{measured[loss]} steps (predicted {predicted[loss]:.0f})")

# %% check
for loss in ("mse", "bce"):
    # A step of size 1 instead of a flow: at most the logarithm of the ratio
    # of the last gradient and the first, which is at most a.
    assert abs(measured[loss] - predicted[loss]) < a
# A central difference of both losses errs by step**2 / 6, and by rounding
# of about u / step.
step = 1e-5
p_plus = 1 / (1 + math.exp(a - step))
p_minus = 1 / (1 + math.exp(a + step))
slope_mse = ((1 - p_plus)**2 / 2 - (1 - p_minus)**2 / 2) / (2 * step)
slope_bce = (-math.log(p_plus) + math.log(p_minus)) / (2 * step)
assert abs(slope_bce - at_start["bce"]) < 1e-9
assert abs(slope_mse - at_start["mse"]) < 1e-9
