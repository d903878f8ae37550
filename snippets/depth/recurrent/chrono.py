"""With memories of 2 to 1000 steps spread evenly over the cells, a part of the
gradient outlasts hundreds of steps; with a bias of one nothing does."""
import numpy as np

rng = np.random.default_rng(8)
cells = 5000
longest = 1000

b = np.log(rng.uniform(1, longest - 1, cells))
gates = 1 / (1 + np.exp(-b))
one = 1 / (1 + np.exp(-1))

kept = {}
predicted = {}
single = {}
for steps in (10, 100, 1000):
    kept[steps] = np.mean(gates**steps)
    memories = np.linspace(2, longest, 100_001)  # no mutate: any fine grid
    predicted[steps] = np.mean((1 - 1 / memories) ** steps)
    single[steps] = one**steps
    print(f"{steps:4} steps: {kept[steps]:.2f} (predicted {predicted[steps]:.2f}),",
          f"bias one {single[steps]:.0e}")

# %% check
# A mean of numbers between 0 and 1: a deviation of at most 1/2, four standard errors.
for steps in kept:
    assert abs(kept[steps] - predicted[steps]) < 4 * 0.5 / np.sqrt(cells)
