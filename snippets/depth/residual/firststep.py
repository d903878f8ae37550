"""Branches that start at zero learn to push in one direction: the first step moves
the output L times as far, and by Fixup's factor L^(-1/(2m-2)) as far as one block."""
import numpy as np

rng = np.random.default_rng(9)
n = 200
m = 3       # matrices in a branch, the last one zero
lr = 1e-6   # small, so that each branch still sees the input

moved = {}
for depth in (1, 10, 100):
    for rule, c in ("plain", 1), ("Fixup", depth ** (-1 / (2 * m - 2))):
        x = rng.standard_normal(n)
        g = rng.standard_normal(n)              # the gradient at the output
        h = x
        for block in range(depth):
            a = h                               # at zero branches, every block sees h = x
            for layer in range(m - 1):
                W = c * rng.normal(0, np.sqrt(2 / n), (n, n))
                a = np.maximum(W @ a, 0)
            last = -lr * np.outer(g, a)         # the zero matrix after one step
            h = h + last @ a
        moved[rule, depth] = np.linalg.norm(h - x) / (lr * np.linalg.norm(g) * np.sum(x**2))
    print(f"{depth:3} blocks push {moved['plain', depth]:6.2f} times as far as an average one,",
          f"with Fixup {moved['Fixup', depth]:.2f} times")

# %% check
# The logarithm of one branch's mean square scatters by √(5 · 2/200), the sum of L by less: five deviations.
for (rule, depth), size in moved.items():
    assert abs(np.log(size / (depth if rule == "plain" else 1))) < 5 * np.sqrt(5 * 2 / n / depth)
