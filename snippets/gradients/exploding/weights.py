"""The gradient of a weight matrix multiplies the growth of the signal below it
and that of the gradient above it, so it is about equally large in every layer."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth = 20
n = 100
sigma = 0.15                                   # a factor of 1.5 per layer
W = rng.normal(0, sigma, (depth, n, n))

h = [rng.standard_normal(n)]                   # h[l]: output of layer l
for layer in range(depth):
    h.append(W[layer] @ h[-1])
delta = [rng.standard_normal(n)]               # the gradient at the top, a blind one
for layer in range(depth - 1, 0, -1):
    delta.insert(0, W[layer].T @ delta[0])     # delta[l]: gradient at layer l + 1

forward = np.log10([np.sqrt(np.mean(h[layer] ** 2)) for layer in range(depth)])
backward = np.log10([np.sqrt(np.mean(delta[layer] ** 2)) for layer in range(depth)])
gradient = np.log10([np.sqrt(np.mean(np.outer(delta[layer], h[layer]) ** 2)) for layer in range(depth)])
predicted = (depth - 1) * np.log10(sigma * np.sqrt(n))
lowest = gradient.min()
highest = gradient.max()
print(f"gradient of the weights, powers of ten: {lowest:.2f} to {highest:.2f}"
      f" (predicted {predicted:.2f})")

layers = np.arange(1, depth + 1)
fig, ax = plt.subplots(figsize=(7, 3.2))
ax.bar(layers, forward, color="C0", alpha=0.75, width=0.8)
ax.bar(layers, backward, bottom=forward, color="C1", alpha=0.75, width=0.8)
ax.axhline(predicted, color="black", ls="--", lw=1.4)
ax.text(16.5, 0.9, "growth of the\nsignal below", ha="center", va="center")
ax.text(4.5, 2.3, "growth of the\ngradient above", ha="center", va="center")
ax.text(20.7, predicted + 0.08, "gradient of the weights", ha="right", va="bottom")
ax.set(xlabel="layer", ylabel="powers of ten", xticks=[1, 5, 10, 15, 20], xlim=(0.3, 20.8), ylim=(-0.1, 4.4))
ax.grid(False, axis="x")
plt.show()

# %% check
# The rms of an outer product is the product of the rms.
assert np.allclose(gradient, forward + backward)
# Both walks, one step each: Var 1/(2n) per layer, and the two starts 1/(2n) each.
sd = np.sqrt((depth + 1) / (2 * n)) / np.log(10)
bias = (depth - 1) / (2 * n) / np.log(10)      # the typical factor is a little below σ√n
assert (abs(gradient - predicted + bias) < 4 * sd).all()
