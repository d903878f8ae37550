"""The default weights of a dense layer in PyTorch, Flax and Keras, drawn with NumPy
by their formulas: three shapes, and a sixth, a half and two thirds of He's variance."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
fan_in = 512
fan_out = 256
draws = 200_000  # no mutate: the tolerance follows it

normal = rng.standard_normal(draws)
kept = normal[np.abs(normal) < 2]
correction = 0.87962566  # the deviation of a standard normal cut at two
limits = {"PyTorch": np.sqrt(1 / fan_in), "Keras": np.sqrt(6 / (fan_in + fan_out))}
weights = {
    "PyTorch": rng.uniform(-limits["PyTorch"], limits["PyTorch"], draws),
    "Flax": kept / correction / np.sqrt(fan_in),
    "Keras": rng.uniform(-limits["Keras"], limits["Keras"], draws),
}
predicted = {"PyTorch": 1 / 6, "Flax": 1 / 2, "Keras": 2 / 3}  # of He's, for these two fans
measured = {}
for name, w in weights.items():
    measured[name] = np.var(w) / (2 / fan_in)
    print(f"{name:8} {measured[name]:.3f} of He's variance (predicted {predicted[name]:.3f})")

edges = np.linspace(-0.2, 0.2, 81)
he = np.exp(-(edges**2) * fan_in / 4) / np.sqrt(4 * np.pi / fan_in)
fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.5), sharey=True)
for ax, (name, w) in zip(axes, weights.items()):
    ax.hist(w, edges, density=True, color="C0", alpha=0.8)
    ax.plot(edges, he, color="black", ls="--", lw=1.3)
    ax.set(title=name, yticks=[], xlabel="weight", xticks=[-0.1, 0, 0.1])
    ax.spines.left.set_visible(False)
axes[0].text(0.07, 5, "He")
plt.show()

# %% check
# No kurtosis is above 3; a variance of n draws then has the relative error sqrt(2/n).
for name, w in weights.items():
    assert abs(measured[name] / predicted[name] - 1) < 4 * np.sqrt(2 / len(w))
