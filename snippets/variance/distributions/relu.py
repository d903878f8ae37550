"""Behind a ReLU the mean square of one wide layer spreads by √(5/n) for normal
weights and by √(3/(n + 2)) for orthogonal ones, around the same average."""
import numpy as np

rng = np.random.default_rng(11)
n = 50
layers = 4000
x = np.ones(n)  # no mutate: any direction does
mean_square = {"normal": [], "orthogonal": []}
for layer in range(layers):
    G = rng.standard_normal((n, n))
    Q = np.linalg.qr(G)[0] * rng.choice([-1, 1], n)  # the signs of the columns are free
    for name, W in (("normal", G / np.sqrt(n)), ("orthogonal", Q)):
        h = np.maximum(np.sqrt(2) * W @ x, 0)
        mean_square[name].append(np.mean(h**2))

predicted = {"normal": np.sqrt(5 / n), "orthogonal": np.sqrt(3 / (n + 2))}
mean = {name: np.mean(values) for name, values in mean_square.items()}
spread = {name: np.std(values) for name, values in mean_square.items()}
for name in predicted:
    print(f"{name:10}  mean {mean[name]:.3f}, spread {spread[name]:.3f} (predicted {predicted[name]:.3f})")

# %% check
for name in predicted:
    assert abs(mean[name] - 1) < 4 * predicted[name] / np.sqrt(layers)
    # A deviation of nearly normal numbers, with some room for their skew.
    assert abs(spread[name] / predicted[name] - 1) < 4 * 1.2 / np.sqrt(2 * layers)
