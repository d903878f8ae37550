"""Sigmoid layers stretch gradients by at most s₁(W)/4, nearly reached by each
but not by thirty; a centered 4Q network loses them like a power of depth."""

import numpy as np

rng = np.random.default_rng(1)
n = 48
depth = 30
G = rng.standard_normal((depth, n, n))
Q = np.linalg.qr(G)[0]                     # orthogonal: every s_i is 1
spread = 0.1  # no mutate: any inputs near one half will do, q_0 goes with them
x = rng.normal(0.5, spread, n)             # around sigmoid(0) = 1/2
nets = {
    "Gaussian, 1 / sqrt(n)": (G / np.sqrt(n), 0),
    "orthogonal": (Q, 0),
    "4 x orthogonal": (4 * Q, 0),
    "4 x orthogonal, centered": (4 * Q, 1 / 2),  # b = -W 1 / 2
}

bound = {}
steepest = {}
per_layer = {}
stretches = {}
print("weights                    s_1(W)/4   s_1(J)  each of 30 layers")
for name, (W, center) in nets.items():
    h = x
    product = np.eye(n)
    J = []
    for W_k in W:
        h = 1 / (1 + np.exp(-W_k @ (h - center)))
        J.append((h * (1 - h))[:, None] * W_k)
        product = J[-1] @ product

    s_1_W, s_1_J = np.linalg.norm([W, J], 2, axis=(2, 3))  # (30,) each
    stretches[name] = (s_1_W, s_1_J)
    bound[name] = s_1_W.mean() / 4
    steepest[name] = s_1_J.mean()
    rms = np.sqrt(n * np.mean(product**2))     # of |product v| / |v|
    per_layer[name] = rms ** (1 / depth)
    print(f"{name:26} {bound[name]:8.3f} {steepest[name]:8.3f}"
          f" {per_layer[name]:8.3f}")

t = 2 * x - 1                              # the tanh network of the text
q_0 = np.mean(t**2)
measured_kept = rms
predicted_kept = 1 / np.sqrt(1 + 2 * q_0 * depth)
print(f"centered: {measured_kept:.2f}, predicted {predicted_kept:.2f}")

# %% check
# Every layer of every network, up to rounding.
for s_1_W, s_1_J in stretches.values():
    assert np.all(s_1_J <= s_1_W / 4 * (1 + 1e-12))

# The last network is a tanh network, up to the rounding of thirty layers.
for Q_k in Q:
    t = np.tanh(Q_k @ t)
assert np.max(np.abs(2 * h - 1 - t)) < 1e-12

# The next order of the formula is a relative q_0; twice that.
assert abs(measured_kept / predicted_kept - 1) < 2 * q_0

# Far apart: the bound is near one, the factor per layer near two thirds.
assert per_layer["4 x orthogonal"] < 0.7
assert 0.7 < steepest["4 x orthogonal"]
