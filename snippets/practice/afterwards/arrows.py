"""Five rules turn a gradient and its thousandth into steps: clipping shortens only
the long one, a trust ratio and Adam make both equally long."""
import matplotlib.pyplot as plt
import numpy as np

length_of_w = 10.0          # of the weights that move
rules = {
    "plain descent": lambda g: g,
    "clip the norm to 1": lambda g: g * min(1, 1 / np.linalg.norm(g)),
    "clip values to ±1": lambda g: np.clip(g, -1, 1),
    "trust ratio, rate 0.1": lambda g: 0.1 * length_of_w * g / np.linalg.norm(g),
    "Adam's first step": lambda g: g / (np.abs(g) + 1e-8),
}
gradients = [np.array([3.0, 4.0]), np.array([0.003, 0.004])]
results = {name: [rule(g) for g in gradients] for name, rule in rules.items()}
for name, (large, small) in results.items():
    print(f"{name:21}", np.round(large, 4), np.round(small, 4))  # no mutate: a look

fig, axes = plt.subplots(2, 5, figsize=(7.6, 3.3), sharex=True, sharey=True)
for column, name in enumerate(rules):
    axes[0, column].set_title(name, fontsize=9)
    for ax, step in zip(axes[:, column], results[name]):
        ax.plot([0, 3.6], [0, 4.8], color="0.75", lw=1, ls="-")      # the direction of the gradient
        if np.linalg.norm(step) > 0.1:  # no mutate: the short ones are dots
            ax.annotate("", step, (0, 0), arrowprops={"arrowstyle": "-|>", "color": "C1", "lw": 2, "shrinkA": 0, "shrinkB": 0})
        else:
            ax.plot(0, 0, "o", color="C1", ms=3)
        ax.text(1.5, 0.2, f"({step[0]:.3g}, {step[1]:.3g})", fontsize=9)  # no mutate: where it is drawn
        ax.set(xlim=(-0.4, 4.8), ylim=(-0.4, 5.2), xticks=[], yticks=[], aspect="equal")
axes[0, 0].set_ylabel("gradient (3, 4)")
axes[1, 0].set_ylabel("a thousandth of it")
plt.show()

# %% check
unit = np.array([0.6, 0.8])
expected = [(gradients[0], gradients[1]), (unit, gradients[1]), (np.ones(2), gradients[1]), (unit, unit), (np.ones(2), np.ones(2))]
for pair, rows in zip(results.values(), expected):
    assert np.allclose(pair, rows, rtol=1e-5)   # Adam's ε takes 3e-6 off the small gradient
