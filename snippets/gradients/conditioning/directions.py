import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
n, depth = 64, 10
x = rng.normal(size=n)
G = rng.normal(size=(depth, n, n))
Q = np.linalg.qr(G)[0]
nets = {"Gaussian": (G / np.sqrt(n), False, "C1s"),
        "orthogonal": (Q, False, "C2^"),
        "orthogonal, ReLU": (np.sqrt(2) * Q, True, "C0o")}
s, rank, thinnest, kept = {}, {}, {}, {}
fig, ax = plt.subplots()
print("                thinnest  above s_1/10")
for name, (weights, relu, style) in nets.items():
    h, J, active = x, np.eye(n), []
    for W in weights:
        z = W @ h
        slope = (z > 0).astype(float) if relu else np.ones(n)  # phi'
        h, J = slope * z, slope[:, None] * (W @ J)
        active.append(int(slope.sum()))
    s[name] = np.linalg.svd(J, compute_uv=False)
    thinnest[name] = min(active)
    rank[name] = int(np.linalg.matrix_rank(J))         # the rest is rounding
    kept[name] = int((s[name] > 0.1 * s[name][0]).sum())
    print(f"{name:17}{thinnest[name]:7}{kept[name]:12}")
    seen = s[name][s[name] > 1e-8]                     # far above rounding
    ax.semilogy(1 + np.arange(len(seen)), seen, style, ms=4, label=name)
relu = "orthogonal, ReLU"
assert rank[relu] == thinnest[relu] <= n / 2 + 2       # n/2 +- 4 a layer
assert abs(s["orthogonal"] - 1).max() < 1e-12          # depth * n roundings
assert kept[relu] < n / 2 > kept["Gaussian"]
ax.set(xlabel="$i$", ylabel="$s_i$")
ax.legend()
plt.show()
