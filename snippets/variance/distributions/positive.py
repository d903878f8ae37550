"""Uniform weights between 0 and a send all inputs along one direction, so five
layers later all examples look alike, and each layer multiplies them by n m."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
n = 200
X = rng.standard_normal((12, n))  # twelve examples
a = np.sqrt(6 / n)                # limit of a uniform weight of mean square 2/n
ways = {
    "between −a and a": lambda: rng.uniform(-a, a, (n, n)),
    "between 0 and a": lambda: rng.uniform(0, a, (n, n)),
}
sizes, alike, grown = {}, {}, {}
fig, panels = plt.subplots(2, 4, figsize=(7.4, 2.9))
for row, (name, draw) in zip(panels, ways.items()):
    H = [X]
    for layer in range(5):
        H.append(np.maximum(H[-1] @ draw().T, 0))
    sizes[name] = [np.sqrt(np.mean(h**2)) for h in H]
    grown[name] = (sizes[name][5] / sizes[name][2])**(1 / 3)
    units = H[5][H[5].any(axis=1)]
    units = units / np.linalg.norm(units, axis=1, keepdims=True)
    alike[name] = np.min(units @ units.T)
    for ax, layer in zip(row, (0, 1, 2, 5)):
        own = np.sqrt(np.mean(H[layer]**2, axis=1, keepdims=True))
        shown = (H[layer] / np.where(own > 0, own, 1))[:, :30]
        ax.imshow(shown, cmap="RdBu_r", vmin=-3, vmax=3, aspect="auto", interpolation="none")  # no mutate: a look
        ax.set(xticks=[], yticks=[])
        size = sizes[name][layer]
        ax.set_xlabel(f"size {size:.1f}" if size < 100 else f"size {size:,.0f}")  # no mutate: a look
    row[0].set_ylabel(name.replace(" and", "\nand"))
for ax, title in zip(panels[0], ("input", "layer 1", "layer 2", "layer 5")):
    ax.set_title(title)
plt.show()
predicted = n * a / 2
print(f"one layer multiplies by {grown['between 0 and a']:.2f} (predicted {predicted:.2f})")
print(f"smallest cosine of two examples: {alike['between 0 and a']:.5f}, with both signs {alike['between −a and a']:.2f}")

# %% check
# The mean of n² weights has the relative spread (1/√3)/n.
assert abs(grown["between 0 and a"] / predicted - 1) < 4 / np.sqrt(3) / n + 1 / n
assert alike["between 0 and a"] > 0.999 and alike["between −a and a"] < 0.95
