"""The positive numbers of fp8 e4m3 are evenly spaced between two powers of two,
and from one power of two to the next the spacing doubles."""
import matplotlib.pyplot as plt
import numpy as np

exponents = np.arange(-6, 9)
steps = np.arange(8)                                        # three binary digits
normal = np.outer(2.0**exponents, 1 + steps / 8).ravel()
numbers = np.concatenate([steps * 2.0**-9, normal])[:-1]    # subnormal first; the last code is nan
gaps = np.diff(numbers)
below = np.sum(numbers < 1)
print(f"{len(numbers)} numbers from 0 to 448, {below} of them below 1")

fig, axes = plt.subplots(3, 1, figsize=(7.4, 4.1))
for ax, end in zip(axes, (448, 32, 1 / 16)):
    shown = numbers[numbers <= end]
    powers = shown[np.isin(shown, 2.0**exponents)]
    powers = powers[powers >= end / 30]  # no mutate: those that have room
    ax.vlines(shown, 0, 0.6, color="C0", lw=1)
    ax.vlines(powers, 0, 1, color="C0", lw=2.4)
    for power in powers:
        ax.text(power, 1.1, f"{power:.0f}" if power >= 1 else f"1/{1 / power:.0f}", color="C0", ha="center", fontsize=9)
    ax.set(xlim=(-end / 80, end * 1.02), ylim=(0, 2.3), xticks=[], yticks=[])
    ax.spines["left"].set_visible(False)
axes[0].text(448, 1.1, "448", color="C0", ha="center", fontsize=9)
axes[0].set_title("all of fp8 e4m3: spacing 32 at the end", fontsize=10)
axes[1].set_title("16 + 1 = 17 lies between two marks, 16 and 18", fontsize=10)
axes[1].plot(17, 0.3, "o", color="C1", ms=4)  # no mutate: its height
axes[1].text(17.2, 0.85, "17", color="C1", va="center", fontsize=9)
axes[1].annotate("", (16.1, 0.75), (17, 0.75), arrowprops={"arrowstyle": "->", "color": "C1"})
axes[2].set_title("near zero: below 1/64 the spacing stays 1/512", fontsize=10)
plt.show()

# %% check
# Counted by hand: 8 subnormal codes and 15 exponents of eight codes each, less one for nan.
assert len(numbers) == 8 + 15 * 8 - 1
assert numbers[-1] == 448 and numbers[1] == 1 / 512
# A spacing either repeats the one before it or doubles it.
assert set(gaps[1:] / gaps[:-1]) == {1, 2}
assert gaps[0] == 1 / 512 and gaps[-1] == 32
assert {16.0, 18.0} <= set(numbers) and 17.0 not in numbers
