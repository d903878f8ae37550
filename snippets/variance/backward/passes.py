"""With twice as many outputs as inputs and fan_in σ² = 1, an independent
gradient doubles its mean square, the output as gradient does more than that,
and the forward signal keeps its size."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(21)
draws = 1000
fan_in = 30
fan_out = 60
gamma = 1.5
sigma = 1 / np.sqrt(fan_in)  # keeps the forward signal

W = rng.normal(0, sigma, (draws, fan_out, fan_in))
x = rng.normal(0, gamma, (draws, fan_in))
o = np.einsum("dij,dj->di", W, x)                 # forward: (draws, fan_out)
delta = rng.exponential(gamma, (draws, fan_out))  # drawn apart, with a mean

squares = {  # for every draw, the factor on the mean square
    "forward": np.mean(o**2, axis=1) / gamma**2,
    "backward, delta independent": np.mean(np.einsum("dij,di->dj", W, delta) ** 2, axis=1) / (2 * gamma**2),
    "backward, delta = o": np.mean(np.einsum("dij,di->dj", W, o) ** 2, axis=1) / gamma**2,
}
predicted = {
    "forward": fan_in * sigma**2,
    "backward, delta independent": fan_out * sigma**2,
    "backward, delta = o": fan_out * (fan_out + fan_in + 1) * sigma**4,
}
measured = {}
print("factor on the mean square        measured  predicted")
for name, values in squares.items():
    measured[name] = values.mean()
    print(f"{name:<31}{measured[name]:10.3f}{predicted[name]:11.3f}")

fig, ax = plt.subplots(figsize=(7, 2.6))
bins = np.linspace(0, 12, 61)
for color, (name, values) in zip(("C0", "C1", "C2"), squares.items()):
    ax.hist(values, bins=bins, color=color, alpha=0.55, label=name)
    ax.axvline(predicted[name], color=color, ls="--", lw=1.5)
ax.text(1.25, 270, "forward", color="C0")
ax.text(2.4, 165, "backward,\nan independent gradient", color="C1")
ax.text(6.3, 90, "backward, the output itself", color="C2")
ax.set(xlabel="factor on the mean square, one draw each", yticks=[], xlim=(0, 12))
ax.grid(False)
plt.show()

# %% check
for name, values in squares.items():  # four of the sample's own standard errors
    assert abs(measured[name] - predicted[name]) < 4 * values.std() / np.sqrt(draws)
