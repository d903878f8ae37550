"""Mixed precision with Adam keeps as many bytes per weight as float32 does:
what it saves on one copy it spends on the second."""
import matplotlib.pyplot as plt
import numpy as np

parts = ["weight", "gradient", "master copy", "Adam: mean", "Adam: squares"]
recipes = {
    "float32": [4, 4, 0, 4, 4],
    "mixed": [2, 2, 4, 4, 4],
    "autocast": [4, 4, 0, 4, 4],
    "all bfloat16": [2, 2, 0, 2, 2],
}
total = {name: sum(row) for name, row in recipes.items()}
for name, number in total.items():
    print(f"{name:13} {number:2} bytes per weight")

fig, ax = plt.subplots(figsize=(7.2, 2.7))
for row, (name, sizes) in enumerate(recipes.items()):
    left = 0
    for part, width, color in zip(parts, sizes, ("C0", "C1", "C2", "C4", "C5")):
        ax.barh(row, width, 0.7, left=left, color=color, ec="white")  # no mutate: seen in the picture
        if name == "mixed":
            ax.text(left + width / 2, row, part.replace(" ", "\n"), ha="center", va="center", fontsize=8.5)
        left += width
    ax.text(left + 0.2, row, f"{left}", va="center")
ax.set(yticks=range(4), yticklabels=list(recipes), xlabel="bytes per weight", xlim=(0, 17.5), ylim=(3.5, -0.5))
ax.grid(False)
plt.show()

# %% check
assert total["mixed"] == total["float32"] == 2 * total["all bfloat16"]
assert np.dtype(np.float32).itemsize == 4 and np.dtype(np.float16).itemsize == 2
