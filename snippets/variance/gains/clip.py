"""Four pre-activations through a function that clips at 2: forward the layer
needs 3.4/fan_in, backward 2/fan_out, and for small inputs 1."""
import matplotlib.pyplot as plt
import numpy as np

z = np.array([-4, -1, 1, 4])
h = np.clip(z, -2, 2)
slope = np.abs(z) < 2             # 1 where the function rises, 0 where it is flat

forward = np.mean(z**2) / np.mean(h**2)
backward = 1 / np.mean(slope**2)
small = np.mean((z / 4) ** 2) / np.mean(np.clip(z / 4, -2, 2) ** 2)
print(f"forward: {np.mean(z**2)} / {np.mean(h**2)} = {forward:.1f}")
print(f"backward: 1 / {np.mean(slope**2)} = {backward:.1f}")
print(f"forward, all inputs four times smaller: {small:.1f}")

fig, ax = plt.subplots(figsize=(7.2, 2.4))
for before, after, rises in zip(z, h, slope):
    ax.annotate("", (after, 0.12), (before, 0.88), arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 1.6})
    ax.text(before, 1.1, f"{before}".replace("-", "−"), ha="center", color="C0")
    ax.text(after, -0.14, f"{after}".replace("-", "−"), ha="center", va="top", color="C0")
    ax.text((before + after) / 2 + 0.12, 0.5, f"slope {rises:d}", color="C1", va="center")
ax.hlines([0, 1], -4.5, 4.5, color="black", lw=0.8)  # no mutate: two axes
ax.plot(z, np.ones(4), "o", color="C0", ms=8)  # no mutate: dots on the upper one
ax.plot(h, np.zeros(4), "o", color="C0", ms=8)  # no mutate: and on the lower one
ax.text(-9, 1, "pre-activation $z$", va="center")
ax.text(-9, 0, "activation $h$", va="center")
ax.text(5, 1, "mean square 8.5", va="center", color="C0")
ax.text(5, 0, "mean square 2.5", va="center", color="C0")
ax.set(xlim=(-9.2, 9.2), ylim=(-0.5, 1.4))
ax.axis("off")
plt.show()

# %% check
assert (np.mean(z**2), np.mean(h**2)) == (8.5, 2.5)
assert (forward, backward, small) == (3.4, 2, 1)
