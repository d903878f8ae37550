"""The sum of fan_in terms of random sign spreads like √fan_in, not like
fan_in: nine in ten end within 1.645 √fan_in of zero, in wide layers."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
units = 4000
fan_in = 100
terms = rng.choice([-1.0, 1.0], (units, fan_in))  # weight times input, each of size 1
sums = np.cumsum(terms, axis=1)                    # after 1, 2, ... 100 inputs

predicted = np.sqrt(fan_in)
measured = np.sqrt(np.mean(sums[:, -1] ** 2))
print(f"rms of the sum of {fan_in} terms: {measured:.2f} (predicted {predicted:.2f})")

inputs = np.arange(1, fan_in + 1)
fig, (ax, side) = plt.subplots(1, 2, figsize=(7, 3.2), sharey=True, width_ratios=[5, 1])
ax.plot(inputs, sums[:60].T, color="C0", lw=0.6, ls="-", alpha=0.45)
for sign in (1, -1):
    ax.plot(inputs, sign * np.sqrt(inputs), color="0.5", ls="--", lw=1.6)
ax.plot([0, 40], [0, 40], color="C1", ls="-", lw=1.4)
ax.text(38, 33, "if nothing cancelled", color="C1")
ax.text(99, 13, r"$\sqrt{j}$", ha="right", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
ax.set(xlabel="inputs added so far, $j$", ylabel="sum in one unit", ylim=(-42, 42))
side.hist(sums[:, -1], bins=np.arange(-41, 42, 4), orientation="horizontal", color="C0")
side.set(xticks=[], xlabel="4000 units")
side.grid(False)
plt.show()

# %% check
# Relative standard error of a mean square: sqrt((kurtosis - 1)/units), and
# the kurtosis of a sum of signs is 3 - 2/fan_in.
assert abs((measured / predicted) ** 2 - 1) < 4 * np.sqrt(2 / units)
