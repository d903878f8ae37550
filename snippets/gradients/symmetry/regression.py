import numpy as np

rng = np.random.default_rng(0)
X = np.append(rng.normal(size=(60, 2)), np.ones((60, 1)), axis=1)  # bias
label = np.where(X[:, :1] * X[:, 1:2] > 0, 0, 1 + (X[:, :1] > 0))
Y = label == np.arange(3)  # (batch, classes)


def softmax(Z):  # probabilities, and the cross-entropy
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return P, -np.log(P[Y]).mean()


loss, random = {}, rng.normal(size=(4, 3))
print("start     linear  softmax   hidden layer")
for start, value in ("zero", 0), ("constant", 0.5), ("random", random):
    W1 = np.full((4, 3), value)
    A, B, W2 = W1[:1], W1[:3], W1.T
    assert start == "random" or abs(softmax(X @ B.T)[1] - np.log(3)) < 1e-12
    for _ in range(400):
        A = A - 0.5 * ((X @ A.T - label) * X).mean(axis=0)
        B = B - 2.0 * (softmax(X @ B.T)[0] - Y).T @ X / 60
    for _ in range(150):  # explicit sums: each unit adds in the same order
        H = np.tanh((X[:, None] * W1).sum(axis=2))  # (batch, width)
        P, hidden = softmax((H[:, None] * W2).sum(axis=2))
        delta = ((P - Y)[..., None] * W2).sum(axis=1) * (1 - H**2)
        W1 = W1 - (delta[..., None] * X[:, None]).mean(axis=0)
        W2 = W2 - ((P - Y)[..., None] * H[:, None]).mean(axis=0)
    loss[start] = np.array([((X @ A.T - label) ** 2).mean() / 2,
                            softmax(X @ B.T)[1], hidden])
    print(f"{start:8}", "  ".join(f"{x:7.4f}" for x in loss[start]))
    assert (np.ptp(W1, axis=0).max() == 0) == (start != "random")
    assert abs(loss[start] - loss["zero"])[:2].max() < 1e-3  # convex
assert abs(loss["zero"][2] - np.log(3)) < 1e-12
assert loss["constant"][2] - loss["random"][2] > 0.1
