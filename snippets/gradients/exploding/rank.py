"""A product of 101 Gaussian 4 × 4 matrices has nearly rank one; as printed, the
slides' product could have rank one exactly, the Julia chapter's could not."""
import numpy as np

rng = np.random.default_rng(5)
product = rng.standard_normal((4, 4))
for factor in range(100):
    product = product @ rng.standard_normal((4, 4))

slides = np.array([[6.9766e23, 3.6144e24, -1.8983e24, 2.5633e24],
                   [-2.0041e22, -1.0383e23, 5.4530e22, -7.3634e22],
                   [-5.2698e22, -2.7301e23, 1.4339e23, -1.9362e23],
                   [3.8219e23, 1.9800e24, -1.0399e24, 1.4042e24]])
julia = np.array([[6.98955e22, 2.03892e23, 1.26077e20, -8.06923e22],
                  [2.07651e23, 6.05706e23, 3.69729e20, -2.39717e23],
                  [2.68355e23, 7.8281e23, 4.8288e20, -3.09805e23],
                  [2.11011e23, 6.15556e23, 3.82741e20, -2.43611e23]])

rows = {}
ratio = {}
rounding = {}
print("first row / second row, in each column          s₂/s₁   rounding")
for name, P, digits in (("here", product, 15), ("slides", slides, 5), ("julia", julia, 6)):
    rows[name] = P[0] / P[1]
    s = np.linalg.svd(P, compute_uv=False)
    ratio[name] = s[1] / s[0]
    unit = 10 ** (np.floor(np.log10(abs(P))) - digits + 1)  # of the last printed digit
    rounding[name] = np.linalg.norm(unit / 2) / s[0]
    print(f"{name:7}", *[f"{r:9.4f}" for r in rows[name]], f"{ratio[name]:8.0e} {rounding[name]:8.0e}")

# %% check
# One draw, within three standard deviations of the mean logarithm.
predicted = -(102 * (np.log(2) - 0.5) + np.log(2)) / np.log(10)
sd = np.sqrt(101 * (2 * np.pi**2 / 3 - 5) / 4) / np.log(10)
assert abs(np.log10(ratio["here"]) - predicted) < 3 * sd
# Rank one as printed: rounding can make all of s₂.
assert ratio["slides"] < rounding["slides"]
# More than rounding, and within three standard deviations of theory.
assert rounding["julia"] < ratio["julia"] < 10 ** (predicted + 3 * sd)
