import matplotlib.pyplot as plt
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


z = np.arange(-80, 81) / 10                     # contains 0 exactly
slope = sigmoid(z) * sigmoid(-z)                # phi' = phi (1 - phi)
step = 1e-3
difference = (sigmoid(z + step) - sigmoid(z - step)) / (2 * step)
largest, where = slope.max(), z[slope.argmax()]
edge = 2 * np.arccosh(np.sqrt(10))              # phi' = 1 / (4 cosh(z/2)^2)
edge_slope = sigmoid(edge) * sigmoid(-edge)
tail = slope * np.exp(np.abs(z))                # rises to 1 on both sides
far = 40
lost = sigmoid(far) * (1 - sigmoid(far))        # 1 - 1: all digits cancel
kept = sigmoid(far) * sigmoid(-far)
print(f"largest slope {largest} at z = {where}")
print(f"a tenth of it at z = +-{edge:.3f}: {edge_slope:.4f}")
print(f"slope at {far}: phi(1 - phi) = {lost}, phi(z)phi(-z) = {kept:.2e}")
assert largest == 1 / 4 and where == 0          # max |phi'''| = 1/8; rounding
assert np.max(np.abs(slope - difference)) < step**2 / 48 + 1e-12
assert np.all(tail < 1) and tail[[0, -1]].min() > 1 - 2 * np.exp(-8)
assert lost == 0 and abs(edge_slope - 1 / 40) < 1e-15
assert abs(kept / np.exp(-far) - 1) < 1e-14
fig, ax = plt.subplots()
ax.plot(z, sigmoid(z), "C0-", z, slope, "C1--")
ax.plot([0, -edge, edge], [0.25, edge_slope, edge_slope], "C1o")
ax.axhline(0.25, color="0.5", linestyle=":", linewidth=1)
ax.set(xlabel="$z$", yticks=[0, 0.25, 0.5, 1])
ax.legend(["sigmoid", "its derivative"])
plt.show()
