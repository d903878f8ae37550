"""Without decay LARS moves 20 sigmoid layers by one fraction, though gradients
differ 10⁸-fold; it restores none lost in float16 and turns no direction."""

import numpy as np

rng = np.random.default_rng(9)
width = 32  # no mutate: the weights are scaled by it
depth = 20
lr = 0.01  # no mutate: all steps are in units of it
beta = 5e-4

W = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
H = [rng.normal(size=(8, width))]                  # (batch, width)
for W_l in W:                                      # sigmoid layers
    H.append(1 / (1 + np.exp(-H[-1] @ W_l.T)))
G = np.zeros_like(W)
g = (H[-1] - rng.random((8, width))) / 8           # squared error
for l in range(depth)[::-1]:
    delta = g * H[l + 1] * (1 - H[l + 1])
    G[l] = delta.T @ H[l]
    g = delta @ W[l]


def lars(w, g, beta):                              # layer by layer
    norm_w = np.linalg.norm(w, axis=(1, 2), keepdims=True)
    norm_g = np.linalg.norm(g, axis=(1, 2), keepdims=True)
    return lr * norm_w / (norm_g + beta * norm_w) * g


steps = np.array([lr * G, lars(W, G, 0), lars(W, G, beta)])
sizes = np.sum(steps**2, axis=(2, 3)) / np.sum(W**2, axis=(1, 2))
sgd, equal, decayed = np.sqrt(sizes)
for name, size in [("SGD", sgd), ("LARS", equal), ("decay", decayed)]:
    low, *_, top = size
    print(f"{name:5} relative step {low:.0e} (layer 1) to {top:.0e}")

one = np.ones((1, 1, 1))
share = {}                                         # of the step, with decay
for norm in (1e-3, 1e-12):
    gradient = norm * one  # no mutate: one entry, which is 1
    share[norm] = lars(one, gradient, beta).item() / lr

half = G.astype(np.float16).astype(float)
lost = int(np.sum(~half.any(axis=(1, 2))))
s = np.linalg.svd(steps)[1]
last = s[1, -1, 1] / s[1, -1, 0]                   # s_2 / s_1
print(f"s_2 / s_1 in layer {depth}: {last:.0e}; float16: {lost} lost")

# %% check
# One fraction in every layer, up to rounding.
assert np.allclose(equal, lr)
# The fractions of SGD differ by more than eight orders of magnitude.
assert sgd[-1] > 1e8 * sgd[0]
# A gradient of 1e-3 or 1e-12 beside a decay of 5e-4, by hand.
assert np.allclose([share[1e-3], share[1e-12]], [2 / 3, 2e-9], rtol=1e-6)

flat = s[..., 1] / s[..., 0]
# A factor turns no matrix, up to rounding.
assert np.allclose(flat, flat[0], atol=1e-14)
# The last layer's step has almost rank one, and keeps it.
assert last < 1e-6

# Float16 sets to zero what is at most half of its smallest number, and with
# it whole layers.
assert np.array_equal(half == 0, np.abs(G) <= 2.0**-25)
assert lost > 4
# No step without a gradient, and none without weights.
assert not lars(W, half, beta)[half == 0].any()
assert not lars(0 * W, G, 0).any()
with np.errstate(invalid="ignore"):
    # The quotient inf / inf is no number.
    assert np.isnan(lars(one, np.inf * one, 0))
