"""Fifty ReLU layers that keep their signal overflow float16 once shortcuts are
put around them, and keep it again if each branch is divided by √50."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(3)
depth = 50
n = 200
layers = rng.normal(0, np.sqrt(2 / n), (depth, n, n))
x = rng.standard_normal(n)  # no mutate: any input does

cases = {"no shortcuts": (0, 1), "with shortcuts": (1, 1), "with shortcuts, branch / √50": (1, 1 / np.sqrt(depth))}
signals = {}
for name, (shortcut, alpha) in cases.items():
    h = [np.float16(x)]
    with np.errstate(all="ignore"):  # the overflow is what we came to see
        for W in layers:
            branch = W @ np.maximum(h[-1], 0)
            h.append(np.float16(shortcut * h[-1] + alpha * branch))
    signals[name] = np.array(h)  # (layer, unit)
lost = {name: ~np.isfinite(h) for name, h in signals.items()}
ends = {name: int(np.argmax(gone.any(axis=1))) for name, gone in lost.items()}
end = ends["with shortcuts"]
print(f"with shortcuts, the first infinity comes in layer {end}")

blues = LinearSegmentedColormap.from_list("", ["#d5e5f3", "#1f6fb2", "#08213a"])
fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.9), sharey=True)
for ax, (name, h) in zip(panels, signals.items()):
    size = np.log10(np.where(lost[name] | (h == 0), 0.01, np.abs(h)))  # no mutate: what is lost is masked
    shown = np.ma.array(size, mask=lost[name])[:, :40]
    ax.imshow(shown.T, cmap=blues, vmin=-2, vmax=5, aspect="auto", interpolation="none")
    ax.set(xlabel="layer", yticks=[], facecolor="0.75")
    ax.set_title(name, fontsize=10)  # no mutate: how it looks
panels[0].set_ylabel("40 of 200 units")
panels[1].text(end + 2, 20, "inf, nan", fontsize=12, va="center")  # no mutate: where it is drawn
plt.show()

# %% check
# √2 per layer reaches 65504 in layer 32, the largest of 200 units (3 deviations) some layers
# earlier; the logarithm of the mean square has a deviation of √(3 · 30 / 200) = 0.7.
assert 22 < end < 36
assert not np.isfinite(signals["with shortcuts"][-1]).any()
assert np.isfinite(signals["no shortcuts"]).all() and np.isfinite(signals["with shortcuts, branch / √50"]).all()
