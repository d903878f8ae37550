import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
X, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))


def train(W2, lr1=0.1, lr2=0.1):
    W1, path = np.full((W2.size, 3), 0.5), []  # (width, fan_in)
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
row_spread = np.ptp(constant, axis=1).max()  # of all steps
last = {"equal": constant[-1], "single": single[-1], "distinct": distinct[-1]}
column_spread = np.ptp(last["equal"])  # its rows are equal
distinct_spread = np.ptp(last["distinct"], axis=0).max()
for name, W1 in last.items():
    print(name, W1.round(3), sep="\n")
assert row_spread == 0 and min(column_spread, distinct_spread) > 0.01
assert abs(single - constant).max() < 1e-12  # 200 steps of rounding at 1e-16
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
for ax, path, name in zip(axes, (constant, distinct), ("equal", "distinct")):
    ax.plot(path[..., 0], "C0-", path[..., 1], "C1--", path[..., 2], "C2:")
    ax.set(xlabel="step", ylabel="entries of $W_1$", title=f"$W_2$ {name}")
plt.show()
