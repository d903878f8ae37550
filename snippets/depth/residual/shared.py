"""One matrix used in all L blocks breaks the law: h + Wh/√L grows like the sum of
C(L,k)²/L^k over k, far beyond e, because its branches are correlated."""
import numpy as np
from math import comb

rng = np.random.default_rng(10)
n = 400
depth = 36

X = rng.standard_normal((n, 20))
W = rng.normal(0, 1 / np.sqrt(n), (n, n))
shared = X
fresh = X
for block in range(depth):
    shared = shared + W @ shared / np.sqrt(depth)
    V = rng.normal(0, 1 / np.sqrt(n), (n, n))
    fresh = fresh + V @ fresh / np.sqrt(depth)

terms = [comb(depth, k)**2 / depth**k for k in range(depth + 1)]
measured = {"fresh": np.mean(fresh**2), "shared": np.mean(shared**2)}
predicted = {"fresh": (1 + 1 / depth)**depth, "shared": sum(terms)}
for name in measured:
    print(f"{name} matrices: mean square {measured[name]:.3g} (predicted {predicted[name]:.3g})")

# %% check
# Independent: 4/n + 2/n in the variance of the logarithm. Shared: its few largest
# directions scatter more, by a factor of two at most in a hundred networks.
assert abs(np.log(measured["fresh"] / predicted["fresh"])) < 0.5
assert abs(np.log(measured["shared"] / predicted["shared"])) < np.log(2)
