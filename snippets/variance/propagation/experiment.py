"""In about 1 run of 20, forty N(0, 1/5) weights vary as little as the forum's;
the 16 outputs have mean variance 15/8, and second moment 1 after a ReLU."""

import numpy as np

rng = np.random.default_rng(6)
repeats = 4000  # no mutate: the tolerances follow it, no prediction depends on it
units = 4
features = 10
examples = 4

W = rng.standard_normal((repeats, units, features)) * np.sqrt(2 / features)
X = rng.standard_normal((repeats, features, examples))
Z = W @ X                                     # (repeats, units, examples)
var_W = W.var(axis=(1, 2))
var_Z = Z.var(axis=(1, 2))
printed_W = 0.1301                            # the one run in the forum
printed_Z = 1.9046

# The variance of k uncorrelated entries about their own mean has the
# expectation (k - 1)/k of the true one; here k = 40 and k = 16.
predicted_W = 0.2 * 39 / 40
predicted_Z = 2 * 15 / 16
predicted_spread = 0.2 * np.sqrt(2 * 39) / 40         # normal entries

mean_W = var_W.mean()
spread_W = var_W.std()
mean_Z = var_Z.mean()
spread_Z = var_Z.std()
as_low = np.mean(var_W <= printed_W)
moments = np.mean(np.maximum(Z, 0)**2, axis=(1, 2))       # after a ReLU
after_relu = moments.mean()

print(f"Var(W): mean {mean_W:.3f} (predicted {predicted_W:.3f}), "
      f"sd {spread_W:.3f} (predicted {predicted_spread:.3f})")
print(f"        {printed_W} or less in {as_low:.0%} of the runs")
print(f"Var(Z): mean {mean_Z:.2f} (predicted {predicted_Z:.2f}), "
      f"sd {spread_Z:.2f}")
print(f"second moment after ReLU: {after_relu:.2f} (predicted 1)")

# %% check
# Four standard errors each.
assert abs(mean_W - predicted_W) < 4 * predicted_spread / np.sqrt(repeats)
assert abs(spread_W / predicted_spread - 1) < 4 * 0.8 / np.sqrt(repeats)
assert abs(mean_Z - predicted_Z) < 4 * spread_Z / np.sqrt(repeats)
spread_relu = moments.std()
assert abs(after_relu - 1) < 4 * spread_relu / np.sqrt(repeats)
# 40 Var(W)/0.2 is chi-squared with 39 degrees of freedom, at most 26.02 with
# probability 0.055; the error of that share follows.
assert abs(as_low - 0.055) < 4 * np.sqrt(0.055 / repeats)
