"""A linear network whose size doubles in every layer leaves float16 at most
a few layers before the layer in which its typical value would."""
import numpy as np

rng = np.random.default_rng(7)
fan_in = 400
sigma = 0.1
h = rng.standard_normal(fan_in)  # no mutate: any input of this size does
largest = float(np.finfo(np.float16).max)

predicted = np.log(largest) / np.log(np.sqrt(fan_in * sigma**2))
measured = 0
while np.abs(h).max() < largest:
    h = rng.normal(0, sigma, (fan_in, fan_in)) @ h
    measured += 1
print(f"typical value at the limit: layer {predicted:.1f}")
print(f"first value beyond it:      layer {measured}")

# %% check
# The largest of 400 normal values is 2.5 to 4.5 deviations, which is 1.3 to
# 2.2 doublings; the network's own size wanders by √(15/400/2) of a doubling.
assert predicted - 3 < measured < predicted + 0.7
