"""Normal and uniform weights of Xavier's scale have its variance; a normal cut
off at two sigma has less, until its new standard deviation is divided out."""

import math

import numpy as np

rng = np.random.default_rng(2)
fan_in = 100
fan_out = 50
draws = 400_000  # no mutate: the tolerance follows it, no prediction depends on it
sigma = np.sqrt(2 / (fan_in + fan_out))
limit = np.sqrt(6 / (fan_in + fan_out))

share_kept = math.erf(math.sqrt(2))
truncated_variance = 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / share_kept
truncated_std = math.sqrt(truncated_variance)

normal = rng.standard_normal(draws)
kept = normal[np.abs(normal) < 2]
samples = {
    "normal": sigma * normal,
    "uniform": rng.uniform(-limit, limit, draws),
    "truncated": sigma * kept,
    "truncated, corrected": sigma / truncated_std * kept,
}
measured = {}
for name, w in samples.items():
    measured[name] = np.var(w) / sigma**2
    print(f"{name:20}  variance / sigma^2 = {measured[name]:.3f}")

# %% check
fifty_layers = truncated_std**50
predicted = {
    "normal": 1,
    "uniform": 1,
    "truncated": truncated_variance,
    "truncated, corrected": 1,
}
for name, w in samples.items():
    error = np.sqrt(2 / len(w))
    # A sample variance has the relative standard error
    # sqrt((kurtosis - 1)/N), and no kurtosis here is above 3, the normal's.
    assert abs(measured[name] / predicted[name] - 1) < 4 * error
