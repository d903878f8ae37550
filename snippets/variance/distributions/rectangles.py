"""A matrix of perpendicular unit vectors multiplies the mean square by fan_in
over the larger fan, and that of a gradient by fan_out over the larger fan."""
import numpy as np

rng = np.random.default_rng(6)
measured = {}
for fan_in, fan_out in [(400, 100), (200, 200), (100, 400)]:
    G = rng.standard_normal((fan_out, fan_in))
    U, sizes, V = np.linalg.svd(G, full_matrices=False)
    W = U @ V                     # G with all its singular values set to one

    X = rng.standard_normal((1000, fan_in))
    delta = rng.standard_normal((1000, fan_out))
    forward = np.mean((X @ W.T)**2) / np.mean(X**2)
    backward = np.mean((delta @ W)**2) / np.mean(delta**2)
    measured[fan_in, fan_out] = (forward, backward)
    print(f"{fan_in} to {fan_out}: {forward:.2f} forward,"
          f" {backward:.2f} backward")

# %% check
for (fan_in, fan_out), factors in measured.items():
    predicted = np.array([fan_in, fan_out]) / max(fan_in, fan_out)
    # A share of 100 in 400 squares spreads by 12 %, and a thousand of them are averaged.
    assert np.allclose(factors, predicted, rtol=4 * 0.123 / np.sqrt(1000))
