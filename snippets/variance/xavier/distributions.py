"""Normal and uniform weights of Xavier's scale have its variance; a normal cut
off at two sigma has less, until its new standard deviation is divided out."""
import numpy as np

rng = np.random.default_rng(2)
sigma = np.sqrt(2 / (100 + 50))  # fan_in 100, fan_out 50
limit = np.sqrt(6 / (100 + 50))

normal = sigma * rng.standard_normal(400_000)
kept = normal[np.abs(normal) < 2 * sigma]
samples = {
    "normal": normal,
    "uniform": rng.uniform(-limit, limit, 400_000),
    "truncated": kept,
    "truncated, corrected": kept / 0.8796,  # its deviation, from above
}
measured = {}
for name, w in samples.items():
    measured[name] = np.var(w) / sigma**2
    print(f"{name:20}  variance / sigma^2 = {measured[name]:.3f}")

# %% check
import math

share_kept = math.erf(math.sqrt(2))
truncated_variance = 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / share_kept
truncated_std = math.sqrt(truncated_variance)
fifty_layers = truncated_std**50
predicted = {
    "normal": 1,
    "uniform": 1,
    "truncated": truncated_variance,
    "truncated, corrected": truncated_variance / 0.8796**2,
}
assert round(truncated_std, 4) == 0.8796
for name, w in samples.items():
    error = np.sqrt(2 / len(w))
    # A sample variance has the relative standard error
    # sqrt((kurtosis - 1)/N), and no kurtosis here is above 3, the normal's.
    assert abs(measured[name] / predicted[name] - 1) < 4 * error
