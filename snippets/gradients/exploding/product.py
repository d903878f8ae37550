"""Scaled to their largest entries, the rows of a product of Gaussian 4 × 4
matrices become one row up to sign, as its second singular value falls behind."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(12)
product = np.eye(4)
pictures = {}
ratio = {}
largest = {}
for factors in range(1, 101):  # no mutate: the last picture is of the hundredth
    product = rng.standard_normal((4, 4)) @ product
    if factors in (1, 5, 20, 100):
        s = np.linalg.svd(product, compute_uv=False)
        ratio[factors] = s[1] / s[0]
        largest[factors] = abs(product).max()
        pictures[factors] = product / abs(product).max(axis=1, keepdims=True)
        print(f"{factors:3d} factors: largest entry {largest[factors]:.1e}, s₂/s₁ = {ratio[factors]:.0e}")

fig, panels = plt.subplots(1, 4, figsize=(7.4, 2.6))
for ax, (factors, picture) in zip(panels, pictures.items()):
    ax.imshow(picture, cmap="PRGn", vmin=-1.8, vmax=1.8, interpolation="none")
    for (row, unit), entry in np.ndenumerate(picture):
        words = "0" if abs(entry) < 0.05 else f"{entry:+.1f}"  # no mutate: how a small number is written
        ax.text(unit, row, words, ha="center", va="center", fontsize=9)
    exponent = round(np.log10(ratio[factors]))
    if exponent < -1:
        ax.set_xlabel(f"$s_2/s_1 \\approx 10^{{{exponent}}}$")
    else:
        ax.set_xlabel(f"$s_2/s_1 = {ratio[factors]:.1f}$")
    ax.set(title=f"{factors} factors" if factors > 1 else "1 factor", xticks=[], yticks=[])
    ax.grid(False)
plt.show()

# %% check
# After a hundred factors log₁₀(s₂/s₁) has the mean −8.8 and a standard
# deviation of 2.7; three of them leave the rows equal to the eye.
assert ratio[100] < 3e-2
assert abs(np.log10(ratio[100]) + 8.8) < 4 * 2.73
