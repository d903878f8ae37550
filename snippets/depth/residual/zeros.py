"""Of a product α W₂ φ(W₁h) one factor may start at zero and all learn within two
steps; with two zeros, or a zero in front of a ReLU, nothing in it ever moves."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
n = 8
blocks = 3
X = rng.standard_normal((32, n))  # no mutate: any data do
Y = rng.standard_normal((32, n))  # no mutate: any targets do
phi = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
dphi = {"relu": lambda z: 1.0 * (z > 0), "tanh": lambda z: 1 - np.tanh(z)**2}

def slopes(net, activation):
    """The gradient of the halved mean squared error with respect to each factor of each block."""
    h, seen = X, []
    for p in net:
        z = h @ p["W1"].T
        seen.append((h, z))
        h = h + p["alpha"] * phi[activation](z) @ p["W2"].T
    g, found = (h - Y) / len(X), []
    for p, (h, z) in zip(net[::-1], seen[::-1]):
        a = phi[activation](z)
        back = p["alpha"] * (g @ p["W2"]) * dphi[activation](z)
        found.insert(0, {"alpha": np.sum(g * (a @ p["W2"].T)), "W2": p["alpha"] * g.T @ a, "W1": back.T @ h})
        g = g + back @ p["W1"]
    return found

starts = {  # name: which factors start at zero, and the activation
    "nothing": ((), "relu"), "W₂": (("W2",), "relu"), "α": (("alpha",), "relu"),
    "W₁ in front of tanh": (("W1",), "tanh"), "W₁ in front of ReLU": (("W1",), "relu"), "α and W₂": (("alpha", "W2"), "relu"),
}
moves = {}  # in which step each factor of the first block moves; 0: in none of twenty
for name, (zeros, activation) in starts.items():
    net = []
    for block in range(blocks):
        factors = {"alpha": np.array(1.0), "W2": rng.normal(0, 0.3, (n, n)), "W1": rng.normal(0, 0.3, (n, n))}  # no mutate: any size does
        net.append({key: factor * (key not in zeros) for key, factor in factors.items()})
    moves[name] = {"alpha": 0, "W2": 0, "W1": 0}
    for step in range(1, 21):  # no mutate: three would do
        found = slopes(net, activation)
        for key, slope in found[0].items():  # no mutate: all blocks start alike
            if moves[name][key] == 0 and np.any(slope != 0):
                moves[name][key] = step
        net = [{key: p[key] - 0.01 * slope[key] for key in p} for p, slope in zip(net, found)]  # no mutate: any rate does
    print(f"zero at the start: {name:19} first moves in step {moves[name]}")  # no mutate: a look

fig, ax = plt.subplots(figsize=(6.4, 3))
grid = np.array([list(first.values()) for first in moves.values()])
ax.imshow(np.where(grid == 0, 3, grid), cmap="Blues_r", vmin=0, vmax=3.2, aspect="auto")  # no mutate: how it looks
for (row, column), step in np.ndenumerate(grid):
    ax.text(column, row, f"step {step}" if step else "never", ha="center", va="center", color="white" if step == 1 else "black")
ax.set(xticks=range(3), xticklabels=["α", "W₂", "W₁"], yticks=range(6), yticklabels=list(moves), ylabel="zero at the start")
ax.tick_params(length=0, labeltop=True, labelbottom=False, grid_alpha=0)  # no mutate: how it looks
plt.show()
# %% check
assert grid.tolist() == [[1, 1, 1], [2, 1, 2], [1, 2, 2], [2, 2, 1], [0, 0, 0], [0, 0, 0]]
