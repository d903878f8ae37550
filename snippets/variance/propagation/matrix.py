"""Weights of variance 1/n shrink as the matrix becomes wider, while its root
mean square singular value comes close to one and its largest to two."""

import numpy as np

rng = np.random.default_rng(4)
W = np.array([                    # drawn by a reader as sqrt(2/6) * N(0, 1)
    [1.232, 0.280, 0.342, -0.689, 0.072, 0.092],
    [-0.408, -0.613, -0.618, -0.088, -0.186, 0.841],
    [-0.090, 0.245, -0.184, -0.638, 0.618, 0.599],
    [0.433, -0.192, -0.523, -0.256, 0.273, 0.165],
    [-0.594, -0.338, 0.186, 1.133, 0.351, 0.206],
    [-1.314, 0.185, 0.436, -0.354, -0.358, 0.558],
])
reader_s = np.linalg.svd(W, compute_uv=False)
sigma = np.sqrt(2 / 6)                        # of an entry
size = np.sqrt(2)                             # of the matrix
entry_rms = np.sqrt(np.mean(W**2))
rms_s = np.sqrt(np.mean(reader_s**2))
print(f"the reader's 6 x 6: entries {entry_rms:.3f} (sigma {sigma:.3f}), "
      f"size {rms_s:.3f} (predicted {size:.3f})")
print("its singular values:", *(f"{s:.2f}" for s in reader_s))

print("   n   mean |w|   rms singular value   largest      (variance 1/n)")
entries = {}
sizes = {}
largest = {}
for n in (6, 60, 600):
    A = rng.normal(0, 1 / np.sqrt(n), (n, n))
    s = np.linalg.svd(A, compute_uv=False)
    entries[n] = np.mean(np.abs(A))
    sizes[n] = np.sqrt(np.mean(s**2))
    largest[n] = s[0]
    print(f"{n:4d}{entries[n]:11.3f}{sizes[n]:21.3f}{largest[n]:10.3f}")

# %% check
# The rms of 36 normal entries has a relative standard error 1/sqrt(72).
assert abs(entry_rms / sigma - 1) < 4 / np.sqrt(72)
# Identities, up to rounding.
assert np.isclose(rms_s, np.sqrt(6) * entry_rms)
assert np.allclose(np.linalg.svd(-W, compute_uv=False), reader_s)

for n in (6, 60, 600):
    predicted_entry = np.sqrt(2 / np.pi / n)
    # n^2 entries: relative standard errors 0.76/n of |w|, 0.71/n of the rms.
    assert abs(entries[n] / predicted_entry - 1) < 4 * 0.76 / n
    assert abs(sizes[n] - 1) < 4 * 0.71 / n

# Largest: E <= 2, sd <= 1/sqrt(n); it falls short of 2 by about n^(-2/3).
assert 2 - 4 * 600**(-2 / 3) < largest[600] < 2 + 4 / np.sqrt(600)
