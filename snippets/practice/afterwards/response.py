"""The length of a step against that of the gradient: clipping bends the line at its
limit, a trust ratio and Adam level it, until weight decay, ε or float16 ends that."""
import matplotlib.pyplot as plt
import numpy as np

lr = 0.1
epsilon = 1e-8                   # Adam's
beta = 1e-4                      # weight decay
lost = 2.0**-25                  # half of float16's smallest number
w = np.ones(100) / 10            # weights of length one
direction = np.tile([0.6, 0.8], 50) / np.sqrt(50)
lengths = 10.0 ** np.arange(-12, 7)

steps = {"plain descent": [], "clipping at 1": [], "Adam": [], "LARS": [], "LARS with decay": [], "LARS in float16": []}
for size in lengths:
    g = size * direction
    half = g.astype(np.float16) if size < 1e4 else g  # no mutate: larger ones overflow
    rounded = half.astype(float)
    norm = np.linalg.norm(rounded)
    steps["plain descent"].append(lr * g)
    steps["clipping at 1"].append(lr * g * min(1, 1 / size))
    steps["Adam"].append(lr / 10 * g / (np.abs(g) + epsilon))    # a tenth of the rate, for 100 entries
    steps["LARS"].append(lr * g / size)
    steps["LARS with decay"].append(lr * g / (size + beta))
    steps["LARS in float16"].append(lr * rounded / norm if norm else rounded)
measured = {name: np.linalg.norm(found, axis=1) for name, found in steps.items()}
for name, found in measured.items():
    print(f"{name:15} from {found[0]:.1e} to {found[-1]:.1e}")  # no mutate: a look

fig, ax = plt.subplots(figsize=(7.4, 3.9))
places = {
    "plain descent": (1e2, 1.2), "clipping at 1": (1e-3, 1.6e-5), "Adam": (1e-11, 3e-4), "LARS": (3e-10, 0.25), "LARS with decay": (4e-8, 1.1e-5),  # no mutate: where they are drawn
}
for color, (name, place) in zip(("0.5", "C4", "C2", "C1", "C3"), places.items()):
    ax.plot(lengths, measured[name], color=color, lw=2, ls="-")
    ax.text(*place, name, color=color, fontsize=9)
ax.axvspan(1e-13, lost, color="0.5", alpha=0.15, lw=0)
ax.text(2e-12, 2, "zero in float16", fontsize=10)  # no mutate: where it is drawn
ax.set(xscale="log", yscale="log", xlim=(1e-12, 1e6), ylim=(1e-9, 1e2), xlabel="length of the gradient", ylabel="length of the step")
plt.show()

# %% check
assert np.allclose(measured["LARS"], lr)
assert np.allclose(measured["plain descent"], lr * lengths)
assert np.allclose(measured["clipping at 1"], lr * np.minimum(lengths, 1))
assert np.allclose(measured["LARS with decay"], lr * lengths / (lengths + beta))
