import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth, width, batch = 30, 320, 16
share = 1 / 2 - 1 / (2 * np.pi)  # Var[ReLU(z)] / E[z^2]
rules = {"Xavier": 1.0, "He": 2.0, "matched": 1 / share}  # fan_in sigma^2

sigmas = {name: np.sqrt(rule / width) for name, rule in rules.items()}
X = rng.normal(size=(batch, width))
H = {name: X for name in rules}
rms = {name: [np.sqrt(np.mean(X**2))] for name in rules}
for layer in range(depth):
    G = rng.normal(size=(width, width))
    for name, sigma in sigmas.items():
        H[name] = np.maximum(H[name] @ (sigma * G).T, 0)  # (batch, width)
        rms[name].append(np.sqrt(np.mean(H[name] ** 2)))

layers, predicted, measured = np.arange(depth + 1), {}, {}
beta = 5 * depth / width  # ln of the mean square: mean -beta/2, variance beta
fig, ax = plt.subplots()
for (name, rule), style in zip(rules.items(), ["C0s", "C1o", "C2^"]):
    theory = (rule / 2) ** (layers / 2)
    predicted[name], measured[name] = theory[-1], rms[name][-1]
    print(f"{name:8} rms at layer {depth}: predicted {predicted[name]:8.1e}  "
          f"measured {measured[name]:8.1e}")
    ax.semilogy(layers, theory, "k-")
    ax.semilogy(layers, rms[name], style, markevery=2, label=name)
    log_ratio = 2 * np.log(measured[name] / predicted[name])
    assert abs(log_ratio + beta / 2) < 4 * np.sqrt(beta)
assert np.isclose(measured["He"] / measured["Xavier"], 2**15)  # homogeneous
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", yticks=[1e-4, 0.01, 1, 100])
ax.minorticks_off()
ax.legend()
plt.show()
