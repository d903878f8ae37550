"""One backward formula serves BatchNorm, LayerNorm and RMSNorm: subtract the
mean (not for RMSNorm), subtract the part along the output, divide by r."""
import numpy as np

rng = np.random.default_rng(2)
Z = rng.normal(1, 3, (6, 4))    # (examples, units)
G = rng.standard_normal((6, 4))  # what arrives at the output

def normalize(Z, axis, center):
    C = Z - center * Z.mean(axis, keepdims=True)
    r = np.sqrt(np.mean(C**2, axis, keepdims=True))
    return C / r, r

errors = {}
for name, axis, center in (("BatchNorm", 0, 1), ("LayerNorm", 1, 1), ("RMSNorm", 1, 0)):
    U, r = normalize(Z, axis, center)
    D = G - center * G.mean(axis, keepdims=True)
    D = (D - U * np.mean(D * U, axis, keepdims=True)) / r
    step = rng.standard_normal(Z.shape) * 1e-5  # no mutate: any small step does
    change = np.sum(G * (normalize(Z + step, axis, center)[0] - normalize(Z - step, axis, center)[0]))
    errors[name] = abs(np.sum(D * 2 * step) / change - 1)
    print(f"{name}: the formula is off by {errors[name]:.0e} of the change")

# %% check
# Central differences err by the step squared and by rounding, about 1e-16/1e-5;
# a change that happens to be small counts both many times over.
assert max(errors.values()) < 1e-5
