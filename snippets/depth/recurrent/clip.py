"""Clipping by norm keeps the direction of a gradient, clipping by value turns
it towards a diagonal."""
import matplotlib.pyplot as plt
import numpy as np

g = np.array([12.0, 5.0])
limit = 6.5

by_norm = g * limit / np.linalg.norm(g)  # g is longer than the limit
by_value = np.clip(g, -limit, limit)
angles = {name: np.degrees(np.arctan2(v[1], v[0])) for name, v in (("gradient", g), ("norm", by_norm), ("value", by_value))}
print("by norm", by_norm, "by value", by_value)
print({name: round(float(angle), 1) for name, angle in angles.items()})  # no mutate: how many digits

fig, ax = plt.subplots(figsize=(7.4, 3.0))
turn = np.linspace(-0.15, np.pi / 2 + 0.15, 100)  # no mutate: how it looks
ax.plot(limit * np.cos(turn), limit * np.sin(turn), color="0.6", ls="-", lw=1.2)
ax.plot([limit, limit, -1], [-1, limit, limit], color="0.6", ls=":", lw=1.4)
for vector, color in ((g, "0.7"), (by_norm, "C1"), (by_value, "C3")):
    ax.annotate("", vector, (0, 0), arrowprops={"arrowstyle": "->", "color": color, "lw": 2.4, "shrinkA": 0, "shrinkB": 0})
ax.text(12.2, 5.0, "gradient\n(12, 5)", color="0.5", va="center")  # no mutate: where it is drawn
ax.text(6.8, 2.0, "by norm (6, 2.5)", color="C1", va="center")  # no mutate: where it is drawn
ax.text(6.8, 5.6, "by value (6.5, 5)", color="C3", va="center")  # no mutate: where it is drawn
ax.set(xlim=(-1, 16), ylim=(-1, 7.2), aspect="equal")  # no mutate: how it looks
ax.axis("off")
plt.show()

# %% check
assert np.allclose(by_norm, [6, 2.5]) and np.array_equal(by_value, [6.5, 5])
assert np.isclose(angles["norm"], angles["gradient"])
