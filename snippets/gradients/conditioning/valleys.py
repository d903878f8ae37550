"""Gradient descent zigzags through the valley that features of different scale
make; a shorter step does not, and is slower; standardized, two steps are enough."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
batch = 1000
X = rng.standard_normal((batch, 2)) * [1, 4]           # deviations 1 and 4
X = X - X.mean(axis=0)
w_star = np.array([1.0, 1.0])                          # the best weights

runs = {}
for name, data, share in (("raw, best step", X, 2), ("raw, short step", X, 1),
                          ("standardized", X / X.std(axis=0), 2)):
    H = data.T @ data / batch                          # the Hessian
    lam = np.linalg.eigvalsh(H)                        # ascending
    kappa = lam[1] / lam[0]
    lr = share / (lam[1] + (lam[0] if share == 2 else 0))
    e = -w_star                                        # start at w = 0
    path = [e]
    while np.linalg.norm(e) > 0.01 * np.linalg.norm(w_star):
        e = e - lr * H @ e
        path.append(e)
    predicted = np.log(100) / np.log((kappa + 1) / (kappa - 1))
    runs[name] = (H, np.array(path), kappa, predicted)
    print(f"{name}: kappa {kappa:.2f}, {len(path) - 1} steps (best step: predicted {predicted:.1f})")

side = np.linspace(-1.3, 1.3, 61)  # no mutate: any fine grid draws the same contours
a, b = np.meshgrid(side, side)
fig, panels = plt.subplots(1, 3, figsize=(7.4, 3.0), sharex=True, sharey=True)
for ax, (name, (H, path, kappa, predicted)) in zip(panels, runs.items()):
    loss = (H[0, 0] * a**2 + 2 * H[0, 1] * a * b + H[1, 1] * b**2) / 2
    levels = loss.max() * np.linspace(0.02, 1, 8) ** 2  # no mutate: any levels show the valley
    ax.contour(a, b, loss, levels=levels, colors="black", alpha=0.3, linewidths=0.8)
    ax.plot(*path.T, color="C1", ls="-", lw=1.5, marker="o", ms=3.5)
    ax.plot(0, 0, "*", color="black", ms=11)
    ax.set(title=f"{name}\n{len(path) - 1} steps", aspect="equal", xlim=(-1.3, 1.3),
           ylim=(-1.3, 1.3), xticks=[], yticks=[])
    ax.grid(False)
panels[0].set(xlabel="weight of the small feature", ylabel="weight of the large")
plt.show()

# %% check
raw = runs["raw, best step"][1]
# Exact: with two eigenvalues the best step keeps one share of both errors.
for name in ("raw, best step", "standardized"):
    assert len(runs[name][1]) - 1 == np.ceil(runs[name][3])
# Two steps leave r**2, and |r| is above 0.1 beyond three standard deviations only.
assert len(runs["standardized"][1]) - 1 <= 2
# No tolerance: signs. The steep error changes its sign in every step, or never.
steep = np.linalg.eigh(runs["raw, best step"][0])[1][:, 1]
zigzag = raw @ steep
assert np.all(zigzag[1:] * zigzag[:-1] < 0)
assert len(runs["raw, short step"][1]) > 1.5 * len(raw)
