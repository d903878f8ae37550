"""With shortcuts the tokens stay apart much longer, and copies of one layer lose
them in fewer blocks than fresh layers do."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
N = 64      # tokens
n = 256     # their width
depth = 24

def unit(h):
    return h / np.sqrt(np.mean(h**2, axis=1, keepdims=True))

def attend(u, W_Q, W_K, W_V):
    p = np.exp((u @ W_Q.T) @ (u @ W_K.T).T / np.sqrt(n))
    return p / p.sum(axis=1, keepdims=True) @ u @ W_V.T

def streams(layers, shortcut):   # in front of the first block, and behind each
    found = [tokens]
    for W in layers:
        found.append(shortcut * found[-1] + attend(unit(found[-1]), *W))
    return found

def cosine(h):                   # the mean over all pairs of tokens
    return (np.sum(unit(h).sum(axis=0) ** 2) / n - N) / (N * (N - 1))

tokens = rng.standard_normal((N, n))  # no mutate: unit() takes any scale
layers = rng.normal(0, np.sqrt(1 / n), (depth, 3, n, n))
networks = {"no shortcut": streams(layers, 0), "fresh": streams(layers, 1)}
networks["copied"] = streams([layers[0]] * depth, 1)
cosines = {kind: [cosine(h) for h in found] for kind, found in networks.items()}

alike, total, similar = 0.0, 1.0, [0.0]  # mean product of two tokens, mean square, cosine
for layer in range(depth):
    c = similar[-1]
    alike += c + (1 - c) / N
    total += c + (1 - c) * np.exp(1 - c) / N
    similar.append(alike / total)
for kind, found in cosines.items():
    print(f"{kind:11}: cosine {found[6]:.2f} at block 6")  # no mutate: a look

fig, ax = plt.subplots(figsize=(6.8, 3))
for kind, marker, color in (("no shortcut", "s", "0.6"), ("copied", "x", "C1"), ("fresh", "o", "C0")):
    ax.plot(cosines[kind], marker, ms=4, color=color)
ax.plot(similar, color="black", ls="--", lw=1.4)
ax.text(4, 1.04, "no shortcut", color="0.5")  # no mutate: where it is drawn
ax.text(3.2, 0.75, "copied\nlayers", color="C1", ha="right", va="center")  # no mutate: where it is drawn
ax.text(8.5, 0.45, "fresh layers with shortcuts", color="C0", va="center")  # no mutate: where it is drawn
ax.set(xlabel="block", ylabel="mean cosine of two tokens", ylim=(-0.05, 1.12))
plt.show()

# %% check
# One network: its cosine scatters by about 0.1 where it rises fastest.
assert np.max(np.abs(np.array(cosines["fresh"]) - similar)) < 0.3
assert cosines["no shortcut"][3] > 0.95
assert cosines["copied"][8] > cosines["fresh"][8] + 0.1
# The mean squares of single networks scatter by a seventh at most, so means of eight by a twentieth:
# more than four of these.
squares = {kind: [np.mean(networks[kind][-1] ** 2)] for kind in ("copied", "fresh")}
for draw in range(7):
    others = rng.normal(0, np.sqrt(1 / n), (depth, 3, n, n))
    squares["copied"].append(np.mean(streams([others[0]] * depth, 1)[-1] ** 2))
    squares["fresh"].append(np.mean(streams(others, 1)[-1] ** 2))
size = {kind: np.mean(found) for kind, found in squares.items()}
assert 15 < size["copied"] / size["fresh"] < 29
assert 12.5 < size["fresh"] < 19.5
