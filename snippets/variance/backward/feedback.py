"""With the loss ½‖h_L‖² the gradient of a wide linear network grows L + 1
times in the mean square, where an independent gradient keeps its size."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(12)
draws = 40
width = 150
depth = 8

fed = np.empty((draws, depth))
free = np.empty((draws, depth))
size = np.empty((draws, depth))
for draw in range(draws):
    x = rng.standard_normal(width)
    product = np.eye(width)
    for layer in range(depth):
        product = rng.normal(0, 1 / np.sqrt(width), (width, width)) @ product
        top = product @ x                                 # gradient of ½‖h‖²
        size[draw, layer] = np.mean(top**2)
        fed[draw, layer] = np.mean((product.T @ top) ** 2)
        other = rng.standard_normal(width)                # drawn apart from W
        free[draw, layer] = np.mean((product.T @ other) ** 2)

measured = fed.mean(axis=0) / size.mean(axis=0)
independent = free.mean(axis=0)
predicted = np.arange(1, depth + 1) + 1.0
for layer in (0, depth - 1):  # no mutate: which of the layers are printed
    L = layer + 1  # no mutate: as they are called
    print(f"{L} layers: output as gradient {measured[layer]:.2f} (predicted {predicted[layer]:.0f}), "
          f"independent {independent[layer]:.2f} (predicted 1)")

fig, ax = plt.subplots(figsize=(6.6, 3))
places = np.arange(1, depth + 1)
ax.bar(places - 0.2, measured, width=0.38, color="C2")
ax.bar(places + 0.2, independent, width=0.38, color="C1")
ax.plot(places - 0.2, predicted, "_", color="black", ms=22, mew=1.5)
ax.text(0.5, 8.3, "the output itself as gradient", color="C2")
ax.text(8.6, 0.75, "an independent gradient", color="C1")
ax.set(xlabel="layers", ylabel="growth of the mean square", xticks=places, xlim=(0.3, 11.8))
ax.grid(False)
plt.show()

# %% check
# Finite width adds about L²/width of the prediction; the mean of forty draws
# has a relative standard error of about √(6 L/width/draws) for either.
for layer in range(depth):
    L = layer + 1
    error = 4 * np.sqrt(6 * L / width / draws)
    assert abs(measured[layer] / predicted[layer] - 1) < error + L**2 / width
    assert abs(independent[layer] - 1) < error
