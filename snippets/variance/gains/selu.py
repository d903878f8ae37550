"""A SELU network with gain 1 keeps the mean square at one, and its squared
gradients grow by 7 percent per layer; with gain 3/4 signal and gradient shrink
at first, and then both last."""
import matplotlib.pyplot as plt
import numpy as np

alpha, scale = 1.67326324, 1.05070099
z = (np.arange(-4000, 4000) + 0.5) / 400
p = np.exp(-z**2 / 2)
p /= p.sum()


def selu(z):
    return scale * np.where(z > 0, z, alpha * np.expm1(z))


def dselu(z):
    return scale * np.where(z > 0, 1, alpha * np.exp(z))


rng = np.random.default_rng(75)
depth, width = 100, 256
G = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
X, top = rng.standard_normal((2, 16, width))
q, kept, signal, gradient, theory, chi = {}, {}, {}, {}, {}, {}
measured, predicted = {}, {}
for gain in (1.0, 0.75):
    h = X
    slopes = []
    signal[gain] = []
    q[gain] = [gain**2]
    for W in gain * G:
        z_l = h @ W.T  # no mutate: W.T has the distribution of W
        h = selu(z_l)
        slopes.append(dselu(z_l))
        signal[gain].append(np.mean(z_l**2))
        q[gain].append(gain**2 * (p @ selu(np.sqrt(q[gain][-1]) * z) ** 2))
    g = top
    gradient[gain] = []
    for W, slope in zip(gain * G[::-1], slopes[::-1]):
        gradient[gain].append(np.mean((slope * g) ** 2))
        g = (slope * g) @ W
    gradient[gain] = np.array(gradient[gain][::-1]) / gradient[gain][0]
    kept[gain] = np.array([p @ dselu(np.sqrt(value) * z) ** 2 for value in q[gain][:-1]])
    factors = gain**2 * kept[gain]
    theory[gain] = np.cumprod(factors[::-1])[::-1] / factors[-1]  # no mutate: at rest
    chi[gain] = factors[-1]  # no mutate: at rest
    measured[gain] = signal[gain][-1], gradient[gain][0]
    predicted[gain] = q[gain][-2], theory[gain][0]
    print(f"gain {gain}: z² {measured[gain][0]:.3f} (predicted {predicted[gain][0]:.3f}), "
          f"gradient² × {measured[gain][1]:.2g} (predicted {predicted[gain][1]:.2g})")

fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
layers = np.arange(1, depth + 1)
for ax, gain, title in zip(panels, q, ("gain 1", "gain 3/4")):
    ax.semilogy(layers, signal[gain], color="C0", ls="-", lw=2.4)
    ax.semilogy(layers, gradient[gain], color="C1", ls="-", lw=2.4)
    ax.semilogy(layers, q[gain][:-1], color="black", ls="--", lw=1)
    ax.semilogy(layers, theory[gain], color="black", ls="--", lw=1)
    ax.set(title=title, xlabel="layer", xlim=(1, depth), ylim=(0.01, 5000))
panels[0].text(25, 0.35, "signal →", color="C0")
panels[0].text(45, 100, "← gradient", color="C1")
panels[0].set_ylabel("mean square")
plt.show()

# %% check
# Four deviations of one network: each layer adds about 4/width to the variance of a
# logarithm. Backward they add up, forward only the last few count.
for gain in q:
    assert np.all(np.abs(np.log(signal[gain] / np.array(q[gain][:-1]))) < 4 * np.sqrt(4 * 5 / width))
    assert np.all(np.abs(np.log(gradient[gain] / theory[gain])) < 4 * np.sqrt(4 * depth / width))
assert abs(chi[1.0] - 1.0716) < 1e-4 and abs(chi[0.75] - 1) < 0.005
assert theory[1.0][0] > 900 and 0.05 < theory[0.75][0] < 0.1 and 0.02 < q[0.75][-1] < 0.025
