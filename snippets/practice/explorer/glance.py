"""After 30 ReLU layers a network's rms is 2⁻¹⁵ at half of He's variance, 1 at
He's and 2¹⁵ at twice that, up to the scatter between networks."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
depth = 30
width = 256  # no mutate: the tolerance follows it, no prediction depends on it
variances = {"twice": 4.0, "He": 2.0, "half": 1.0}  # sigma_w^2

h = {name: np.ones(width) for name in variances}
rms = {name: [1.0] for name in variances}
for layer in range(depth):
    G = rng.standard_normal((width, width)) / np.sqrt(width)
    for name, sigma_w_squared in variances.items():
        h[name] = np.maximum(np.sqrt(sigma_w_squared) * G @ h[name], 0)
        rms[name].append(np.sqrt(np.mean(h[name] ** 2)))

layers = np.arange(depth + 1)
styles = ["C0s", "C1v", "C2o"]
predicted = {}
measured = {}
fig, ax = plt.subplots(figsize=(6.4, 2.6))
for (name, sigma_w_squared), style in zip(variances.items(), styles):
    theory = (sigma_w_squared / 2) ** (layers / 2)
    predicted[name] = theory[-1]
    measured[name] = rms[name][-1]
    print(f"{name:<5} after {depth} layers: predicted "
          f"{predicted[name]:.1e}, measured {measured[name]:.1e}")
    ax.semilogy(layers, theory, "k-", linewidth=1)
    ax.semilogy(layers, rms[name], style)
    ax.text(depth + 1, theory[-1], name, verticalalignment="center")
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", xlim=(-1, 35))
plt.show()

# %% check
beta = 5 * depth / width
for name in variances:
    off = 2 * np.log(measured[name] / predicted[name])
    # Four sd of one network: ln(mean square) has mean -beta/2, variance beta.
    assert abs(off + beta / 2) < 4 * np.sqrt(beta)
# One network at three scales: ReLU passes a factor on as it is, to rounding.
assert np.isclose(measured["twice"] / measured["He"], 2**15)
