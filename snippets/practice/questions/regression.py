import numpy as np

rng = np.random.default_rng(5)
examples, features, classes = 200, 4, 3
X = rng.normal(size=(examples, features))
scores = X @ rng.normal(size=(features, classes))
scores += rng.gumbel(size=scores.shape)            # so that no fit is perfect
Y = np.eye(classes)[np.argmax(scores, axis=1)]     # labels, one-hot
y = scores[:, 0]                                   # for linear regression


def softmax_regression(W):                         # (start, classes, features)
    p = np.exp(X @ W.transpose(0, 2, 1))         # (start, examples, classes)
    p /= p.sum(axis=2, keepdims=True)
    loss = -np.mean(np.log(np.sum(Y * p, axis=2)), axis=1)
    return loss, (p - Y).transpose(0, 2, 1) @ X / examples


shape = classes, features
W = np.stack([np.zeros(shape), np.full(shape, 0.5), rng.normal(size=shape)])
w = W[:, 0]
first_loss, _ = softmax_regression(W)
for _ in range(500):
    W = W - softmax_regression(W)[1]
    w = w - 0.3 * (w @ X.T - y) @ X / examples
last_loss, gradient = softmax_regression(W)
linear_loss = np.mean((w @ X.T - y)**2, axis=1) / 2
for k, start in enumerate(["zeros", "all 1/2", "random"]):
    print(f"{start:8} softmax loss {first_loss[k]:.4f} -> {last_loss[k]:.4f}"
          f"   linear loss -> {linear_loss[k]:.4f}")
assert np.allclose(first_loss[:2], np.log(classes))
# convex: loss(W) - loss(V) <= |gradient at W| |W - V|, and |W - V| < 10
slope = np.sqrt(np.sum(gradient**2, axis=(1, 2)))
assert np.ptp(last_loss) < 10 * slope.max() < 0.01
assert np.ptp(linear_loss) < 1e-12                 # rounding
