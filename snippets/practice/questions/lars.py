"""Without decay LARS moves 20 sigmoid layers by one fraction, though gradients
differ 10⁸-fold; it restores none lost in float16 and turns no direction."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(9)
width = 32  # no mutate: the weights are scaled by it
depth = 20
lr = 0.01
beta = 5e-4

W = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
H = [rng.normal(size=(8, width))]                  # (batch, width)
for W_l in W:                                      # sigmoid layers
    H.append(1 / (1 + np.exp(-H[-1] @ W_l.T)))
G = np.zeros_like(W)
g = (H[-1] - rng.random((8, width))) / 8           # squared error
for l in reversed(range(depth)):
    delta = g * H[l + 1] * (1 - H[l + 1])
    G[l] = delta.T @ H[l]
    g = delta @ W[l]

norm_w = np.linalg.norm(W, axis=(1, 2))
norm_g = np.linalg.norm(G, axis=(1, 2))
sgd = lr * norm_g / norm_w                         # each: the step of a layer over its weights
equal = lr * norm_g / norm_g
decayed = lr * norm_g / (norm_g + beta * norm_w)
layers = np.arange(1, depth + 1)
ends = {}
fig, axes = plt.subplots(1, 3, figsize=(7.2, 2.5), sharey=True, layout="constrained")
for ax, size, name in zip(axes, (sgd, equal, decayed), ("plain descent", "LARS", "LARS with decay")):
    ends[name] = size[0], size[-1]
    print("{:15} layer 1 moves by {:.0e} of itself, layer 20 by {:.0e}".format(name, *ends[name]))
    ax.bar(layers, size, color="C1", width=0.7)
    ax.set(yscale="log", ylim=(1e-16, 1), xlabel="layer", xticks=[1, 10, 20])
    ax.set_title(name, fontsize=10)
    ax.grid(False)
axes[0].set_ylabel("step / weights")
plt.show()

# %% check
# The fractions of SGD differ by more than eight orders of magnitude.
assert sgd[-1] > 1e8 * sgd[0]
# LARS: one fraction in every layer, up to rounding.
assert np.allclose(equal, lr)
share = {}                                         # of the step that decay leaves, weights of norm one
for norm in (1e-3, 1e-12):
    share[norm] = norm / (norm + beta)
assert np.allclose([share[1e-3], share[1e-12]], [2 / 3, 2e-9], rtol=1e-6)
# Where the gradient is far below beta ‖w‖ the step falls with it.
assert decayed[0] < 1e-6 * lr

s = np.linalg.svd(G[-1], compute_uv=False)
last = s[1] / s[0]
# The last layer's gradient has almost rank one; a factor leaves the ratio.
assert last < 1e-6

# Float16 sets to zero what is at most half of its smallest number, and with
# it whole layers.
half = G.astype(np.float16)
assert np.array_equal(half == 0, np.abs(G) <= 2.0**-25)
lost = int(np.sum(~half.any(axis=(1, 2))))
assert lost > 4
