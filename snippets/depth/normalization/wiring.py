"""Post-norm normalizes the sum of shortcut and branch, pre-norm only what
enters the branch, so that its shortcut runs through all blocks untouched."""
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

def box(ax, x, y, text, color):
    ax.add_patch(FancyBboxPatch((x - 0.45, y - 0.3), 0.9, 0.6, boxstyle="round,pad=0.05", facecolor="white", edgecolor=color, lw=1.6))  # no mutate: how it looks
    ax.text(x, y, text, ha="center", va="center")

def arrow(ax, start, end, color="0.5"):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.6})

places = {"post-norm": [], "pre-norm": []}  # where each has its normalizations
period = 4.6
fig, panels = plt.subplots(2, 1, figsize=(7.4, 3.4))
for ax, (kind, norms) in zip(panels, places.items()):
    for left in (0, period):
        if kind == "post-norm":
            enters, branch, plus, norm = left + 1.6, left + 1.6, left + 2.8, (left + 3.7, 0)
        else:
            enters, branch, plus, norm = left + 1, left + 2.4, left + 3.6, (left + 1, 1.3)
        color = "0.5" if kind == "post-norm" else "C0"
        ax.plot([left + 0.2, left + 0.2, enters - 0.5], [0, 1.3, 1.3], color="0.5", lw=1.6, ls="-")
        ax.plot([enters + 0.5, branch - 0.5], [1.3, 1.3], color="0.5", lw=1.6 * (branch > enters), ls="-")
        ax.plot([branch + 0.5, plus, plus], [1.3, 1.3, 0.25], color="0.5", lw=1.6, ls="-")
        arrow(ax, (left - 0.3, 0), (plus - 0.15, 0), color)
        arrow(ax, (plus + 0.15, 0), (left + (3.2 if kind == "post-norm" else 4.3), 0), color)
        ax.text(plus, 0, "+", ha="center", va="center", fontsize=15)
        box(ax, branch, 1.3, "branch", "C0")
        box(ax, *norm, "norm", "C1")
        norms.append(norm)
    ax.set(xlim=(-0.5, 9.2), ylim=(-0.5, 2.2), aspect="equal")
    ax.text(-0.4, 1.85, kind, fontsize=12)
    ax.axis("off")
plt.show()

# %% check
assert all(height == 0 for _, height in places["post-norm"])  # on the shortcut
assert all(height > 0 for _, height in places["pre-norm"])    # in the branch
