"""In float16 a signal that grows tenfold per layer has no infinity in layer 4,
dozens of them in layer 5, and in layer 6 nothing but nan."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(1)
n = 100
depth = 7
h = [rng.standard_normal(n).astype("float16")]
with np.errstate(all="ignore"):  # the overflow is what we came to see
    for layer in range(1, depth + 1):
        W = rng.standard_normal((n, n)).astype("float16")
        h.append(W @ h[-1])
h = np.array(h)  # (layer, unit)

infinite = np.isinf(h).sum(axis=1)
not_a_number = np.isnan(h).sum(axis=1)
for layer, (lost, undefined) in enumerate(zip(infinite, not_a_number)):
    print(f"layer {layer}: {lost:3d} inf, {undefined:3d} nan")

blues = LinearSegmentedColormap.from_list("", ["#d5e5f3", "#1f6fb2", "#08213a"])
size = np.log10(np.maximum(abs(h), 0.1).astype(float))  # no mutate: the palest color
fig, ax = plt.subplots(figsize=(7, 3))
shown = blues((size + 1) / 6)[:, :, :3]       # from a tenth to a hundred thousand
shown[np.isinf(h)] = (0.72, 0.38, 0.61)       # purple
shown[np.isnan(h)] = (0.75, 0.75, 0.75)
ax.imshow(shown.swapaxes(0, 1), aspect="auto", interpolation="none")
ax.set(xlabel="layer", ylabel="100 units", yticks=[], xticks=range(depth + 1))
for middle, words in ((2, "all finite"), (5, f"{infinite[5]} inf"), (6.5, "all nan")):
    ax.text(middle, -4, words, ha="center", fontsize=12)
ax.grid(False)
plt.show()

# %% check
# Layer 4 has the rms 10⁴, so an entry beyond 65504 would be 6.5 deviations out.
# In layer 5 an entry is 0.655 deviations or more with probability one half.
# In layer 6 a unit escapes nan only if all its infinite terms have one sign.
assert np.isfinite(h[:5]).all()
assert 20 < infinite[5] < 80
assert not_a_number[6] == not_a_number[7] == n
