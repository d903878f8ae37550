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
beside = classes + 5  # no mutate: where they are drawn
left.bar(classes, heights, color="C0")
left.bar(beside, heights, bottom=constant, color="C0")
left.bar(beside, constant, facecolor="none", edgecolor="black", ls="--")
left.vlines(classes, heights, heights.max(), color="black", lw=1, ls=":")
left.set(xticks=[1.5, 6.5], xticklabels=["logits", "moved up by a constant"], yticks=[], ylim=(0, 6))
right.bar(classes, p, color="C2")
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
