"""Two filters of a convolution, or two heads of an attention layer, that start
as twins beside a third move but stay equal to the last bit."""

import numpy as np

rng = np.random.default_rng(0)
T = rng.normal(size=(32, 1, 6, 3))
y = rng.normal(size=(32, 1))


def dots(theta):  # T (batch, 1, tokens, 3) -> (batch, parts, tokens)
    return (T * theta[:, None]).sum(axis=3)


def filters(theta):  # convolution, tanh, mean over the positions
    h = np.tanh(dots(theta))
    return h.mean(axis=2), ((1 - h**2)[..., None] * T).mean(axis=2)


def heads(theta):  # attention, where theta = (query, value)
    scores = dots(theta[:, :3])
    a = np.exp(scores - scores.max(axis=2, keepdims=True))  # no mutate: any common shift cancels
    a = a / a.sum(axis=2, keepdims=True)
    u = dots(theta[:, 3:])
    h = (a * u).sum(axis=2, keepdims=True)
    dh = np.append((a * (u - h))[..., None] * T, a[..., None] * T, axis=3)
    return h[..., 0], dh.sum(axis=2)


apart = {}
moves = {}
for part, size in ((filters, 3), (heads, 6)):
    name = part.__name__
    v = np.ones(3)
    first = np.repeat(rng.normal(size=(2, size)), [2, 1], axis=0)
    theta = first
    for _ in range(100):
        h, dh = part(theta)  # (batch, parts), (batch, parts, size)
        r = (h * v).sum(axis=1, keepdims=True) - y
        theta = theta - 0.1 * ((r * v)[..., None] * dh).mean(axis=0)
        v = v - 0.1 * (r * h).mean(axis=0)

    moved = abs(theta - first).min()
    moves[name] = moved
    twins = theta[:2]
    apart[name] = np.ptp(twins, axis=0).max()  # no mutate: all of them are zero
    print(f"{name:7} all moved by {moved:.3f}, twins apart {apart[name]:.2f}")

# %% check
for name in apart:
    # Far above rounding.
    assert moves[name] > 1e-6
    # No tolerance: sums in one order are equal to the last bit.
    assert apart[name] == 0
