"""A shear whose two eigenvalues are one stretches one direction to twice its
length and squeezes another to half: its condition number is four."""
import matplotlib.pyplot as plt
import numpy as np

A = np.array([[1, 3 / 2], [0, 1]])             # a shear
u, s, vt = np.linalg.svd(A)
kappa = s[0] / s[1]
eigenvalues = np.linalg.eigvals(A)
print(f"largest stretch {s[0]:.2f}, smallest {s[1]:.2f}, kappa {kappa:.2f}")
print(f"eigenvalues {eigenvalues[0]:.2f} and {eigenvalues[1]:.2f}")

angles = np.linspace(0, 2 * np.pi, 181)  # no mutate: any fine grid draws the same circle
circle = np.stack([np.cos(angles), np.sin(angles)])
shapes = [circle, A @ circle]
arrows = [vt, (u * s).T]                       # rows: the directions, and where they go
fig, panels = plt.subplots(1, 2, figsize=(7.2, 2.8), sharex=True, sharey=True)
for ax, shape, pair in zip(panels, shapes, arrows):
    ax.fill(*shape, color="C1", alpha=0.15, lw=0)
    ax.plot(*shape, color="C1", ls="-", lw=2)
    for arrow, color in zip(pair, ("C2", "C4")):
        ax.annotate("", arrow, (0, 0), arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2.5})
    ax.set(aspect="equal", xlim=(-2.2, 2.2), ylim=(-1.5, 1.5), xticks=[], yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.grid(False)
panels[0].set_title("all vectors of length one", fontsize=11)
panels[1].set_title("after the layer", fontsize=11)
for ax, shape, pair, lengths in zip(panels, shapes, arrows, ((1, 1), s)):
    for arrow, color, length in zip(pair, ("C2", "C4"), lengths):
        end = arrow * (1 + 0.22 / length)
        ax.text(*end, f"{length:g}"[:4], color=color, ha="center", va="center", fontsize=12)
plt.show()

# %% check
# Exact: s_1 - s_2 = 3/2 and s_1 s_2 = 1, up to rounding.
assert np.allclose(s, [2, 1 / 2], rtol=1e-12)
assert np.allclose(eigenvalues, 1, rtol=1e-12)
# The arrows of the right panel are the images of those of the left.
assert np.allclose(arrows[1], vt @ A.T, atol=1e-12)
