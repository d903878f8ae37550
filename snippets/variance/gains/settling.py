"""Deep tanh layers forget their start: with the gains √2 and 5/3 the
activations rest at the predicted size, with gain 1 they keep shrinking."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(53)
depth = 30
width = 256  # no mutate: weights and tolerance follow it
batch = 16   # no mutate: no prediction depends on the number of inputs
z = (np.arange(-400, 400) + 0.5) / 50  # midpoints, for integrals
p = np.exp(-z**2 / 2)
p /= p.sum()

X = rng.standard_normal((batch, width))
G = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
gains = {"gain 1": 1.0, "gain √2": np.sqrt(2), "gain 5/3": 5 / 3}
q = {}
chi = {}
theory = {}
sizes = {}
last = {}
predicted = {}
measured = {}
for name, gain in gains.items():
    h = X
    m2 = 1.0
    theory[name] = [1.0]
    sizes[name] = [np.sqrt(np.mean(X**2))]
    for W in gain * G:
        h = np.tanh(h @ W.T)  # no mutate: W.T has the distribution of W
        sizes[name].append(np.sqrt(np.mean(h**2)))
        q[name] = gain**2 * m2
        phi = np.tanh(np.sqrt(q[name]) * z)
        m2 = p @ phi**2
        theory[name].append(np.sqrt(m2))
    last[name] = h.ravel()
    chi[name] = gain**2 * (p @ (1 - phi**2) ** 2)
    predicted[name] = theory[name][-1]
    measured[name] = sizes[name][-1]
    print(f"{name:<8} q {q[name]:.4f}, rms of h {measured[name]:.3f} (predicted {predicted[name]:.3f}), "
          f"gradient² × {chi[name]:.4f}")

fig, (ax, *sides) = plt.subplots(1, 4, figsize=(7.4, 3), width_ratios=[4, 1, 1, 1])
for name, color in zip(gains, ("C2", "C3", "C0")):
    ax.plot(sizes[name], color=color, ls="-", lw=2.4)
    ax.plot(theory[name], color="black", ls="--", lw=1.2)
    ax.text(depth + 0.7, sizes[name][-1], name, color=color, va="center")
ax.set(xlabel="layer", ylabel="rms of $h$", ylim=(0, 1.05), xlim=(-1, 40))
for side, name, color in zip(sides, gains, ("C2", "C3", "C0")):
    side.hist(last[name], np.linspace(-1, 1, 26), orientation="horizontal", color=color)
    side.set(title=name, xticks=[], yticks=[], ylim=(-1, 1))  # no mutate: the range of tanh
    side.grid(False)
sides[0].set_yticks([-1, 0, 1])
sides[1].set_xlabel("values in layer 30")
plt.show()

# %% check
for name, gain in gains.items():
    noise = 0.0  # relative variance of a mean square: what each layer passes on and what it adds
    for rms in theory[name][:-1]:
        phi = np.tanh(gain * rms * z)
        m2 = p @ phi**2
        slope = gain * rms * (p @ (z * phi * (1 - phi**2))) / m2
        noise = slope**2 * noise + (p @ phi**4 / m2**2 - 1) / width
    # Four deviations of one network.
    assert abs(2 * np.log(measured[name] / predicted[name])) < 4 * np.sqrt(noise)
assert chi["gain 1"] < 1 < chi["gain √2"] < chi["gain 5/3"]
