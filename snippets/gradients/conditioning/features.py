"""Gradient descent slows with the squared ratio of centered features' standard
deviations, if they differ much; standardized, only correlation counts."""

import numpy as np

rng = np.random.default_rng(1)
batch = 1000  # no mutate: the claim holds for any number of examples
eps = 0.01
X = rng.normal(size=(batch, 2)) * [1.0, 1000.0]        # (batch, fan_in)
X = X - X.mean(axis=0)                                 # centered either way

kappa = {}
steps = {}
multipliers = {}
left = {}
print("              kappa  steps to 1 %  error of w left")
for name, data in (("raw", X), ("standardized", X / X.std(axis=0))):
    lam = np.linalg.eigvalsh(data.T @ data / batch)    # Hessian, ascending
    kappa[name] = lam[1] / lam[0]
    lr = 2 / (lam[0] + lam[1])
    multipliers[name] = 1 - lr * lam                   # of the error, a step
    rate = (kappa[name] - 1) / (kappa[name] + 1)
    steps[name] = np.log(eps) / np.log(rate)           # rate**t = eps

    w_star = np.ones(2)                                # the best weights
    y = data @ w_star
    w = np.zeros(2)
    needed = int(np.ceil(steps[name]))
    trained = min(1000, needed)
    for _ in range(trained):
        w = w - lr * data.T @ (data @ w - y) / batch
    left[name] = np.linalg.norm(w - w_star) / np.linalg.norm(w_star)
    print(f"{name:12} {kappa[name]:7.2g} {needed:13.2g}  "
          f"{left[name]:.3f} after {trained}")

# %% check
for name in kappa:
    # Closed form; 1e-6 is a million steps times the roundings of one.
    shares = abs(multipliers[name]) ** steps[name]
    assert np.allclose(shares, eps, rtol=1e-6)

    # A thousand steps at most, with the same tolerance.
    rate = (kappa[name] - 1) / (kappa[name] + 1)
    trained = min(1000, int(np.ceil(steps[name])))
    assert abs(left[name] / rate**trained - 1) < 1e-6

# A correlation matrix of two features, up to rounding.
r = abs(np.corrcoef(X.T)[0, 1])
predicted_kappa = (1 + r) / (1 - r)
assert abs(kappa["standardized"] / predicted_kappa - 1) < 1e-9

# The next order is 1 / ratio**2, a millionth; 1e-5 is ten of them.
std_ratio = X[:, 1].std() / X[:, 0].std()
assert abs(kappa["raw"] * (1 - r**2) / std_ratio**2 - 1) < 1e-5

# A thousand of millions of steps do next to nothing; eps is where to stop.
assert left["raw"] > 0.99
assert left["standardized"] <= eps
