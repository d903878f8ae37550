"""Without shortcuts one attention layer brings uncorrelated tokens to a cosine of
1/e, and three layers make them all but equal."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
N = 64    # tokens
n = 256   # their width

def unit(h):
    return h / np.sqrt(np.mean(h**2, axis=1, keepdims=True))

h = unit(rng.standard_normal((N, n)))
states = [h]
cosines = [h @ h.T / n]
layers = rng.normal(0, np.sqrt(1 / n), (3, 3, n, n))
for W_Q, W_K, W_V in layers:
    s = (h @ W_Q.T) @ (h @ W_K.T).T / np.sqrt(n)
    p = np.exp(s)
    p = p / p.sum(axis=1, keepdims=True)
    h = unit(p @ (h @ W_V.T))
    states.append(h)
    cosines.append(h @ h.T / n)
others = ~np.eye(N, dtype=bool)
measured = [C[others].mean() for C in cosines]
predicted = np.exp(-1)
print(f"cosine after 1 layer {measured[1]:.2f} (predicted {predicted:.2f})")  # no mutate: a look

fig, panels = plt.subplots(1, 4, figsize=(7.4, 2.2))
for layer, ax in enumerate(panels):
    ax.imshow(cosines[layer][:24, :24], cmap="Blues", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[], title="tokens" if layer == 0 else f"layer {layer}", xlabel=f"mean {abs(measured[layer]):.2f}")
    ax.grid(False)
plt.show()

# %% check
# One draw of W_Q and W_K makes the scores' own deviation scatter, and with it the cosine by 0.05.
assert abs(measured[0]) < 0.01
assert abs(measured[1] - predicted) < 0.2
assert measured[3] > 0.97
