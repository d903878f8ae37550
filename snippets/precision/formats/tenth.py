"""A bfloat16 total of tenths stops at 32, two to the eighth times the power of
two above a tenth."""
import numpy as np

digits = 7


def rounded(x):
    spacing = 2.0 ** (np.floor(np.log2(x)) - digits)
    return np.round(x / spacing) * spacing


tenth = rounded(0.1)
total = 0.0
steps = 0
while rounded(total + tenth) != total:
    total = rounded(total + tenth)
    steps = steps + 1
print(f"the total of tenths stops at {total:.0f} after {steps} steps")

# %% check
# Exact: from 16 to 32 the spacing is an eighth, and each step moves by one.
assert total == 32
assert rounded(16 + tenth) == 16.125
