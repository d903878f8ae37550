"""Divided by √d, random scores share attention alike for every d;
undivided they let one key win, divided by d they let none."""
import numpy as np

rng = np.random.default_rng(1)

largest = {}
passed = {}
for d in (64, 512):
    q = rng.standard_normal((400, d))       # 400 queries
    k = rng.standard_normal((400, 32, d))   # 32 keys for each
    scores = np.einsum("td,tkd->tk", q, k)
    for name, divisor in {"1": 1, "√d": np.sqrt(d), "d": d}.items():
        e = np.exp(scores / divisor)
        p = e / e.sum(axis=1, keepdims=True)
        key = f"{name}, {d}"
        largest[key] = p.max(axis=1).mean()
        passed[key] = np.mean(1 - np.sum(p**2, axis=1))
        print(f"{d:3} by {name:2}: largest share {largest[key]:.3f},",
              f"slopes {passed[key]:.3f}")

# %% check
# 400 queries: the mean of shares that scatter by 0.1 to 0.2 has a standard error of 0.01.
for d in (64, 512):
    assert largest[f"1, {d}"] > 0.7 and passed[f"1, {d}"] < 0.4
    assert abs(passed[f"√d, {d}"] - 0.93) < 0.02 and abs(largest[f"√d, {d}"] - 0.163) < 0.02
    assert largest[f"d, {d}"] < 0.06
