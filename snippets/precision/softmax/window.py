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
    low, high = max(low, -130), min(high, 130)  # float64 goes on to both sides
    ax.barh(row, high - low, left=low, height=0.5, color="0.5", alpha=0.35)
    ax.text(-127, row + 0.42, name, va="center")
ax.plot(logits, [1] * 3, "o", color="C1")
ax.text(104, 1.42, "the logits: inf", color="C1", ha="center", va="center")
ax.plot(np.subtract(logits, 102), [1] * 3, "o", color="C0")
ax.text(-1, 1.42, "minus their maximum", color="C0", ha="center", va="center")
ax.annotate("", (3, 1), (97, 1), arrowprops={"arrowstyle": "->", "color": "black"})
ax.set(xlim=(-130, 130), ylim=(-0.5, 2.7), yticks=[], xlabel="z, where the format holds exp(z)")
ax.spines.left.set_visible(False)
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
