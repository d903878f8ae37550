"""On average a residual block h + W ReLU(h) with He's variance doubles the mean
square; with its branch divided by √L, L blocks multiply it by less than e."""
import numpy as np

rng = np.random.default_rng(30)
blocks = 24
width = 400
batch = 16  # no mutate: no prediction depends on it
X = rng.standard_normal((batch, width))

predicted = {"plain": 2.0**blocks, "divided": (1 + 1 / blocks) ** blocks}
measured = {}
for name, divisor in ("plain", 1), ("divided", np.sqrt(blocks)):
    h = X
    for block in range(blocks):
        W = rng.normal(0, np.sqrt(2 / width), (width, width))
        branch = np.maximum(h, 0) @ W.T  # no mutate: W.T has the distribution of W
        h = h + branch / divisor
    measured[name] = np.mean(h**2) / np.mean(X**2)
    print(f"{name:<8} times {measured[name]:.2e} (predicted {predicted[name]:.2e})")

# %% check
# A block adds about 5/width, or with its branch divided 5/(width blocks), to the
# variance of ln(mean square); four deviations.
for name, added in ("plain", 5 / width), ("divided", 5 / width / blocks):
    assert abs(np.log(measured[name] / predicted[name])) < 4 * np.sqrt(added * blocks)
