"""Behind RMSNorm or LayerNorm a wide layer multiplies the mean squared gradient
by E[φ'²]/E[φ²], behind BatchNorm by E[φ'²]/Var[φ], whatever its weights' size."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
depth = 10
n = 256  # units of a layer, and examples of the batch

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

activations = {
    "linear": (lambda z: z, lambda z: np.ones_like(z)),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "SiLU": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z)**2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
}
norms = {"BatchNorm": (0, 1), "LayerNorm": (1, 1), "RMSNorm": (1, 0)}  # name: (axis, center)
z = np.linspace(-8, 8, 4000)  # no mutate: fine and wide enough
density = np.exp(-z**2 / 2) / np.sum(np.exp(-z**2 / 2))

measured = {}
predicted = {}
for name, (phi, dphi) in activations.items():
    for norm, (axis, center) in norms.items():
        key = f"{name}, {norm}"
        X = H = phi(rng.standard_normal((n, n)))
        layers = []
        for W in rng.standard_normal((depth, n, n)):  # no mutate: the normalization divides any scale out
            Z = H @ W.T
            Z -= center * Z.mean(axis, keepdims=True)
            r = np.sqrt(np.mean(Z**2, axis, keepdims=True))
            H = phi(Z / r)
            layers.append((W, Z / r, r))
        arriving = G = rng.standard_normal((n, n))  # no mutate: only ratios count
        for W, U, r in reversed(layers):
            G = G * dphi(U)
            G -= center * G.mean(axis, keepdims=True)
            G = (G - U * np.mean(G * U, axis, keepdims=True)) / r @ W
        measured[key] = (np.mean(G**2) / np.mean(arriving**2)) ** (1 / depth)
        mean = np.sum(density * phi(z)) if norm == "BatchNorm" else 0
        predicted[key] = np.sum(density * dphi(z)**2) / (np.sum(density * phi(z)**2) - mean**2)
worst = max(abs(measured[key] / predicted[key] - 1) for key in measured)
print(f"measured and predicted factors differ by {worst:.1%} at most")

fig, ax = plt.subplots(figsize=(6.6, 3))
grid = np.reshape(list(measured.values()), (5, 3))
ax.imshow(np.log(grid), cmap="RdBu_r", vmin=-0.8, vmax=0.8, aspect="auto")
for (row, column), factor in np.ndenumerate(grid):
    ax.text(column, row, f"× {factor:.2f}  ({list(predicted.values())[3 * row + column]:.2f})",
            ha="center", va="center", color="white" if factor < 0.5 else "black")
ax.set(xticks=range(3), xticklabels=norms, yticks=range(5), yticklabels=activations)
ax.tick_params(length=0, labeltop=True, labelbottom=False, grid_alpha=0)  # no mutate: how it looks
plt.show()

# %% check
assert worst < 0.1  # 256 units and 256 examples stay some percent away from the limit
