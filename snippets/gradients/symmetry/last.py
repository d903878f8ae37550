"""With tanh units a last layer of zeros trains if the first is random, and a
first layer of zeros if the last is; with both zero no weight ever moves."""
import numpy as np

rng = np.random.default_rng(4)
X = rng.standard_normal((32, 3))
y = np.tanh(X[:, :1] - X[:, 1:2])

random_1 = rng.standard_normal((8, 3)) / np.sqrt(3)
random_2 = rng.standard_normal((1, 8)) / np.sqrt(8)
starts = {
    "both random": (random_1, random_2),
    "last zero": (random_1, 0 * random_2),
    "first zero": (0 * random_1, random_2),
    "both zero": (0 * random_1, 0 * random_2),
}
at_first = {}
at_last = {}
for name, (W1, W2) in starts.items():
    loss = []
    for _ in range(300):
        H = np.tanh(X @ W1.T)                    # (batch, width)
        r = H @ W2.T - y
        loss.append((r**2).mean() / 2)
        delta = r * W2 * (1 - H**2)
        W1 = W1 - 0.3 * delta.T @ X / 32
        W2 = W2 - 0.3 * r.T @ H / 32
    at_first[name] = loss[0]
    at_last[name] = loss[-1]
    print(f"{name:12} loss {at_first[name]:.3f} at first, {at_last[name]:.4f} at last")

# %% check
for name in ("both random", "last zero", "first zero"):
    # It learns: far below the network that does not.
    assert at_last[name] < at_last["both zero"] / 10
# No tolerance: all gradients are products with a zero.
assert at_last["both zero"] == at_first["both zero"]
