"""For an input of equal sizes the mean square of a layer's outputs spreads by
√((2 + (k − 3)/n)/n) around its average, so at n = 100 no shape can be told."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
layers = 1000
shapes = {  # draws of variance one, and their kurtosis k
    "two values": (lambda size: rng.choice([-1.0, 1.0], size), 1),
    "uniform": (lambda size: rng.uniform(-np.sqrt(3), np.sqrt(3), size), 1.8),
    "normal": (lambda size: rng.standard_normal(size), 3),
    "nine in ten zero": (lambda size: rng.choice([-1.0, 1.0], size) * (rng.random(size) < 0.1) * np.sqrt(10), 10),
}
widths = (4, 100)
measured, predicted, tolerance = {}, {}, {}
fig, panels = plt.subplots(2, 4, figsize=(7.4, 3.3))
for row, n in zip(panels, widths):
    for ax, (name, (draw, k)) in zip(row, shapes.items()):
        key = f"{name}, {n}"
        W = draw((layers, n, n)) / np.sqrt(n)
        o = np.sum(W, axis=2)  # all inputs are 1
        mean_square = np.mean(o**2, axis=1)
        measured[key] = np.std(mean_square)
        predicted[key] = np.sqrt((2 + (k - 3) / n) / n)
        tolerance[key] = 6 * np.std((mean_square - 1)**2) / (2 * predicted[key] * np.sqrt(layers))
        ax.hist(mean_square, bins=np.linspace(0, 3, 36) if n == 4 else np.linspace(0.4, 1.6, 31), color="C0")
        ax.axvline(1, color="black", ls="--", lw=1.2)
        ax.text(0.97, 0.95, f"±{measured[key]:.2f}\n(±{predicted[key]:.2f})", transform=ax.transAxes, ha="right", va="top", fontsize=9)  # no mutate: where it stands
        ax.set(yticks=[], xlim=(0, 3) if n == 4 else (0.4, 1.6))  # no mutate: a look
        ax.margins(y=0.3)  # no mutate: a look
        ax.grid(False)
    row[0].set_ylabel(f"{n} inputs,\n{n} units")
for ax, name in zip(panels[0], shapes):
    ax.set_title(name)
fig.supxlabel("mean square of the outputs of one layer", fontsize=10)  # no mutate: a look
plt.show()

# %% check
for key in measured:  # six standard errors, which are themselves measured: squares are skewed
    assert abs(measured[key] - predicted[key]) < tolerance[key]
