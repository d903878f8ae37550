"""In float16 a mask of −10⁴ is as good as minus infinity, a row that is
masked throughout with −inf is NaN, and Adam's ε of 10⁻⁸ is zero."""
import numpy as np

def softmax(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()

row = {}
empty = {}
with np.errstate(invalid="ignore"):       # or NumPy warns
    for mask in (-1e4, np.finfo(np.float16).min, -np.inf):
        row[mask] = softmax(np.array([2, 1, mask], np.float16))
        empty[mask] = softmax(np.array([mask, mask], np.float16))
        print(f"{mask:8} for one of three {row[mask]}, for all {empty[mask]}")

    eps = np.float16(1e-8)  # no mutate: any number below 2.9e-8 is zero
    m, v = np.float16([0, 0])             # a gradient that is exactly zero
    step = m / (np.sqrt(v) + eps)  # no mutate: 0/0 in each form
print(f"Adam in float16: epsilon {eps}, step {step}")

# %% check
for mask, p in row.items():
    assert p[2] == 0 and abs(p[0] - 1 / (1 + np.exp(-1))) < 1e-3     # float16 has three digits
    assert np.isnan(empty[mask]).all() if mask == -np.inf else np.all(empty[mask] == 0.5)
assert eps == 0 and np.isnan(step)
smallest_square = np.sqrt(2.0**-25)
# The square of a smaller gradient is zero in float16, that of a larger one is not.
assert np.float16(0.99 * smallest_square) ** 2 == 0 < np.float16(1.01 * smallest_square) ** 2
