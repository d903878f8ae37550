"""In a layer of five units the entries of one output vector say almost
nothing about the formula; in a wide layer their mean square follows it."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
draws = 600
mean_squares = {}  # width → what one draw of the layer says, for every draw
lows = {}
highs = {}
for n in (5, 20, 60, 200):
    x = rng.standard_normal(n)  # no mutate: any direction does
    x *= np.sqrt(n) / np.linalg.norm(x)               # one input, mean square 1
    W = rng.normal(0, 1 / np.sqrt(n), (draws, n, n))  # fan_in σ² = 1
    mean_squares[n] = np.mean((W @ x) ** 2, axis=1)
    lows[n], highs[n] = np.quantile(mean_squares[n], [0.05, 0.95])
    print(f"width {n:3d}: nine draws in ten between {lows[n]:.2f} and {highs[n]:.2f}")

fig, ax = plt.subplots(figsize=(6.4, 3))
shapes = ax.violinplot(list(mean_squares.values()), orientation="horizontal", showextrema=False)
for shape in shapes["bodies"]:
    shape.set(facecolor="C0", alpha=0.6)  # no mutate: how it looks
ax.axvline(1, color="0.5", ls="--", lw=1.4)
ax.text(1.03, 4.55, "the formula", color="0.5")
ax.set(yticks=[1, 2, 3, 4], yticklabels=[f"width {n}" for n in mean_squares],
       xlim=(0, 3.6), ylim=(0.4, 4.9), xlabel="mean square of the outputs, one draw each")
plt.show()

# %% check
# n times the mean square is chi-squared with n degrees of freedom: mean 1,
# variance 2/n, fourth central moment 12/n² (1 + 4/n).
for n, values in mean_squares.items():
    assert abs(values.mean() - 1) < 4 * np.sqrt(2 / n / draws)
    assert abs(values.var() / (2 / n) - 1) < 4 * np.sqrt((2 + 12 / n) / draws)
assert abs(lows[5] - 0.229) < 0.07    # exact 5 % point, four standard errors
assert abs(highs[5] - 2.214) < 0.42   # exact 95 % point, likewise
