"""Regressions reach one loss from zero, constant or random weights; with a
hidden layer zeros stay at ln K and a constant at one unit, above random."""

import numpy as np

rng = np.random.default_rng(0)
batch = 60
X = np.append(rng.normal(size=(batch, 2)), np.ones((batch, 1)), axis=1)  # bias
first = X[:, :1]
second = X[:, 1:2]
product = first * second  # no mutate: only its sign counts
label = np.where(product > 0, 0, 1 + (first > 0))
Y = label == np.arange(3)  # (batch, classes)


def softmax(Z):  # probabilities, and the cross-entropy
    Z = Z - Z.max(axis=1, keepdims=True)  # no mutate: any common shift cancels
    log_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    return np.exp(log_P), -log_P[Y].mean()


random = rng.normal(size=(4, 3))
lr_linear = 0.5  # no mutate: any small enough rate reaches the same weights
lr_softmax = 2.0  # no mutate: any small enough rate reaches the same loss
loss = {}
units = {}
B_first = {}
print("start     linear  softmax   hidden layer")
for start, value in (("zero", 0), ("constant", 0.5), ("random", random)):
    W1 = np.full((4, 3), value)
    A = W1[:1]
    B = W1[:3]
    B_first[start] = B
    W2 = W1.T
    for _ in range(400):  # no mutate: both have converged before
        A = A - lr_linear * ((X @ A.T - label) * X).mean(axis=0)
        B = B - lr_softmax * (softmax(X @ B.T)[0] - Y).T @ X / batch

    for _ in range(150):  # explicit sums: each unit adds in the same order
        H = np.tanh((X[:, None] * W1).sum(axis=2))  # (batch, width)
        P, hidden = softmax((H[:, None] * W2).sum(axis=2))
        delta = ((P - Y)[..., None] * W2).sum(axis=1) * (1 - H**2)
        W1 = W1 - (delta[..., None] * X[:, None]).mean(axis=0)
        W2 = W2 - ((P - Y)[..., None] * H[:, None]).mean(axis=0)

    units[start] = W1
    loss[start] = np.array([((X @ A.T - label) ** 2).mean() / 2,
                            softmax(X @ B.T)[1], hidden])
    print(f"{start:8}", "  ".join(f"{x:7.4f}" for x in loss[start]))

# %% check
# Equal rows give every class one third, up to rounding.
for start in ("zero", "constant"):
    assert abs(softmax(X @ B_first[start].T)[1] - np.log(3)) < 1e-12

for start in loss:
    # No tolerance: sums in one order are equal to the last bit.
    assert (np.ptp(units[start], axis=0).max() == 0) == (start != "random")
    # Convex: one minimum, as far as a few hundred steps come.
    assert abs(loss[start] - loss["zero"])[:2].max() < 1e-3

# A network of zeros stays there, up to rounding.
assert abs(loss["zero"][2] - np.log(3)) < 1e-12

# One effective unit is worse than four: 0.1 is far above rounding.
assert loss["constant"][2] - loss["random"][2] > 0.1
