"""Which share of the last stream's mean square comes from the input and from each
of 24 additions: the input's is 2^-24, 1/25 or about a half by the rule."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
additions = 24  # 12 blocks of attention and MLP
n = 256
batch = 16

def branch(h):
    W1 = rng.normal(0, np.sqrt(2 / n), (n, n))
    W2 = rng.normal(0, np.sqrt(1 / n), (n, n))
    return np.maximum(h @ W1.T, 0) @ W2.T  # no mutate: both matrices are symmetric in distribution

def rms(h):
    return np.sqrt(np.mean(h**2, axis=1, keepdims=True))

small = 1 / np.sqrt(additions)
rules = {  # name: factor on the sum, factor on the branch, is the branch's input normalized?
    "no norm, factor 1": (1, 1, False),
    "(h + F) / √2": (1 / np.sqrt(2), 1, False),
    "no norm, 1/√24": (1, small, False),
    "pre-norm, factor 1": (1, 1, True),
    "pre-norm, 1/√24": (1, small, True),
}
shares = {}
sizes = {}
for name, (outer, alpha, normalized) in rules.items():
    h = rng.standard_normal((batch, n))
    parts = [h]  # what the input and each branch have put into the stream
    for addition in range(additions):
        u = h / rms(h) if normalized else h
        parts = [outer * part for part in [*parts, alpha * branch(u)]]
        h = sum(parts)
    squares = np.array([np.mean(part**2) for part in parts])
    sizes[name] = np.mean(h**2)
    shares[name] = squares / squares.sum()
    print(f"{name}: mean square {sizes[name]:.3g}, share of the input {shares[name][0]:.2g}")  # no mutate: a look

fig, ax = plt.subplots(figsize=(7.4, 2.9))
colors = plt.get_cmap("Blues")(np.linspace(0.25, 0.95, additions))  # no mutate: how it looks
for row, (name, share) in enumerate(shares.items()):
    left = np.cumsum(share) - share
    ax.barh(row, share, left=left, color=["C1", *colors], height=0.7, edgecolor="white", lw=0.3)
    ax.text(1.01, row, f"{sizes[name]:.2g}", va="center")
ax.invert_yaxis()
ax.text(1.01, -0.75, "mean square", fontsize=9)  # no mutate: where it is drawn
ax.text(0, -0.75, "input", color="C1", fontsize=9)  # no mutate: where it is drawn
ax.text(0.8, -0.75, "last branch", color="C0", fontsize=9)  # no mutate: where it is drawn
ax.set(yticks=range(5), yticklabels=list(shares), xlim=(0, 1), xlabel="share of the last stream")
ax.grid(False)
plt.show()

# %% check
# 256 units: without a factor or a norm the logarithm of a share scatters by √(24 · 3/256) = 0.5,
# with one of them by some hundredths.
expected = {"no norm, factor 1": 2.0**-24, "(h + F) / √2": 2.0**-24, "no norm, 1/√24": (1 + 1 / 24) ** -24,
            "pre-norm, factor 1": 1 / 25, "pre-norm, 1/√24": 1 / 2}
for name, share in expected.items():
    assert abs(np.log(shares[name][0] / share)) < 4 * 0.5
    assert abs(np.log(shares[name][0] / share)) < 0.3 or share < 1e-6
