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

cut = 2  # in standard deviations, as JAX and Keras truncate
density = math.exp(-cut * cut / 2) / math.sqrt(2 * math.pi)
share_kept = math.erf(cut / math.sqrt(2))
truncated_variance = 1 - 2 * cut * density / share_kept
truncated_std = math.sqrt(truncated_variance)

normal = rng.standard_normal(draws)
kept = normal[np.abs(normal) < cut]
samples = {
    "normal": sigma * normal,
    "uniform": rng.uniform(-limit, limit, draws),
    "truncated": sigma * kept,
    "truncated, corrected": sigma / truncated_std * kept,
}
predicted = {
    "normal": 1,
    "uniform": 1,
    "truncated": truncated_variance,
    "truncated, corrected": 1,
}

measured = {}
for name, w in samples.items():
    measured[name] = np.var(w) / sigma**2
    print(f"{name:20}  variance / sigma^2: predicted {predicted[name]:.4f}"
          f"  measured {measured[name]:.3f}")

fifty_layers = truncated_std**50
print(f"truncated std {truncated_std:.4f},  ^50: {fifty_layers:.1e}")

# %% check
for name, w in samples.items():
    error = np.sqrt(2 / len(w))
    # A sample variance has the relative standard error
    # sqrt((kurtosis - 1)/N), and no kurtosis here is above 3, the normal's.
    assert abs(measured[name] / predicted[name] - 1) < 4 * error
