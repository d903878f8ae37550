"""Behind a ReLU a quarter of the pairs of units lies at the origin and half on
an axis; the mean square is halved, and the mean is √(q/2π), not zero."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(9)
fan_in = 100
draws = 4000
x = rng.standard_normal(fan_in)
q = (x @ x) / fan_in  # the mean square of z, over all draws of the weights

W = rng.normal(0, 1 / np.sqrt(fan_in), (draws, 2, fan_in))
z = W @ x             # (draws, 2): two units, and many draws of their weights
h = np.maximum(z, 0)

origin = np.mean((h == 0).all(axis=1))
kept = np.mean(h**2) / np.mean(z**2)
predicted_mean = np.sqrt(q / (2 * np.pi))
measured_mean = h.mean()
print(f"share of pairs at the origin {origin:.2f} (predicted 0.25)")
print(f"share of the mean square kept {kept:.2f} (predicted 0.50)")
print(f"mean of an output {measured_mean:.2f} (predicted {predicted_mean:.2f})")

shown = 160  # no mutate: how many points are drawn
fig, (before, after) = plt.subplots(1, 2, figsize=(7.2, 3.5), sharex=True, sharey=True)
for ax, points in (before, z), (after, h):
    signs = np.sum(z[:shown] > 0, axis=1)
    for count, color, marker in (0, "0.5", "x"), (1, "C2", "^"), (2, "C0", "o"):
        some = points[:shown][signs == count]
        ax.plot(some[:, 0], some[:, 1], marker, color=color, ms=4, ls="none", alpha=0.8)
    ax.plot(points[:, 0].mean(), points[:, 1].mean(), "*", color="black", ms=15)
    ax.set(aspect="equal", xlim=(-3, 3), ylim=(-3, 3), xticks=[-2, 0, 2], yticks=[-2, 0, 2], xlabel="first unit")
before.set(title="before", ylabel="second unit")
after.set(title="behind the ReLU")
after.text(0.5, 2.2, "a quarter untouched", color="C0")
after.text(-0.2, 1.5, "half on\nan axis", color="C2", ha="right")
after.text(-0.3, -0.6, "a quarter\nat the origin", color="0.5", ha="right", va="center")
after.annotate("mean", (measured_mean, measured_mean), (1.6, -1.3), arrowprops={"arrowstyle": "-", "color": "black"})
plt.show()

# %% check
# Four standard errors: of a share of a quarter; of a share of the mean square, where
# h² - z²/2 is ±z²/2 with the variance 3q²/4; of a mean with a variance below q/2.
assert abs(origin - 1 / 4) < 4 * np.sqrt(3 / 16 / draws)
assert abs(kept - 1 / 2) < 4 * np.sqrt(3 / 4 / (2 * draws))
assert abs(measured_mean - predicted_mean) < 4 * np.sqrt(q / 2 / (2 * draws))
