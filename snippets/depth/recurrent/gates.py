"""Along the cell of an LSTM the gradient is the product of the forget gates,
close to the t-th power of one over 1 + exp(-b) at the start."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
H = 100
inputs = 20
steps = 60
biases = (0, 1, 2, 3, 5)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

kept = {}
predicted = {}
for b in biases:
    W = rng.uniform(-0.1, 0.1, (4, H, H))      # the limit is one over the root of H
    U = rng.uniform(-0.1, 0.1, (4, H, inputs))
    h, c = np.zeros(H), np.zeros(H)
    product = np.ones(H)
    path = [1.0]
    for step in range(steps):
        z = U @ rng.standard_normal(inputs) + W @ h
        i, f, g, o = sigmoid(z[0]), sigmoid(z[1] + b), np.tanh(z[2]), sigmoid(z[3])
        c = f * c + i * g
        h = o * np.tanh(c)
        product = product * f                  # the derivative of c along the cell
        path.append(np.exp(np.mean(np.log(product))))
    kept[b] = np.array(path)
    predicted[b] = sigmoid(b) ** np.arange(steps + 1)
    print(f"bias {b}: {kept[b][20]:.2g} after 20 steps (predicted {predicted[b][20]:.2g})")  # no mutate: a look
memory = {b: 1 + np.exp(b) for b in biases}

fig, ax = plt.subplots(figsize=(7.4, 2.6))
ax.imshow(list(kept.values()), cmap="Oranges", aspect="auto", vmin=0, vmax=1, extent=(-0.5, steps + 0.5, len(biases) - 0.5, -0.5))
for row, b in enumerate(biases):
    if memory[b] < steps:
        ax.plot([memory[b], memory[b]], [row - 0.5, row + 0.5], color="black", ls="--", lw=1.5)
ax.set(xlabel="steps back in time", yticks=range(len(biases)), yticklabels=[f"bias {b}" for b in biases])
ax.grid(False)
plt.show()

# %% check
# The inputs move the gates: a deviation v of z lowers the mean log by f (1 - f) v² / 2
# per step, and v² is below 0.15 here.
for b in biases:
    gate = sigmoid(b)
    off = np.log(kept[b][-1] / predicted[b][-1])
    assert abs(off) < steps * gate * (1 - gate) * 0.15 / 2 + 0.05
