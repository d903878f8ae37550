"""Equal outgoing weights keep the rows of a constant matrix equal but not its
entries, like one unit at other rates; distinct ones part the rows."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
X = rng.normal(size=(16, 3))
y = rng.normal(size=(16, 1))


def train(W2, lr1=0.1, lr2=0.1):
    W1 = np.full((W2.size, 3), 0.5)  # (width, fan_in)
    path = []
    for _ in range(201):  # explicit sums: each unit adds in the same order
        path.append(W1)
        H = np.tanh((X[:, None] * W1).sum(axis=2))  # (batch, width)
        r = (H * W2).sum(axis=1, keepdims=True) - y  # (batch, 1)
        delta = r * W2 * (1 - H**2)
        W1 = W1 - lr1 * (delta[:, :, None] * X[:, None]).mean(axis=0)
        W2 = W2 - lr2 * (r * H).mean(axis=0)
    return np.array(path)  # (steps + 1, width, fan_in)


constant = train(np.full(4, 0.5))
distinct = train(np.array([0.1, 0.2, 0.3, 0.4]))
single = train(np.full(1, 4 * 0.5), lr1=0.1 / 4, lr2=0.1 * 4)
row_spreads = np.ptp(constant, axis=1)  # (steps + 1, fan_in)
row_spread = row_spreads.max()  # no mutate: all of them are zero
last = {"equal": constant[-1], "single": single[-1], "distinct": distinct[-1]}
column_spread = np.ptp(last["equal"])  # its rows are equal
distinct_spread = np.ptp(last["distinct"], axis=0).max()
for name, W1 in last.items():
    print(name, W1.round(3), sep="\n")  # no mutate: digits that are printed

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
for ax, path, name in zip(axes, (constant, distinct), ("equal", "distinct")):
    ax.plot(path[..., 0], "C0-", path[..., 1], "C1--", path[..., 2], "C2:")
    ax.set(xlabel="step", ylabel="entries of $W_1$", title=f"$W_2$ {name}")
plt.show()

# %% check
# No tolerance: sums in one order are equal to the last bit.
assert row_spread == 0

# Far above the rounding of two hundred steps.
assert column_spread > 0.01
assert distinct_spread > 0.01

# 200 steps of rounding at 1e-16.
assert abs(single - constant).max() < 1e-12
