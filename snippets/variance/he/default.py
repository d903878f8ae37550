"""PyTorch's default divides E[z²] by 6 per ReLU layer; its biases stop that at
a floor where outputs for different inputs are closer than float32 resolves."""

import numpy as np

rng = np.random.default_rng(6)
depth = 30
width = 512
batch = 16  # no mutate: no prediction depends on the number of inputs
a = np.sqrt(5)
gain = np.sqrt(2 / (1 + a**2))  # 1/sqrt(3)
bound = np.sqrt(3) * gain / np.sqrt(width)  # 1/sqrt(width)

X = rng.normal(size=(batch, width))  # one start, two nets
bare = X
biased = X
for layer in range(depth):
    W = rng.uniform(-bound, bound, size=(width, width))
    b = rng.uniform(-bound, bound, size=width)
    z_bare = bare @ W.T  # no mutate: W.T has the distribution of W, a new one in each layer
    z_biased = biased @ W.T + b  # no mutate: likewise, and -b has the distribution of b
    bare = np.maximum(z_bare, 0)  # (batch, width)
    biased = np.maximum(z_biased, 0)

predicted_bare = np.sqrt(gain**2 * (1 / 6) ** (depth - 1))
predicted_floor = np.sqrt(2 / (5 * width))
rms_bare = np.sqrt(np.mean(z_bare**2))
rms_biased = np.sqrt(np.mean(z_biased**2))
across = np.sqrt(np.mean(np.var(z_biased, axis=0, ddof=1)))  # across inputs

print(f"no bias:   rms {rms_bare:.0e}, predicted {predicted_bare:.0e}")
print(f"with bias: rms {rms_biased:.3f}, predicted {predicted_floor:.3f}")
print(f"with bias: std across inputs {across:.0e}, at most about "
      f"{predicted_bare:.0e}")

# %% check
# Equal up to rounding.
assert np.isclose(bound, 1 / np.sqrt(width))
assert np.isclose(gain**2, 1 / 3)

beta = 5 * depth / width
# Four sd of one network: ln(mean square) has mean -beta/2, variance beta.
assert abs(np.log(rms_bare / predicted_bare)) < beta / 4 + 2 * np.sqrt(beta)
# In each of n units z^2 has at most the relative variance 2; half its sd is
# that of the rms.
assert abs(rms_biased / predicted_floor - 1) < 4 * np.sqrt(2 / width) / 2
# Four sd of one network, on the std.
assert across < predicted_bare * np.exp(2 * np.sqrt(beta))
# The scatter is below the distance of neighboring float32 numbers.
assert across < np.spacing(np.float32(rms_biased))
