import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
width, depth = 128, 100
V = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
x, top = rng.normal(size=(2, width))

factors = [0.9, 1.0, 1.1]     # fan_in * sigma**2: the factor per layer
predicted_end = {f: f**depth for f in factors}
growth, growth_back = {}, {}
# a layer adds to ln(mean square) on average -1/width, with variance 2/width
bias, error = -1 / width, np.sqrt(2 / width / depth)

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
axes[0].set(xlabel="layer $l$", ylabel="rms of activations")
axes[1].set(xlabel="layer $l$", ylabel="rms of gradients")
for f, color, mark in zip(factors, ["C0", "C1", "C2"], ["o", "s", "^"]):
    h, g = [x], [top]
    for up, down in zip(V, V[::-1]):
        h.append(np.sqrt(f) * up @ h[-1])        # W_l, from 1 to depth
        g.append(np.sqrt(f) * down.T @ g[-1])    # the same, from depth to 1
    q, q_back = np.mean(np.square([h, g]), axis=2)
    growth[f] = (q[-1] / q[0]) ** (1 / depth)
    growth_back[f] = (q_back[-1] / q_back[0]) ** (1 / depth)
    for measured in growth[f], growth_back[f]:
        assert abs(np.log(measured / f) - bias) < 4 * error
    print(f"{f}: up {growth[f]:.2f}, down {growth_back[f]:.2f} a layer,"
          f" predicted after {depth}: {predicted_end[f]:.1e}")
    layers = np.arange(depth + 1)
    for ax, y, l in [(axes[0], q, layers), (axes[1], q_back, layers[::-1])]:
        ax.semilogy(l[::depth], f ** (layers[::depth] / 2), color=color)
        ax.semilogy(l[::10], y[::10]**0.5, mark, color=color, label=f"{f}")
axes[0].legend(title="factor")
plt.show()
