"""Units that start at one point stay one point, and the layer keeps one
direction; from random starts they spread out and fit the data."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
width = 16
X = rng.standard_normal((200, 2))
y = abs(X[:, :1]) - abs(X[:, 1:])        # four directions matter: ±1 along each axis


def train(W1, W2):
    path = [W1]
    for _ in range(1000):
        Z = (X[:, None] * W1).sum(axis=2)                        # (batch, width)
        H = np.maximum(Z, 0)
        r = (H * W2).sum(axis=1, keepdims=True) - y
        delta = r * W2 * (Z > 0)
        W1 = W1 - 0.1 * (delta[:, :, None] * X[:, None]).mean(axis=0)
        W2 = W2 - 0.1 * (r * H).mean(axis=0)
        path.append(W1)
    return np.array(path), (r**2).mean() / 2     # of the last step


W1 = 0.2 * rng.standard_normal((width, 2))
W2 = 0.2 * rng.standard_normal(width)
copies, stuck_loss = train(np.full((width, 2), [0.4, 0.3]), np.full(width, 0.1))
different, free_loss = train(W1, W2)
ranks = [int(np.linalg.matrix_rank(path[-1], tol=1e-9)) for path in (copies, different)]  # no mutate: equal rows have rank 1 at every step and tolerance
print(f"copies: loss {stuck_loss:.3f}, different units: loss {free_loss:.5f}")
print("ranks of their W1:", *ranks)

head = {"arrowstyle": "-|>", "color": "C0", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11}  # no mutate: looks
fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.7), sharex=True, sharey=True)
for ax, path, name in zip(panels, (copies, different), ("16 copies", "16 different units")):
    for i in range(width):
        ax.plot(path[:, i, 0], path[:, i, 1], color="C0", ls="-", lw=1.4)
        left = np.linalg.norm(path[:, i] - path[-1, i], axis=1)  # no mutate: where the head begins
        neck = np.flatnonzero(left > min(0.06, left[0] / 2))[-1]  # no mutate: where the head begins
        ax.annotate("", path[-1, i], path[neck, i], arrowprops=head)
    ax.plot(path[0, :, 0], path[0, :, 1], "o", color="black", ms=3.5)
    ax.set(aspect="equal", title=name, xlabel="weight from input 1")
panels[0].set_ylabel("weight from input 2")
plt.show()

# %% check
# No tolerance: the same operations on equal numbers.
assert np.ptp(copies, axis=1).max() == 0
# Rows that are multiples of one row, against rows in the plane.
assert ranks == [1, 2]
# One ReLU leaves most of the four directions; 16 fit all, as far as 1000 steps go.
assert stuck_loss > 2 * free_loss
