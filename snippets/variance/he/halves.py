"""Four outputs or a whole bell: the squares left of zero weigh exactly as
much as those right of it, so a ReLU keeps half of the mean square."""
import matplotlib.pyplot as plt
import numpy as np

x = np.array([3, 4])
signs = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]])
outputs = signs @ x                  # -7, -1, 1, 7
kept = np.maximum(outputs, 0)
before = np.mean(outputs**2)         # no mutate: 25 is their median too
after = np.mean(kept**2)
print(f"four outputs: mean square {before:.1f}, behind a ReLU {after:.1f}")

z = np.linspace(-4, 4, 401)
density = np.exp(-z**2 / 2) / np.sqrt(2 * np.pi)
weight = z**2 * density              # what each z adds to the mean square
step = z[1] - z[0]
lost = np.sum(weight[z < 0]) * step  # no mutate: both sides weigh the same
rest = np.sum(weight[z > 0]) * step  # no mutate: likewise
print(f"a bell: area left of zero {lost:.3f}, right of zero {rest:.3f}")

fig, (few, many) = plt.subplots(1, 2, figsize=(7.2, 2.9))
few.bar(outputs[outputs < 0], outputs[outputs < 0] ** 2, width=1.6, color="none", edgecolor="0.5", hatch="///")  # no mutate: no output is 0
few.bar(kept[kept > 0], kept[kept > 0] ** 2, width=1.6, color="C0")
for o in outputs:
    few.text(o, o**2 + 1.5, f"{o}²" if o > 0 else f"(−{-o})²", ha="center")
few.set(xticks=outputs, xlabel="output $z$", ylim=(0, 60), yticks=[], title="four outputs")
left = z <= 0
right = z >= 0
many.fill_between(z[left], weight[left], facecolor="none", edgecolor="0.5", hatch="///", lw=0.5)
many.fill_between(z[right], weight[right], color="C0", lw=0)
many.plot(z, weight, color="black", ls="-", lw=1)
many.text(-1.5, 0.34, "half lost", ha="center")
many.text(1.5, 0.34, "half kept", ha="center", color="C0")
many.set(xlabel="pre-activation $z$", ylim=(0, 0.4), yticks=[], title="$z^2$ times its density")
for ax in (few, many):
    ax.grid(False)
    ax.spines["left"].set_visible(False)
plt.show()

# %% check
assert (before, after) == (25, 12.5)
# The grid is symmetric, so the two areas agree up to rounding.
assert np.isclose(lost, rest, rtol=1e-12)
# Beyond ±4 lie 0.0011 of the mean square, as the integral of z² density says.
assert abs(lost + rest - 1) < 0.0012
