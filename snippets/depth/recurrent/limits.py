"""Clipping multiplies a gradient by one number: what has vanished stays so,
and what has left the format does not come back."""
import numpy as np

def clipped(g, limit=1.0):
    norm = np.sqrt(np.sum(g * g))
    return g * np.minimum(np.float32(1), limit / norm)

cases = {
    "long": [3e5, 4e5],
    "too long": [3e20, 4e20],
    "infinite": [np.inf, 1],
    "nan": [np.nan, 1],
}
results = {}
with np.errstate(all="ignore"):   # or NumPy warns
    for name, g in cases.items():
        results[name] = clipped(np.array(g, dtype=np.float32))
        print(f"{name:8} {g} becomes {results[name]}")

# %% check
assert np.allclose(results["long"], [0.6, 0.8])
assert np.array_equal(results["too long"], [0, 0])      # the norm is infinite, the entries are not
assert np.isnan(results["infinite"][0]) and results["infinite"][1] == 0
assert np.isnan(results["nan"]).all()

# Each step back multiplies by 0.8: clipped or not, the first of fifty steps has the same tiny share.
# float32 rounds each number by 6e-8.
shares = np.float32(10) * np.float32(0.8) ** np.arange(50)
left = clipped(shares)
ratio = shares[-1] / shares[0]
ratio_left = left[-1] / left[0]
assert abs(ratio_left / ratio - 1) < 1e-6
