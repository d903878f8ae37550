"""The agreement of a layer is the average product of two different examples, divided
by the average square: near zero for unrelated examples, one where all are the same."""
import matplotlib.pyplot as plt
import numpy as np

angles = np.pi / 180 * np.array([[10, 82, 154, 226, 298], [5, 30, 50, 75, 100], [50, 50, 50, 50, 50]])
lengths = np.array([[1, 1, 1, 1, 1], [1, 0.6, 0.9, 0.7, 1], [0.9, 0.9, 0.9, 0.9, 0.9]])
agreements, ends = [], []
for row, length in zip(angles, lengths):
    H = length[:, None] * np.column_stack([np.cos(row), np.sin(row)])
    ends.append(H.T)
    n = len(H)
    products = [H[i] @ H[j] for i in range(n) for j in range(n) if i != j]
    agreements.append(np.mean(products) / np.mean(np.sum(H**2, axis=1)))

fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.7))
for ax, (across, up), agreement in zip(axes, ends, agreements):
    start = np.zeros(5)
    ax.quiver(start, start, across, up, angles="xy", scale_units="xy", scale=1, color="C0", width=0.014)
    ax.quiver(0, 0, across.mean(), up.mean(), angles="xy", scale_units="xy", scale=1, color="black", width=0.022)
    ax.set_title(f"agreement {agreement:.2f}", fontsize=11)
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), xticks=[], yticks=[], aspect="equal")
    ax.grid(False)
axes[1].text(0.1, -0.2, "mean", fontsize=10)
axes[0].set(xlabel="unit 1", ylabel="unit 2")
plt.show()

# %% check
for row, length, agreement in zip(angles, lengths, agreements):
    share = np.abs(np.mean(length * np.exp(1j * row))) ** 2 / np.mean(length**2)
    assert np.isclose(agreement, (5 * share - 1) / 4)
