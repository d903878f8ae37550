"""Four steps of a recurrent network: every arrow between two states is the
same matrix forward, and its transpose backward."""
import matplotlib.pyplot as plt
from matplotlib.patches import Circle

places = [0.0, 2.0, 4.0, 6.0, 8.0]

fig, ax = plt.subplots(figsize=(7.4, 2.5))
for step, x in enumerate(places):
    ax.add_patch(Circle((x, 0), 0.42, facecolor="white", edgecolor="C0", lw=1.6))  # no mutate: how it looks
    ax.text(x, 0, f"$h_{step}$", ha="center", va="center", color="C0")
for step, (left, right) in enumerate(zip(places, places[1:]), 1):
    ax.annotate("", (right - 0.5, 0.15), (left + 0.5, 0.15), arrowprops={"arrowstyle": "->", "color": "C0", "lw": 1.8})
    ax.annotate("", (left + 0.5, -0.15), (right - 0.5, -0.15), arrowprops={"arrowstyle": "->", "color": "C1", "lw": 1.8})
    ax.text((left + right) / 2, 0.28, "$W$", ha="center", color="C0")
    ax.text((left + right) / 2, -0.28, r"$W^\top$", ha="center", va="top", color="C1")
    ax.annotate("", (right, 0.5), (right, 1.05), arrowprops={"arrowstyle": "->", "color": "0.5", "lw": 1.4})
    ax.text(right, 1.12, f"word {step}", ha="center", color="0.5")
ax.annotate("", (8.0, -0.5), (8.0, -1.05), arrowprops={"arrowstyle": "->", "color": "C1", "lw": 1.8})
ax.text(8.0, -1.15, "gradient of the loss", ha="right", va="top", color="C1")  # no mutate: where it is drawn
ax.set(xlim=(-0.8, 8.8), ylim=(-1.5, 1.5), aspect="equal")  # no mutate: how it looks
ax.axis("off")
plt.show()

# %% check
assert all(right - left == 2 for left, right in zip(places, places[1:]))
