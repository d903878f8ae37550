import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
width, depth, batch, shown = 512, 20, 32, (5, 10, 20)
x, p = np.polynomial.hermite_e.hermegauss(60)
p /= p.sum()  # E[f(u)] = p @ f(x) for a standard normal u
tanh = [1.0]  # E[h_l^2], which is also q of layer l + 1 under Xavier
for _ in range(100):
    tanh.append(p @ np.tanh(np.sqrt(tanh[-1]) * x) ** 2)
predicted = {"tanh": np.array(tanh), "ReLU": 0.5 ** np.arange(len(tanh))}
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
v = {"tanh": 2, "ReLU": 5}  # over width: at most the relative variance a layer
for name, style in [("tanh", "C0o"), ("ReLU", "C1s")]:
    ax.semilogy(np.sqrt(predicted[name][:depth + 1]), style[:2])
    ax.semilogy(np.sqrt(measured[name]), style, label=name)
    for l in shown:
        expected, found = predicted[name][l], measured[name][l]
        print(f"{name}  E[h^2] at layer {l:2}: {expected:.2e} ({found:.1e})")
        assert abs(np.log(found / expected)) < 4 * np.sqrt(v[name] * l / width)
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", xticks=(0, 5, 10, 15, 20))
ax.legend()
plt.show()
