"""exp has a window in each number format: above ln M it is inf, below the
logarithm of half the smallest number it is 0. The largest logit fits if moved to 0."""
import matplotlib.pyplot as plt
import numpy as np

logits = [100, 101, 102]
windows = {}
for name in ("float16", "float32", "float64"):
    info = np.finfo(name)
    zero_below = np.log(float(info.smallest_subnormal)) - np.log(2)
    inf_above = np.log(float(info.max))
    windows[name] = [zero_below, inf_above]

fig, ax = plt.subplots(figsize=(7, 3))
for row, (name, (low, high)) in enumerate(windows.items()):
    ax.barh(row, high - low, 0.5, left=low, color="0.5", alpha=0.35)  # no mutate: seen in the picture
row = 1  # that of float32
ax.plot(logits, [row] * 3, "o", color="C1")  # no mutate: seen in the picture
ax.text(104, 1.38, "the logits: inf", color="C1", ha="center", va="center")
moved = np.subtract(logits, max(logits))
ax.plot(moved, [row] * 3, "o", color="C0")  # no mutate: seen in the picture
ax.text(-1, 1.38, "minus their maximum", color="C0", ha="center", va="center")
ax.annotate("", (3, row), (97, row), arrowprops={"arrowstyle": "->", "color": "black"})
ax.set(xlim=(-130, 130), ylim=(-0.5, 2.5), yticks=range(3), yticklabels=windows, xlabel="z, where the format holds exp(z)")
ax.spines.left.set_visible(False)
ax.tick_params(left=False)
ax.grid(False)
plt.show()

# %% check
with np.errstate(over="ignore", under="ignore"):  # the subject
    for name, (low, high) in windows.items():
        number = np.dtype(name).type
        # Within 0.1 % of an end the format may round either way.
        assert np.exp(number(low * 1.001)) == 0 < np.exp(number(low * 0.999))
        assert np.exp(number(high * 0.999)) < np.inf == np.exp(number(high * 1.001))
    assert np.isinf(np.exp(np.float32(logits))).all()
    assert np.isfinite(np.exp(np.float64(logits))).all()
