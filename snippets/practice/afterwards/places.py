"""LSUV and a normalization change the signal, a loss scale the gradient on its way,
and clipping, trust ratios, Adam and warm-up only what becomes of the gradient."""
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

boxes = {  # text: (x, y, width, color)
    "layer 1": (1.4, 2.4, 1.3, "C0"), "layer 2": (3.8, 2.4, 1.3, "C0"), "layer 3": (6.2, 2.4, 1.3, "C0"), "loss": (8.6, 2.4, 1.1, "0.4"),
    "weights and gradients": (3.8, 0, 3.4, "C1"), "rule of the step": (8.0, 0, 2.3, "0.4"),
}
arrows = [((0.1, 2.55), (0.7, 2.55), "C0")]
for left, right in ((2.1, 3.1), (4.5, 5.5), (6.9, 8.0)):
    arrows.append(((left, 2.55), (right, 2.55), "C0"))      # forward
    arrows.append(((right, 2.2), (left, 2.2), "C1"))        # backward
for x in (1.4, 3.8, 6.2):
    arrows.append(((x, 2.0), (2.6 + 0.5 * x - 0.7, 0.4), "C1"))
arrows.append(((5.55, 0), (6.8, 0), "C1"))
notes = {"LSUV, once": (1.4, "C0"), "BatchNorm, LayerNorm": (4.6, "C0"), "loss scaling": (8.6, "C1")}

fig, ax = plt.subplots(figsize=(7.4, 3.4))
for text, (x, y, width, color) in boxes.items():
    ax.add_patch(FancyBboxPatch((x - width / 2, y - 0.35), width, 0.7, boxstyle="round,pad=0.05", facecolor="none", edgecolor=color, lw=1.6))  # no mutate: how it looks
    ax.text(x, y, text, ha="center", va="center", fontsize=10)
for start, end, color in arrows:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.6})
for text, (x, color) in notes.items():
    ax.text(x, 3.4, text, ha="center", color=color, fontsize=10)
ax.text(8.0, -1, "clipping, warm-up,\nAdam, LARS, LAMB", ha="center", va="center", fontsize=10)  # no mutate: where it is drawn
ax.text(3.8, -1, "zero, equal or alike here:\nno rule can tell", ha="center", va="center", fontsize=10)  # no mutate: where it is drawn
ax.set(xlim=(0, 9.4), ylim=(-1.5, 3.8))
ax.axis("off")
plt.show()

# %% check
assert all(color == "C1" for start, end, color in arrows if end[0] < start[0] and end[1] == start[1])   # back means to the left
