"""Thirty steps with a trust ratio bring the signal of a faint network back through one
large singular value per layer, where LSUV multiplies all of them by one number."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
depth = 10
n = 32
lr = 0.1
X = rng.standard_normal((32, n))
y = np.abs(X[:, :1]) - np.abs(X[:, 1:2])  # no mutate: any target does
start = list(rng.normal(0, np.sqrt(2 / n), (depth, n, n)) / 10)
head = rng.normal(0, np.sqrt(1 / n), (1, n))

def signal(W):
    H = [X]
    for W_l in W[:depth]:
        H.append(np.maximum(H[-1] @ W_l.T, 0))
    return H

trust = [*start, head]
for step in range(30):
    H = signal(trust)
    delta = H[-1] @ trust[-1].T - y    # a factor on the loss would change nothing
    for l in range(depth, -1, -1):
        gradient = delta.T @ H[l]
        delta = delta @ trust[l] * (H[l] > 0)
        ratio = np.linalg.norm(trust[l]) / np.linalg.norm(gradient)
        trust[l] = trust[l] - lr * ratio * gradient

lsuv = []
H_l = X
for W_l in start:
    lsuv.append(W_l / np.std(H_l @ W_l.T))
    H_l = np.maximum(H_l @ lsuv[-1].T, 0)

networks = {"a tenth of He": start, "30 steps, trust ratio": trust, "LSUV": lsuv}
rms = {name: np.sqrt(np.mean(signal(W)[-1]**2)) for name, W in networks.items()}
s = {name: np.array([np.linalg.svd(W_l, compute_uv=False) for W_l in W[:depth]]) for name, W in networks.items()}
others = np.median(s["30 steps, trust ratio"][:, 1:] / s["a tenth of He"][:, 1:])
others_changed = others - 1
growth = max(np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(trust, start))
for name in networks:
    print(f"{name:22} signal in layer {depth}: {rms[name]:.1g}")

fig, axes = plt.subplots(1, 3, figsize=(7.6, 3), sharey=True)
for ax, name in zip(axes, networks):
    for layer in range(depth):
        ax.plot(np.full(n, layer + 1), s[name][layer], "o", color="C0", ms=3, alpha=0.5, mew=0)
        ax.plot(layer + 1, s[name][layer, 0], "o", color="C0", ms=4)
    ax.set(title=f"{name}\nsignal {rms[name]:.0e}", xlabel="layer", yscale="log", ylim=(1e-3, 20), xticks=[1, 5, 10])
axes[0].set_ylabel("singular values")
plt.show()

# %% check
assert growth < (1 + lr)**30                             # as long as this, at most
assert rms["a tenth of He"] < 1e-8 < 1e-3 < rms["30 steps, trust ratio"]
stands_out = s["30 steps, trust ratio"][1:, 0] / s["30 steps, trust ratio"][1:, 1]
assert np.median(stands_out) > 2                        # 3 or so, and 1.1 at the start
assert abs(others_changed) < 0.1                            # the rest hardly moved
