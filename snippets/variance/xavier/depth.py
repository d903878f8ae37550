import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
width, depth, batch = 512, 20, 32
x, p = np.polynomial.hermite_e.hermegauss(60)
p /= p.sum()  # E[f(u)] = p @ f(x) for a standard normal u
tanh = [1.0]  # E[h_l^2], which is also q of layer l + 1 under Xavier
for _ in range(100):
    tanh.append(p @ np.tanh(np.sqrt(tanh[-1]) * x) ** 2)
predicted = {"tanh": np.array(tanh), "ReLU": 0.5 ** np.arange(101)}
slopes = [p @ np.cosh(np.sqrt(q) * x) ** -4 for q in tanh]  # E[phi'(z)^2]
gradient = np.prod(slopes[:depth])

phi = {"tanh": np.tanh, "ReLU": lambda z: np.maximum(z, 0)}
h = dict.fromkeys(phi, rng.standard_normal((batch, width)))
measured = {name: [np.mean(h[name] ** 2)] for name in phi}
for _ in range(depth):
    W = np.sqrt(2 / (width + width)) * rng.standard_normal((width, width))
    for name in phi:
        h[name] = phi[name](h[name] @ W.T)
        measured[name].append(np.mean(h[name] ** 2))

fig, ax = plt.subplots()
# relative variance a layer: at most 2/width for tanh, 5/width for ReLU
for name, style, v in [("tanh", "C0o", 2), ("ReLU", "C1s", 5)]:
    ax.semilogy(np.sqrt(predicted[name][:depth + 1]), style[:2])
    ax.semilogy(np.sqrt(measured[name]), style, label=name)
    for l in (5, 10, 20):
        pair = predicted[name][l], measured[name][l]
        print(f"{name}  E[h^2] at layer {l:2}: {pair[0]:.2e} ({pair[1]:.1e})")
        assert abs(np.diff(np.log(pair))) < 4 * np.sqrt(v * l / width)
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", xticks=(0, 5, 10, 15, 20))
ax.legend()
plt.show()
