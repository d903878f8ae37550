"""An LSTM with a forget bias of 3 leaves its state of rest, and once it has settled
the gradient keeps about its size, with inputs and without."""
import numpy as np

rng = np.random.default_rng(9)
H = 200
inputs = 20
settle = 300
steps = 50
draws = 6

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

kept = {}
states = {}
for size in (0, 1):  # of the inputs
    kept[size] = []
    states[size] = []
    for draw in range(draws):
        W = rng.uniform(-1, 1, (4, H, H)) / np.sqrt(H)
        U = rng.uniform(-1, 1, (4, H, inputs)) / np.sqrt(H)
        h, c, o = np.zeros(H), 0.001 * rng.standard_normal(H), np.zeros(H)
        trace = []
        for step in range(settle + steps):
            z = W @ h + U @ (size * rng.standard_normal(inputs))
            before = (o, c)
            i, f, g, o = sigmoid(z[0]), sigmoid(z[1] + 3), np.tanh(z[2]), sigmoid(z[3])
            c = f * c + i * g
            h = o * np.tanh(c)
            trace.append((i, f, g, o, c, *before))
        arriving = rng.standard_normal(H)
        dh, dc = np.zeros(H), arriving
        for i, f, g, o, c, o_before, c_before in reversed(trace[settle:]):
            dz = [dc * g * i * (1 - i), dc * c_before * f * (1 - f), dc * i * (1 - g**2), dh * np.tanh(c) * o * (1 - o)]
            dh = sum(W[gate].T @ dz[gate] for gate in range(4))
            dc = dc * f + dh * o_before * (1 - np.tanh(c_before) ** 2)
        kept[size].append(np.linalg.norm(dc) / np.linalg.norm(arriving))
        states[size].append(np.sqrt(np.mean(c_before**2)))
    print(f"inputs of size {size}: cell {np.mean(states[size]):.1f}, gradient {min(kept[size]):.2f} to {max(kept[size]):.2f}")  # no mutate: a look
lowest = min(map(min, kept.values()))
highest = max(map(max, kept.values()))
cell = min(map(min, states.values()))

# %% check
# Rest would multiply by 30, the gates alone by 0.09; settled networks lie in between,
# with factors of three for the draws. The state is no longer small.
assert 0.2 < lowest < highest < 4
assert cell > 1
