"""Two uses of one Gaussian matrix of variance 1/n multiply the mean square by
1 + 2/n² on average, two fresh matrices by 1."""
import numpy as np

rng = np.random.default_rng(2)

once = {}
twice = {}
predicted = {}
for n in (2, 3, 5):
    W = rng.normal(0, 1 / np.sqrt(n), (40_000, n, n))
    V = rng.normal(0, 1 / np.sqrt(n), (40_000, n, n))
    x = np.eye(n)[0]   # any direction does  # no mutate: see there
    once[n] = np.mean(np.sum((V @ W @ x) ** 2, axis=1))
    twice[n] = np.mean(np.sum((W @ W @ x) ** 2, axis=1))
    predicted[n] = 1 + 2 / n**2
    print(f"n = {n}: fresh {once[n]:.2f} (predicted 1.00),",
          f"same {twice[n]:.2f} (predicted {predicted[n]:.2f})")

# %% check
# Five standard errors, as measured: squares of four Gaussians have long tails.
errors = {}
for n in once:
    W = rng.normal(0, 1 / np.sqrt(n), (40_000, n, n))
    errors[n] = np.std(np.sum((W @ W)[:, :, 0] ** 2, axis=1)) / np.sqrt(40_000)
    assert abs(twice[n] - predicted[n]) < 5 * errors[n]
    assert abs(once[n] - 1) < 5 * errors[n]
