"""Sixteen hidden units that start as copies of one bend a curve once, however
long they train; sixteen different ones follow the data."""
import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(-2, 2, 33)
y = np.sin(3 * x) + 0.8 * x


def train(w, b, v):
    for _ in range(4000):
        h = np.tanh(x[:, None] * w + b)                   # (batch, width)
        r = (h * v).sum(axis=1) - y
        delta = r[:, None] * v * (1 - h**2)
        w = w - 0.05 * (delta * x[:, None]).mean(axis=0)
        b = b - 0.05 * delta.mean(axis=0)
        v = v - 0.05 * (r[:, None] * h).mean(axis=0)
    return np.tanh(x[:, None] * w + b) * v                # what each unit adds


rng = np.random.default_rng(8)
w = 2 * rng.standard_normal(16)
b = 2 * rng.standard_normal(16)
v = rng.standard_normal(16) / 4
copies = (np.full(16, w[0]), np.full(16, b[0]), np.full(16, v[0]))

terms = {"sixteen copies of one unit": train(*copies), "sixteen different units": train(w, b, v)}
loss = {}
for name, units in terms.items():
    loss[name] = ((units.sum(axis=1) - y) ** 2).mean() / 2
    print(f"{name}: loss {loss[name]:.4f}")

fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
for ax, (name, units) in zip(panels, terms.items()):
    ax.plot(x, units, color="0.5", ls="-", lw=0.9)
    ax.plot(x, y, "o", color="black", ms=3.5)
    ax.plot(x, units.sum(axis=1), color="C0", ls="-", lw=2.6)
    ax.set(title=name, xticks=[], yticks=[], ylim=(-2.4, 2.4))
    ax.grid(False)
    ax.spines[["left", "bottom"]].set_visible(False)
panels[0].text(-2, -2.2, "gray: what each unit adds")
panels[0].text(0.2, -0.75, "network", color="C0")
panels[0].text(-1.3, 1.15, "data")
plt.show()

# %% check
copied, different = terms.values()
# No tolerance: equal numbers, the same operations.
assert np.ptp(copied, axis=1).max() == 0
# One tanh is monotone, so the network is; the data turn back twice and more.
steps = np.diff(copied.sum(axis=1))
assert np.all(steps >= 0) or np.all(steps <= 0)
# A monotone curve misses the wave. Over other seeds the ratio is 5 to 160.
assert loss["sixteen copies of one unit"] > 3 * loss["sixteen different units"]
