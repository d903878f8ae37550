"""Singular values bound a product's eigenvalues; the factors' eigenvalues do
for the definite pair, not the nilpotent one or the shear (λ = 1, large κ)."""

import numpy as np

R = np.array([[1, -1], [1, 1]]) / np.sqrt(2)           # by 45 degrees
D = np.array([[2.0, 0.0], [0.0, 0.5]])
flip = np.array([[1.0, 0.0], [0.0, -1.0]])
swap = np.array([[0.0, 1.0], [1.0, 0.0]])
N = np.array([[0.0, 2.0], [0.0, 0.0]])                 # eigenvalues 0, 0
S = np.array([[1.0, 100.0], [0.0, 1.0]])               # eigenvalues 1, 1
pairs = {
    "definite": (D, R @ D @ R.T),
    "indefinite": (flip, swap),
    "nilpotent": (N, N.T),
    "shear": (S, S.T),
}

moduli = {}
imaginary = {}
wrong = {}
right = {}
print("            |eigenvalues| of AB   |eig| A x |eig| B   s(A) x s(B)")
for name, (A, B) in pairs.items():
    lam = np.linalg.eigvals(A @ B)
    moduli[name] = np.sort(abs(lam))                   # [small, large]
    imaginary[name] = abs(lam.imag).max()  # no mutate: two real or conjugate eigenvalues

    eig_A = np.sort(abs(np.linalg.eigvals(A)))
    eig_B = np.sort(abs(np.linalg.eigvals(B)))
    wrong[name] = eig_A * eig_B

    s = np.linalg.svd([A, B])[1]                       # [large, small] each
    right[name] = np.prod(s, axis=0)[::-1]

    columns = [f"{low:9.4f} {high:9.2f}"
               for low, high in (moduli[name], wrong[name], right[name])]
    print(f"{name:10s}", *columns)

kappa_shear = np.linalg.cond(S)
print(f"kappa of the shear {kappa_shear:.1f}, ratio of its eigenvalues 1")

# %% check
for name in pairs:
    # 1e-9: rounding of entries near 1e4
    assert right[name][0] - 1e-9 <= moduli[name][0]
    assert moduli[name][1] <= right[name][1] + 1e-9

# Singular values of definite factors are their eigenvalues, up to rounding.
assert np.allclose(wrong["definite"], right["definite"])

# No tolerance: these matrices and their eigenvalues are exact in binary.
assert imaginary["definite"] == 0
assert imaginary["indefinite"] == 1
assert moduli["nilpotent"][1] == 4
assert not wrong["nilpotent"].any()

# The condition number errs by u * kappa = 1e-12, relatively.
kappa_exact = ((100 + np.sqrt(100**2 + 4)) / 2) ** 2
assert abs(kappa_shear / kappa_exact - 1) < 1e-9
