"""A counter that adds one stops at 8 in fp8 e5m2, at 16 in fp8 e4m3, at 256 in
bfloat16 and at 2048 in float16, far below the largest number of each format."""
import matplotlib.pyplot as plt
import numpy as np

names = ["fp8 e5m2", "fp8 e4m3", "bfloat16", "float16", "float32"]
digits = np.array([2, 3, 7, 10, 23])             # after the binary point
lowest = np.array([-14, -6, -126, -14, -126])    # smallest exponent
additions = 5000


def rounded(x):  # to the nearest number of each format, ties to even
    exponent = np.maximum(np.frexp(x)[1] - 1, lowest)
    spacing = np.ldexp(1.0, exponent - digits)
    return np.round(x / spacing) * spacing


totals = np.zeros((additions + 1, 5))
for k in range(additions):
    totals[k + 1] = rounded(totals[k] + 1)
stops = dict(zip(names, totals[-1]))
for name, total in stops.items():
    print(f"{name}: {total:.0f} after {additions} additions of one")

fig, ax = plt.subplots(figsize=(7, 3.5))
shown = np.unique(np.geomspace(1, additions, 40).astype(int))  # no mutate: any forty places
for column, (name, total) in enumerate(stops.items()):
    color = "0.5" if name == "float32" else "C0"  # no mutate: how it looks
    ax.loglog(shown, np.minimum(shown, total), color=color, ls="-")
    words = f"{name}: {total:.0f}"
    if total < additions:
        ax.plot(total, total, "o", color=color)
        words = words.replace(":", " stops at")
    ax.text(6300, total, words, color=color, va="center")
ax.set(xlabel="ones added so far", ylabel="the counter", xlim=(1, 300_000), ylim=(1, 9000),
       xticks=[1, 10, 100, 1000, 5000], xticklabels=[1, 10, 100, 1000, 5000],
       yticks=[1, 10, 100, 1000], yticklabels=[1, 10, 100, 1000])
ax.minorticks_off()
ax.spines["bottom"].set_bounds(1, 5000)
plt.show()

# %% check
# Exact: each format counts up to two to the power of digits + 1, and then never moves.
assert list(stops.values()) == [8, 16, 256, 2048, 5000]
for column, total in enumerate(stops.values()):
    assert np.array_equal(totals[:, column], np.minimum(np.arange(additions + 1), total))
