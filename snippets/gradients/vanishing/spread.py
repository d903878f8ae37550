"""In a sigmoid network whose gradients vanish all inputs become one, in the
layer that theory predicts; at the critical scale they stay apart for longer."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
n = 192
depth = 30
batch = 32
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
X = rng.standard_normal((batch, n))

chi = 0.05572                                        # at scale 1, see critical.py
predicted = 1 + np.log(np.finfo(float).eps / 2) / np.log(np.sqrt(chi))
spread = {}
for sigma_w, q in ((1, 0.2647), (10.149, 45.62)):
    H = X * np.sqrt(q) / sigma_w
    spread[sigma_w] = []
    for G_l in G:
        Z = sigma_w * H @ G_l.T
        H = 1 / (1 + np.exp(-Z))
        spread[sigma_w].append(np.sqrt(Z.var(axis=0).mean() / np.mean(Z**2)))
    spread[sigma_w] = np.array(spread[sigma_w])

stuck = spread[1][1:] > spread[1][:-1] / 2           # no longer shrunk by the next layer
measured = 1 + int(np.argmax(stuck))
predicted_fall = chi**5
measured_fall = spread[1][19] / spread[1][9]
print(f"from layer 10 to 20 they fall by {measured_fall:.1e} (predicted {predicted_fall:.1e})")
print(f"they reach the rounding of float64 about here: layer {predicted:.0f}")
left = spread[10.149][29]
print(f"at the critical scale a spread of {left:.2f} is left in layer 30")

layer = np.arange(1, depth + 1)
fig, ax = plt.subplots(figsize=(6.8, 3.4))
ax.axhspan(0, np.finfo(float).eps, color="0.5", alpha=0.25, lw=0)  # no mutate: off the axis
ax.semilogy(layer, chi ** ((layer - 1) / 2), color="black", ls="--")
for number, (sigma_w, values) in enumerate(spread.items()):
    ax.semilogy(layer, values, "os"[number], color="C0")
ax.text(14, 3e-7, r"$\sigma_w$ = 1: theory and run")
ax.text(17, 1.2, r"$\sigma_w$ = 10.149", color="C0")
ax.text(2, 5e-18, "rounding of float64")
ax.set(xlabel="layer", ylabel="spread across inputs", ylim=(1e-18, 10),
       yticks=[1, 1e-5, 1e-10, 1e-15])
plt.show()

# %% check
# Four standard deviations of a logarithm: ten layers, 2.1 / (4 n) each.
assert abs(np.log(measured_fall / predicted_fall)) < 2 * np.sqrt(21 / n)
# The noise of a sum of n terms is above one rounding, so the floor comes up to
# two layers early; the logarithm of the spread scatters by less than a layer.
assert -2.5 < measured - predicted < 1.5
# One is at the level of rounding when the other is alive.
assert spread[1][29] < 1e-15
assert left > 0.02
