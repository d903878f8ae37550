"""One sign decides: (1, 1; 1, −1)/√2 keeps every length, and (1, 1; 1, 1)/√2
sends 5 to 7 or to 1, with the same entries and the same average of squares."""
import matplotlib.pyplot as plt
import numpy as np

matrices = {
    "one minus sign": np.array([[1, 1], [1, -1]]) / np.sqrt(2),
    "no minus sign": np.array([[1, 1], [1, 1]]) / np.sqrt(2),
}
inputs = {"(3, 4)": np.array([3, 4]), "(3, −4)": np.array([3, -4])}
beside = {"before": [(0.4, 0.5), (0.4, -0.5)], "one minus sign": [(0.6, 0), (0, 1)], "no minus sign": [(-0.6, 0.6), (0.6, -0.6)]}  # no mutate: where labels stand
angle = np.linspace(0, 2 * np.pi, 200)
circle = 5 * np.array([np.cos(angle), np.sin(angle)])

lengths = {}
fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.9), sharex=True, sharey=True)
for ax, (title, W) in zip(panels, {"before": np.eye(2), **matrices}.items()):
    ax.plot(*(W @ circle), color="C0", lw=1.4, alpha=0.5)
    for (name, x), (right, up) in zip(inputs.items(), beside[title]):
        y = W @ x
        lengths[title, name] = np.sqrt(np.sum(y**2))
        color = "C0" if name == "(3, 4)" else "0.45"
        ax.annotate("", y, (0, 0), arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0})
        label = name if title == "before" else f"length {lengths[title, name]:.0f}"
        ax.text(y[0] + right, y[1] + up, label, color=color, va="center", fontsize=9, ha={1: "left", 0: "center", -1: "right"}[np.sign(right)])
    ax.set(title=title, xticks=[], yticks=[], xlim=(-7, 9), ylim=(-6.8, 6.8), aspect="equal")
    ax.spines[:].set_visible(False)
    ax.grid(False)
plt.show()
for name in inputs:
    print(name, "has length 5, then", *(f"{lengths[title, name]:.0f} ({title})" for title in matrices))

# %% check
for title in matrices:
    squares = [lengths[title, name]**2 for name in inputs]
    assert np.isclose(np.mean(squares), 25)
assert np.allclose(matrices["one minus sign"] @ matrices["one minus sign"], np.eye(2))
