"""Twenty wide ReLU layers with He keep the gradient, sigmoid with Xavier lose
it; ReLU units differ between examples in the first layer, less in the last."""

import numpy as np


def there_and_back(W, phi, dphi):
    h = X
    slopes = []
    for W_l in W:
        z = h @ W_l.T                      # (batch, n)
        h = phi(z)
        slopes.append(dphi(z))

    gradient = V
    for W_l, slope in zip(W[::-1], slopes[::-1]):
        gradient = (gradient * slope) @ W_l
    return h, np.array(slopes), gradient


rng = np.random.default_rng(5)
n = 128
depth = 20
batch = 64
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
X, V = rng.standard_normal((2, batch, n))  # inputs, gradients at the output

h, on, gradient = there_and_back(
    np.sqrt(2) * G, lambda z: np.maximum(z, 0), lambda z: z > 0)   # He
faint = there_and_back(                    # Xavier; slope phi(z) phi(-z)
    G, lambda z: 1 / (1 + np.exp(-z)), lambda z: 1 / (2 + 2 * np.cosh(z)))[2]
ratio = {
    "ReLU": np.linalg.norm(gradient) / np.linalg.norm(V),
    "sigmoid": np.linalg.norm(faint) / np.linalg.norm(V),
}
predicted = {"ReLU": 1.0, "sigmoid": 0.05572 ** (depth / 2)}  # critical.py
for net in ratio:
    print(f"{net:8} predicted {predicted[net]:.1e} measured {ratio[net]:.1e}")

agree = (on[:, ::2] == on[:, 1::2]).mean(axis=(1, 2))         # in pairs
off_for_all = (~on.any(axis=1)).mean(axis=1)
print("pairs agree, by layer:", np.array2string(agree, precision=2))

# %% check
# Four standard deviations of the logarithm, half of that of the square,
# which scatters by (3 m - 1) / n a layer: m = 2 for ReLU, 1.03 for sigmoid.
sd = np.sqrt(np.array([5, 2.1]) * depth / n) / 2
for net, sd_net in zip(ratio, sd):
    assert abs(np.log(ratio[net] / predicted[net])) < 4 * sd_net

# Four standard deviations of the share of heads of as many fair coins.
assert abs(on.mean() - 1 / 2) < 4 * 0.5 / np.sqrt(n * depth)
assert abs(agree[0] - 1 / 2) < 4 * 0.5 / np.sqrt(n * batch / 2)

# Far above one half; and no unit of layer one is off for all of the batch.
assert agree[-1] > 3 / 4
assert off_for_all[0] == 0
assert off_for_all[-1] > 0

# ReLU networks without bias are linear along their inputs, up to rounding.
assert np.allclose(np.sum(gradient * X, 1), np.sum(V * h, 1))
