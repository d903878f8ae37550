import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
depth, width = 30, 256
variances = {"twice": 4.0, "He": 2.0, "half": 1.0}  # sigma_w^2
styles, layers = ["C0s", "C1v", "C2o"], np.arange(depth + 1)
h = {name: np.ones(width) for name in variances}
rms = {name: [1.0] for name in variances}
for layer in range(depth):
    G = rng.standard_normal((width, width)) / np.sqrt(width)
    for name, sigma_w_squared in variances.items():
        h[name] = np.maximum(np.sqrt(sigma_w_squared) * G @ h[name], 0)
        rms[name].append(np.sqrt(np.mean(h[name] ** 2)))

beta = 5 * depth / width  # variance of ln of the mean square, mean -beta/2
predicted, measured = {}, {}
fig, ax = plt.subplots(figsize=(6.4, 2.6))
for (name, sigma_w_squared), style in zip(variances.items(), styles):
    theory = (sigma_w_squared / 2) ** (layers / 2)
    predicted[name], measured[name] = theory[-1], rms[name][-1]
    print(f"{name:<5} after {depth} layers: predicted "
          f"{predicted[name]:.1e}, measured {measured[name]:.1e}")
    off = 2 * np.log(measured[name] / predicted[name])
    assert abs(off + beta / 2) < 4 * np.sqrt(beta)
    ax.semilogy(layers, theory, "k-", linewidth=1)
    ax.semilogy(layers, rms[name], style)
    ax.text(depth + 1, theory[-1], name, verticalalignment="center")
# One network at three scales: ReLU passes a factor on as it is.
assert np.isclose(measured["twice"] / measured["He"], 2**15)
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", xlim=(-1, 35))
plt.show()
