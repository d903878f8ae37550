"""Behind a normalization three sizes of weights give one and the same signal,
and one step of gradient descent moves them by shares that differ 10⁴ times."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
depth = 50
n = 100
lr = 0.01
layers = rng.standard_normal((depth, n, n))
x = rng.standard_normal(n)  # no mutate: any input does
target = rng.standard_normal(n)  # no mutate: any target does

signals = {}
shares = {}
for sigma in (1.0, 0.01, 0.1):
    u = [x]
    rms = []
    for G in layers:
        z = sigma * G @ u[-1]
        rms.append(np.sqrt(np.mean(z**2)))
        u.append(z / rms[-1])
    signals[sigma] = np.array(u)  # (layer, unit)
    g = u[-1] - target                                  # loss: half of |u - target|²
    delta = (g - u[-1] * np.mean(g * u[-1])) / rms[-1]  # backward through the last normalization
    gradient = np.outer(delta, u[-2])
    shares[sigma] = lr * np.linalg.norm(gradient) / np.linalg.norm(sigma * layers[-1])
    print(f"deviation {sigma:4}: last layer {u[-1][0]:.4f} ..., first step {shares[sigma]:7.2g}")  # no mutate: any entry would do

fig = plt.figure(figsize=(7.4, 3.8))
grid = fig.add_gridspec(2, 3, height_ratios=[1.3, 1])
panels = []
for column, (sigma, signal) in enumerate(signals.items()):
    ax = fig.add_subplot(grid[0, column])
    ax.imshow(np.abs(signal[:, :30]).T, cmap="Blues", vmin=0, vmax=2.5, aspect="auto", interpolation="none")
    ax.set(title=f"deviation {sigma:g}", xlabel="layer", yticks=[])
    panels.append(ax)
panels[0].set_ylabel("30 of 100 units")
bars = fig.add_subplot(grid[1, :])
bars.barh([2, 1, 0], list(shares.values()), color="C1")
for row, (sigma, share) in zip([2, 1, 0], shares.items()):
    bars.text(share * 1.2, row, f"{share:.2g} times their size", va="center")
bars.set(xscale="log", xlim=(1e-4, 1000), yticks=[2, 1, 0], ylim=(-0.6, 2.6), xlabel="how far one step of gradient descent moves the last weights",
         yticklabels=[f"deviation {sigma:g}" for sigma in shares])
bars.grid(False)
plt.show()

# %% check
# The scale cancels exactly; what is left is rounding, some eps per layer.
for sigma, signal in signals.items():
    assert np.allclose(signal, signals[0.1], rtol=0, atol=1e-9)
    assert abs(shares[sigma] * sigma**2 / (shares[0.1] * 0.01) - 1) < 1e-6
