"""In float32 a loss taken from probabilities ends at about 16.6 for a sigmoid and
at about 104 for a softmax; taken from logits it follows the logit without end."""
import matplotlib.pyplot as plt
import numpy as np

x = np.arange(0, 130, 0.5, dtype=np.float32)  # the wrong class leads by x
one = np.float32(1)

with np.errstate(divide="ignore", under="ignore"):  # log(0) is -inf: the subject
    from_logits = np.maximum(x, 0) + np.log1p(np.exp(-x))
    from_softmax = -np.log(np.exp(-x) / (one + np.exp(-x)))
    from_sigmoid = -np.log(one - one / (one + np.exp(-x)))

last_sigmoid = x[np.isfinite(from_sigmoid)].max()
last_softmax = x[np.isfinite(from_softmax)].max()
print(f"finite up to x = {last_sigmoid:.1f} with the sigmoid, {last_softmax:.1f} with the softmax")

fig, ax = plt.subplots(figsize=(7, 3.2))
ax.plot(x, from_logits, color="black", ls="--", lw=1.4)
ax.text(97, 119, "from logits", ha="right")
ax.plot(x, from_softmax, color="C0", lw=5, alpha=0.45, ls="-")
ax.text(106, 88, "from softmax", color="C0")
ax.plot(x, from_sigmoid, color="C1", lw=2, ls="-")
ax.text(22, 6, "from sigmoid", color="C1")
for end, color in ((last_sigmoid, "C1"), (last_softmax, "C0")):
    ax.vlines(end, end, 136, color=color, lw=1, ls=":")  # no mutate: up to its text
    ax.text(end, 138, "inf", color=color, ha="center")
ax.set(xlabel="x, by which the wrong class leads", ylabel="loss", ylim=(0, 150), xlim=(0, 129))
plt.show()

# %% check
# The exact loss is ln(1 + e^x), here in float64. float32 rounds to 2^-24, and
# log1p and exp add a rounding each.
exact = np.logaddexp(0, x.astype(float))
assert np.abs(from_logits / exact - 1).max() < 4 * 2**-24
# 1 + e^-x is 1 once e^-x is at most 2^-24, half a step above 1: the grid has steps of 0.5.
assert 24 * np.log(2) - 0.5 <= last_sigmoid <= 24 * np.log(2)
# e^-x is 0 below half the smallest number, 2^-150: the grid has steps of 0.5.
assert 149 * np.log(2) - 0.5 <= last_softmax <= 150 * np.log(2)
