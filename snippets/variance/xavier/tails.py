"""A normal variable that is drawn again beyond two standard deviations loses
4.6 % of its draws and over a fifth of its variance."""
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(5)
draws = 400_000
cut = 2
u = rng.standard_normal(draws)
kept = u[np.abs(u) < cut]

predicted_share = math.erf(cut / math.sqrt(2))
density = math.exp(-cut * cut / 2) / math.sqrt(2 * math.pi)
predicted_variance = 1 - 2 * cut * density / predicted_share
measured_share = len(kept) / draws
measured_variance = np.mean(kept**2)
print(f"draws kept: {measured_share:.4f} (predicted {predicted_share:.4f})")
print(f"variance of what is kept: {measured_variance:.4f} (predicted {predicted_variance:.4f})")

z = np.linspace(-4.5, 4.5, 181)
weight = z**2 * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)   # where the variance comes from
fig, ax = plt.subplots(figsize=(6.6, 2.9))
inside = np.abs(z) <= cut
ax.fill_between(z, weight, where=inside, color="C0", alpha=0.6, lw=0)
ax.fill_between(z, weight, where=z >= cut, facecolor="none", edgecolor="C1", hatch="////", lw=1)
ax.fill_between(z, weight, where=z <= -cut, facecolor="none", edgecolor="C1", hatch="////", lw=1)
ax.plot(z, weight, color="black", ls="-", lw=1.2)
ax.text(0, 0.06, "kept", ha="center", color="C0", fontsize=12)
ax.text(3.1, 0.2, "redrawn", ha="center", color="C1", fontsize=12)
ax.text(-3.1, 0.2, "redrawn", ha="center", color="C1", fontsize=12)
ax.set(xlabel="weight in standard deviations", ylabel="square times density", yticks=[], ylim=(0, 0.32))
ax.grid(False)
plt.show()

# %% check
# Four standard errors: of a share, and of a mean square whose kurtosis is below 3.
assert abs(measured_share - predicted_share) < 4 * math.sqrt(predicted_share * (1 - predicted_share) / draws)
assert abs(measured_variance / predicted_variance - 1) < 4 * math.sqrt(2 / len(kept))
