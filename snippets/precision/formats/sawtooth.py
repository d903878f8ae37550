"""Rounding to fp8 e4m3 is never off by more than one part in sixteen while numbers
are normal, and loses everything from 1/1024 down and above 464."""
import matplotlib.pyplot as plt
import numpy as np

digits = 3
lowest = -6
largest = 448
u = 2.0 ** -(digits + 1)             # the bound: one part in sixteen

x = 2.0 ** np.linspace(-11, 9.2, 1500)
exponent = np.maximum(np.floor(np.log2(x)), lowest)
spacing = 2.0 ** (exponent - digits)
y = np.round(x / spacing) * spacing
error = abs(y - x) / x
fits = y <= largest
normal = fits & (x >= 2.0**lowest)
worst = error[normal].max()
print(f"worst error of a normal number: {worst:.4f} (bound {u})")
print(f"worst error of a subnormal number: {error[x < 2.0**lowest].max():.2f}")

fig, ax = plt.subplots(figsize=(7.2, 3.1))
ax.axvspan(-11, lowest, color="0.5", alpha=0.15, lw=0)
ax.axvspan(np.log2(464), 9.2, color="0.5", alpha=0.3, lw=0)
ax.plot(np.log2(x[fits]), 100 * error[fits], color="C0", lw=1.2)
ax.plot([lowest, np.log2(464)], [100 * u, 100 * u], color="black", ls="--")
ax.text(1.3, 9, "never above 1/16", ha="center")
ax.text(-6.2, 60, "subnormal: the\nspacing stays", ha="right", fontsize=9)
ax.text(8.7, 60, "overflow", ha="right", fontsize=9)
ax.set(xlim=(-11, 9.2), ylim=(0, 104), xlabel="number", ylabel="rounding error in percent",
       xticks=[-10, -6, -3, 0, 3, 6, 9], xticklabels=["1/1024", "1/64", "1/8", "1", "8", "64", "512"])
plt.show()

# %% check
# Exact: the worst number is halfway above a power of two, at 1 + u, where the
# error is u / (1 + u). The grid of points misses it by less than a hundredth.
assert 0.99 * u / (1 + u) < worst <= u / (1 + u)
assert error[x <= 2.0 ** (lowest - digits - 1)].min() == 1    # half of the smallest number or less is zero
assert y[fits].max() == largest
