"""Six matrices whose entries have the mean square 1/n differ in their singular
values, and ten layers of two of them explode."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
n = 200
depth = 10

def orthogonal():
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    return Q * np.sign(np.diag(R))  # no mutate: which of two orthogonal matrices

ways = {
    "normal": lambda: rng.normal(0, 1 / np.sqrt(n), (n, n)),
    "uniform": lambda: rng.uniform(-1, 1, (n, n)) * np.sqrt(3 / n),
    "two values": lambda: rng.choice([-1, 1], (n, n)) / np.sqrt(n),
    "orthogonal": orthogonal,
    "positive": lambda: rng.uniform(0, 1, (n, n)) * np.sqrt(3 / n),
    "constant": lambda: np.full((n, n), 1 / np.sqrt(n)),
}
entries, stretches, sizes = {}, {}, {}
fig, panels = plt.subplots(2, 6, figsize=(7.4, 3.1), height_ratios=[1, 1])
for (name, draw), (above, below) in zip(ways.items(), panels.T):
    W = draw()
    entries[name] = n * np.mean(W**2)
    stretches[name] = np.linalg.svd(W, compute_uv=False)
    h = rng.standard_normal(n)  # no mutate: any input does
    start = np.sqrt(np.mean(h**2))
    alone = abs(np.mean(h)) / start  # the part along (1, 1, …, 1)
    for layer in range(depth):
        h = draw() @ h
    sizes[name] = np.sqrt(np.mean(h**2)) / start
    print(f"{name:10}  n times mean square {entries[name]:.2f}, ten layers × {sizes[name]:.2g}")
    above.imshow(W[:24, :24], cmap="RdBu_r", vmin=-0.18, vmax=0.18)  # no mutate: a look
    above.set(title=name, xticks=[], yticks=[])
    below.hist(stretches[name], bins=np.linspace(-0.05, 2.35, 25), color="C0")
    below.set(xticks=[0, 1, 2], yticks=[], xlim=(-0.1, 2.4))  # no mutate: a look
    below.grid(False)
    explodes = sizes[name] > 100  # no mutate: far below or far above
    times = f"$10^{{{np.log10(sizes[name]):.0f}}}$" if explodes else f"{sizes[name]:.2f}"
    below.set_xlabel(f"10 layers:\n× {times}")
    below.margins(y=0.35)  # no mutate: a look
    if explodes:
        below.text(2.3, below.get_ylim()[1] * 0.86, f"one at {stretches[name][0]:.1f} →", ha="right", fontsize=9)  # no mutate: where it stands
panels[0, 0].set_ylabel("24 × 24 of\n200 × 200")
panels[1, 0].set_ylabel("singular\nvalues")
plt.show()

# %% check
for name, s in stretches.items():
    # Their squares add up to the sum of all squared entries, exactly.
    assert np.isclose(np.sum(s**2), n * entries[name])
    # A mean of n² squares, each of relative variance 2 at most.
    assert abs(entries[name] - 1) < 4 * np.sqrt(2) / n
assert stretches["two values"][0] < 2.3 and np.allclose(stretches["orthogonal"], 1)
