"""Of seven kinds of weights, PyTorch multiplies the axes over which a unit
sums in three, and other axes in four."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

kinds = {  # name: (shape, axes over which a unit sums, lines per product of these axes)
    "dense, W x": ((256, 64), [1], 1),
    "dense, x W": ((64, 256), [0], 1),
    "convolution": ((32, 64, 3, 3), [1, 2, 3], 1),
    "depthwise": ((64, 1, 3, 3), [1, 2, 3], 1),
    "transposed, stride 2": ((64, 32, 4, 4), [0, 2, 3], 1 / 4),
    "eight experts": ((8, 64, 256), [1], 1),
    "embedding": ((1000, 64), [], 1),
}
fans = {}
for name, (shape, axes, share) in kinds.items():
    true = round(np.prod([shape[axis] for axis in axes]) * share)
    read = int(np.prod(shape[1:]))
    fans[name] = (true, read)
agree = [name for name, (true, read) in fans.items() if true == read]
print("the two agree for:", ", ".join(agree))

fig, ax = plt.subplots(figsize=(7.2, 4))
for row, (name, (shape, axes, share)) in enumerate(kinds.items()):
    ax.text(-0.3, -row, name, ha="right", va="center")
    for axis, size in enumerate(shape):
        summed = axis in axes
        ax.add_patch(Rectangle((axis * 1.2, -row - 0.3), 1.05, 0.6, facecolor="C0" if summed else "none",  # no mutate: where it is drawn
                               alpha=0.45, edgecolor="0.5"))
        ax.text(axis * 1.2 + 0.52, -row, size, ha="center", va="center")  # no mutate: where it is drawn
    ax.plot([1.2, 1.2 * len(shape) - 0.15], [-row - 0.4, -row - 0.4], "-", color="black", lw=2.5)  # no mutate: where it is drawn
    true, read = fans[name]
    ax.text(6.2, -row, true, color="C0", ha="right", va="center", weight="bold")
    ax.text(7.6, -row, read, ha="right", va="center", weight="normal" if true == read else "bold")
ax.text(2.3, 0.75, "shape of the weights", ha="center", color="0.5")
ax.text(6.2, 0.75, "fan in", ha="right", color="C0")
ax.text(7.6, 0.75, "as read", ha="right")
ax.set(xlim=(-3.4, 7.8), ylim=(-6.6, 1.1))
ax.axis("off")
plt.show()

# %% check
assert len(agree) == 3 and len(kinds) - len(agree) == 4
assert fans["transposed, stride 2"] == (64 * 16 / 4, 32 * 16)
