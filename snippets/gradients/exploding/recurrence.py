"""Products of fresh matrices at Xavier's scale drift alike, powers of one go
their own ways; its spectral radius predicts a power's end, and the radii of
the factors do not predict that of a product."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
n = 16
depth = 100
nets = 60
sigma = 1 / np.sqrt(n)
k = np.arange(1, n // 2)
rate = np.log(sigma) + (np.log(2) - np.euler_gamma + (1 / k).sum()) / 2
drift = depth * rate / np.log(10)  # powers of ten
spread = np.sqrt(depth * (np.pi**2 / 6 - (1 / k**2).sum()) / 4) / np.log(10)

decades = {"fresh": np.zeros((depth + 1, nets)), "repeated": np.zeros((depth + 1, nets))}
radii = {}
for kind, path in decades.items():
    W = rng.normal(0, sigma, (nets, n, n))
    h = np.full((nets, n, 1), sigma)  # norm 1
    radii[kind] = np.zeros(nets)      # of all factors together, in decades
    radius = np.log10(abs(np.linalg.eigvals(W)).max(axis=1))
    for layer in range(1, depth + 1):
        h = W @ h
        path[layer] = np.log10(np.linalg.norm(h, axis=(1, 2)))
        radii[kind] += radius
        if kind == "fresh":
            W = rng.normal(0, sigma, (nets, n, n))
            radius = np.log10(abs(np.linalg.eigvals(W)).max(axis=1))
ends = {kind: path[-1] for kind, path in decades.items()}
mean_fresh, mean_repeated = [end.mean() for end in ends.values()]
spread_fresh, spread_repeated = [end.std() for end in ends.values()]
promise = radii["fresh"].mean()
miss = np.median(abs(ends["repeated"] - radii["repeated"]))
wide = rng.normal(0, 1 / 8, (nets, 64, 64))  # no mutate: a scale shifts all radii alike
spread_wide = depth * np.log10(abs(np.linalg.eigvals(wide)).max(axis=1)).std()
print("size after a hundred layers, powers of ten")
print(f"fresh:    {mean_fresh:5.2f} ± {spread_fresh:.2f} (predicted {drift:.2f} ± {spread:.2f})")
print(f"          {promise:5.2f} by their spectral radii")
print(f"repeated: {mean_repeated:5.2f} ± {spread_repeated:.2f}, {miss:.2f} off the radii")
print(f"          at width 64 ± {spread_wide:.2f}")

fig, (left, middle, right) = plt.subplots(1, 3, figsize=(7.6, 3.1), width_ratios=[1, 1, 1.1])
layers = np.arange(0, depth + 1, 20)
left.plot(layers, decades["fresh"][layers, :10], color="C0", ls="-", lw=0.9)
middle.plot(layers, decades["repeated"][layers, :10], color="C2", ls="-", lw=0.9)
for ax, title in ((left, "fresh matrices"), (middle, "one matrix repeated")):
    ax.set(ylim=(-9, 21), xlabel="layer", title=title)
left.plot([0, depth], [0, drift], color="black", ls="--")
left.set_ylabel("size, powers of ten")
right.plot([-9, 21], [-9, 21], color="black", ls="--", lw=1.2)
right.plot(radii["repeated"], ends["repeated"], "o", color="C2", ms=3.5, alpha=0.7)
right.plot(radii["fresh"], ends["fresh"], "o", color="C0", ms=3.5, alpha=0.7)
right.text(-8, 11, "repeated", color="C2")
right.text(3, -6, "fresh", color="C0")
right.set(xlim=(-9, 21), ylim=(-9, 21), xlabel="promised by spectral radii", title="where they end")
plt.show()

# %% check
# Four standard errors: of a mean, and of a standard deviation.
assert abs(mean_fresh - drift) < 4 * spread / np.sqrt(nets)
assert abs(spread_fresh - spread) < 4 * spread / np.sqrt(2 * nets)
# By the claim: the width for the angles between eigenvectors, three times the
# spread, and radii that promise growth where the products shrink.
assert miss < np.log10(n)
assert spread_repeated > 3 * spread
assert promise > 1 and mean_fresh < -1
