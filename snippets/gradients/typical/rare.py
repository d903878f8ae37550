"""For width 4 and a hundred layers at Xavier's scale, nine tenths of the mean
of one come from networks so rare that nobody will draw one."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
draws = 20_000
depth = 100
n = 4

# A layer multiplies the mean square by χ²/n with n degrees of freedom.
# Weighted by its value, χ² with n degrees of freedom becomes χ² with n + 2.
typical = np.log10(rng.chisquare(n, (draws, depth)) / n).sum(axis=1)
carriers = np.log10(rng.chisquare(n + 2, (draws, depth)) / n).sum(axis=1)

psi_2 = 1 - np.euler_gamma
psi_3 = psi_2 + 1 / 2
predicted = {
    "typical": depth * (np.log(2 / n) + psi_2) / np.log(10),
    "carriers": depth * (np.log(2 / n) + psi_3) / np.log(10),
}
size_of_carriers = 10 ** predicted["carriers"]
measured = {"typical": typical.mean(), "carriers": carriers.mean()}
least = np.quantile(carriers, 0.1)
# How often does a network reach that? Count carriers, and take the weight 10^-size back.
one_in = 1 / np.mean((carriers >= least) / 10**carriers)
for name in predicted:
    print(f"{name:9} mean square of 10^{measured[name]:.1f} (predicted 10^{predicted[name]:.1f})")
print(f"nine tenths of the mean: 10^{least:.1f} or more, one network in {one_in:.0e}")

fig, ax = plt.subplots(figsize=(7, 3.1))
bins = np.arange(-28, 24, 0.5)
ax.hist(typical, bins=bins, density=True, color="C0", alpha=0.7)
ax.hist(carriers, bins=bins, density=True, color="C3", alpha=0.7)
ax.axvline(0, color="black", ls="--", lw=1.2)
ax.text(-15, 0.105, "networks", color="C0", ha="right")
ax.text(13.5, 0.105, "what the mean\nis made of", color="C3")
ax.text(-0.3, 0.15, "the mean", ha="right", va="top")
ticks = [-24, -12, 0, 12, 24]
ax.set(xlabel="mean square after a hundred layers", yticks=[], xlim=(-28, 24), ylim=(0, 0.155),
       xticks=ticks, xticklabels=[f"$10^{{{t}}}$" if t else "1" for t in ticks])
ax.grid(False)
ax.spines["left"].set_visible(False)
plt.show()

# %% check
# Four standard errors of a mean logarithm, with ψ′(2) and ψ′(3) per layer.
for name, variance in (("typical", np.pi**2 / 6 - 1), ("carriers", np.pi**2 / 6 - 1.25)):
    error = np.sqrt(depth * variance / draws) / np.log(10)
    assert abs(measured[name] - predicted[name]) < 4 * error
# Markov, for any quantity of mean one: 10^-least is a bound.
assert one_in > 10**least
assert 1e7 < one_in < 1e9
