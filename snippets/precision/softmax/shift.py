"""Softmax does not depend on a constant added to all logits; its textbook
formula returns nan in float32 where they are large, the shifted one does not."""
import numpy as np

z = np.array([0, np.log(2), np.log(5)], dtype=np.float32)

def textbook(z):
    e = np.exp(z)
    return e / e.sum()

def shifted(z):
    return textbook(z - z.max())

with np.errstate(over="ignore", invalid="ignore"):  # or NumPy warns
    for constant in (0, 50, 100):  # no mutate: steps to the last one
        moved = z + np.float32(constant)
        print(f"logits + {constant:3}   textbook {textbook(moved).round(3)}"  # no mutate: digits that are printed
              f"   shifted {shifted(moved).round(3)}")  # no mutate: digits that are printed

# %% check
# At 100 a logit of float32 has 2^-18 of rounding: so much may a probability move.
assert np.abs(shifted(moved) - [1 / 8, 2 / 8, 5 / 8]).max() < 2**-17
with np.errstate(over="ignore", invalid="ignore"):
    assert np.isnan(textbook(moved)).all()
# Below, both are right to a few roundings of float32.
assert np.abs(textbook(z) - [1 / 8, 2 / 8, 5 / 8]).max() < 1e-6
assert np.abs(textbook(z + np.float32(50)) - shifted(z + np.float32(50))).max() < 1e-6
