"""Two uses of one Gaussian matrix of variance 1/n multiply the mean square by
1 + 2/n² on average, two fresh matrices by 1."""
import numpy as np

rng = np.random.default_rng(2)
draws = 40_000

once = {}
twice = {}
predicted = {}
errors = {}
for n in (2, 3, 5):
    sigma = 1 / np.sqrt(n)
    W = rng.normal(0, sigma, (draws, n, n))
    V = rng.normal(0, sigma, (draws, n, n))
    x = np.zeros(n)
    x[0] = 1  # no mutate: any direction does
    fresh = np.sum((V @ (W @ x)[:, :, None]) ** 2, axis=(1, 2))
    same = np.sum((W @ (W @ x)[:, :, None]) ** 2, axis=(1, 2))
    once[n] = fresh.mean()
    twice[n] = same.mean()
    predicted[n] = 1 + 2 / n**2
    errors[n] = same.std() / np.sqrt(draws)
    print(f"n = {n}: fresh {once[n]:.2f} (predicted 1.00),",
          f"same {twice[n]:.2f} (predicted {predicted[n]:.2f})")

# %% check
# Five standard errors, as measured: squares of four Gaussians have long tails.
for n in once:
    assert abs(twice[n] - predicted[n]) < 5 * errors[n]
    assert abs(once[n] - 1) < 5 * errors[n]
