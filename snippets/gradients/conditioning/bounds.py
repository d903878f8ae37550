"""The singular values of a product of Gaussian factors obey their bounds, but
the largest is over ten million times below its bound."""
import numpy as np

rng = np.random.default_rng(5)
n = 100
depth = 32
draws = 8
all_largest = []
for draw in range(draws):
    A = rng.standard_normal((depth, n, n)) / np.sqrt(n)    # a chain of factors
    P = np.eye(n)
    for factor in A:
        P = factor @ P
    all_largest.append(np.linalg.norm(P, 2))               # s_1 of the product
largest = all_largest[-1]                                  # the last draw in full

P_inv = np.eye(n)
for inverse in np.linalg.inv(A):
    P_inv = P_inv @ inverse
smallest = 1 / np.linalg.norm(P_inv, 2)                    # s_n of the product
kappa = largest / smallest

s = np.linalg.svd(A, compute_uv=False)                     # (depth, n)
upper = s[:, 0].prod()                                     # bounds by the factors
lower = s[:, -1].prod()
kappa_bound = upper / lower
typical = np.exp(np.mean(np.log(all_largest)))
limit = np.sqrt((depth + 1) ** (depth + 1) / depth**depth)

print(f"          product   bound, {depth} factors")
print(f"s_1       {largest:7.1f}   {upper:.0e}")
print(f"s_n       {smallest:7.0e}   {lower:.0e}")
print(f"kappa     {kappa:7.0e}   {kappa_bound:.0e}")
print(f"s_1 of {draws} draws: typically {typical:.1f} (wide limit {limit:.1f})")

# %% check
# The bounds need no tolerance: rounding is far smaller than their distance.
assert largest <= upper
assert smallest >= lower
assert kappa <= kappa_bound

# The upper bound is true, and no use: seven decades, by the claim.
slack = upper / largest
assert slack > 1e7

# ln |Px| of a vector has the standard deviation sqrt(depth / 2n) and ln s_1 a
# smaller one: four standard errors. The finite width takes off another L / n.
shift = np.log(typical / limit) + depth / n
assert abs(shift) < 4 * np.sqrt(depth / n / 2 / draws)
assert typical < limit

# |det AB| = |det A| |det B|: log det errs by n**2 roundings times kappa.
log_det = np.linalg.slogdet(A)[1]
log_det_pair = np.linalg.slogdet(A[1] @ A[0])[1]
assert abs(log_det_pair - log_det[0] - log_det[1]) < 1e-6
