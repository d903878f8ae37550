"""In a chain that uses one weight fifty times, a descent that meets the cliff
is thrown far away by one step, and with clipping no step is longer than 0.3."""
import matplotlib.pyplot as plt
import numpy as np

steps = 50
target = 0.7
rate = 3


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss_and_gradient(w, b):
    x = np.full_like(w, 0.5)
    dx_dw = np.zeros_like(x)
    dx_db = np.zeros_like(x)
    for step in range(steps):        # x ← w sigmoid(x) + b
        s = sigmoid(x)
        slope = w * s * (1 - s)      # one factor of the product
        dx_dw = slope * dx_dw + s
        dx_db = slope * dx_db + 1
        x = w * s + b
    y = sigmoid(x)
    front = 2 * (y - target) * y * (1 - y)
    return (y - target) ** 2, np.array([front * dx_dw, front * dx_db])


paths = {}
jumps = {}
final = {}
for name, longest in (("as it is", np.inf), ("clipped", 0.1)):
    path = [np.array([5.0, -1.5])]   # w, b
    for step in range(40):
        gradient = loss_and_gradient(*path[-1])[1]
        length = np.linalg.norm(gradient)
        path.append(path[-1] - rate * gradient * min(1, longest / length))
    paths[name] = np.array(path)
    jumps[name] = np.linalg.norm(np.diff(path, axis=0), axis=1).max()
    final[name] = float(loss_and_gradient(*path[-1])[0])
    print(f"{name:9} longest step {jumps[name]:.2f}, last loss {final[name]:.3f}")

fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.5))
levels = [0, 0.06, 0.2, 0.5]  # no mutate: a choice
corners = ((2.8, 8.4, -3, 7.6), (2.95, 5.45, -3, -0.6))  # the edge enlarged
for ax, (left, right, low, high) in zip(axes, corners):
    w, b = np.meshgrid(np.linspace(left, right, 20), np.linspace(low, high, 20))
    losses = loss_and_gradient(w, b)[0]
    areas = ax.contourf(w, b, losses, levels=levels, cmap="Purples", vmax=0.8)
    areas.set_edgecolor("face")  # no gaps between them
    ax.set(xlabel="weight $w$", xlim=(left, right), ylim=(low, high))
    ax.grid(False)
axes[0].plot(*paths["as it is"].T, "o-", color="C3", lw=1.4, ms=4)
axes[0].text(6.8, 7, "thrown here\nby one step", ha="right", va="top")
axes[0].text(5.3, -1.7, "start")
axes[0].set(ylabel="bias $b$", title="as it is")
axes[1].plot(*paths["clipped"].T, "s-", color="C2", lw=1.2, ms=4)
axes[1].text(5.05, -1.4, "start")
axes[1].text(3.05, -2.8, "behind the cliff")
axes[1].set_title("clipped")
plt.show()

# %% check
# Nothing is random. A clipped step has at most the length rate · 0.1.
assert jumps["clipped"] < rate * 0.1 + 1e-9
assert jumps["as it is"] > 20 * jumps["clipped"]
assert final["clipped"] < final["as it is"] / 2
