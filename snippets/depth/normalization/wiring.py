"""Post-norm normalizes the sum of shortcut and branch, pre-norm only what
enters the branch, so that its shortcut runs through all blocks untouched."""
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

def box(ax, x, y, text, color):
    ax.add_patch(FancyBboxPatch((x - 0.45, y - 0.3), 0.9, 0.6, boxstyle="round,pad=0.05", facecolor="white", edgecolor=color, lw=1.6))
    ax.text(x, y, text, ha="center", va="center")

def arrow(ax, start, end, color="0.3"):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.6})

places = {"post-norm": [], "pre-norm": []}  # where each has its normalizations
fig, panels = plt.subplots(2, 1, figsize=(7.4, 3.4))
for ax, (kind, norms) in zip(panels, places.items()):
    for block in (0, 1):
        left = 4.2 * block
        branch = left + (1.5 if kind == "post-norm" else 2.0)
        end = left + (2.7 if kind == "post-norm" else 3.4)
        norms.append((left + 3.6, 0) if kind == "post-norm" else (left + 0.9, 1.3))
        ax.plot([left + 0.2, left + 0.2, norms[-1][0] - 0.5 if norms[-1][1] else branch - 0.5], [0, 1.3, 1.3], color="0.3", lw=1.6, ls="-")
        ax.plot([branch + 0.5, end, end], [1.3, 1.3, 0.25], color="0.3", lw=1.6, ls="-")
        ax.text(end, 0, "+", ha="center", va="center", fontsize=15)
        box(ax, branch, 1.3, "branch", "C0")
        if kind == "pre-norm":
            ax.plot([norms[-1][0] + 0.5, branch - 0.5], [1.3, 1.3], color="0.3", lw=1.6, ls="-")
            arrow(ax, (left - 0.3, 0), (end - 0.15, 0), "C0")
            arrow(ax, (end + 0.15, 0), (left + 4.1, 0), "C0")
        else:
            arrow(ax, (left - 0.3, 0), (end - 0.15, 0))
            arrow(ax, (end + 0.15, 0), (left + 3.1, 0))
        box(ax, *norms[-1], "norm", "C1")
    ax.set(xlim=(-0.5, 8.5), ylim=(-0.5, 2.2), aspect="equal")
    ax.text(-0.4, 1.75, kind, fontsize=12)
    ax.axis("off")
plt.show()

# %% check
assert all(height == 0 for _, height in places["post-norm"])  # on the shortcut
assert all(height > 0 for _, height in places["pre-norm"])    # in the branch
