"""Ten orthogonal layers: the gain changes no condition number if they are
linear, ReLU or leaky, and decides it if they are tanh or sigmoid."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 64
depth = 10
x = rng.standard_normal(n)
Q = np.linalg.qr(rng.standard_normal((depth, n, n)))[0]
gains = [0.5, 1, 1.5, 2, 3]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


activations = {
    "linear": (lambda z: z, lambda z: np.ones(n)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "leaky ReLU, 0.1": (lambda z: np.maximum(z, 0.1 * z), lambda z: np.where(z > 0, 1, 0.1)),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
}
decades = np.zeros((len(activations), len(gains)))     # log10 of kappa  # no mutate: all are set
for row, (phi, dphi) in enumerate(activations.values()):
    for column, gain in enumerate(gains):
        h = x
        J = np.eye(n)
        J_inv = np.eye(n)
        for Q_l in Q:
            z = gain * Q_l @ h
            h = phi(z)
            slope = dphi(z)
            J = slope[:, None] * (gain * Q_l @ J)
            if slope.min() == 0:               # a direction is lost for good
                decades[row, column] = np.inf
                break
            J_inv = J_inv @ Q_l.T / gain / slope       # kappa = |J| |J^-1|
        else:
            decades[row, column] = np.log10(np.linalg.norm(J, 2) * np.linalg.norm(J_inv, 2))
    print(f"{list(activations)[row]:15} log10 kappa =", np.abs(np.round(decades[row], 1)))  # no mutate: how it is printed

fig, ax = plt.subplots(figsize=(6.6, 3.2))
finite = np.where(np.isinf(decades), np.nan, decades)
ax.imshow(finite, cmap=plt.get_cmap("viridis_r").with_extremes(bad="0.85"), vmin=0, vmax=20, aspect="auto")
for (row, column), value in np.ndenumerate(decades):
    label = r"$\infty$" if np.isinf(value) else f"{abs(value):.1f}"  # no mutate: zero has no sign
    color = "black" if np.isinf(value) else "white" if value > 8 else "#111111"  # no mutate: to be read
    ax.text(column, row, label, ha="center", va="center", color=color)
ax.set(xlabel="gain", xticks=range(len(gains)), xticklabels=gains,
       yticks=range(len(activations)), yticklabels=activations)
ax.tick_params(length=0)
ax.grid(False)
plt.show()

# %% check
linear, tanh, smooth, leaky, relu = decades
# Rounding of 2 depth products of n terms.
assert np.max(np.abs(linear)) < 1e-12
assert np.ptp(leaky) < 1e-9
# A unit in ten layers of 64 is off, by all odds.
assert np.isinf(relu).all()
# Far apart: tens of decades at one end, less than two at the other.
assert tanh[0] < 1.5
assert np.all(np.diff(tanh) > 0)
assert tanh[-1] > 12
assert np.all(np.diff(smooth) > 0)
assert smooth[0] < 0.5
