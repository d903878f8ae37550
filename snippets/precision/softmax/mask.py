"""Masked with -inf, a row without any open place becomes nan. Masked with the
lowest finite number it becomes uniform; -1e9 is -inf already in float16."""
import numpy as np

scores = np.array([0.3, -1.2, 0.8, 0.1], dtype=np.float16)
masks = {"two open": [True, True, False, False], "none open": [False] * 4}


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


found = {}
with np.errstate(invalid="ignore", over="ignore", under="ignore"):
    for fill in (-np.inf, -1e9, np.finfo(np.float16).min, -1e4):
        for row, is_open in masks.items():
            masked = np.where(is_open, scores, np.float16(fill))
            found[f"{row} {fill:g}"] = softmax(masked)
            print(f"{row:9}  fill {fill:9.4g}   {softmax(masked).round(2)}")  # no mutate: digits that are printed

# %% check
for name, p in found.items():
    if name.startswith("two"):
        # Exactly zero behind the mask, and one in all, to a rounding of float16.
        assert (p[2:] == 0).all() and abs(p[:2].sum() - 1) < 2**-10
    elif "inf" in name or "1e+09" in name:
        assert np.isnan(p).all()
    else:
        assert (p == 0.25).all()
