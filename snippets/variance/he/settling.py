import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(53)
depth, width, batch = 30, 256, 16
z = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
gains = {"Xavier": 1.0, "He": np.sqrt(2), "five_thirds": 5 / 3}
G = rng.normal(size=(depth, width, width)) / np.sqrt(width)
X = rng.normal(size=(batch, width))
q, chi, predicted_rms, measured_rms = {}, {}, {}, {}
layers, (fig, ax) = range(1, depth + 1), plt.subplots()
for (name, gain), style in zip(gains.items(), ["C0s", "C1o", "C2^"]):
    h, m2, noise, theory, rms = X, 1.0, 0.0, [], []
    for W in gain * G:
        q[name] = gain**2 * m2
        phi = np.tanh(np.sqrt(q[name]) * z)
        m2, dphi = weight @ phi**2, 1 - phi**2
        # relative variance of mean(h**2): what is passed on, what is new
        slope = np.sqrt(q[name]) * (weight @ (z * phi * dphi)) / m2
        noise = slope**2 * noise + (weight @ phi**4 / m2**2 - 1) / width
        h = np.tanh(h @ W.T)  # (batch, width)
        theory.append(np.sqrt(m2))
        rms.append(np.sqrt(np.mean(h**2)))
    predicted_rms[name], measured_rms[name] = theory[-1], rms[-1]
    chi[name] = gain**2 * (weight @ dphi**2)
    print(f"gain {gain:.3f}: q {q[name]:.4f}, chi {chi[name]:.4f}, rms of h "
          f"{predicted_rms[name]:.4f}, measured {measured_rms[name]:.2f}")
    ax.plot(layers, theory, "k-")
    ax.plot(layers, rms, style, label=f"gain {gain:.2f}")
    assert abs(2 * np.log(rms[-1] / theory[-1])) < 4 * np.sqrt(noise)
assert chi["Xavier"] < 1 < chi["He"] < chi["five_thirds"]
ax.set(xlabel="layer $l$", ylabel="rms of $h_l$", ylim=(0, 0.8))
ax.legend()
plt.show()
