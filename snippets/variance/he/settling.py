"""In wide tanh layers the gains √2 and 5/3 lead to a plateau that the map of
second moments predicts, and gain 1 to none."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(53)
depth = 30
width = 256  # no mutate: weights and tolerance follow it
batch = 16  # no mutate: no prediction depends on the number of inputs
z = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
gains = {"Xavier": 1.0, "He": np.sqrt(2), "five_thirds": 5 / 3}

G = rng.normal(size=(depth, width, width)) / np.sqrt(width)
X = rng.normal(size=(batch, width))
layers = range(1, depth + 1)
q = {}
chi = {}
predicted_rms = {}
measured_rms = {}
fig, ax = plt.subplots()
for (name, gain), style in zip(gains.items(), ["C0s", "C1o", "C2^"]):
    h = X
    m2 = 1.0
    theory = []
    rms = []
    for W in gain * G:
        q[name] = gain**2 * m2
        phi = np.tanh(np.sqrt(q[name]) * z)
        m2 = weight @ phi**2
        h = np.tanh(h @ W.T)  # (batch, width)
        theory.append(np.sqrt(m2))
        rms.append(np.sqrt(np.mean(h**2)))
    predicted_rms[name] = theory[-1]
    measured_rms[name] = rms[-1]
    chi[name] = gain**2 * (weight @ (1 - phi**2) ** 2)
    print(f"gain {gain:.3f}: q {q[name]:.4f}, chi {chi[name]:.4f}, rms of h "
          f"{predicted_rms[name]:.4f}, measured {measured_rms[name]:.2f}")
    ax.plot(layers, theory, "k-")
    ax.plot(layers, rms, style, label=f"gain {gain:.2f}")
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", ylim=(0, 0.8))
ax.legend()
plt.show()

# %% check
for name, gain in gains.items():
    noise = 0.0
    m2 = 1.0
    for layer in layers:
        root_q = np.sqrt(gain**2 * m2)
        phi = np.tanh(root_q * z)
        dphi = 1 - phi**2
        m2 = weight @ phi**2
        slope = root_q * (weight @ (z * phi * dphi)) / m2
        noise = slope**2 * noise + (weight @ phi**4 / m2**2 - 1) / width
    log_ratio = 2 * np.log(measured_rms[name] / predicted_rms[name])
    # Four standard deviations of one network: noise is the relative variance
    # of mean(h**2), what each layer passes on and what it adds.
    assert abs(log_ratio) < 4 * np.sqrt(noise)
# The squared gradient shrinks with gain one and grows with the others.
assert chi["Xavier"] < 1 < chi["He"] < chi["five_thirds"]
