import numpy as np

R = np.array([[1, -1], [1, 1]]) / np.sqrt(2)           # by 45 degrees
D = np.array([[2.0, 0.0], [0.0, 0.5]])
flip = np.array([[1.0, 0.0], [0.0, -1.0]])
swap = np.array([[0.0, 1.0], [1.0, 0.0]])
N = np.array([[0.0, 2.0], [0.0, 0.0]])                 # eigenvalues 0, 0
S = np.array([[1.0, 100.0], [0.0, 1.0]])               # eigenvalues 1, 1
pairs = {"definite": (D, R @ D @ R.T), "indefinite": (flip, swap),
         "nilpotent": (N, N.T), "shear": (S, S.T)}

moduli, imaginary, wrong, right = {}, {}, {}, {}
print("            |eigenvalues| of AB   |eig| A x |eig| B   s(A) x s(B)")
for name, (A, B) in pairs.items():
    lam = np.linalg.eigvals(A @ B)
    moduli[name] = np.sort(abs(lam))                   # [small, large]
    imaginary[name] = abs(lam.imag).max()
    wrong[name] = (np.sort(abs(np.linalg.eigvals(A)))
                   * np.sort(abs(np.linalg.eigvals(B))))
    right[name] = np.prod(np.linalg.svd([A, B])[1], axis=0)[::-1]
    print(f"{name:10s}", *(f"{low:9.4f} {high:9.2f}" for low, high in
                           (moduli[name], wrong[name], right[name])))
    # 1e-9: rounding of entries near 1e4
    assert right[name][0] - 1e-9 <= moduli[name][0]
    assert moduli[name][1] <= right[name][1] + 1e-9

kappa_shear = np.linalg.cond(S)
kappa_exact = ((100 + np.sqrt(100**2 + 4)) / 2) ** 2
print(f"kappa of the shear {kappa_shear:.1f}, ratio of its eigenvalues 1")

assert np.allclose(wrong["definite"], right["definite"])
assert imaginary["definite"] == 0 and imaginary["indefinite"] == 1
assert moduli["nilpotent"][1] == 4 and not wrong["nilpotent"].any()
assert abs(kappa_shear / kappa_exact - 1) < 1e-9       # u * kappa = 1e-12
