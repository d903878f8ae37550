import math

import numpy as np

rng = np.random.default_rng(2)
fan_in, fan_out, draws = 100, 50, 400_000
sigma = np.sqrt(2 / (fan_in + fan_out))
limit = np.sqrt(6 / (fan_in + fan_out))

cut = 2  # in standard deviations, as most libraries truncate
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
predicted = dict.fromkeys(samples, 1) | {"truncated": truncated_variance}
measured = {name: np.var(w) / sigma**2 for name, w in samples.items()}
for name in samples:
    print(f"{name:20}  variance / sigma^2: predicted {predicted[name]:.4f}"
          f"  measured {measured[name]:.3f}")
    # a sample variance has relative standard error sqrt((kurtosis - 1)/N),
    # and no kurtosis here is above 3, the normal's
    error = np.sqrt(2 / len(samples[name]))
    assert abs(measured[name] / predicted[name] - 1) < 4 * error

fifty_layers = truncated_std**50
print(f"truncated std {truncated_std:.4f},  ^50: {fifty_layers:.1e}")
