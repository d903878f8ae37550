"""After a hundred steps the size left by one Gaussian matrix follows its spectral
radius, and scatters far more than that of a hundred fresh ones."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n = 64
steps = 100
draws = 200
sigma = 1 / np.sqrt(n)

sizes = {"fresh": [], "same": []}
radii = []
for draw in range(draws):
    W = rng.normal(0, sigma, (n, n))
    radii.append(abs(np.linalg.eigvals(W)).max())
    start = np.full(n, sigma)  # length 1
    h = start
    for step in range(steps):
        h = W @ h
    sizes["same"].append(np.log10(np.linalg.norm(h)))
    # A fresh matrix turns any vector of length 1 into a Gaussian one.
    stretches = np.linalg.norm(rng.normal(0, sigma, (steps, n)), axis=1)
    sizes["fresh"].append(np.log10(stretches).sum())
fresh, same = np.array(sizes["fresh"]), np.array(sizes["same"])
promised = steps * np.log10(radii)
spread = {"fresh": fresh.std(), "same": same.std()}
middle = {"fresh": np.median(fresh), "same": np.median(same)}
radius = np.mean(radii)
miss = np.median(abs(same - promised))
print(f"fresh: powers of ten {middle['fresh']:5.2f} ± {spread['fresh']:.2f}")  # no mutate: a look
print(f"same:  powers of ten {middle['same']:5.2f} ± {spread['same']:.2f}, radius {radius:.2f}")  # no mutate: a look

fig, (disc, ax) = plt.subplots(1, 2, figsize=(7.4, 3.0), width_ratios=[1, 1.5])
values = np.linalg.eigvals(W)
angle = np.linspace(0, 2 * np.pi, 200)  # no mutate: how it looks
disc.plot(np.cos(angle), np.sin(angle), color="black", ls="--", lw=1.2)
disc.plot(values.real, values.imag, "o", color="C0", ms=3.5)
disc.set(aspect="equal", xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), title="eigenvalues of one draw")  # no mutate: how it looks
disc.grid(False)
bins = np.arange(-6, 12.1, 0.5)  # no mutate: how it looks
ax.hist(fresh, bins=bins, color="0.7")
ax.hist(same, bins=bins, color="C0", alpha=0.8)
ax.text(1.1, 85, "fresh matrices", color="0.5")  # no mutate: where it is drawn
ax.text(4.2, 24, "one matrix", color="C0")  # no mutate: where it is drawn
ax.set(xlabel="size after 100 steps, powers of ten", yticks=[])
ax.grid(False)
plt.show()

# %% check
# Fresh: the log of a chi variable has the mean -1/(2n) and the variance 1/(2n), to first
# order, in units of e; four standard errors. Same: the width bounds what angles add.
unit = np.log(10)
assert abs(fresh.mean() + steps / (2 * n) / unit) < 4 * np.sqrt(steps / (2 * n) / draws) / unit
assert abs(spread["fresh"] * unit / np.sqrt(steps / (2 * n)) - 1) < 4 / np.sqrt(2 * draws)
assert spread["same"] > 3 * spread["fresh"]
assert miss < np.log10(n)
