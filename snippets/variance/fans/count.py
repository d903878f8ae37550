"""Ones for weights count the fans, which predict what random weights do."""
import numpy as np

rng = np.random.default_rng(11)
single = np.eye(24 * 16).reshape(24 * 16, 24, 16)   # one input at a time

def layer(w, stride):   # as a matrix; on a ring, so that there are no borders
    outputs = sum(w[a] @ np.roll(single, -a, axis=2) for a in range(len(w)))
    return outputs[:, :, ::stride].reshape(len(single), -1)  # no mutate: whatever number is below zero, it is the rest

measured = {}
for stride in (1, 2, 4):
    lines = layer(np.ones((4, 48, 24)), stride)   # kernel, filters, channels
    fan_in = lines.sum(axis=0).mean()
    fan_out = lines.sum(axis=1).mean()
    M = layer(rng.normal(0, 1 / np.sqrt(fan_in), (4, 48, 24)), stride)
    delta = rng.standard_normal((M.shape[1], 300))   # 300 gradients
    measured[stride] = np.mean((M @ delta) ** 2)
    print(f"stride {stride}: fan_in {fan_in:.0f}, fan_out {fan_out:.0f},"
          f" gradient × {measured[stride]:.2f}")

# %% check
for stride, factor in measured.items():
    lines = layer(np.ones((4, 48, 24)), stride)
    assert np.all(lines.sum(axis=0) == 24 * 4)
    assert np.mean(lines.sum(axis=1)) == 48 * 4 / stride
    # The sum of the 4608 squared weights scatters by sqrt(2/4608), 2 percent, and 300 gradients
    # add less than 1. Five of these.
    assert abs(factor / (48 * 4 / stride / (24 * 4)) - 1) < 0.12
assert fan_in == 24 * 4
assert fan_out == 48 * 4 / 4
