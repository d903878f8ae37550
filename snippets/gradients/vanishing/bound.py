"""Sigmoid layers stretch gradients by at most s₁(W)/4, nearly reached by each
but not by thirty; a centered 4Q network loses them like a power of depth."""
import numpy as np

rng = np.random.default_rng(1)
n = 48
depth = 30
G = rng.standard_normal((depth, n, n))
Q = np.linalg.qr(G)[0]                     # orthogonal: every s_i is 1
x = rng.normal(0.5, 0.1, n)  # no mutate: any inputs near 1/2 will do, q_1 goes with them
nets = {                                   # W, and what is taken from h
    "Gaussian, 1 / sqrt(n)": (G / np.sqrt(n), 0),
    "orthogonal": (Q, 0),
    "4 x orthogonal": (4 * Q, 0),
    "4 x orthogonal, centered": (4 * Q, 1 / 2),
}
bound = {}
steepest = {}
per_layer = {}
stretches = {}
print("weights                     s_1(W)/4   s_1(J)  each of 30 layers")
for name, (W, center) in nets.items():
    h = x
    J = []
    for W_l in W:
        h = 1 / (1 + np.exp(-W_l @ (h - center)))
        J.append((h * (1 - h))[:, None] * W_l)
    product = np.eye(n)
    for J_l in J:
        product = J_l @ product
    s_1_W = np.linalg.norm(W, 2, axis=(1, 2))      # of each layer
    s_1_J = np.linalg.norm(J, 2, axis=(1, 2))
    stretches[name] = (s_1_W, s_1_J)
    bound[name] = s_1_W.mean() / 4
    steepest[name] = s_1_J.mean()
    rms = np.sqrt(np.sum(product**2) / n)          # of |product v| / |v|
    per_layer[name] = rms ** (1 / depth)
    print(f"{name:26} {bound[name]:9.3f} {steepest[name]:8.3f} {per_layer[name]:8.3f}")

z_1 = 4 * Q[0] @ (x - 1 / 2)  # no mutate: any orthogonal matrix keeps its length
q_1 = np.mean(z_1**2)
measured_kept = rms
predicted_kept = 1 / np.sqrt(1 + q_1 * depth / 2)
print(f"centered, thirty layers: {measured_kept:.2f} (predicted {predicted_kept:.2f})")

# %% check
# Every layer of every network, up to rounding.
for s_1_W, s_1_J in stretches.values():
    assert np.all(s_1_J <= s_1_W / 4 * (1 + 1e-12))
# The last network is a tanh network, up to the rounding of thirty layers.
t = 2 * x - 1
for Q_l in Q:
    t = np.tanh(Q_l @ t)
assert np.max(np.abs(2 * h - 1 - t)) < 1e-12
# The next order of the formula is a relative q_1 / 4; twice that.
assert abs(measured_kept / predicted_kept - 1) < q_1 / 2
# Far apart: the bound is near one, the factor per layer near two thirds.
assert per_layer["4 x orthogonal"] < 0.7
assert 0.7 < steepest["4 x orthogonal"]
