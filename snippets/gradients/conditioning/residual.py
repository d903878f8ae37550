"""The condition number of a product of residual layers I + G/√(nL) does not
grow with the depth L; the mean square of what passes is (1 + 1/L)^L < e."""
import numpy as np

rng = np.random.default_rng(1)
n = 16
draws = 40
kappa = {}
measured = {}
predicted = {}
for depth in (10, 100, 400):
    P = np.broadcast_to(np.eye(n), (draws, n, n))
    for layer in range(depth):
        G = rng.standard_normal((draws, n, n)) / np.sqrt(n)    # variance 1/n
        P = P + G @ P / np.sqrt(depth)                         # (I + G/sqrt(L)) P
    kappa[depth] = np.median(np.linalg.cond(P))
    measured[depth] = np.mean(P**2) * n                        # of |P x|^2 / |x|^2
    predicted[depth] = (1 + 1 / depth) ** depth
    print(f"{depth:3} layers: kappa {kappa[depth]:4.1f}, mean square "
          f"{measured[depth]:.2f} (predicted {predicted[depth]:.2f})")

# %% check
for depth in kappa:
    # ln |P x|^2 of a draw has a variance below 2 / n, and less on average over x.
    assert abs(measured[depth] / predicted[depth] - 1) < 4 * np.sqrt(2 / n / draws) * 1.2
    # ln kappa scatters by about 0.4 a draw, a median by 1.25 of that over its root.
    assert abs(np.log(kappa[depth] / 13)) < 0.5
