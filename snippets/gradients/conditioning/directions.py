"""Through orthogonal ReLU layers as many directions survive as the thinnest
has active units, under half within a factor of 10; linear layers keep all."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
n = 64
depth = 10
x = rng.normal(size=n)  # no mutate: the claim holds for any input
G = rng.normal(size=(depth, n, n))
Q = np.linalg.qr(G)[0]
nets = {
    "Gaussian": (G / np.sqrt(n), False, "C1s"),
    "orthogonal": (Q, False, "C2^"),
    "orthogonal, ReLU": (np.sqrt(2) * Q, True, "C0o"),
}

s = {}
rank = {}
thinnest = {}
kept = {}
print("                thinnest  above s_1/10")
for name, (weights, relu, style) in nets.items():
    h = x
    J = np.eye(n)
    active = []
    for W in weights:
        z = W @ h
        slope = (z > 0).astype(float) if relu else np.ones(n)  # phi'
        h = slope * z
        J = slope[:, None] * (W @ J)
        active.append(int(slope.sum()))

    s[name] = np.linalg.svd(J, compute_uv=False)
    thinnest[name] = min(active)
    rank[name] = int(np.linalg.matrix_rank(J))         # the rest is rounding
    kept[name] = int((s[name] > 0.1 * s[name][0]).sum())
    print(f"{name:17}{thinnest[name]:7}{kept[name]:12}")

visible = 1e-8  # no mutate: far above rounding, and no singular value is near
fig, ax = plt.subplots()
for name, (weights, relu, style) in nets.items():
    seen = s[name][s[name] > visible]
    ax.semilogy(1 + np.arange(len(seen)), seen, style, ms=4, label=name)
ax.set(xlabel="$i$", ylabel="$s_i$")
ax.legend()
plt.show()

# %% check
# No tolerance: a rank is whole. Each layer has n/2 +- 4 active units, and
# the thinnest of ten is not above n/2 + 2.
relu = "orthogonal, ReLU"
assert rank[relu] == thinnest[relu]
assert thinnest[relu] <= n / 2 + 2

# Orthogonal layers keep every length, up to depth * n roundings.
assert abs(s["orthogonal"] - 1).max() < 1e-12

# Half, by the claim.
assert kept[relu] < n / 2
assert kept["Gaussian"] < n / 2
