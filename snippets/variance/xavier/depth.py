"""In 20 wide layers under Xavier, tanh activations shrink as slowly as the
recursion of E[h²] says, and ReLU activations lose half of it per layer."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
width = 512  # no mutate: weights and tolerance follow it, the predictions are for infinite width
depth = 20
batch = 32  # no mutate: neither predictions nor tolerance depend on it
shown = (5, 10, 20)

# E[f(u)] = p @ f(x) for a standard normal u
x, p = np.polynomial.hermite_e.hermegauss(60)  # no mutate: 60 nodes are enough
p /= p.sum()
tanh = [1.0]  # E[h_l^2], which is also q of layer l + 1 under Xavier
for _ in range(100):
    tanh.append(p @ np.tanh(np.sqrt(tanh[-1]) * x) ** 2)
predicted = {"tanh": np.array(tanh), "ReLU": 0.5 ** np.arange(len(tanh))}
slopes = [p @ np.cosh(np.sqrt(q) * x) ** -4 for q in tanh]  # E[phi'(z)^2]
gradient = np.prod(slopes[:depth])

phi = {"tanh": np.tanh, "ReLU": lambda z: np.maximum(z, 0)}
X = rng.standard_normal((batch, width))
h = {"tanh": X, "ReLU": X}
measured = {"tanh": [np.mean(X**2)], "ReLU": [np.mean(X**2)]}
for _ in range(depth):
    W = np.sqrt(2 / (width + width)) * rng.standard_normal((width, width))
    for name in phi:
        z = h[name] @ W.T  # no mutate: W.T has the distribution of W
        h[name] = phi[name](z)
        measured[name].append(np.mean(h[name] ** 2))

fig, ax = plt.subplots()
for name, style in [("tanh", "C0o"), ("ReLU", "C1s")]:
    ax.semilogy(np.sqrt(predicted[name][:depth + 1]), style[:2])
    ax.semilogy(np.sqrt(measured[name]), style, label=name)
    for l in shown:
        expected = predicted[name][l]
        found = measured[name][l]
        print(f"{name}  E[h^2] at layer {l:2}: {expected:.2e} ({found:.1e})")
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", xticks=(0, 5, 10, 15, 20))
ax.legend()
plt.show()

# %% check
v = {"tanh": 2, "ReLU": 5}
for name in phi:
    for l in shown:
        off = np.log(measured[name][l] / predicted[name][l])
        # Four standard deviations of one network: each layer adds a relative
        # variance of at most v over width.
        assert abs(off) < 4 * np.sqrt(v[name] * l / width)
