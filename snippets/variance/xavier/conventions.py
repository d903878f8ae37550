import numpy as np

rng = np.random.default_rng(3)
width, depth = 256, 10
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
measured, total = {}, {}
for name, scale in scales.items():
    h = np.ones(width)
    for _ in range(depth):
        W = rng.normal(0, scale, (width, width))
        h = W @ h
    total[name] = np.sqrt(np.mean(h**2))
    measured[name] = total[name] ** (1 / depth)
    print(f"{name:27} per layer {predicted[name]:7.4f} "
          f"({measured[name]:7.4f})   after {depth}: {total[name]:.0e}")
    # ln|h|^2 moves by a random step of variance 2/width at each layer
    error = np.sqrt(2 * depth / width) / 2 / depth
    assert abs(measured[name] / predicted[name] - 1) < 4 * error
