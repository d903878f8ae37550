"""The sigmoid's slope is at most 1/4, at zero, and larger weights spread the
pre-activations to where it is small."""
import matplotlib.pyplot as plt
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


z = np.linspace(-16, 16, 321)                    # contains 0
slope = sigmoid(z) * sigmoid(-z)                 # h (1 - h)
largest = slope.max()
edge = 2 * np.arccosh(np.sqrt(10))               # slope = 1 / (4 cosh(z/2)^2)
where = z[slope.argmax()]
print(f"largest slope {largest} at z = {where:g}, a tenth of it at z = ±{edge:.2f}")

g = np.linspace(-8, 8, 1601)  # no mutate: any fine grid is exact beyond the digits shown
weight = np.exp(-g**2 / 2) / np.sum(np.exp(-g**2 / 2))
q = {}
size = {}
responsive = {}
for sigma_w in (1, 4, 10):
    q[sigma_w] = 1.0  # no mutate: it is forgotten
    for layer in range(100):  # no mutate: it is stationary long before
        h = sigmoid(np.sqrt(q[sigma_w]) * g)
        q[sigma_w] = sigma_w**2 * np.sum(weight * h**2)
    size[sigma_w] = np.sqrt(q[sigma_w])
    responsive[sigma_w] = np.sum(weight[size[sigma_w] * abs(g) < edge])
    print(f"weights x {sigma_w:2d}: size of z {size[sigma_w]:.2f},"
          f" slope above 1/40 in {responsive[sigma_w]:.0%} of the units")

fig, (top, below) = plt.subplots(2, 1, figsize=(7.2, 4.8), sharex=True, height_ratios=[3, 2.4])
top.plot(z, sigmoid(z), color="C0", ls="-", lw=1.4)
touched = np.array([-8, -5, -2.5, 0, 2.5, 5, 8])
rises = sigmoid(touched) * sigmoid(-touched)
for at, rise in zip(touched, rises):
    reach = np.array([-1, 1]) / np.hypot(0.6, 9 * rise)  # no mutate: how long the tangent is
    top.plot(at + reach, sigmoid(at) + rise * reach, color="C1", ls="-", lw=1.5 + 10 * rise)
top.text(0.7, 0.36, "slope ¼", color="C1", fontsize=10.5)
top.text(5, 0.82, "slope almost 0", color="C1")
top.text(-5, 0.1, "slope almost 0", color="C1", ha="right")
top.set(ylabel="$h$ = sigmoid($z$)", yticks=[0, 0.5, 1])
near = abs(z) < edge
densities = []
for row, (sigma_w, second) in zip((2.4, 1.2, 0), q.items()):
    densities.append(np.exp(-z**2 / (2 * second)))
    below.fill_between(z[::2], row, row + densities[-1][::2], color="C0", alpha=0.25, lw=0)
    below.fill_between(z[near], row, row + densities[-1][near], color="C0", alpha=0.7, lw=0)
    below.text(-15.5, row + 0.35, f"weights × {sigma_w}")
    below.text(15.5, row + 0.35, f"{responsive[sigma_w]:.0%} respond", ha="right", color="C0")
below.set(xlabel="pre-activation $z$", yticks=[], xlim=(-16, 16))
for ax in (top, below):
    for side in (-edge, edge):
        ax.axvline(side, color="black", ls=":", lw=1)
    ax.grid(False)
below.spines["left"].set_visible(False)
plt.show()

# %% check
assert largest == 1 / 4                          # exact: the sigmoid of 0 is 1/2
assert where == 0
# A central difference errs by max |phi'''| step**2 / 6, where the maximum is
# 1/8, and by rounding.
step = 1e-3
difference = (sigmoid(z + step) - sigmoid(z - step)) / (2 * step)
assert np.max(np.abs(slope - difference)) < step**2 / 48 + 1e-12
assert abs(sigmoid(edge) * sigmoid(-edge) - 1 / 40) < 1e-15
# The grid has a step of 0.01, and half a cell of it may fall to either side.
assert responsive[1] > 0.99
assert responsive[10] < 1 / 2 < responsive[4]
