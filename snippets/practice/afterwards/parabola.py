"""On a parabola with a rate above 2/λ a warm-up of 20 steps only delays the
explosion: the weight shrinks while it lasts and then grows by a tenth per step."""
import numpy as np

lr = 2.1                     # λ is 1
warm_up = 20

weights = [1.0]
for step in range(1, 301):
    rate = lr * min(1, step / warm_up)
    weights.append(weights[-1] - rate * weights[-1])
sizes = np.abs(weights)
back = np.argmax(sizes[warm_up:] > 1) + warm_up
growth = sizes[-1] / sizes[-2]

print(f"after the warm-up: {sizes[warm_up]:.0e}")
print(f"larger than at the start again: step {back}")
print(f"growth per step at the end: {growth:.2f}")

# %% check
assert np.isclose(growth, 1.1)
