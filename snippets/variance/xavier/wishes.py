"""For a layer with 2 inputs and 8 units the forward wish is the variance 1/2,
the backward wish 1/8, and Xavier's 1/5 gives the factors 0.4 and 1.6."""
import matplotlib.pyplot as plt
import numpy as np

fan_in = 2
fan_out = 8
variance = np.linspace(0.05, 0.6, 50)
xavier = 2 / (fan_in + fan_out)
predicted = {"forward": fan_in * xavier, "backward": fan_out * xavier}
print(f"Xavier's variance {xavier}: forward {predicted['forward']:g}, backward {predicted['backward']:g}")

fig, ax = plt.subplots(figsize=(6.6, 3.2))
ax.plot(variance, fan_in * variance, color="C0", ls="-")
ax.plot(variance, fan_out * variance, color="C1", ls="-")
ax.plot(variance, (fan_in + fan_out) / 2 * variance, color="black", ls=":", lw=1.4)
ax.axhline(1, color="0.5", lw=1.2, ls="--")
ax.plot([1 / fan_in], [1], "o", color="C0", ms=8)
ax.plot([1 / fan_out], [1], "o", color="C1", ms=8)
ax.plot([xavier], [1], "D", color="black", ms=7)
ax.text(0.47, 0.68, "forward: 2 σ²", color="C0")
ax.text(0.15, 2.3, "backward: 8 σ²", color="C1")
ax.text(0.43, 1.8, "their average", color="black")
ax.annotate("Xavier", (xavier, 1), (0.21, 0.2), arrowprops={"arrowstyle": "-", "color": "0.5"})
ax.set(xlabel="variance of a weight, σ²", ylabel="factor", ylim=(0, 2.6), xlim=(0, 0.6))
plt.show()

# %% check
assert np.isclose(predicted["forward"], 0.4) and np.isclose(predicted["backward"], 1.6)
assert np.isclose(sum(predicted.values()), 2)
