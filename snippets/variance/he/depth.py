"""After thirty ReLU layers the rms is 2⁻¹⁵ with the variance 1/fan_in, 1 with
2/fan_in, and (π/(π − 1))¹⁵ if a layer keeps the variance instead, up to the
scatter between networks."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth = 30
width = 320  # no mutate: variances and tolerance follow it
batch = 32   # no mutate: no prediction depends on the number of inputs
share = 1 / 2 - 1 / (2 * np.pi)  # what a ReLU keeps of the variance
rules = {"linear": 1.0, "He": 2.0, "student": 1 / share}  # fan_in σ²

X = rng.standard_normal((batch, width))
G = rng.standard_normal((depth, width, width))
H = {}
predicted = {}
measured = {}
for name, rule in rules.items():
    H[name] = [X]
    for layer in range(depth):
        W = np.sqrt(rule / width) * G[layer]
        z = H[name][-1] @ W.T  # no mutate: W.T has the distribution of W
        H[name].append(np.maximum(z, 0))
    predicted[name] = (rule / 2) ** (depth / 2)
    measured[name] = np.sqrt(np.mean(H[name][-1] ** 2))
    print(f"fan_in σ² = {rule:.2f}: rms in layer 30 {measured[name]:.1e} "
          f"(predicted {predicted[name]:.1e})")

edges = np.linspace(-7, 4, 45)  # no mutate: of the bins, in decades
fig, panels = plt.subplots(1, 3, figsize=(7.4, 3.5), sharey=True)
titles = ["1/fan_in: it fades", "2/fan_in: it lasts", f"{1 / share:.2f}/fan_in: it grows"]
for ax, h, title in zip(panels, H.values(), titles):
    for layer in range(0, depth + 1, 2):  # no mutate: of the even ones, 30 is the last
        sizes = np.log10(h[layer][h[layer] > 0])
        heights = np.histogram(sizes, edges)[0] / sizes.size
        foot = depth - layer  # no mutate: the place of a ridge
        full = slice(*np.flatnonzero(heights)[[0, -1]] + [0, 1])  # no mutate: where there is something
        ax.fill_between(edges[1:][full], foot, foot + 36 * heights[full], fc="C0", ec="white", lw=0.6, zorder=layer)  # no mutate: likewise
    ax.set(title=title, xlim=(-6.9, 3.9), xticks=[-6, -3, 0, 3], yticks=[0, 10, 20, 30], yticklabels=[30, 20, 10, 0],
           xticklabels=["$10^{-6}$", "$10^{-3}$", "1", "$10^3$"])
    ax.grid(False, axis="y")
panels[0].set_ylabel("layer")
panels[1].set_xlabel("size of an activation")
plt.show()

# %% check
# Four deviations of one network: ln(mean square) has the mean -β/2, variance β.
beta = 5 * depth / width
for name in rules:
    assert abs(2 * np.log(measured[name] / predicted[name]) + beta / 2) < 4 * np.sqrt(beta)
# A ReLU is homogeneous, so this holds up to rounding.
assert np.isclose(measured["He"] / measured["linear"], 2**15)
