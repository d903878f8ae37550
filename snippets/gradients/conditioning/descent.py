"""On the worst start of a quadratic, the best step and line search need the
same predicted count, half that step twice it; momentum's grows like √κ."""

import matplotlib.pyplot as plt
import numpy as np


def count(kappa, lr, beta=0.0, eps=0.01):
    lam = np.array([kappa, 1.0])                       # eigenvalues of H
    start = np.array([1.0, kappa])                     # error, eigenbasis
    e = start
    previous = start
    limit = 20 * kappa  # no mutate: all that arrive need less than 5 * kappa
    for step in range(1, limit):                       # None: never there
        g = lam * e
        move = lr or (g @ g) / (g @ (lam * g))         # no lr: line search
        following = e - move * g + beta * (e - previous)
        previous = e
        e = following
        if e @ e < eps**2 * (start @ start):
            return step


kappas = np.array([10, 100, 1000])
best = [count(k, 2 / (k + 1)) for k in kappas]
search = [count(k, None) for k in kappas]
short = [count(k, 1 / k) for k in kappas]
momentum = []
for k in kappas:
    r = np.sqrt(k)
    momentum.append(count(k, 4 / (r + 1) ** 2, ((r - 1) / (r + 1)) ** 2))

predicted = np.log(100) / np.log((kappas + 1) / (kappas - 1))
exponent = np.log10(momentum[2] / momentum[1])         # of kappa
print("kappa, best step, line search, short step, momentum:")
print(np.column_stack([kappas, best, search, short, momentum]))

fig, ax = plt.subplots()
ax.loglog(kappas, short, "C1s--")
ax.loglog(kappas, predicted, "C0-")
ax.loglog(kappas, best, "C0o")
ax.loglog(kappas, search, "kx")
ax.loglog(kappas, momentum, "C2^:")
ax.legend(["short step", "predicted", "best step", "line search", "momentum"])
ax.set(xlabel=r"$\kappa$", ylabel="steps")
plt.show()

# %% check
# Exact: both directions keep one share of the error, so a count is the
# prediction rounded up.
assert best == list(np.ceil(predicted))
assert search == best

# One step for rounding up, one for the direction that is gone at once.
slow = np.log(100) / np.log(1 - 1 / kappas)            # minus the count
assert np.all(abs(slow + short) < 2)

# A square root, up to the logarithm of kappa in momentum's count.
assert abs(exponent - 0.5) < 0.02

# No tolerance: the limit of stability is 2 / kappa.
assert count(100, 1.98 / 100)
assert not count(100, 2.02 / 100)
