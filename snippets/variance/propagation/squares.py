"""Two inputs, 3 and 4, with weights of ±1: the mean square over the four
patterns of signs is 3² + 4² exactly, because the cross terms cancel."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

x = np.array([3, 4])
signs = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
outputs = signs @ x
squares = outputs**2
mean_square = np.mean(squares)  # no mutate: 25 is their median too
print("outputs", *outputs, " squares", *squares, f" mean square {mean_square:g}")

fig, ax = plt.subplots(figsize=(7, 2.6))
left = 0.0  # no mutate: where it is drawn
for o in outputs:
    side = abs(o)
    ax.add_patch(Rectangle((left, 0), side, side, facecolor="C0", alpha=0.35, edgecolor="C0"))  # no mutate: where it is drawn
    ax.text(left + side / 2, side + 0.4, f"${o}^2$" if o > 0 else f"$({o})^2$", ha="center")
    left += side + 1.6  # no mutate: where it is drawn
ax.text(left - 0.2, 2.5, "on average", va="center")
left += 6.2  # no mutate: where it is drawn
ax.add_patch(Rectangle((left, 0), 5, 5, facecolor="C0", alpha=0.35, edgecolor="C0"))  # no mutate: where it is drawn
ax.text(left + 2.5, 2.5, "25", ha="center", va="center", fontsize=14)
left += 6.6  # no mutate: where it is drawn
ax.text(left - 0.8, 2.5, "=", ha="center", va="center", fontsize=14)
for side in x:
    ax.add_patch(Rectangle((left, 0), side, side, facecolor="C1", alpha=0.35, edgecolor="C1"))  # no mutate: where it is drawn
    ax.text(left + side / 2, side / 2, f"${side}^2$", ha="center", va="center", fontsize=14)
    left += side + 1.6  # no mutate: where it is drawn
    if side == 3:  # no mutate: where it is drawn
        ax.text(left - 0.8, 1.5, "+", ha="center", va="center", fontsize=14)
ax.set(xlim=(-0.5, left), ylim=(-0.3, 8.4), aspect="equal")
ax.axis("off")
plt.show()

# %% check
assert mean_square == 3**2 + 4**2
assert np.mean(outputs) == 0
