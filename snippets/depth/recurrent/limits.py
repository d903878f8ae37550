"""Clipping multiplies all shares of a gradient by one number: the vanished
first step stays vanished, and what has left the format does not come back."""
import numpy as np

def clipped(g, limit=1.0):
    norm = np.sqrt(np.sum(g * g))
    return g * np.minimum(np.float32(1), limit / norm)

steps = np.arange(50)
shares = np.float32(10) * np.float32(0.8) ** steps  # what each step back adds
left = clipped(shares)
ratio = shares[-1] / shares[0]
ratio_left = left[-1] / left[0]
print(f"first step against last: {ratio:.0e}, clipped {ratio_left:.0e}")

results = {}
cases = {"long": [3e5, 4e5], "too long": [3e20, 4e20],
         "infinite": [np.inf, 1], "nan": [np.nan, 1]}
with np.errstate(all="ignore"):
    for name, g in cases.items():
        results[name] = clipped(np.array(g, dtype=np.float32))
        print(f"{name:8} {g} becomes {results[name]}")

# %% check
# float32 rounds each number by 6e-8.
assert abs(ratio_left / ratio - 1) < 1e-6
assert np.allclose(results["long"], [0.6, 0.8])
assert np.array_equal(results["too long"], [0, 0])      # the norm is infinite, the entries are not
assert np.isnan(results["infinite"][0]) and results["infinite"][1] == 0
assert np.isnan(results["nan"]).all()
