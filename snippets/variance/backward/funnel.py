"""In a stack of linear layers with fan_in σ² = 1 the backward factors
multiply to the last width over the first, whatever lies between."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Polygon

rng = np.random.default_rng(9)
widths = [64, 256, 128, 512]
networks = 60

squares = []
for _ in range(networks):
    delta = rng.standard_normal(widths[-1])  # no mutate: any gradient at the top
    start = np.mean(delta**2)
    for fan_in, fan_out in zip(widths[-2::-1], widths[:0:-1]):
        W = rng.normal(0, 1 / np.sqrt(fan_in), (fan_out, fan_in))
        delta = W.T @ delta
    squares.append(np.mean(delta**2) / start)
predicted = widths[-1] / widths[0]
measured = np.mean(squares)
print(f"mean square of the gradient: times {measured:.2f} (predicted {predicted:.2f})")

fig, ax = plt.subplots(figsize=(7, 2.6))
for place, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
    corners = [(place, -fan_in), (place, fan_in), (place + 1, fan_out), (place + 1, -fan_out)]
    ax.add_patch(Polygon(corners, facecolor="C1", alpha=0.3, edgecolor="none"))  # no mutate: a shade
    ax.text(place + 0.5, 0, f"× {fan_out / fan_in:g}", ha="center", va="center", color="C1", fontsize=13)
for place, width in enumerate(widths):
    ax.plot([place, place], [-width, width], color="0.4", ls="-", lw=2)
    ax.text(place, width + 30, f"{width}", ha="center", color="0.4")
ax.annotate("", (0.1, -600), (2.9, -600), arrowprops={"arrowstyle": "->", "color": "C1"})
ax.text(1.5, -690, "the gradient travels from right to left", ha="center", va="top", color="C1")
ax.set(xlim=(-0.2, 3.2), ylim=(-820, 640))
ax.axis("off")
plt.show()

# %% check
# One network has the relative variance 2/64 + 2/256 + 2/128 + 2/512, doubled
# for the product of dependent factors.
assert abs(measured / predicted - 1) < 4 * np.sqrt(2 * 2 * (1 / 64 + 1 / 256 + 1 / 128 + 1 / 512) / networks)
