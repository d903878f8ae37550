"""One backward formula serves BatchNorm, LayerNorm and RMSNorm: subtract the
mean (not for RMSNorm), subtract the part along the output, divide by r."""
import numpy as np

rng = np.random.default_rng(2)
Z = rng.normal(1, 3, (6, 4))     # (examples, units)  # no mutate: any numbers do
G = rng.standard_normal((6, 4))  # what arrives at the output  # no mutate: any numbers do

def forward(Z, axis, center):
    Z = Z - center * Z.mean(axis, keepdims=True)
    r = np.sqrt(np.mean(Z**2, axis, keepdims=True))
    return Z / r, r

gradients = {}
errors = {}
norms = {"BatchNorm": (0, 1), "LayerNorm": (1, 1), "RMSNorm": (1, 0)}
for name, (axis, center) in norms.items():
    U, r = forward(Z, axis, center)
    D = G - center * G.mean(axis, keepdims=True)
    D = (D - U * np.mean(D * U, axis, keepdims=True)) / r
    gradients[name] = D
    step = 1e-5 * rng.standard_normal(Z.shape)  # no mutate: any small step does
    above = forward(Z + step, axis, center)[0]
    below = forward(Z - step, axis, center)[0]
    errors[name] = abs(2 * np.sum(D * step) / np.sum(G * (above - below)) - 1)
    print(f"{name}: off by {errors[name]:.0e} of a measured slope")

# %% check
# Central differences err by the step squared and by rounding, about 1e-16/1e-5;
# a change that happens to be small counts both many times over.
assert max(errors.values()) < 1e-5
