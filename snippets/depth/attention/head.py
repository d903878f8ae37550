"""A head with N(0, 1) rows starts with a loss below √(2d ln V), one with N(0, 1/d)
rows near ln V + 1/2, unless its features repeat the last token's own row."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(9)
V = 20_000   # tokens of the vocabulary
d = 512
tokens = rng.integers(V, size=100)
targets = rng.integers(V, size=100)

def first_loss(table, features):
    logits = features @ table.T
    top = logits.max(axis=1)  # no mutate: the shift cancels
    lse = top + np.log(np.sum(np.exp(logits - top[:, None]), axis=1))
    return np.mean(lse - logits[np.arange(100), targets])

Z = rng.standard_normal((V, d), dtype=np.float32)  # no mutate: any width's rows
other = rng.standard_normal((100, d))
cases = {"N(0, 1)": (1, other), "std 1/√d": (d**-0.5, other), "std 0.02": (0.02, other), "own row, std 1/√d": (d**-0.5, Z[tokens])}
losses = {}
for name, (std, features) in cases.items():
    losses[name] = first_loss(std * Z, features)
    print(f"{name}: first loss {losses[name]:.2f}")


fig, ax = plt.subplots(figsize=(6.8, 2.4))
ax.barh(range(4), list(losses.values()), color=["0.7", "C0", "C0", "0.7"])
for row, loss in enumerate(losses.values()):
    ax.text(loss + 1, row, f"{loss:.1f}", va="center")
ax.axvline(np.log(V), color="black", ls="--", lw=1.4)
ax.text(np.log(V) + 1, -0.75, "ln V: every token alike")  # no mutate: where it is drawn
ax.set(yticks=range(4), yticklabels=list(losses), ylim=(3.6, -1.2), xlim=(0, 102), xlabel="first loss")
ax.grid(False)
plt.show()

# %% check
# A logit of deviation s scatters the mean over 100 targets by s/10; four of these, and for
# the own row the spread √(d/2)/√d of a row's squared length over ten. The maximum of
# V normal numbers is on average below √(2 ln V), and above 0.85 times that.
predicted = {"N(0, 1)": 0.93 * np.sqrt(2 * d * np.log(V)), "std 1/√d": np.log(V) + 1 / 2,
             "std 0.02": np.log(V) + d * 0.02**2 / 2, "own row, std 1/√d": np.sqrt(d)}
for name, spread in {"N(0, 1)": 0.08 * 101 + 4 * np.sqrt(d) / 10, "std 1/√d": 0.45, "std 0.02": 0.25, "own row, std 1/√d": 0.6}.items():
    assert abs(losses[name] - predicted[name]) < spread
