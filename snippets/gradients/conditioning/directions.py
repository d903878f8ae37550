"""Orthogonal linear layers keep every direction; Gaussian ones, or a ReLU,
treat them ever less alike, and ReLU keeps no more than its thinnest layer."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
n = 64
depth = 10
x = rng.standard_normal(n)  # no mutate: the claim holds for any input
G = rng.standard_normal((depth, n, n))
Q = np.linalg.qr(G)[0]
nets = {
    "orthogonal": (Q, False),
    "Gaussian": (G / np.sqrt(n), False),
    "orthogonal, ReLU": (np.sqrt(2) * Q, True),
}

s = {}                                         # (layer, direction)
rank = {}
thinnest = {}
kept = {}
for name, (weights, relu) in nets.items():
    h = x
    J = np.eye(n)
    active = []
    s[name] = []
    for W in weights:
        z = W @ h
        slope = (z > 0).astype(float) if relu else np.ones(n)     # phi'
        h = slope * z
        J = slope[:, None] * (W @ J)
        active.append(int(slope.sum()))
        s[name].append(np.linalg.svd(J, compute_uv=False))
    s[name] = np.array(s[name])
    last = s[name][-1]
    thinnest[name] = min(active)
    rank[name] = int(np.linalg.matrix_rank(J))         # the rest is rounding
    kept[name] = int((last > 0.1 * last[0]).sum())
    print(f"{name:17} rank {rank[name]}, {kept[name]} directions above a tenth of s_1")

fig, panels = plt.subplots(1, 3, figsize=(7.4, 3.1), sharey=True, layout="constrained")
for ax, name in zip(panels, nets):
    seen = np.where(s[name] > 1e-13, s[name], np.nan)  # no mutate: rounding is far below
    decades = np.log10(seen / seen[:, :1])
    picture = ax.imshow(decades.T, cmap="viridis", vmin=-3, vmax=0, aspect="auto", origin="upper",
                        interpolation="none", extent=(0.5, depth + 0.5, n, 0))
    ax.set(title=name, xlabel="layers", xticks=[1, 5, 10], yticks=[1, 32, 64])
    ax.grid(False)
panels[0].set_ylabel("direction $i$, sorted")
bar = fig.colorbar(picture, ax=panels, ticks=[-3, -2, -1, 0])
bar.set_ticklabels(["1/1000", "1/100", "1/10", "1"])
bar.set_label("$s_i/s_1$")
plt.show()

# %% check
# No tolerance: a rank is whole. Each layer has n/2 +- 4 active units, and
# the thinnest of ten has less than half.
relu = "orthogonal, ReLU"
assert rank[relu] == thinnest[relu]
assert thinnest[relu] < n / 2
# Orthogonal layers keep every length, up to depth * n roundings.
assert abs(s["orthogonal"] - 1).max() < 1e-12
# Half, by the claim.
assert kept[relu] < n / 2
assert kept["Gaussian"] < n / 2
