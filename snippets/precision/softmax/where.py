"""A where() that picks the safe branch forward still multiplies the gradient of
the other branch by zero, and zero times infinity is nan."""
import matplotlib.pyplot as plt
import numpy as np

x = np.array([4.0, 0.0])
positive = x > 0

with np.errstate(divide="ignore", invalid="ignore"):  # the subject
    root = np.sqrt(x)
    y = np.where(positive, root, 0)
    into_root = np.where(positive, 1.0, 0.0)  # the gradient that where passes down
    slope = 1 / (2 * root)
    once = into_root * slope

safe = np.where(positive, x, 1.0)  # a harmless input for the branch not taken
twice = np.where(positive, 1.0, 0.0) / (2 * np.sqrt(safe))
print(f"one where: {once}   two: {twice}")

fig, axes = plt.subplots(1, 2, figsize=(7, 3))
for ax, number, color in zip(axes, (0, 1), ("C2", "C3")):
    for place, text in enumerate((f"x = {x[number]:g}", "sqrt", "where", f"y = {y[number]:g}")):
        ax.text(place, 0.6, text, ha="center", va="center", bbox={"facecolor": "none", "edgecolor": "black", "boxstyle": "round"})
    for place, text in enumerate((f"{x[number]:g}", f"{root[number]:g}", f"{y[number]:g}")):
        ax.annotate("", (place + 0.7, 0.7), (place + 0.3, 0.7), arrowprops={"arrowstyle": "->", "color": "C0"})
        ax.text(place + 0.5, 0.8, text, color="C0", ha="center")
    for place, text in enumerate((f"{once[number]:g}", f"{into_root[number]:g}", "1")):
        ax.annotate("", (place + 0.3, 0.5), (place + 0.7, 0.5), arrowprops={"arrowstyle": "->", "color": "C1"})
        ax.text(place + 0.5, 0.34, text, color="C1", ha="center")
    ax.text(1, 0.12, f"slope {slope[number]:g},  {into_root[number]:g} · {slope[number]:g} = {once[number]:g}", ha="center")
    ax.set(xlim=(-0.5, 3.5), ylim=(0, 1))
    ax.axis("off")
plt.show()

# %% check
assert y.tolist() == [2, 0] and once[0] == 0.25 and np.isnan(once[1])
assert twice.tolist() == [0.25, 0]
