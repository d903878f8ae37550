"""With weights of deviation 1 a signal overflows float32 on its way through
fifty layers, with 0.01 it becomes zero, and with 1/√fan_in = 0.1 it lasts."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

rng = np.random.default_rng(3)
depth = 50
fan_in = 100
layers = rng.standard_normal((depth, fan_in, fan_in)).astype("float32")
x = rng.standard_normal(fan_in).astype("float32")  # no mutate: any input does

signals = {}
for sigma in (1.0, 0.01, 0.1):
    h = [x]
    with np.errstate(all="ignore"):  # the overflow is what we came to see
        for G in layers:
            h.append(np.float32(sigma) * G @ h[-1])
    signals[sigma] = np.array(h)  # (layer, unit)
    print(f"standard deviation {sigma}: the last layer begins with {h[-1][0]:.3g}")  # no mutate: any entry would do

blues = LinearSegmentedColormap.from_list("", ["#d5e5f3", "#1f6fb2", "#08213a"])
fig, panels = plt.subplots(1, 3, figsize=(7.4, 2.9), sharey=True)
ends = {}
for ax, (sigma, h) in zip(panels, signals.items()):
    lost = ~np.isfinite(h) | (h == 0)
    size = np.log10(np.where(lost, 1, np.abs(h)))  # no mutate: what is lost is masked
    shown = np.ma.array(size, mask=lost)[:, :40]
    ax.imshow(shown.T, cmap=blues, vmin=-45, vmax=38,
              aspect="auto", interpolation="none")
    ax.set(title=f"deviation {sigma:g}", xlabel="layer", yticks=[], facecolor="0.75")
    ends[sigma] = int(np.argmax(lost.any(axis=1))) if lost.any() else None
panels[0].set_ylabel("40 of 100 units")
panels[0].text(ends[1.0] + 1, 20, "nan", fontsize=12, va="center")
panels[1].text(ends[0.01] + 1, 20, "0", fontsize=12, va="center")
plt.show()

# %% check
assert not np.isfinite(signals[1.0][-1]).any()
