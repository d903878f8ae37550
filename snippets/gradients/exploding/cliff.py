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
    print(f"{name:9} longest step {jumps[name]:.2f}, loss in the end {final[name]:.3f}")

fig, panels = plt.subplots(1, 2, figsize=(7.6, 3.5))
levels = [0, 0.002, 0.02, 0.06, 0.12, 0.2, 0.3, 0.4, 0.5]  # no mutate: which contours are drawn
corners = ((2.8, 8.4, -3, 7.6), (2.95, 5.45, -3, -0.6))    # the whole way, and the edge enlarged
for ax, (left, right, low, high) in zip(panels, corners):
    w, b = np.meshgrid(np.linspace(left, right, 150), np.linspace(low, high, 150))
    losses = loss_and_gradient(w, b)[0]
    ax.contourf(w, b, losses, levels=levels, cmap="Purples", vmax=0.8)
    ax.set(xlabel="weight $w$", xlim=(left, right), ylim=(low, high))
    ax.grid(False)
whole, edge = panels
whole.plot(*paths["as it is"].T, "o-", color="C3", lw=1.4, ms=4)
whole.text(7.7, 6.9, "thrown here\nby one step", ha="right", va="top")
whole.text(5.3, -1.7, "start")
whole.set(ylabel="bias $b$", title="as it is")
edge.plot(*paths["clipped"].T, "s-", color="C2", lw=1.2, ms=4)
edge.text(5.05, -1.4, "start")
edge.text(3.05, -2.8, "behind the cliff")
edge.set_title("clipped")
plt.show()

# %% check
# Nothing is random. A clipped step has at most the length rate · 0.1.
assert jumps["clipped"] < rate * 0.1 + 1e-9
assert jumps["as it is"] > 20 * jumps["clipped"]
assert final["clipped"] < final["as it is"] / 2
