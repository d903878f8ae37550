"""Post-norm multiplies the mean squared gradient by (1 + b)/(1 + f) in every
residual block, pre-norm by 1 + b/(1 + f l), which tends to one."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
depth = 50
n = 400
f = 0.2934    # E[φ²] of the sigmoid for a standard normal input
b = 0.0448    # E[φ'²]

def norm(h):
    r = np.sqrt(np.mean(h**2, axis=1, keepdims=True))
    return h / r, r

def back(G, u, r):   # through a normalization
    return (G - u * np.mean(G * u, axis=1, keepdims=True)) / r

measured = {}
networks = {}
for kind in ("post-norm", "pre-norm"):
    h = norm(rng.standard_normal((20, n)))[0]  # no mutate: any start of rms 1 does
    blocks = []
    for block in range(depth):
        u, r = norm(h)
        phi = 1 / (1 + np.exp(-u))
        W = rng.normal(0, 1 / np.sqrt(n), (n, n))
        h = (u if kind == "post-norm" else h) + phi @ W.T
        blocks.append((W, phi, u, r))
    arriving = rng.standard_normal((20, n))  # behind the last normalization  # no mutate: only ratios count
    G = back(arriving, *norm(h))
    sizes = []
    for W, phi, u, r in reversed(blocks):
        branch = (G @ W) * phi * (1 - phi)
        G = back(G + branch, u, r) if kind == "post-norm" else G + back(branch, u, r)
        sizes.append(np.mean(G**2))
    measured[kind] = np.array(sizes[::-1]) / np.mean(arriving**2)  # at the input of block 1, 2, ..., 50
    networks[kind] = (blocks, arriving, G)

left = np.arange(depth, 0, -1)                # blocks from here to the end
stream = 1 + f * np.arange(depth + 1)         # mean square of the stream, pre-norm
factors = 1 + b / stream[:depth]
predicted = {"post-norm": ((1 + b) / (1 + f)) ** left / np.where(left == depth, 1, 1 + f),
             "pre-norm": np.cumprod(factors[::-1])[::-1] / stream[depth]}
for kind, sizes in measured.items():
    print(f"{kind}: block 1 gets {sizes[0]:.2g} (predicted {predicted[kind][0]:.2g})")  # no mutate: a look

fig, panels = plt.subplots(1, 2, figsize=(7.4, 2.8), sharey=True)
for ax, (kind, sizes) in zip(panels, measured.items()):
    ax.bar(range(1, depth + 1), sizes, color="C1")
    ax.plot(range(1, depth + 1), predicted[kind], color="black", ls="--", lw=1.4)
    ax.set(title=kind, yscale="log", ylim=(3e-6, 3), xlabel="block")
panels[0].set_ylabel("mean squared gradient")
plt.show()

# %% check
# A block adds 2 u·F(u)/n to the mean square, of deviation 2 √(f/n): four deviations of the
# sum of the logarithms. Shortcut and branch are the wider apart, the less in pre-norm.
tolerance = 4 * np.sqrt(depth) * 2 * np.sqrt(f / n) / (1 + f)
for kind in measured:
    assert np.max(np.abs(np.log(measured[kind] / predicted[kind]))) < tolerance
