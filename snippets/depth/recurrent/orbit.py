"""Two matrices with the eigenvalues 1/2 and 1/2: one halves every state, the
other makes a state of length 1 eight times as long first."""
import matplotlib.pyplot as plt
import numpy as np

steps = 8
matrices = {"straight": np.array([[0.5, 0.0], [0.0, 0.5]]), "sheared": np.array([[0.5, 8.0], [0.0, 0.5]])}

states = {}
for name, W in matrices.items():
    h = np.array([0.0, 1.0])
    path = [h]
    for step in range(steps):
        h = W @ h
        path.append(h)
    states[name] = np.array(path)
lengths = {name: np.linalg.norm(path, axis=1) for name, path in states.items()}
for name, length in lengths.items():
    print(f"{name}: longest {length.max():.2f}, after {steps} steps {length[-1]:.3f}")  # no mutate: a look

fig, ax = plt.subplots(figsize=(7.4, 2.9))
for name, color in (("straight", "0.5"), ("sheared", "C0")):
    for start, end in zip(states[name][:-1], states[name][1:]):
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.8, "shrinkA": 0, "shrinkB": 0})
    ax.plot(*states[name].T, "o", color=color, ms=5)
for step in range(1, 6):
    ax.text(states["sheared"][step, 0] + 0.12, states["sheared"][step, 1] + 0.05, f"{step}", color="C0")  # no mutate: where it is drawn
ax.text(0.15, 1.02, "start", va="bottom")  # no mutate: where it is drawn
ax.text(-0.15, 0.62, "0.5  0\n0  0.5", color="0.5", ha="right", va="center")  # no mutate: where it is drawn
ax.text(4.6, 0.88, "0.5  8\n0  0.5", color="C0", va="center")  # no mutate: where it is drawn
ax.set(xlim=(-1.2, 8.8), ylim=(-0.08, 1.2), xlabel="first unit", ylabel="second unit")  # no mutate: how it looks
ax.grid(False)
plt.show()

# %% check
# Powers of two are exact.
t = np.arange(1, steps + 1)
assert np.array_equal(states["sheared"][1:, 0], 8 * t * 0.5 ** (t - 1))
assert np.array_equal(states["straight"][:, 1], states["sheared"][:, 1])
