"""A fixed step, and momentum 0.9 for large κ, need steps in proportion to κ,
steps that change and tuned momentum to its root, up to a logarithm."""
import matplotlib.pyplot as plt
import numpy as np


def count(kappa, steps, beta=0.0):
    lam = np.linspace(1, kappa, 5).tolist()    # eigenvalues of the Hessian
    e = [1.0] * 5                              # the error along each
    previous = e
    for t, lr in enumerate(steps, start=1):
        moved = [(1 - lr * l) * x + beta * (x - y) for l, x, y in zip(lam, e, previous)]
        previous = e
        e = moved
        if max(e) <= 0.01 and min(e) >= -0.01:     # even the slowest direction
            return t


def constant(lr, kappa):
    return [lr] * (6 * kappa)  # no mutate: all that arrive need less than 5 * kappa


measured = {}
predicted = {}
for kappa in (100, 10_000):
    root = np.sqrt(kappa)
    tuned = ((root - 1) / (root + 1)) ** 2
    mean, half = (kappa + 1) / 2, (kappa - 1) / 2
    N = int(np.ceil(np.arccosh(100) / np.arccosh(mean / half)))    # Chebyshev
    nodes = mean + half * np.cos(np.pi * (np.arange(N) + 0.5) / N)
    measured[kappa] = {
        "short step": count(kappa, constant(1 / kappa, kappa)),
        "best fixed step": count(kappa, constant(2 / (kappa + 1), kappa)),
        "momentum 0.9": count(kappa, constant((1 + np.sqrt(0.9)) ** 2 / kappa, kappa), 0.9),
        "momentum, tuned": count(kappa, constant(4 / (root + 1) ** 2, kappa), tuned),
        "steps that change": count(kappa, 1 / nodes),
    }
    predicted[kappa] = kappa / 2 * np.log(100)
    print(f"kappa {kappa}: best fixed step predicted {predicted[kappa]:.0f}, measured:")
    for method, steps in measured[kappa].items():
        print(f"    {method:18}{steps:6}")

fig, panels = plt.subplots(1, 2, figsize=(7.4, 2.9), sharex=True, sharey=True)
for ax, kappa in zip(panels, measured):
    names = list(measured[kappa])
    values = list(measured[kappa].values())
    colors = ["C1", "C1", "C1", "C2", "C2"]
    ax.barh(names, values, color=colors)
    ax.plot([predicted[kappa]] * 2, [0.5, 1.5], color="black", ls="--")  # no mutate: across a bar
    for place, value in enumerate(values):
        ax.text(value * 1.15, place, f"{value}", va="center")
    ax.set(xscale="log", xlim=(10, 4e5), title=rf"$\kappa$ = {kappa:,}", xlabel="steps to one percent")
    ax.invert_yaxis()
    ax.grid(False)
panels[0].invert_yaxis()  # no mutate: the panels share the axis
plt.show()

# %% check
for kappa, steps in measured.items():
    exact = np.log(100) / np.log((kappa + 1) / (kappa - 1))
    assert steps["best fixed step"] == np.ceil(exact)      # rounded up
    # Twice that, up to the next order, one step, and rounding up.
    assert abs(steps["short step"] - 2 * exact) < 4
    assert steps["steps that change"] < 3 * np.sqrt(kappa)
    r = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    left = [r**t * (1 + (1 + r) * t) for t in (steps["momentum, tuned"] - 1, steps["momentum, tuned"])]
    assert left[1] <= 0.01 < left[0]                       # a double root
# No tolerance: the limit of stability is 2 / kappa.
assert count(100, constant(1.98 / 100, 500))
assert not count(100, constant(2.02 / 100, 500))
