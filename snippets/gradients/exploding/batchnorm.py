"""Behind batch normalization the gradient of plain ReLU layers grows by about
π/(π − 1) per layer in the mean square, behind layer normalization hardly."""
import numpy as np

rng = np.random.default_rng(1)
depth = 20
n = 256
batch = 256
matrices = rng.normal(0, np.sqrt(2 / n), (depth, n, n))  # no mutate: normalization divides the scale out
X = rng.standard_normal((batch, n))
top = rng.standard_normal((batch, n))  # a gradient that is independent of the weights

predicted = {"batch": np.pi / (np.pi - 1), "layer": 1.0}
measured = {}
for name, axis in (("batch", 0), ("layer", 1)):  # over the examples, or over the units of one
    H = X
    layers = []
    for W in matrices:
        Z = H @ W.T
        deviation = Z.std(axis=axis, keepdims=True)
        U = (Z - Z.mean(axis=axis, keepdims=True)) / deviation
        H = np.maximum(U, 0)
        layers.append((W, U, deviation))
    G = top
    sizes = [np.mean(G**2)]
    for W, U, deviation in reversed(layers):
        G = G * (U > 0)
        G = G - G.mean(axis=axis, keepdims=True) - U * np.mean(G * U, axis=axis, keepdims=True)
        G = G / deviation @ W
        sizes.append(np.mean(G**2))
    measured[name] = (sizes[-2] / sizes[0]) ** (1 / (depth - 1))  # from layer 20 to layer 1
    print(f"{name} normalization: × {measured[name]:.3f} per layer (predicted {predicted[name]:.3f})")

# %% check
# A batch of 256 and layers of 256 units stay a few percent below the limit of
# wide layers and large batches.
assert 0.95 < measured["batch"] / predicted["batch"] < 1.02
assert 0.9 < measured["layer"] / predicted["layer"] < 1.1
