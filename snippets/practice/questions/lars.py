import numpy as np

rng = np.random.default_rng(9)
width, depth, lr, beta = 32, 20, 0.01, 5e-4
W = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
H, G = [rng.normal(size=(8, width))], np.zeros_like(W)   # (batch, width)
for W_l in W:                                      # sigmoid layers
    H.append(1 / (1 + np.exp(-H[-1] @ W_l.T)))
g = (H[-1] - rng.random((8, width))) / 8           # squared error
for l in range(depth)[::-1]:
    delta = g * H[l + 1] * (1 - H[l + 1])
    G[l], g = delta.T @ H[l], delta @ W[l]


def lars(w, g, beta):                              # layer by layer
    norm_w, norm_g = np.linalg.norm([w, g], axis=(2, 3), keepdims=True)
    return lr * norm_w / (norm_g + beta * norm_w) * g


steps = np.array([lr * G, lars(W, G, 0), lars(W, G, beta)])
sgd, equal, decayed = (np.sum(steps**2, (2, 3)) / np.sum(W**2, (1, 2)))**0.5
for name, (low, *_, top) in ("SGD", sgd), ("LARS", equal), ("decay", decayed):
    print(f"{name:5} relative step {low:.0e} (layer 1) to {top:.0e}")
one, half = np.ones((1, 1, 1)), G.astype(np.float16).astype(float)
share = {g: lars(one, g * one, beta).item() / lr for g in (1e-3, 1e-12)}
s, lost = np.linalg.svd(steps)[1], int(np.sum(~half.any(axis=(1, 2))))
flat, last = s[..., 1] / s[..., 0], s[1, -1, 1] / s[1, -1, 0]    # s_2 / s_1
print(f"s_2 / s_1 in layer {depth}: {last:.0e}; float16: {lost} lost")
assert np.allclose(equal, lr) and sgd[-1] > 1e8 * sgd[0]
assert np.allclose([share[1e-3], share[1e-12]], [2 / 3, 2e-9], rtol=1e-6)
assert np.allclose(flat, flat[0], atol=1e-14) and last < 1e-6
assert np.array_equal(half == 0, np.abs(G) <= 2.0**-25) and lost > 4
assert not lars(W, half, beta)[half == 0].any() and not lars(0*W, G, 0).any()
with np.errstate(invalid="ignore"):                # inf / inf is no number
    assert np.isnan(lars(one, np.inf * one, 0))
