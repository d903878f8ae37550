"""One backward formula serves BatchNorm, LayerNorm and RMSNorm."""
import numpy as np

def forward(Z, axis, center):
    Z = Z - center * Z.mean(axis, keepdims=True)
    r = np.sqrt(np.mean(Z**2, axis, keepdims=True))
    return Z / r, r

def backward(G, Z, axis, center):
    U, r = forward(Z, axis, center)
    G = G - center * G.mean(axis, keepdims=True)
    return (G - U * np.mean(G * U, axis, keepdims=True)) / r

Z, G = np.random.default_rng(2).normal(1, 3, (2, 6, 4))  # 6 examples, 4 units  # no mutate: any numbers do
norms = {"BatchNorm": (0, 1), "LayerNorm": (1, 1), "RMSNorm": (1, 0)}
for name, kind in norms.items():
    D = backward(G, Z, *kind)
    change = forward(Z + 1e-5 * G, *kind)[0] - forward(Z - 1e-5 * G, *kind)[0]
    ratio = np.sum(G * change) / np.sum(2e-5 * G * D)
    print(f"{name}: the slope is {ratio:.8f} times that of the formula")

# %% check
# Central differences err by the step squared and by rounding, about 1e-16/1e-5;
# a change that happens to be small counts both many times over.
assert abs(ratio - 1) < 1e-5
for kind in norms.values():
    D = backward(G, Z, *kind)
    for direction in G, G[::-1], G[:, ::-1]:
        step = 1e-5 * direction
        change = forward(Z + step, *kind)[0] - forward(Z - step, *kind)[0]
        assert abs(2 * np.sum(D * step) / np.sum(G * change) - 1) < 1e-5
