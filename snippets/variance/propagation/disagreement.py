"""Tanh with gain 5/3 keeps the activations of 50 wide layers at a fixed size,
while the squared gradient grows in every layer."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth = 50
width = 300
batch = 16  # no mutate: the tolerance follows it, no prediction depends on it
gain = 5 / 3

# nodes and weights of integrals over N(0, 1)
nodes, weights = np.polynomial.hermite_e.hermegauss(80)  # no mutate: 80 are enough
predicted_rms = 1.0  # no mutate: the iteration forgets where it starts
for _ in range(100):  # no mutate: it has long come to rest
    z = gain * predicted_rms * nodes          # of tanh(z) in an endless chain
    predicted_rms = np.sqrt(np.average(np.tanh(z)**2, weights=weights))
chi = gain**2 * np.average(np.cosh(z)**-4, weights=weights)  # tanh'(z)^2

W = rng.uniform(-1, 1, (depth, width, width)) * gain * np.sqrt(3 / width)
h = [predicted_rms * rng.standard_normal((batch, width))]
for layer in range(depth):
    h.append(np.tanh(h[-1] @ W[layer].T))
back = [rng.standard_normal((batch, width))]  # dloss/dh at the last layer
for layer in reversed(range(depth)):
    back.append(((1 - h[layer + 1]**2) * back[-1]) @ W[layer])
rms_h = np.sqrt(np.mean(np.square(h), axis=(1, 2)))
rms_back = np.sqrt(np.mean(np.square(back[::-1]), axis=(1, 2)))

measured_rms = np.sqrt(np.mean(rms_h[1:]**2))
growth = (rms_back[0] / rms_back[-1])**(2 / depth)
print(f"activations: rms {measured_rms:.3f}, predicted {predicted_rms:.3f}")
print(f"squared gradient: times {growth:.3f} a layer, predicted {chi:.3f}")

fig, ax = plt.subplots()
layers = np.linspace(0, depth, 11, dtype=int)
ax.semilogy(layers, chi**((depth - layers) / 2), "C1", label="gradients")
ax.axhline(predicted_rms, color="C0", ls="--", label="activations")
ax.plot(layers, rms_back[layers], "C1^", layers, rms_h[layers], "C0o")
ax.set(xlabel="layer $l$", ylabel="root mean square")
ax.legend()
plt.show()

# %% check
# Four deviations: a mean of tanh^2 has a relative variance < 1/(width batch).
assert abs((measured_rms / predicted_rms)**2 - 1) < 4 / np.sqrt(width * batch)

v = (3 * gain**2 / chi - 1) / width
# Likewise: v is at most the relative variance that each layer adds.
assert abs(np.log(growth / chi)) < v / 2 + 4 * np.sqrt(v / depth)
