"""At its own forward gain each of tanh, ReLU and two sigmoids keeps E[z²] at 1
through ten wide layers, on average; what sigmoid keeps is a constant."""

import numpy as np

rng = np.random.default_rng(4)
width = 512  # no mutate: weights and tolerances follow it
depth = 10
batch = 8  # no mutate: the tolerance follows it, no prediction depends on it
V = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
X = rng.normal(size=(batch, width))
u = (np.arange(-400, 400) + 0.5) / 50              # E[f(u)] = weight @ f(u)
weight = np.exp(-u**2 / 2) / np.exp(-u**2 / 2).sum()
phis = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "4 sigmoid - 2": lambda z: 4 / (1 + np.exp(-z)) - 2,
    "ReLU": lambda z: np.maximum(z, 0),
}

kept = {}
kept_in_run = {}
kept_back = {}
gains = {}
gains_back = {}
q = {}
measured_q = {}
between = {}
for name, phi in phis.items():
    dphi = (phi(u + 1e-6) - phi(u - 1e-6)) / 2e-6
    kept[name] = weight @ phi(u)**2
    kept_back[name] = weight @ dphi**2
    gains[name] = kept[name]**-0.5
    gains_back[name] = kept_back[name]**-0.5
    measured_kept = np.mean(phi(X @ V[0].T)**2)
    kept_in_run[name] = measured_kept
    print(f"{name:14} keeps {kept[name]:.3f}, run {measured_kept:.2f}")

    for rule, gain in [("plain", 1), ("corrected", gains[name])]:
        net = f"{name}, {rule}"
        Z = X @ V[0].T
        moment = 1.0
        for W in gain * V[1:]:
            Z = phi(Z) @ W.T
            moment = gain**2 * weight @ phi(np.sqrt(moment) * u)**2
        q[net] = moment
        measured_q[net] = np.mean(Z**2)
        between[net] = np.mean(np.var(Z, axis=0))
        print(f"  gain {gain:.2f}: E[z^2] at layer {depth} {q[net]:6.2g}, "
              f"run {measured_q[net]:6.2g}; between inputs {between[net]:.0e}")

# %% check
error = {}
for name in phis:
    k = 5 if name == "ReLU" else 2
    off = kept_in_run[name] / kept[name] - 1
    # The relative variance of h**2 is 5 for ReLU, else at most 2, and that
    # of |x|^2 is 2. Four standard errors.
    assert abs(off) < 4 * np.sqrt((k + 2) / X.size)
    for rule in ("plain", "corrected"):
        net = f"{name}, {rule}"
        error[net] = np.sqrt(k * depth / width)
        # Four standard deviations of ln E[z^2] between networks, at most.
        assert abs(np.log(measured_q[net] / q[net])) < 4 * error[net]
# What sigmoid keeps is a constant, what tanh keeps is not.
assert between["sigmoid, corrected"] < 1e-6 < 0.5 < between["tanh, corrected"]
