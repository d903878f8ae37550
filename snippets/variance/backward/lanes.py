"""In fifty wide tanh layers with gain 5/3 the activations keep one size, as
predicted, while the squared gradient grows by a fixed factor per layer."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth = 50
width = 300
batch = 16  # no mutate: no prediction depends on it
gain = 5 / 3

nodes, weights = np.polynomial.hermite_e.hermegauss(80)  # no mutate: 80 nodes for N(0, 1) are enough
# The rms of tanh(z) in an endless chain, which forgets where it began.
predicted_rms = 1.0  # no mutate: forgotten
for _ in range(100):  # no mutate: endless
    z = gain * predicted_rms * nodes
    predicted_rms = np.sqrt(np.average(np.tanh(z) ** 2, weights=weights))
predicted_growth = gain**2 * np.average(np.cosh(z) ** -4, weights=weights)

W = rng.uniform(-1, 1, (depth, width, width)) * gain * np.sqrt(3 / width)
h = [predicted_rms * rng.standard_normal((batch, width))]
for layer in range(depth):
    h.append(np.tanh(h[-1] @ W[layer].T))
back = [rng.standard_normal((batch, width))]  # no mutate: any dloss/dh at the last layer
for layer in reversed(range(depth)):
    back.append(((1 - h[layer + 1] ** 2) * back[-1]) @ W[layer])

rms_h = np.sqrt(np.mean(np.square(h), axis=(1, 2)))
rms_back = np.sqrt(np.mean(np.square(back[::-1]), axis=(1, 2)))
measured_rms = np.sqrt(np.mean(rms_h[1:] ** 2))
measured_growth = (rms_back[0] / rms_back[-1]) ** (2 / depth)
print(f"activations: rms {measured_rms:.3f} (predicted {predicted_rms:.3f})")
print(f"squared gradient: times {measured_growth:.3f} per layer (predicted {predicted_growth:.3f})")

layers = np.arange(depth + 1)
fig, (top, low) = plt.subplots(2, 1, figsize=(7.2, 3.6), sharex=True, height_ratios=[1, 1.7])
top.bar(layers, rms_h, color="C0", width=0.7)
top.set(ylim=(0, 1), yticks=[0, 0.5, 1])
top.text(0, 0.82, "size of the activations, forward", color="C0")
low.bar(layers, rms_back, color="C1", width=0.7)
low.set(yscale="log", ylim=(0.5, 400), xlabel="layer")
low.text(18, 120, "size of the gradient, backward", color="C1")
for ax in (top, low):
    ax.grid(False)
plt.show()

# %% check
# Four deviations: a mean of tanh² has a relative variance below 1/(width batch).
assert abs((measured_rms / predicted_rms) ** 2 - 1) < 4 / np.sqrt(width * batch)
# A squared gradient has the relative variance v in each layer, and -v/2 in the mean of its logarithm.
v = (3 * gain**2 / predicted_growth - 1) / width
assert abs(np.log(measured_growth / predicted_growth)) < v / 2 + 4 * np.sqrt(v / depth)
