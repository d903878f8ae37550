"""After 30 ReLU layers the rms is 2⁻¹⁵ under Xavier, 1 under He and (π/(π −
1))¹⁵ if the variance is matched, up to the scatter between networks."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth = 30
width = 320  # no mutate: variances and tolerance follow it
batch = 16  # no mutate: no prediction depends on the number of inputs
share = 1 / 2 - 1 / (2 * np.pi)  # Var[ReLU(z)] / E[z^2]
rules = {"Xavier": 1.0, "He": 2.0, "matched": 1 / share}  # fan_in sigma^2

X = rng.normal(size=(batch, width))
H = {name: X for name in rules}
rms = {name: [np.sqrt(np.mean(X**2))] for name in rules}
for layer in range(depth):
    G = rng.normal(size=(width, width))
    for name, rule in rules.items():
        sigma = np.sqrt(rule / width)
        W = sigma * G
        z = H[name] @ W.T  # no mutate: W.T has the distribution of W, a new one in each layer
        H[name] = np.maximum(z, 0)  # (batch, width)
        rms[name].append(np.sqrt(np.mean(H[name] ** 2)))

layers = np.arange(depth + 1)
predicted = {}
measured = {}
fig, ax = plt.subplots()
for (name, rule), style in zip(rules.items(), ["C0s", "C1o", "C2^"]):
    theory = (rule / 2) ** (layers / 2)
    predicted[name] = theory[-1]
    measured[name] = rms[name][-1]
    print(f"{name:8} rms at layer {depth}: predicted {predicted[name]:8.1e}  "
          f"measured {measured[name]:8.1e}")
    ax.semilogy(layers, theory, "k-")
    ax.semilogy(layers, rms[name], style, markevery=2, label=name)
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", yticks=[1e-4, 0.01, 1, 100])
ax.minorticks_off()
ax.legend()
plt.show()

# %% check
beta = 5 * depth / width
for name in rules:
    log_ratio = 2 * np.log(measured[name] / predicted[name])
    # Four sd of one network: ln(mean square) has mean -beta/2, variance beta.
    assert abs(log_ratio + beta / 2) < 4 * np.sqrt(beta)
# ReLU is homogeneous, so this is exact up to rounding.
assert np.isclose(measured["He"] / measured["Xavier"], 2**15)
