"""Products of 101 Gaussian 4 × 4 matrices have about the predicted s₂/s₁; as
printed, the slides' matrix could have rank one, the Julia matrix could not."""

import numpy as np

rng = np.random.default_rng(5)
factors = rng.standard_normal((101, 4, 4))
M = factors[0]
product = M
for W in factors[1:]:
    product = product @ W

slides = np.array([[6.9766e23, 3.6144e24, -1.8983e24, 2.5633e24],
                   [-2.0041e22, -1.0383e23, 5.4530e22, -7.3634e22],
                   [-5.2698e22, -2.7301e23, 1.4339e23, -1.9362e23],
                   [3.8219e23, 1.9800e24, -1.0399e24, 1.4042e24]])
julia = np.array([[6.98955e22, 2.03892e23, 1.26077e20, -8.06923e22],
                  [2.07651e23, 6.05706e23, 3.69729e20, -2.39717e23],
                  [2.68355e23, 7.8281e23, 4.8288e20, -3.09805e23],
                  [2.11011e23, 6.15556e23, 3.82741e20, -2.43611e23]])
print(f"one matrix\n{np.array2string(M, precision=4)}")
print(f"times 100\n{np.array2string(product, precision=4)}\n")

print("first row / second row in each column           s2/s1  rounding")
rows = {}
ratio = {}
rounding = {}
printed = {"here": (product, 15), "slides": (slides, 5), "julia": (julia, 6)}
for name, (P, digits) in printed.items():
    s = np.linalg.svd(P, compute_uv=False)
    rows[name] = P[0] / P[1]
    ratio[name] = s[1] / s[0]
    # half a unit in the last printed digit of each entry, as a norm
    unit = 10 ** (np.floor(np.log10(abs(P))) - digits + 1)
    rounding[name] = np.linalg.norm(unit / 2) / s[0]
    columns = [f"{r:9.4f}" for r in rows[name]]
    print(f"{name:7}", *columns,
          f"{ratio[name]:8.0e} {rounding[name]:8.0e}")

# %% check
# One draw, within three standard deviations of its logarithm.
gap = np.log(2) - 0.5  # lambda_1 - lambda_2 for n = 4
predicted = -(102 * gap + np.log(2)) / np.log(10)  # log10 of s2 / s1
sd = np.sqrt(101 * (2 * np.pi**2 / 3 - 5) / 4) / np.log(10)
assert abs(np.log10(ratio["here"]) - predicted) < 3 * sd

# Rank one as printed: rounding can make all of s2.
assert ratio["slides"] < rounding["slides"]

# More than rounding, and at most three standard deviations above theory.
assert rounding["julia"] < ratio["julia"]
assert ratio["julia"] < 10 ** (predicted + 3 * sd)
