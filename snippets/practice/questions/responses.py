import numpy as np

rng = np.random.default_rng(4)
width, depth = 512, 10
V = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
X = rng.normal(size=(8, width))                    # (batch, width)
u = (np.arange(-400, 400) + 0.5) / 50              # E[f(u)] = weight @ f(u)
weight = np.exp(-u**2 / 2) / np.exp(-u**2 / 2).sum()
phis = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "4 sigmoid - 2": lambda z: 4 / (1 + np.exp(-z)) - 2,
        "ReLU": lambda z: np.maximum(z, 0)}
kept, kept_back, gains, gains_back = {}, {}, {}, {}
q, measured_q, between, error = {}, {}, {}, {}
for name, phi in phis.items():
    dphi = (phi(u + 1e-6) - phi(u - 1e-6)) / 2e-6
    kept[name], kept_back[name] = weight @ phi(u)**2, weight @ dphi**2
    gains[name], gains_back[name] = kept[name]**-0.5, kept_back[name]**-0.5
    measured_kept = np.mean(phi(X @ V[0].T)**2)
    print(f"{name:14} keeps {kept[name]:.3f}, run {measured_kept:.2f}")
    # h**2 has the relative variance 5 for ReLU, else at most 2; 2 for |x|^2
    k = 5 if name == "ReLU" else 2
    assert abs(measured_kept / kept[name] - 1) < 4 * np.sqrt((k + 2) / X.size)
    for rule, gain in ("plain", 1), ("corrected", gains[name]):
        net, Z, moment = f"{name}, {rule}", X @ V[0].T, 1.0
        for W in gain * V[1:]:
            Z = phi(Z) @ W.T
            moment = gain**2 * weight @ phi(np.sqrt(moment) * u)**2
        q[net], measured_q[net] = moment, np.mean(Z**2)
        between[net] = np.mean(np.var(Z, axis=0))
        print(f"  gain {gain:.2f}: E[z^2] at layer {depth} {q[net]:6.2g}, "
              f"run {measured_q[net]:6.2g}; between inputs {between[net]:.0e}")
        error[net] = np.sqrt(k * depth / width)    # of ln E[z^2], at most
        assert abs(np.log(measured_q[net] / q[net])) < 4 * error[net]
assert between["sigmoid, corrected"] < 1e-6 < 0.5 < between["tanh, corrected"]
