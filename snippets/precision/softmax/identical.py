"""Logits are heights; softmax sees only how far each lies below the highest one,
and every unit of that costs a factor of e."""
import matplotlib.pyplot as plt
import numpy as np

heights = np.array([0.2, 2.0, 1.1, 3.0])
constant = 2.5
classes = np.arange(4)
p = np.exp(heights) / np.exp(heights).sum()
p_moved = np.exp(heights + constant) / np.exp(heights + constant).sum()

fig, (left, right) = plt.subplots(1, 2, figsize=(7, 2.9), width_ratios=(1.5, 1))
left.bar(classes, heights, 0.7, color="C0")
left.bar(classes + 5, heights, 0.7, bottom=constant, color="C0")
left.bar(classes + 5, constant, 0.7, facecolor="none", edgecolor="black", ls="--")
left.text(6.5, constant / 2, "a constant", ha="center", va="center")
left.plot([2.6, 3.4], [3, 3], color="black", lw=1.2)
for x, h in zip(classes, heights):
    left.plot([x, x], [h, 3], color="black", lw=0.8, ls=":")
left.set(xticks=[1.5, 6.5], xticklabels=["logits", "moved up"], yticks=[], ylim=(0, 6))
right.bar(classes, p, 0.7, color="C2")
for x, share in zip(classes, p):
    right.text(x, share + 0.015, f"{share:.2f}", ha="center")
right.set(xticks=[1.5], xticklabels=["softmax of both"], yticks=[], ylim=(0, 0.75))
for ax in (left, right):
    ax.grid(False)
    ax.spines.left.set_visible(False)
plt.show()

# %% check
# Equal but for a few roundings of float64.
assert np.abs(p - p_moved).max() < 1e-15
# A gap of one unit between two logits is a factor of e between probabilities.
assert np.allclose(p, p[3] * np.exp(heights - 3), rtol=1e-13)
