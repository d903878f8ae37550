"""The score of a key that repeats a share c of its query grows like c d, so divided
by √d it runs away with the width, and divided by d it stays at c."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
c = 0.5
draws = 2000
scores = {}
for d in (16, 64, 256):
    q = rng.standard_normal((draws, d))
    noise = rng.standard_normal((draws, d))
    k = c * q + np.sqrt(1 - c**2) * noise
    scores["independent", d] = np.sum(q * noise, axis=1)
    scores["aligned", d] = np.sum(q * k, axis=1)
    found = scores["aligned", d].mean()
    print(f"{d:3}: {found:5.1f}, by √d {found / np.sqrt(d):.2f}, by d {found / d:.2f}")  # no mutate: a look

fig, panels = plt.subplots(3, 2, figsize=(7.4, 3.6), sharex="col")
for row, d in enumerate((16, 64, 256)):
    for ax, divisor in zip(panels[row], (np.sqrt(d), d)):
        for kind, color in (("independent", "0.6"), ("aligned", "C0")):
            ax.hist(scores[kind, d] / divisor, bins=40, color=color, alpha=0.8, density=True)
        ax.set(yticks=[])
        ax.grid(False)
    panels[row, 0].set_xlim(-4.5, 14)  # no mutate: how it looks
    panels[row, 0].set_ylabel(f"d = {d}", rotation=0, ha="right", va="center")
panels[0, 0].set_title("divided by √d", fontsize=10)
panels[0, 1].set_title("divided by d", fontsize=10)
panels[0, 0].text(6, 0.3, "independent", color="0.5")  # no mutate: where it is drawn
panels[0, 0].text(6, 0.18, "aligned", color="C0")  # no mutate: where it is drawn
plt.show()

# %% check
for d in (16, 64, 256):
    # Four standard errors of a mean: the aligned score has variance d (1 + c²).
    assert abs(scores["aligned", d].mean() - c * d) < 4 * np.sqrt(d * (1 + c**2) / draws)
    assert abs(scores["independent", d].std() / np.sqrt(d) - 1) < 4 * np.sqrt((2 + 6 / d) / 4 / draws)
