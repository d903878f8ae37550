"""In 100 wide linear layers, factors of 1.1, 1 and 0.9 per layer end at their
100th powers, forward for activations, backward for an independent gradient."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
depth = 100
width = 250
batch = 16
factors = np.array([1.1, 1.0, 0.9])
sigma = np.sqrt(factors / width)[:, None, None]   # width sigma^2 = factor

G = rng.uniform(-np.sqrt(3), np.sqrt(3), (depth, width, width))    # Var 1
X, top = rng.standard_normal((2, batch, width))   # input, gradient at the end
h = [np.stack([X] * 3)]                           # (factor, batch, width)
back = [np.stack([top] * 3)]
for layer in range(depth):
    h.append(sigma * (h[-1] @ G[layer].T))                # forward: W
    back.append(sigma * (back[-1] @ G[-1 - layer]))       # backward: W.T
q = np.mean(np.square(h), axis=(2, 3))                    # (layer, factor)
q_back = np.mean(np.square(back), axis=(2, 3))[::-1]

predicted = factors**depth
forward = q[-1] / q[0]
backward = q_back[0] / q_back[-1]
print("factor  predicted  activations  gradients   (mean squares)")
for k in range(3):
    print(f"{factors[k]:6.1f}{predicted[k]:11.1e}"
          f"{forward[k]:13.1e}{backward[k]:11.1e}")

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
layers = np.linspace(0, depth, 11, dtype=int)
for k, style in enumerate(["C1^", "C2o", "C0v"]):
    for ax, mean, passed in zip(axes, (q, q_back), (layers, depth - layers)):
        ax.semilogy(layers, factors[k]**(passed / 2), style[:2])
        ax.plot(layers, np.sqrt(mean[layers, k]), style, label=factors[k])
axes[0].set(xlabel="layer $l$", ylabel="rms of activations")
axes[1].set(xlabel="layer $l$", ylabel="rms of gradients")
axes[0].legend(title="factor")
plt.show()

# %% check
sd = np.sqrt(2 * depth / (width * batch) + (depth / width)**2)
# Relative variance of the batch's mean square after L layers, to leading
# order: 2 L / (width batch) + (L / width)^2. Four deviations of the log.
assert np.all(np.abs(np.log([forward, backward] / predicted)) < 4 * sd)
