"""Shapes of one variance differ in their largest weight: 1 deviation for two
values, √3 for uniform ones, and about √(2 ln N) for N normal ones."""
import numpy as np

rng = np.random.default_rng(1)
N = 1_000_000
normal = rng.standard_normal(N)
kept = normal[np.abs(normal) < 2]
weights = {
    "two values": rng.choice([-1, 1], N),
    "uniform": rng.uniform(-1, 1, N) * np.sqrt(3),
    "truncated": kept / 0.8796,
    "normal": normal,
    "Student t, nu = 3": rng.standard_t(3, N) / np.sqrt(3),
}
largest = {name: np.max(np.abs(w)) for name, w in weights.items()}
for name, value in largest.items():
    print(f"{name:18} largest weight {value:6.2f} deviations")

# %% check
import math

bound = math.sqrt(2 * math.log(N))
beyond = N * math.erfc(math.sqrt(math.log(N)))
assert largest["two values"] == 1 and largest["uniform"] < np.sqrt(3) and largest["truncated"] < 2 / 0.8796
assert 4.2 < largest["normal"] < 6.2  # outside: once in a thousand runs
