"""Limits of ±2 that do not move with the deviation leave a small one as it is,
and turn a large one into a uniform distribution of deviation 2/√3."""
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
asked = (0.5, 1, 2, 8)
limit = 2
draws = 400_000  # no mutate: the tolerance follows it

def left(c):
    """The variance of a standard normal number between −c and c."""
    lost = 2 * c * math.exp(-c**2 / 2) / math.sqrt(2 * math.pi)
    return 1 - lost / math.erf(c / math.sqrt(2))

got, predicted, errors = {}, {}, {}
w = np.linspace(-limit, limit, 200)  # no mutate: fine enough to draw
fig, panels = plt.subplots(1, 4, figsize=(7.4, 2.3), sharey=True)
for ax, std in zip(panels, asked):
    drawn = rng.normal(0, std, draws)
    kept = drawn[np.abs(drawn) < limit]
    got[std] = kept.std()
    predicted[std] = std * math.sqrt(left(limit / std))
    errors[std] = np.std(kept**2) / (2 * predicted[std] * np.sqrt(len(kept)))
    density = np.exp(-(w / std)**2 / 2)
    ax.hist(kept, bins=np.linspace(-limit, limit, 41), density=True, color="C0", alpha=0.6)
    ax.plot(w, density / np.trapezoid(density, w), color="black", ls="--", lw=1.4)
    ax.set(title=f"asked for {std}", yticks=[], xticks=[-2, 0, 2], xlabel=f"got {got[std]:.3f}")  # no mutate: a look
    ax.grid(False)
    print(f"std={std}: got {got[std]:.3f} (predicted {predicted[std]:.3f})")
plt.show()

# %% check
two = math.sqrt(left(2))
most = limit / math.sqrt(3)
for std in asked:
    assert abs(got[std] - predicted[std]) < 4 * errors[std] and predicted[std] < most
