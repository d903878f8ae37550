"""A truncated normal made from 8-bit uniform numbers has one entry in 256 at its
lower limit: weights of deviation 0.02 come out with deviation 0.13."""
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
std = 0.02
limit = 2                                        # a number, and not two deviations
levels = 2**8                                    # of a uniform number in bfloat16
u = rng.integers(0, levels, 100_000)
quantile = [-limit / std] + [NormalDist().inv_cdf(k / levels) for k in range(1, levels)]
w = np.clip(std * np.array(quantile)[u], -limit, limit)

share = np.mean(w == -limit)
predicted = 1 / levels
measured_std = w.std()
print(f"at -2: {share:.2%} (predicted {predicted:.2%}), deviation {measured_std:.3f} instead of {std}")

fig, ax = plt.subplots(figsize=(7, 2.7))
edges = np.arange(-41.5, 4) / 20
ax.hist(w, edges, color="C0")
ax.set(yscale="log", xlabel="weight", ylabel="entries of 100,000", ylim=(1, 3e5), xlim=(-2.1, 0.3))
ax.text(-1.95, 900, "one in 256,\na hundred deviations away", va="bottom")
ax.text(0.12, 2e4, "the rest", va="bottom")
plt.show()

# %% check
# A share of draws scatters by sqrt(share / draws); four of that.
assert abs(share - predicted) < 4 * np.sqrt(predicted / len(w))
# The variance is 4/256 from the one level, and less than std² from the others.
assert abs(measured_std**2 - limit**2 * share) < 2 * std**2
