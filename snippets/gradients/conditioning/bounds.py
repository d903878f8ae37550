import numpy as np

rng = np.random.default_rng(5)
n, depth = 100, 32
A = rng.normal(0, 1 / np.sqrt(n), (depth, n, n))       # a chain of factors
s = np.linalg.svd(A, compute_uv=False)                 # (depth, n)

P, P_inv = np.eye(n), np.eye(n)
for factor, inverse in zip(A, np.linalg.inv(A)):
    P, P_inv = factor @ P, P_inv @ inverse

largest = np.linalg.norm(P, 2)                         # s_1 of the product
smallest = 1 / np.linalg.norm(P_inv, 2)                # s_n of the product
upper, lower = s[:, 0].prod(), s[:, -1].prod()
kappa, kappa_bound = largest / smallest, upper / lower
limit = np.sqrt((depth + 1) ** (depth + 1) / depth**depth)
slack = upper / largest

print(f"          product   bound, {depth} factors")
print(f"s_1       {largest:7.1f}   {upper:.0e}   (wide limit {limit:.1f})")
print(f"s_n       {smallest:7.0e}   {lower:.0e}")
print(f"kappa     {kappa:7.0e}   {kappa_bound:.0e}")

assert largest <= upper and smallest >= lower and kappa <= kappa_bound
assert slack > 1e7                                     # true, and no use
# ln |Px| of a vector has the standard deviation sqrt(depth / 2n); s_1 less
assert abs(np.log(largest / limit)) < 3 * np.sqrt(depth / n / 2)
log_det = np.linalg.slogdet(A)[1]
log_det_pair = np.linalg.slogdet(A[1] @ A[0])[1]
# |det AB| = |det A| |det B|: log det errs by n**2 roundings times kappa
assert abs(log_det_pair - log_det[0] - log_det[1]) < 1e-6
