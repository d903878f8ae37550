"""In float16 eight thousand draws between 0 and 1 add up to 2048 one after the
other, and to the right total in pairs or with a float32 total."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
terms = rng.uniform(0, 1, (8192, 3)).astype("float16")    # 3 columns of 8192 terms
exact = terms[:, 0].astype(float).sum()

rows = terms.sum(axis=0)                                  # NumPy adds row after row
pairs = terms
while len(pairs) > 1:
    pairs = pairs[0::2] + pairs[1::2]                     # neighbors, then their sums
wide = terms.sum(axis=0, dtype="float32")                 # the total is a float32

totals = {
    "row after row": rows[0],  # no mutate: all columns end alike
    "in pairs": pairs[0, 0],
    "float32 total": wide[0],
}
for name, total in totals.items():
    print(f"{name}: {total:.0f} (exact {exact:.0f})")

fig, ax = plt.subplots(figsize=(6.6, 2.2))
for place, (name, total) in enumerate(totals.items()):
    ax.barh(-place, float(total), color="C0", alpha=0.75)
    ax.text(float(total) - 60, -place, f"{total:.0f}", color="white", ha="right", va="center")
ax.axvline(exact, color="black", ls="--")
ax.text(exact + 40, -1, "exact", va="center")
ax.set(yticks=[0, -1, -2], yticklabels=list(totals), xlim=(0, 4700), xticks=[0, 1024, 2048, 4096])
ax.grid(False, axis="y")
plt.show()

# %% check
assert rows.dtype == pairs.dtype == "float16"
# Exact: no term is above 1, so none of them moves 2048.
assert (rows == 2048).all()
# Thirteen roundings of at most 2⁻¹¹ each, all terms being positive.
assert abs(totals["in pairs"] / exact - 1) < 13 * 2.0**-11
# 8192 roundings of 2⁻²⁴.
assert abs(totals["float32 total"] / exact - 1) < 8192 * 2.0**-24
