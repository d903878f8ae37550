"""Powers of a matrix with the spectral radius 1/2 overflow float16 in step 5,
and fall below one only after more than fifty steps."""
import matplotlib.pyplot as plt
import numpy as np

T = 0.5 * np.eye(8) + 10 * np.eye(8, k=1)
radius = abs(np.linalg.eigvals(T)).max()  # no mutate: all are equal

power = np.eye(8)
small = np.eye(8, dtype="float16")
largest = []
overflow = None
for step in range(1, 101):
    power = T @ power
    largest.append(abs(power).max())
    with np.errstate(over="ignore", invalid="ignore"):
        small = T.astype("float16") @ small
    if overflow is None and not np.isfinite(small).all():
        overflow = step
peak = int(np.argmax(largest)) + 1
top = max(largest)
calm = int(np.flatnonzero(np.array(largest) > 1)[-1]) + 2
print(f"spectral radius {radius:g}: overflow of float16 in step {overflow},")
print(f"largest entry {top:.1e} in step {peak}, below 1 from step {calm} on")

fig, ax = plt.subplots(figsize=(6.4, 3))
steps = np.arange(1, 101)
ax.semilogy(steps, largest, color="C2", ls="-")
ax.fill_between(steps, 1, np.maximum(largest, 1), color="C2", alpha=0.2, lw=0)
ax.semilogy(steps, radius**steps, color="black", ls="--", lw=1.3)
ax.axhline(65504, color="0.5", lw=1.4, ls="-")
ax.text(100, 3e5, "largest number of float16", ha="right", color="0.5")
ax.text(20, 1e-4, r"$\rho^k$")
ax.text(60, 10, "largest entry of $T^k$")
ax.set(xlabel="step $k$", ylim=(1e-13, 1e12), yticks=[1e-10, 1e-5, 1, 1e5, 1e10])
plt.show()

# %% check
# Nothing is random. The corner that five steps reach is 10⁵.
assert radius == 0.5
assert overflow == 5
assert calm > 50
