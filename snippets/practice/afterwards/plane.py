"""In front of a normalization a weight vector that is too short jumps far out and then
hardly turns; with a warm-up it stays short, and arrives."""
import matplotlib.pyplot as plt
import numpy as np

lr = 0.3
target = np.array([1.0, 0.0])
angle = np.radians(-75)
start = 0.1 * np.array([np.cos(angle), np.sin(angle)])

paths = {}
left = {}
for name, warm_up in (("the full rate at once", 1), ("warm-up over 10 steps", 10)):
    w = start
    path = [w]
    for step in range(1, 41):
        size = np.linalg.norm(w)
        u = w / size                                # the normalization; the loss is 1 - cos θ
        gradient = -(target - (target @ u) * u) / size
        w = w - lr * min(1, step / warm_up) * gradient
        path.append(w)
    paths[name] = np.array(path)
    left[name] = np.degrees(np.arctan2(w[1], w[0]))
    print(f"{name}: length {np.linalg.norm(w):.2f}, {abs(left[name]):.1f} degrees left")  # no mutate: a look
degrees_left = left["the full rate at once"]

fig, ax = plt.subplots(figsize=(6.6, 3.2))
ax.plot([0, 3.3], [0, 0], color="black", ls="--", lw=1.2)
ax.text(3.3, -0.06, "every vector on this line\nhas the right direction", ha="right", va="top", fontsize=9)
for (name, path), color in zip(paths.items(), ("C3", "C2")):
    ax.plot(path[:, 0], path[:, 1], "o-", color=color, ms=3.5, lw=1.2)
ax.text(1.5, 0.5, "one step", color="C3")
ax.text(2.75, 0.75, "39 steps, and still\non the way", color="C3", ha="right")
ax.text(0.6, -0.25, "with warm-up: there", color="C2")
ax.text(-0.06, -0.26, "start")
ax.set(xlim=(-0.1, 3.4), ylim=(-0.6, 1.1), aspect="equal", xlabel="first weight", ylabel="second weight")
plt.show()

# %% check
assert degrees_left > 3 > 0.01 > abs(left["warm-up over 10 steps"])
