"""Branches that start at zero learn to push in one direction: the first step
moves the output L times as far, with Fixup's factor as far as one block."""
import numpy as np

rng = np.random.default_rng(9)
n = 200
x = rng.standard_normal(n)
g = rng.standard_normal(n)                  # the gradient at the output

moved = {}
for depth in (1, 10, 100):
    for rule, c in ("plain", 1), ("Fixup", 1 / np.sqrt(depth)):
        h = x
        for block in range(depth):
            W1 = c * rng.normal(0, np.sqrt(2 / n), (n, n))
            a = np.maximum(W1 @ h, 0)
            W2 = -1e-7 * np.outer(g, a)     # zero, after one step
            h = h + W2 @ a
        moved[rule, depth] = (x - h) @ g / (1e-7 * (g @ g) * (x @ x))
        print(f"{depth:3} blocks, {rule}: {moved[rule, depth]:.2f} pushes")

# %% check
# The logarithm of one branch's mean square scatters by √(5 · 1/200), the sum of L by less: five deviations.
for (rule, depth), size in moved.items():
    assert abs(np.log(size / (depth if rule == "plain" else 1))) < 5 * np.sqrt(5 / n / depth)
# Fixup's factor for branches of three matrices, and of four.
for m in (3, 4):
    for depth in (1, 10, 100):
        c, h = depth ** (-1 / (2 * m - 2)), x
        for block in range(depth):
            a = h
            for layer in range(m - 1):
                a = np.maximum(c * rng.normal(0, np.sqrt(2 / n), (n, n)) @ a, 0)
            h = h - 1e-7 * np.outer(g, a) @ a
        size = (x - h) @ g / (1e-7 * (g @ g) * (x @ x))
        assert abs(np.log(size)) < 5 * np.sqrt(5 * (m - 1) / n / depth)
