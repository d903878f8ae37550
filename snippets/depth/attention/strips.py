"""Undivided scores of random queries and keys leave a soft choice among sixteen
keys for 4 dimensions, and almost none for 1024."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
keys = 16
queries = 9


def attention(d):
    q = rng.standard_normal((queries, d))
    k = rng.standard_normal((keys, d))
    scores = q @ k.T
    e = np.exp(scores - scores.max(axis=1, keepdims=True))  # no mutate: the shift cancels
    return e / e.sum(axis=1, keepdims=True)


shares = {d: attention(d) for d in (4, 64, 1024)}  # of the picture
largest = {}
for d in shares:
    others = [attention(d).max(axis=1).mean() for draw in range(200)]
    largest[d] = np.mean(others)
    print(f"{d:4} dimensions: largest share {largest[d]:.2f}, mean of 200 draws")  # no mutate: a look

fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.6))
for ax, (d, P) in zip(panels, shares.items()):
    for row, p in enumerate(P):
        p = np.sort(p)[::-1]
        p = p[p > 0.004]
        ax.barh(np.full(len(p), row), p, left=np.cumsum(p) - p, height=0.8, edgecolor="white", lw=0.6,
                color=["C0"] + ["0.7"] * (len(p) - 1))
    ax.set(title=f"{d} dimensions", xlim=(0, 1), xticks=[], yticks=[])
    ax.grid(False)
panels[0].set_ylabel("9 queries")
panels[1].set_xlabel("one bar: how a query divides its attention among 16 keys")
plt.show()

# %% check
assert all(np.allclose(P.sum(axis=1), 1) for P in shares.values())
# A draw of nine queries scatters the largest share by at most 0.08, and 200 draws by 0.006: five of these.
for d, share in {4: 0.43, 64: 0.84, 1024: 0.96}.items():
    assert abs(largest[d] - share) < 0.03
