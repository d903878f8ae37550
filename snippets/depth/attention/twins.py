"""If keys copy the queries' weights, each token scores itself √d after the division.
With 64 dimensions and 64 tokens it attends to little but itself."""
import numpy as np

rng = np.random.default_rng(5)
N = 64    # tokens
d = 64    # width of the head, and of the tokens
X = rng.standard_normal((N, d))
W_Q = rng.normal(0, np.sqrt(1 / d), (d, d))
W_K = rng.normal(0, np.sqrt(1 / d), (d, d))

own = {}
for name, keys in {"fresh": W_K, "copied": W_Q}.items():
    s = (X @ W_Q.T) @ (X @ keys.T).T / np.sqrt(d)
    e = np.exp(s - s.max(axis=1, keepdims=True))  # no mutate: the shift cancels
    p = e / e.sum(axis=1, keepdims=True)
    own[name] = np.diag(p).mean()
    print(f"{name:6} W_K: own score {np.diag(s).mean():5.2f}, share of itself {own[name]:.2f}")  # no mutate: a look
predicted = 1 / (1 + (N - 1) * np.exp(1 - np.sqrt(d)))

# %% check
# The own score |W_Q x|²/√d scatters by 2 around 8, from weights and tokens alike, and the share with it.
assert abs(np.diag(s).mean() - np.sqrt(d)) < 4 * np.sqrt(2 * d + 2 * d) / np.sqrt(d) / np.sqrt(N) * 2
assert abs(own["copied"] - predicted) < 0.2
assert own["fresh"] < 0.1
