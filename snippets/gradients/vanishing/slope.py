"""The sigmoid's slope is at most 1/4, at zero, a tenth of that where cosh(z/2)
= √10, and far out just below exp(−|z|); h(1 − h) loses it near h = 1."""

import matplotlib.pyplot as plt
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


z = np.arange(-80, 81) / 10                     # contains 0 exactly
slope = sigmoid(z) * sigmoid(-z)                # phi' = phi (1 - phi)
largest = slope.max()
where = z[slope.argmax()]
print(f"largest slope {largest} at z = {where}")

edge = 2 * np.arccosh(np.sqrt(10))              # phi' = 1 / (4 cosh(z/2)^2)
edge_slope = sigmoid(edge) * sigmoid(-edge)
print(f"a tenth of it at z = +-{edge:.3f}: {edge_slope:.4f}")

far = 40
lost = sigmoid(far) * (1 - sigmoid(far))        # 1 - 1: all digits cancel
kept = sigmoid(far) * sigmoid(-far)
print(f"slope at {far}: phi(1 - phi) = {lost}, phi(z)phi(-z) = {kept:.2e}")

fig, ax = plt.subplots()
ax.plot(z, sigmoid(z), "C0-")
ax.plot(z, slope, "C1--")
ax.plot([0, -edge, edge], [0.25, edge_slope, edge_slope], "C1o")
ax.axhline(0.25, color="0.5", linestyle=":", linewidth=1)
ax.set(xlabel="$z$", yticks=[0, 0.25, 0.5, 1])
ax.legend(["sigmoid", "its derivative"])
plt.show()

# %% check
# No tolerance: the sigmoid of zero is exactly one half.
assert largest == 1 / 4
assert where == 0

# A central difference errs by max |phi'''| step**2 / 6, where the maximum
# is 1/8, and by rounding.
step = 1e-3  # no mutate: the bound is computed from it
difference = (sigmoid(z + step) - sigmoid(z - step)) / (2 * step)
assert np.max(np.abs(slope - difference)) < step**2 / 48 + 1e-12

# The tail rises to 1 on both sides, 1 - 2 exp(-|z|) + ..., from below.
tail = slope * np.exp(np.abs(z))
assert np.all(tail < 1)
assert tail[[0, -1]].min() > 1 - 2 * np.exp(-8)

# A few roundings of numbers of this size; lost is lost to the last digit.
assert abs(edge_slope - 1 / 40) < 1e-15
assert lost == 0
assert abs(kept / np.exp(-far) - 1) < 1e-14
