"""Adam's first step moves all entries of one sign alike, whatever the inputs;
n equal units train like one at the rates η and nη, where descent has η/n."""
import numpy as np

rng = np.random.default_rng(2)
X = rng.standard_normal((16, 3))
y = rng.standard_normal((16, 1))


def train(W1, W2, lr2, steps):
    theta = np.column_stack([W1, W2])            # a unit is a row: three weights in, one out
    mean = 0
    square = 0
    for t in range(1, steps + 1):
        W1 = theta[:, :3]
        W2 = theta[:, 3]
        H = np.tanh((X[:, None] * W1).sum(axis=2))               # (batch, width)
        r = (H * W2).sum(axis=1, keepdims=True) - y
        delta = r * W2 * (1 - H**2)
        g = np.column_stack([(delta[:, :, None] * X[:, None]).mean(axis=0), (r * H).mean(axis=0)])
        mean = 0.9 * mean + 0.1 * g
        square = 0.999 * square + 0.001 * g**2
        step = (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)  # no mutate: any tiny number
        theta = theta - step * [0.01, 0.01, 0.01, lr2]
        if t == 1:
            first = g, theta
    return first, theta


(g, after_one), after_all = train(np.full((4, 3), 0.5), np.full(4, 0.5), 0.01, 100)
_, single = train(np.full((1, 3), 0.5), np.array([4 * 0.5]), 4 * 0.01, 100)
rows = {
    "gradient of a row": g[0],  # no mutate: its rows are equal
    "row after 1 step": after_one[0],  # no mutate: its rows are equal
    "row after 100 steps": after_all[0],  # no mutate: its rows are equal
    "one unit, after 100": single[0],
}
for name, row in rows.items():
    print(f"{name:20}", row[:3].round(3))  # no mutate: what is printed of it

# %% check
# The 1e-8 in the denominator is a relative 1e-8 / |g|.
predicted = 0.5 - 0.01 * np.sign(g[0, :3])
assert abs(after_one[0, :3] - predicted).max() < 0.01 * 2e-8 / abs(g[0, :3]).min()
# No tolerance: sums in one order are equal to the last bit.
assert np.ptp(after_all, axis=0).max() == 0
assert np.ptp(after_all[0, :3]) > 0.001
# The same 1e-8, over a hundred steps.
assert abs(single[0, :3] - after_all[0, :3]).max() < 1e-5
assert abs(single[0, 3] - 4 * after_all[0, 3]) < 1e-5
