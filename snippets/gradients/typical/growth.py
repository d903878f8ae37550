"""The logarithm of the stretch by a hundred Gaussian 4 × 4 matrices has the
mean λ₁L and the variance L ψ′(n/2)/4, and is close to normal."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
draws = 1000
depth = 100
n = 4
rate = (np.log(2) + 1 - np.euler_gamma) / 2 / np.log(10)         # λ₁ in powers of ten; ψ(2) = 1 − γ
predicted = depth * rate
predicted_spread = np.sqrt(depth * (np.pi**2 / 6 - 1) / 4) / np.log(10)

h = np.full((draws, n, 1), 1 / 2)                                # norm 1
decades = np.zeros((depth + 1, draws))
for layer in range(1, depth + 1):
    h = rng.standard_normal((draws, n, n)) @ h                   # fresh in each layer and draw
    decades[layer] = np.log10(np.linalg.norm(h, axis=(1, 2)))
measured = decades[-1].mean()
measured_spread = decades[-1].std()
limit = np.log10(65504)                                          # float16 ends here
first = np.argmax(decades > limit, axis=0)                       # layer in which the size passes it
earliest, middle, latest = np.quantile(first, [0, 0.5, 1])
predicted_layer = limit / rate
print(f"size, powers of ten: {measured:.2f} ± {measured_spread:.2f}"
      f" (predicted {predicted:.2f} ± {predicted_spread:.2f})")
print(f"end of float16: layer {earliest:.0f} to {latest:.0f}, median {middle:.0f} (predicted {predicted_layer:.0f})")

fig, panels = plt.subplot_mosaic([["top", "."], ["walks", "side"]], figsize=(7, 4.2),
                                 width_ratios=[5, 1], height_ratios=[1, 4])
layers = np.arange(depth + 1)
ax = panels["walks"]
ax.plot(layers, decades[:, :24], color="C0", ls="-", lw=0.5, alpha=0.5)
ax.plot(layers, rate * layers, color="black", ls="--")
ax.axhline(limit, color="0.5", ls="-", lw=1.2)
ax.text(99, 5.2, "end of float16", color="0.5", ha="right")
ax.set(xlabel="layer", ylabel="size, powers of ten", xlim=(0, depth), ylim=(-3, 31))
panels["top"].hist(first, bins=np.arange(0.5, 60), color="C0", alpha=0.7)
panels["top"].set(xlim=(0, depth), xticklabels=[], yticks=[], title="layer in which a draw leaves float16")
panels["side"].hist(decades[-1], bins=np.arange(16, 32, 0.5), orientation="horizontal", density=True,
                    color="C0", alpha=0.7)
y = np.linspace(16, 32, 100)
z = (y - predicted) / predicted_spread
bell = np.exp(-(z**2) / 2) / predicted_spread / np.sqrt(2 * np.pi)
panels["side"].plot(bell, y, color="black", ls="--")
panels["side"].set(ylim=(-3, 31), xticks=[], yticklabels=[], xlabel="layer 100")
for name in ("top", "side"):
    panels[name].grid(False)
plt.show()

# %% check
# Four standard errors: of a mean, and of a standard deviation.
assert abs(measured - predicted) < 4 * predicted_spread / np.sqrt(draws)
assert abs(measured_spread - predicted_spread) < 4 * predicted_spread / np.sqrt(2 * draws)
# The walk arrives after ln M / λ₁ layers: a median within one layer and a half of it.
assert abs(middle - predicted_layer) < 1.5
