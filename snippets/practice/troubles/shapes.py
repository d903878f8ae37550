"""Predictions of shape (n, 1) minus targets of shape (n,) are an (n, n) table of errors,
and its mean square is least where every prediction is the mean of the targets."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n = 12
x = rng.uniform(-1, 1, (n, 1))
y = 2 * x[:, 0] + 1 + rng.normal(0, 0.2, n)

rate = 0.5  # no mutate: any rate arrives that does not overshoot
fits = {}
for shape in ((n, 1), (n,)):
    w = 0.0  # no mutate: the start is forgotten
    b = 0.0  # no mutate: the start is forgotten
    for step in range(1000):  # no mutate: it has long arrived
        error = w * x + b - y.reshape(shape)    # broadcasts to (n, n) in the second case
        w -= rate * np.mean(error * x)
        b -= rate * np.mean(error)
    fits[shape] = w, b
    print(f"errors {error.shape}: slope {w:.2f}, intercept {b:.2f}")

ends = np.array([-1.2, 1.2])
drawn = {shape: w * ends + b for shape, (w, b) in fits.items()}
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
left.imshow(y - y[:, None], cmap="RdBu", vmin=-4, vmax=4)  # no mutate: colors
for i in range(n):
    left.add_patch(plt.Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="C2", linewidth=2))  # no mutate: around a cell
left.set(xticks=[], yticks=[], xlabel="target of example", ylabel="prediction for example", title="compared: all pairs\nmeant: the outlined ones")
left.grid(False)
right.plot(x[:, 0], y, "o", color="0.5", ms=4)
right.plot(ends, drawn[n, 1], color="C0")
right.plot(ends, drawn[n,], color="C3")
right.text(-0.95, 2.2, "shapes agree", color="C0")
right.text(-0.95, 1.75, "shapes differ", color="C3")
right.set(xlabel="input", ylabel="target and prediction")
plt.show()

# %% check
slope, intercept = np.polyfit(x[:, 0], y, 1)
# Unless the inputs nearly agree, each step takes a twentieth of the error or more: a thousand leave rounding.
assert np.allclose(fits[n, 1], (slope, intercept)) and np.allclose(fits[n,], (0, y.mean()))
