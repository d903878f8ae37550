"""The scale at which the typical product keeps its size lies above the one at
which the mean square does, the more so the narrower the layers are."""
import matplotlib.pyplot as plt
import numpy as np

widths = np.arange(1, 1001)  # no mutate: to which width the curve is drawn
psi = {1: -np.euler_gamma - np.log(4), 2: -np.euler_gamma}  # psi[n] is ψ(n/2)
for n in widths[:-2]:
    psi[n + 2] = psi[n] + 2 / n                             # ψ(x + 1) = ψ(x) + 1/x
exponents = np.array([(np.log(2) + psi[n]) / 2 for n in widths])  # λ₁ at σ = 1
critical = np.exp(-exponents)
xavier = 1 / np.sqrt(widths)

rng = np.random.default_rng(2)
draws = 4000
predicted = {}
measured = {}
at_xavier = {}
print("width  critical σ  measured  λ₁ at Xavier's σ")
for n in (1, 2, 4, 10, 100, 1000):
    stretch = np.sqrt(rng.chisquare(n, draws))              # of one Gaussian matrix with σ = 1
    predicted[n] = np.exp(-(np.log(2) + psi[n]) / 2)
    measured[n] = np.exp(-np.log(stretch).mean())
    at_xavier[n] = (np.log(2 / n) + psi[n]) / 2
    print(f"{n:5d}{predicted[n]:12.4f}{measured[n]:10.4f}{at_xavier[n]:19.4f}")

gain = critical / xavier  # the scale σ√n that keeps the typical product
shown = np.unique(np.geomspace(1, 1000, 60).astype(int)) - 1  # no mutate: points of the curve
fig, ax = plt.subplots(figsize=(6.8, 3.4))
ax.fill_between([1, 1000], 0.7, 1, color="0.5", alpha=0.25, lw=0)
ax.fill_between(widths[shown], 1, gain[shown], color="C3", alpha=0.35, lw=0)
ax.fill_between(widths[shown], gain[shown], 2, color="C0", alpha=0.35, lw=0)
ax.plot(widths[shown], gain[shown], color="black", ls="--")
ax.plot(list(measured), [measured[n] * np.sqrt(n) for n in measured], "o", color="C0")
ax.text(60, 1.5, "mean and typical network grow", ha="center")
ax.text(60, 0.83, "mean and typical network shrink", ha="center")
pointer = {"arrowstyle": "-", "color": "black"}
ax.annotate("mean grows,\ntypical network shrinks", (2.2, 1.13), (7, 1.2), arrowprops=pointer)
ax.set(xscale="log", xlim=(1, 1000), ylim=(0.7, 2), xlabel="width $n$", ylabel=r"scale $\sigma\sqrt{n}$",
       yticks=[0.75, 1, 1.25, 1.5, 1.75])
ax.set_xticks([1, 2, 4, 10, 100, 1000], [1, 2, 4, 10, 100, 1000])
ax.minorticks_off()
ax.grid(False)
plt.show()

# %% check
# Four standard errors of a mean logarithm, whose variance is ψ′(n/2)/4: at
# most π²/8 for n = 1, and below 1/(2n) + 1/n² for all others.
for n, value in measured.items():
    variance = np.pi**2 / 8 if n == 1 else 1 / (2 * n) + 1 / n**2
    assert abs(np.log(value / predicted[n])) < 4 * np.sqrt(variance / draws)
assert (gain > 1).all()
assert (np.diff(gain) < 0).all()
