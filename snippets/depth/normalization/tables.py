"""Batch normalization measures one unit over the batch, layer normalization
and RMSNorm measure one example over its units."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

examples = 5
units = 7
tables = {
    "BatchNorm": (np.s_[:, 2], "one unit, all examples:\nsubtract the mean,\ndivide by the deviation"),
    "LayerNorm": (np.s_[1, :], "one example, all units:\nsubtract the mean,\ndivide by the deviation"),
    "RMSNorm": (np.s_[1, :], "one example, all units:\ndivide by the\nroot mean square"),
}
together = {}
fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.6))
for ax, (name, (cells, text)) in zip(panels, tables.items()):
    together[name] = np.zeros((examples, units), dtype=bool)
    together[name][cells] = True
    for row, column in np.ndindex(examples, units):
        color, alpha = ("C0", 1) if together[name][row, column] else ("0.6", 0.3)
        ax.add_patch(Rectangle((column, row), 0.9, 0.9, facecolor=color, alpha=alpha, edgecolor="none"))
    ax.set(xlim=(-0.2, units + 0.1), ylim=(examples + 2, -0.2), aspect="equal", xticks=[], yticks=[])
    ax.set_title(name)
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("units")
    ax.set_ylabel("examples", y=0.65)  # no mutate: where it is drawn
    ax.text(units / 2, examples + 0.3, text, ha="center", va="top", fontsize=9)  # no mutate: where it is drawn
    ax.spines[:].set_visible(False)
plt.show()

# %% check
assert together["BatchNorm"].sum() == examples
assert together["LayerNorm"].sum() == together["RMSNorm"].sum() == units
