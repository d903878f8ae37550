"""A row of a weight matrix has fan_in squares and a column fan_out of them, so
if the fans differ, a matrix with rows at one has columns that are not."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

rng = np.random.default_rng(6)
fan_out = 24
fan_in = 8
W = rng.normal(0, 1 / np.sqrt(fan_in), (fan_out, fan_in))
rows = np.sum(W**2, axis=1)     # what one unit multiplies a mean square by
columns = np.sum(W**2, axis=0)  # what one input gets back

measured = {"rows": rows.mean(), "columns": columns.mean()}
predicted = {"rows": 1.0, "columns": fan_out / fan_in}
for name in measured:
    print(f"sum of squares in the {name}: {measured[name]:.2f} on average (predicted {predicted[name]:.2f})")

fig, axes = plt.subplots(2, 2, figsize=(5.6, 5), width_ratios=[2, 1], height_ratios=[3, 1])
grid, right, below = axes[0, 0], axes[0, 1], axes[1, 0]  # no mutate: where they stand
axes[1, 1].axis("off")
grid.imshow(W, cmap="Greys", aspect="auto", vmin=-1.2, vmax=1.2)  # no mutate: of the grays
grid.add_patch(Rectangle((-0.45, 4.55), fan_in - 0.1, 0.9, fill=False, ec="C0", lw=2.5))  # no mutate: a frame around row 5
grid.add_patch(Rectangle((4.55, -0.45), 0.9, fan_out - 0.1, fill=False, ec="C1", lw=2.5))  # no mutate: a frame around column 5
grid.set(xticks=[], yticks=[], ylabel=f"{fan_out} units", title=f"{fan_in} inputs")
right.barh(np.arange(fan_out), rows, color="C0")
right.set(ylim=(fan_out - 0.5, -0.5), yticks=[], xlim=(0, 3.8), title="forward")  # no mutate: beside the rows
below.bar(np.arange(fan_in), columns, color="C1")
below.set(xlim=(-0.5, fan_in - 0.5), xticks=[], ylim=(0, 5), xlabel="backward")  # no mutate: below the columns
for ax in (grid, right, below):
    ax.grid(False)
plt.show()

# %% check
# Both are sums of all squares, divided by another number: their ratio is exact.
assert np.isclose(measured["columns"] / measured["rows"], fan_out / fan_in)
# The mean of fan_out fan_in squares has the relative deviation √(2/192).
assert abs(measured["rows"] - 1) < 4 * np.sqrt(2 / W.size)
