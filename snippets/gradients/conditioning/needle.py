"""Layers that stretch by 2 and squeeze to 1/2 make a needle where their
directions agree, and undo each other where each is turned by a right angle."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
depth = 4
A = np.diag([2, 1 / 2])                        # every layer, up to a turn
turns = {
    "same directions": np.zeros(depth),
    "random turns": rng.uniform(0, np.pi, depth),
    "quarter turns": np.full(depth, np.pi / 2),
}
angles = np.linspace(0, 2 * np.pi, 97)  # no mutate: any fine grid draws the same circle
circle = np.stack([np.cos(angles), np.sin(angles)])

shapes = {}
kappa = {}
for name, turn in turns.items():
    P = np.eye(2)
    shapes[name] = [circle]
    kappa[name] = [1.0]
    for a in turn:
        rotation = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        P = A @ rotation @ P
        longest = np.linalg.norm(P, 2)
        shapes[name].append(P @ circle / longest)      # drawn at one length
        kappa[name].append(np.linalg.cond(P))
    listed = ", ".join(f"{value:.3g}" for value in kappa[name])
    print(f"{name:15}: kappa = {listed}")

fig, panels = plt.subplots(3, depth + 1, figsize=(7.2, 4.9), sharex=True, sharey=True)
for row, name in enumerate(turns):
    panels[row, 0].set_ylabel(name, fontsize=11)
    for layer in range(depth + 1):
        ax = panels[row, layer]
        ax.fill(*shapes[name][layer], fc=("C1", 0.3), ec="C1", lw=2)  # no mutate: its shade and edge
        ax.text(0, -1.5, rf"$\kappa$ = {kappa[name][layer]:.3g}", ha="center")
        ax.set(aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.6, 1.1), xticks=[], yticks=[])
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.grid(False)
        panels[0, layer].set_title(f"{layer} layers" if layer != 1 else "1 layer", fontsize=11)
plt.show()

# %% check
# Powers of two, up to the rounding of the sines: of kappa times some units.
most = 4.0 ** np.arange(depth + 1)
assert np.allclose(kappa["same directions"], most, rtol=1e-9)
assert np.allclose(kappa["quarter turns"], [1, 4, 1, 4, 1], rtol=1e-9)
assert np.all(kappa["random turns"] <= most * (1 + 1e-9))
