"""Networks of width 4 share the first two moments of ln|z_L|² and ln|δ_1|²
whether matrices or vectors are drawn; an independent gradient is smaller."""

import numpy as np

rng = np.random.default_rng(6)
draws = 20_000  # no mutate: the tolerance follows it, no mean depends on it
n = 4
depth = 4
sigma_w = 1.5
sigma_b = 0.3


def fresh(x):
    """W x, or W^T x, for a W of which nothing is known yet."""
    norm = np.linalg.norm(x, axis=1, keepdims=True)  # (draws, 1, 1)
    return sigma_w * norm / np.sqrt(n) * rng.standard_normal(x.shape)


forward = {}
backward = {}
mean = {}
for law in ["independent", "given", "matrices"]:
    h = np.ones((draws, n, 1))
    layers = []
    for layer in range(depth):
        W = sigma_w * rng.standard_normal((draws, n, n)) / np.sqrt(n)
        Wh = W @ h if law == "matrices" else fresh(h)  # (draws, n, 1)
        layers.append((W, h, Wh))
        b = sigma_b * rng.standard_normal(Wh.shape)
        z = Wh + b  # no mutate: a bias is as often positive as negative
        h = np.tanh(z)

    delta = z  # at the top: the loss is |z_L|^2 / 2
    for W, h, Wh in layers[:0:-1]:
        back = W.mT @ delta if law == "matrices" else fresh(delta)
        if law == "given":  # W h is known, and nothing else of W
            back += h * ((Wh.mT @ delta - h.mT @ back) / (h.mT @ h))
        delta = (1 - h**2) * back

    x = np.log(np.sum(z**2, axis=(1, 2)))  # (draws,)
    y = np.log(np.sum(delta**2, axis=(1, 2)))
    sample = np.array([x, y, x**2, x * y, y**2])
    mean[law] = sample.mean(axis=1)
    forward[law] = mean[law][0]
    backward[law] = mean[law][1]
    print(f"{law:12} mean of ln |z_L|^2 {forward[law]:6.3f}, "
          f"of ln |delta_1|^2 {backward[law]:6.3f}")

# %% check
error = sample.std(axis=1) * np.sqrt(2 / draws)
# Four standard errors of a difference of means.
assert np.all(abs(mean["given"] - mean["matrices"]) < 4 * error)
assert backward["independent"] < backward["matrices"] - 4 * error[1]
