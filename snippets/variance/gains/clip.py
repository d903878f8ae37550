"""Four pre-activations through a function that clips at 2: forward the layer
needs 3.4/fan_in, backward 2/fan_out, and for small inputs 1."""
import matplotlib.pyplot as plt
import numpy as np


def phi(z):
    return np.clip(z, -2, 2)


def dphi(z):  # 1 where the function rises, 0 where it is flat
    return np.abs(z) < 2


z = np.array([-4, -1, 1, 4])
h = phi(z)
slope = dphi(z)
before = np.sum(z**2) / 4
after = np.sum(h**2) / 4
passed = np.sum(slope**2) / 4  # no mutate: 0 and 1 are their own powers
forward = before / after
backward = 1 / passed
small = np.sum((z / 4) ** 2) / np.sum(phi(z / 4) ** 2)
print(f"forward: {before} / {after} = {forward:.1f}")
print(f"backward: 1 / {passed} = {backward:.1f}")
print(f"forward, all inputs four times smaller: {small:.1f}")

fig, ax = plt.subplots(figsize=(7.2, 2.4))
for above, below, rises in zip(z, h, slope):
    ax.annotate("", (below, 0.12), (above, 0.88), arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 1.6})
    ax.text(above, 1.1, f"{above}".replace("-", "−"), ha="center", color="C0")
    ax.text(below, -0.14, f"{below}".replace("-", "−"), ha="center", va="top", color="C0")
    ax.text((above + below) / 2 + 0.3, 0.5, f"slope {rises:d}", color="C1", va="center")
ax.hlines([0, 1], -4.5, 4.5, color="black", lw=0.8)  # no mutate: two axes
ax.plot(z, np.ones(4), "o", color="C0", ms=8)  # no mutate: dots on the upper one
ax.plot(h, np.zeros(4), "o", color="C0", ms=8)  # no mutate: and on the lower one
ax.text(-9, 1, "pre-activation $z$", va="center")
ax.text(-9, 0, "activation $h$", va="center")
ax.text(5, 1, f"mean square {before}", va="center", color="C0")
ax.text(5, 0, f"mean square {after}", va="center", color="C0")
ax.set(xlim=(-9.2, 9.2), ylim=(-0.5, 1.4))
ax.axis("off")
plt.show()

# %% check
assert (before, after) == (8.5, 2.5)
assert (forward, backward, small) == (3.4, 2, 1)
