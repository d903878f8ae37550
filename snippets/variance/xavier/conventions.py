"""In square layers of width n, a standard deviation taken for a variance
multiplies the signal by n^(1/4) per layer, the reverse mistake by n^(−1/2)."""

import numpy as np

rng = np.random.default_rng(3)
width = 256
depth = 10
sigma = np.sqrt(2 / (width + width))

# what stands in rng.normal(0, scale): NumPy wants a standard deviation
scales = {
    "right": sigma,
    "sigma taken for a variance": np.sqrt(sigma),
    "variance passed as scale": sigma**2,
}
predicted = {  # growth of the rms per layer, scale * sqrt(fan_in)
    "right": 1,
    "sigma taken for a variance": width**0.25,
    "variance passed as scale": width**-0.5,
}

measured = {}
total = {}
for name, scale in scales.items():
    h = np.ones(width)
    for _ in range(depth):
        W = rng.normal(0, scale, (width, width))
        h = W @ h
    total[name] = np.sqrt(np.mean(h**2))
    measured[name] = total[name] ** (1 / depth)
    print(f"{name:27} per layer {predicted[name]:7.4f} "
          f"({measured[name]:7.4f})   after {depth}: {total[name]:.0e}")

# %% check
error = np.sqrt(2 * depth / width) / 2 / depth
for name in scales:
    # Four standard deviations of one network: each layer moves ln|h|^2 by a
    # random step of variance 2/width.
    assert abs(measured[name] / predicted[name] - 1) < 4 * error
