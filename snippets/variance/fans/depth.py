"""A factor of 4 in one layer stays 4, swapped fans undo each other, and a
factor forgotten in each of twelve layers is raised to the twelfth power."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(6)
depth = 12
networks = 60  # no mutate: the tolerance follows it
cases = {"wrong in layer 3 only": ([64] * 13, lambda layer, fan_in, fan_out: fan_in * 4 if layer == 3 else fan_in),
         "swapped in every layer": ([64, 256] * 6 + [64], lambda layer, fan_in, fan_out: fan_out),
         "4 forgotten in every layer": ([64] * 13, lambda layer, fan_in, fan_out: 4 * fan_in)}
measured = {}
predicted = {}
ends = {}
for name, (widths, counted) in cases.items():
    squares = np.zeros((networks, depth))  # no mutate: filled below
    factors = []
    for layer in range(1, depth + 1):
        fan_in, fan_out = widths[layer - 1], widths[layer]
        factors.append(fan_in / counted(layer, fan_in, fan_out))
    predicted[name] = np.cumprod(factors)
    for network in range(networks):
        h = rng.standard_normal(widths[0])
        for layer in range(1, depth + 1):
            fan_in, fan_out = widths[layer - 1], widths[layer]
            h = rng.normal(0, 1 / np.sqrt(counted(layer, fan_in, fan_out)), (fan_out, fan_in)) @ h
            squares[network, layer - 1] = np.mean(h**2)
    measured[name] = squares.mean(axis=0)
    ends[name] = (measured[name][-1], predicted[name][-1])
    print(f"{name}, after {depth} layers: {ends[name][0]:.2g} (predicted {ends[name][1]:.2g})")

fig, axes = plt.subplots(1, 3, figsize=(7.6, 3), sharey=True)
layers = np.arange(1, depth + 1)
for ax, name in zip(axes, cases):
    ax.bar(layers, measured[name] - 1, bottom=1, color="C0", alpha=0.5)
    ax.plot(layers, predicted[name], "_", color="black", ms=11, mew=2)
    ax.set(yscale="log", ylim=(1e-8, 10), xticks=[1, 4, 8, 12], xlabel="layer")
    ax.set_title(name, fontsize=10)
axes[0].set_ylabel("mean square of the signal")
plt.show()

# %% check
# The relative variance of one network is at most the product of 1 + 2/width over the input and the layers.
for name, (widths, counted) in cases.items():
    error = np.sqrt((np.prod(1 + 2 / np.array(widths)) - 1) / networks)
    assert np.all(np.abs(measured[name] / predicted[name] - 1) < 4.5 * error)
