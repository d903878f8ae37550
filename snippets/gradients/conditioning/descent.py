import matplotlib.pyplot as plt
import numpy as np


def count(kappa, lr, beta=0.0, eps=0.01):
    lam = np.array([kappa, 1.0])                       # eigenvalues of H
    e = previous = start = np.array([1.0, kappa])      # error, eigenbasis
    for step in range(1, 20 * kappa):                  # None: never there
        g = lam * e
        move = lr or (g @ g) / (g @ (lam * g))         # no lr: line search
        e, previous = e - move * g + beta * (e - previous), e
        if e @ e < eps**2 * (start @ start):
            return step


kappas = np.array([10, 100, 1000])
best = [count(k, 2 / (k + 1)) for k in kappas]
search = [count(k, None) for k in kappas]
short = [count(k, 1 / k) for k in kappas]
momentum = [count(k, 4 / (r + 1) ** 2, ((r - 1) / (r + 1)) ** 2)
            for k, r in zip(kappas, np.sqrt(kappas))]
print("kappa, best step, line search, short step, momentum:")
print(np.column_stack([kappas, best, search, short, momentum]))
predicted = np.log(100) / np.log((kappas + 1) / (kappas - 1))
exponent = np.log10(momentum[2] / momentum[1])         # of kappa
assert best == search == list(np.ceil(predicted))
assert np.all(abs(np.log(100) / np.log(1 - 1 / kappas) + short) < 2)
assert abs(exponent - 0.5) < 0.02                      # a root, log factor
assert count(100, 1.98 / 100) and not count(100, 2.02 / 100)
fig, ax = plt.subplots()
ax.loglog(kappas, short, "C1s--", kappas, predicted, "C0-",
          kappas, best, "C0o", kappas, search, "kx", kappas, momentum, "C2^:")
ax.legend(["short step", "predicted", "best step", "line search", "momentum"])
ax.set(xlabel=r"$\kappa$", ylabel="steps")
plt.show()
