"""PyTorch's default divides the mean square by 6 per ReLU layer; its biases
stop that at a floor, where different inputs give the same output, to within
less than float32 resolves."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(6)
depth = 30
width = 512
batch = 24  # no mutate: no prediction depends on the number of inputs
bound = 1 / np.sqrt(width)  # weights and biases are uniform, ±1/√fan_in

X = rng.standard_normal((batch, width))
bare = X
biased = X
maps = {}
for layer in range(1, depth + 1):
    W = rng.uniform(-bound, bound, (width, width))
    b = rng.uniform(-bound, bound, width)
    z_bare = bare @ W.T        # no mutate: W.T has the distribution of W
    z_biased = biased @ W.T + b  # no mutate: likewise, and -b that of b
    bare = np.maximum(z_bare, 0)
    biased = np.maximum(z_biased, 0)  # (batch, width)
    maps[layer] = biased

predicted_bare = np.sqrt(2 / 6**depth)     # 1/3, and then a sixth in each layer
predicted_floor = np.sqrt(2 / (5 * width))
rms_bare = np.sqrt(np.mean(z_bare**2))
rms_biased = np.sqrt(np.mean(z_biased**2))
across = np.sqrt(np.mean(np.var(z_biased, axis=0, ddof=1)))  # from input to input
print(f"no biases:   rms {rms_bare:.0e} (predicted {predicted_bare:.0e})")
print(f"with biases: rms {rms_biased:.3f} (predicted {predicted_floor:.3f})")
print(f"from input to input it varies by {across:.0e}")

blues = LinearSegmentedColormap.from_list("", ["#eef4fa", "#1f6fb2", "#08213a"])
fig, panels = plt.subplots(1, 4, figsize=(7.4, 2.4), sharey=True)
for ax, layer in zip(panels, (1, 3, 6, 30)):
    h = maps[layer][:, :60]
    ax.imshow(h, cmap=blues, vmin=0, vmax=np.quantile(h, 0.98), aspect="auto", interpolation="none")
    ax.set(title=f"layer {layer}", xticks=[], yticks=[], xlabel="60 units")
panels[0].set_ylabel("24 inputs")
plt.show()

# %% check
# Four deviations of one network: ln(mean square) has the mean -β/2, variance β.
beta = 5 * depth / width
assert abs(np.log(rms_bare / predicted_bare)) < beta / 4 + 2 * np.sqrt(beta)
# In each of n units z² has at most the relative variance 2; half of it in the rms.
assert abs(rms_biased / predicted_floor - 1) < 4 * np.sqrt(2 / width) / 2
assert across < predicted_bare * np.exp(2 * np.sqrt(beta))
# In the first layer the inputs differ, in the last one they do not.
assert np.std(maps[1], axis=0).mean() > 0.1 * np.sqrt(np.mean(maps[1] ** 2))
# Neighboring float32 numbers of this size are further apart.
assert across < np.spacing(np.float32(rms_biased))
