"""The size of each quantity in a head at the start: tokens, queries and keys have
root mean square 1, scores √d, divided scores 1, and the output about √(e/N)."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

rng = np.random.default_rng(2)
N = 64    # tokens
n = 512   # their width
d = 64    # width of the head

X = rng.standard_normal((N, n))
W_Q, W_K, W_V = rng.normal(0, np.sqrt(1 / n), (3, d, n))
Q, K, V = X @ W_Q.T, X @ W_K.T, X @ W_V.T
S = Q @ K.T
P = np.exp(S / np.sqrt(d))
P = P / P.sum(axis=1, keepdims=True)
rms = {name: np.sqrt(np.mean(A**2)) for name, A in
       {"token": X, "query": Q, "key": K, "value": V, "score": S, "divided": S / np.sqrt(d), "output": P @ V}.items()}
predicted = {"token": 1, "query": 1, "key": 1, "value": 1, "score": np.sqrt(d), "divided": 1, "output": np.sqrt(np.e / N)}

fig, ax = plt.subplots(figsize=(7.4, 2.9))
places = {"token": (0, 1), "query": (2, 2), "key": (2, 1), "value": (2, 0), "score": (4, 1.5),
          "divided": (6, 1.5), "softmax": (8, 1.5), "output": (10, 0)}
words = {"token": "token", "query": "query", "key": "key", "value": "value", "score": "dot\nproduct",
         "divided": "÷ √d", "softmax": "softmax", "output": "average\nof values"}
wires = ["token query", "token key", "token value", "query score", "key score",
         "score divided", "divided softmax", "softmax output", "value output"]
for wire in wires:
    start, end = (places[name] for name in wire.split())
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "0.6", "lw": 1.4, "shrinkA": 22, "shrinkB": 24})
for name, (x, y) in places.items():
    ax.add_patch(FancyBboxPatch((x - 0.55, y - 0.22), 1.1, 0.44, boxstyle="round,pad=0.06", facecolor="white", edgecolor="C0", lw=1.5))  # no mutate: how it looks
    ax.text(x, y, words[name], ha="center", va="center", fontsize=9)
    if name in rms:
        ax.text(x, y - 0.45, f"{rms[name]:.2f}", ha="center", va="center", color="C0", fontsize=10)  # no mutate: where it is drawn
ax.set(xlim=(-0.8, 10.8), ylim=(-0.7, 2.4))
ax.axis("off")
plt.show()

# %% check
# All sizes before the output are within some percent. The output is late: for 64 keys √(e/N)
# is a tenth too large, and the square of the scores' deviation enters its exponent.
for name, size in predicted.items():
    assert abs(rms[name] / size - 1) < (0.5 if name == "output" else 0.25), name
