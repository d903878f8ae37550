"""The singular values of a product of Gaussian factors obey their bounds, but
the largest is over ten million times below its bound, near the wide limit."""

import numpy as np

rng = np.random.default_rng(5)
n = 100
depth = 32
A = rng.normal(0, 1 / np.sqrt(n), (depth, n, n))       # a chain of factors
s = np.linalg.svd(A, compute_uv=False)                 # (depth, n)

P = np.eye(n)
P_inv = np.eye(n)
for factor, inverse in zip(A, np.linalg.inv(A)):
    P = factor @ P
    P_inv = P_inv @ inverse

largest = np.linalg.norm(P, 2)                         # s_1 of the product
smallest = 1 / np.linalg.norm(P_inv, 2)                # s_n of the product
kappa = largest / smallest

upper = s[:, 0].prod()                                 # bounds by the factors
lower = s[:, -1].prod()
kappa_bound = upper / lower
limit = np.sqrt((depth + 1) ** (depth + 1) / depth**depth)

print(f"          product   bound, {depth} factors")
print(f"s_1       {largest:7.1f}   {upper:.0e}   (wide limit {limit:.1f})")
print(f"s_n       {smallest:7.0e}   {lower:.0e}")
print(f"kappa     {kappa:7.0e}   {kappa_bound:.0e}")

# %% check
# The bounds need no tolerance: rounding is far smaller than their distance.
assert largest <= upper
assert smallest >= lower
assert kappa <= kappa_bound

# The upper bound is true, and no use: seven decades, by the claim.
slack = upper / largest
assert slack > 1e7

# ln |Px| of a vector has the standard deviation sqrt(depth / 2n), and
# ln s_1 a smaller one: three of them.
assert abs(np.log(largest / limit)) < 3 * np.sqrt(depth / n / 2)

# |det AB| = |det A| |det B|: log det errs by n**2 roundings times kappa.
log_det = np.linalg.slogdet(A)[1]
log_det_pair = np.linalg.slogdet(A[1] @ A[0])[1]
assert abs(log_det_pair - log_det[0] - log_det[1]) < 1e-6
