"""Behind RMSNorm with an ε the mean square of linear layers settles at
1 − ε/σ_w², and where σ_w² is below ε the signal dies out."""
import numpy as np

rng = np.random.default_rng(5)
n = 200
epsilon = 1e-5

measured = {}
predicted = {}
for variance in (1e-6, 5e-6, 2e-5, 1e-4, 1e-3):  # σ_w² = n σ²
    h = rng.standard_normal(n)  # no mutate: any start does
    for layer in range(40):
        W = rng.normal(0, np.sqrt(variance / n), (n, n))
        z = W @ h
        h = z / np.sqrt(np.mean(z**2) + epsilon)
    measured[variance] = np.mean(h**2)
    predicted[variance] = max(0, 1 - epsilon / variance)
    print(f"n σ² = {variance:g}: {measured[variance]:.2g}",
          f"(predicted {predicted[variance]:.2g})")

# %% check
# Below the threshold 40 factors of one half leave 1e-12. Above it one layer's mean
# square has a relative spread of √(2/n) = 0.1, of which the share ε/σ_w² stays.
for variance, found in measured.items():
    assert abs(found - predicted[variance]) < 1e-6 + 0.6 * epsilon / variance * (variance > epsilon)
