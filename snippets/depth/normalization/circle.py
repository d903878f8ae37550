"""RMSNorm sends (7, 1) and (14, 2) to one point of a circle, and a turn by one
angle needs a step twice as long from the longer vector."""
import matplotlib.pyplot as plt
import numpy as np

vectors = np.array([[7.0, 1.0], [14.0, 2.0]])
rms = np.sqrt(np.mean(vectors**2, axis=1))  # no mutate: the median of two is their mean
ends = vectors / rms[:, None]

g = np.array([0.0, 1.0])                    # the gradient that arrives at the output
u = ends[0]  # no mutate: both are the same
along = np.mean(g * u)  # no mutate: the median of two is their mean
gradients = (g - along * u) / rms[:, None]  # what passes on to the two vectors
print("rms", *rms, "outputs", *ends.round(2))  # no mutate: how many digits
print("gradients", *gradients.round(4))  # no mutate: how many digits

turn = 0.1                                  # the angle, in radians
c, s = np.cos(turn), np.sin(turn)
turned = vectors @ np.array([[c, s], [-s, c]])
steps = np.linalg.norm(turned - vectors, axis=1)

fig, ax = plt.subplots(figsize=(7.4, 2.7))
angles = np.linspace(0, 2 * np.pi, 200)  # no mutate: how it looks
ax.plot(np.sqrt(2) * np.cos(angles), np.sqrt(2) * np.sin(angles), color="0.6", lw=1.2, ls="-")  # no mutate: how it looks
for end in (vectors[1], turned[1]):
    ax.plot([0, end[0]], [0, end[1]], color="0.6", lw=1, ls="-")
for start, end, name in zip(vectors, turned, ("(7, 1)", "(14, 2)")):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "C1", "lw": 2})
    ax.plot(*start, "o", color="C0")
    ax.text(start[0], start[1] - 0.5, name, ha="center", va="top", color="C0")  # no mutate: where it is drawn
ax.plot(*u, "o", color="C0")
ax.text(1.6, -0.4, "both become\n(1.4, 0.2)", va="top", color="C0")  # no mutate: where it is drawn
ax.text(6.6, 3.1, "the same turn, twice the step", color="C1", ha="center")  # no mutate: where it is drawn
ax.set(xlim=(-1.8, 15.8), ylim=(-1.9, 4.1), aspect="equal")
ax.axis("off")
plt.show()

# %% check
assert np.allclose(ends, [1.4, 0.2])
assert np.allclose(gradients[0], [-0.028, 0.196])
assert np.allclose(gradients[1], gradients[0] / 2)
assert np.isclose(steps[1], 2 * steps[0])
