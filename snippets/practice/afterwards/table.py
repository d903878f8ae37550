"""Some rules of the step repair some networks whose gradients are too small, and none
whose gradients are zero, equal or rounded away; a normalization repairs all but twins."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
depth = 10
n = 16
steps = 80
X = rng.standard_normal((24, n))           # 24 examples to fit
y = np.abs(X[:, :1]) - np.abs(X[:, 1:2])   # no mutate: any target does
y = (y - y.mean()) / y.std()

he = rng.normal(0, np.sqrt(2 / n), (depth, n, n))
heads = np.repeat(rng.normal(0, np.sqrt(1 / n), (1, 1, n)), 9, axis=0)
heads[8] = 1 / n                           # twins outward too
dead = he.copy()
dead[1] = -np.abs(dead[1])                 # never positive behind a ReLU
twins = np.full(he.shape, 1 / n)
twins[0] = he[0, 0]                        # the same row for every unit
faults = {
    "healthy: He": he, "half of He": he / 2, "a tenth of He": he / 10,
    "… and gradients in float16": he / 10, "twice He": 2 * he,
    "sigmoid layers": he / np.sqrt(2), "… with a 64th of He": he / 64,
    "a dead layer": dead, "all units twins": twins,
}
HALF, SIGMOID = 3, slice(5, 7)             # rows of this table


def length(A):
    return np.sqrt(np.sum(A**2, axis=(2, 3), keepdims=True))


def forward(W, normalize):
    H, kept = X, []
    for W_l in W[:-1]:
        Z, r = H @ W_l.mT, None          # (fault, rate, example, unit)
        if normalize:                           # BatchNorm
            Z = Z - Z.mean(axis=2, keepdims=True)
            r = np.sqrt(np.mean(Z**2, axis=2, keepdims=True) + 1e-5)
            Z = Z / r
        phi, dphi = np.maximum(Z, 0), 1.0 * (Z > 0)
        phi[SIGMOID] = 1 / (1 + np.exp(-Z[SIGMOID]))
        dphi[SIGMOID] = phi[SIGMOID] * (1 - phi[SIGMOID])
        kept.append((H, Z, dphi, r))
        H = phi
    return H @ W[-1].mT - y, H, kept


def gradients(W, normalize):
    error, H, kept = forward(W, normalize)
    delta = 2 * error / len(X)
    G = [delta.mT @ H]
    for W_l, (H, Z, dphi, r) in zip(reversed(W[1:]), reversed(kept)):
        delta = delta @ W_l * dphi
        if normalize:
            delta = delta - delta.mean(axis=2, keepdims=True)
            delta = (delta - Z * np.mean(delta * Z, axis=2, keepdims=True)) / r
        G.insert(0, delta.mT @ H)
    for g in G:
        g[HALF] = g[HALF].astype(np.float16)
    return G


def lsuv(W):
    H = X
    for W_l in W[:-1]:
        deviation = np.std(H @ W_l.mT, axis=(2, 3), keepdims=True)
        deviation[deviation == 0] = 1  # no mutate: what is dead stays as it is
        W_l /= deviation
        Z = H @ W_l.mT
        H = np.maximum(Z, 0)
        H[SIGMOID] = 1 / (1 + np.exp(-Z[SIGMOID]))


def train(cure, rates):
    lr = np.array(rates)[:, None, None]
    layers = [*np.stack(list(faults.values()), axis=1), heads]
    W = [np.repeat(W_l[:, None], len(rates), axis=1) for W_l in layers]
    if cure == "LSUV":
        lsuv(W)
    m, v = [0.0] * len(W), [0.0] * len(W)
    for t in range(1, steps + 1):
        G = gradients(W, cure == "BatchNorm")
        whole = np.sqrt(sum(length(g)**2 for g in G))    # of all layers together
        for l, (W_l, u) in enumerate(zip(W, G)):
            if cure == "clip norm":
                u = u / np.maximum(whole, 1)
            if cure == "clip value":
                u = np.clip(u, -0.1, 0.1)
            if cure == "warm-up":
                u = u * min(1, t / 30)
            if cure in ("Adam", "LAMB"):
                m[l] = 0.9 * m[l] + 0.1 * u
                v[l] = 0.999 * v[l] + 0.001 * u**2
                u = m[l] / (1 - 0.9**t) / (np.sqrt(v[l] / (1 - 0.999**t)) + 1e-8)
            if cure in ("LARS", "LAMB"):
                size = length(u)
                size[size == 0] = 1  # no mutate: a step of zero stays zero
                u = u * length(W_l) / size
            W_l -= lr * u
    losses = np.mean(forward(W, cure == "BatchNorm")[0]**2, axis=(2, 3))
    return 1 - np.minimum(np.nan_to_num(losses, nan=np.inf), 1), W    # share of the variance of y


cures = ["none", "clip norm", "clip value", "warm-up", "Adam", "LARS", "LAMB", "LSUV", "BatchNorm"]
ends, weights, learned = {}, {}, {}
with np.errstate(over="ignore", invalid="ignore"):       # some of these trainings explode
    for cure in cures:
        rates = (0.003, 0.01, 0.03) if cure == "Adam" else (0.01, 0.03, 0.1)
        ends[cure], weights[cure] = train(cure, rates)   # (fault, rate)
        learned[cure] = ends[cure].max(axis=1)           # by the best of three rates
repaired = {cure: np.sum(learned[cure][1:] > 0.5) for cure in cures}
for cure in cures:
    print(f"{cure:10} brings {repaired[cure]} of 8 bad starts above a half")

fig, ax = plt.subplots(figsize=(7.6, 4.3))
shares = np.array(list(learned.values())).T
ax.imshow(shares, cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
for (row, column), share in np.ndenumerate(shares):
    ax.text(column, row, f"{share:.2f}", ha="center", va="center", color="white" if share > 0.6 else "black")
ax.axvline(6.5, color="white", lw=6)
ax.text(3.5, -1.4, "acts on the step", ha="center", color="C1")
ax.text(7.5, -1.4, "on the signal", ha="center", color="C0")
ax.set(xticks=range(9), xticklabels=cures, yticks=range(9), yticklabels=faults)
ax.spines[:].set_visible(False)
ax.tick_params(length=0, labeltop=True, labelbottom=False, grid_alpha=0, labelsize=9)  # no mutate: how it looks
plt.show()

# %% check
half, faint, rounded = 1, 2, 3
assert min(learned[cure][0] for cure in cures) > 0.2     # every training of the healthy network works
assert learned["none"][[faint, rounded, 7]].max() < 0.01
for cure in ("Adam", "LARS", "LAMB"):
    assert learned[cure][half] > 0.1 and learned[cure][rounded] < 1e-6
assert max(learned["LARS"][faint], learned["LAMB"][faint]) > 0.1   # Adam may be stopped by its 1e-8
for cure in cures[:-1]:
    assert learned[cure][7] < 1e-6                       # a gradient of zero is zero under every rule
assert learned["BatchNorm"][1:8].min() > 0.2
for cure in cures:                                       # twins differ by rounding at most
    assert max(np.ptp(W_l[8], axis=1).max() for W_l in weights[cure][:-1]) < 1e-6
