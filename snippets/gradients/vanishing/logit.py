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
    # a step of size 1 instead of a flow: at most ln of the gradients' ratio
    assert abs(measured[loss] - predicted[loss]) < a
step = 1e-5                                # central difference of both losses
p_plus, p_minus = (1 / (1 + math.exp(a + s)) for s in (-step, step))
slope_mse = ((1 - p_plus)**2 / 2 - (1 - p_minus)**2 / 2) / (2 * step)
slope_bce = (-math.log(p_plus) + math.log(p_minus)) / (2 * step)
assert abs(slope_bce - at_start["bce"]) < 1e-9
assert abs(slope_mse - at_start["mse"]) < 1e-9
