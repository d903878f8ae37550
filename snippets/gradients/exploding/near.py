"""Where a layer grows the signal by a tenth only, float16 overflows about eleven
layers before ln M / λ₁, and the layer differs from network to network."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n = 100
sigma = 0.11                     # a factor of 1.1 per layer
networks = 200
M = float(np.finfo(np.float16).max)

rate = np.log(sigma * np.sqrt(n)) - 1 / (2 * n)   # the typical factor is a little below σ√n
predicted = np.log(M) / rate
ahead = np.log(2.7) / rate       # the largest of a hundred entries is about 2.7 times their rms
wander = np.sqrt(predicted / (2 * n)) / rate

ends = np.zeros(networks)
for network in range(networks):
    h = rng.standard_normal(n)
    while abs(h).max() <= M:  # Gaussian weights: given h, each entry of the next layer is N(0, σ²‖h‖²)
        h = sigma * np.linalg.norm(h) * rng.standard_normal(n)
        ends[network] += 1
measured = ends.mean()
measured_spread = ends.std()
print(f"the rms reaches M in layer {predicted:.0f}, the largest entry about {ahead:.0f} layers earlier")
print(f"first overflow in layer {measured:.0f} ± {measured_spread:.0f} (predicted spread {wander:.0f})")

fig, ax = plt.subplots(figsize=(6.4, 3))
ax.hist(ends, bins=np.arange(80, 150, 5), color="C0", alpha=0.7)
ax.axvline(predicted, color="black", ls="--")
ax.text(predicted + 1, 56, r"$\ln M/\lambda_1$")
ax.axvline(predicted - ahead, color="black", ls=":")
ax.text(predicted - ahead - 1, 56, "for the largest entry", ha="right")
ax.set(xlabel="layer of the first overflow", ylabel="networks", ylim=(0, 62))
plt.show()

# %% check
# Four standard errors of the mean, and four layers for the rough 2.7: a first
# passage is a maximum over neighboring layers.
assert abs(measured - (predicted - ahead)) < 4 * wander / np.sqrt(networks) + 4
assert abs(measured_spread / wander - 1) < 4 / np.sqrt(2 * networks) + 0.1
