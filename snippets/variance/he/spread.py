"""The logarithm of the mean square of a thousand He networks, 64 wide and 30
deep, has mean −β/2 and variance β, up to the next order in 1/width."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(64)


def by_law(draws, depth, n):
    """ln of |h_l|^2 / |h_(l-1)|^2 in each layer, from the law of z given h."""
    z = rng.normal(0, np.sqrt(2), size=(draws, depth, n))
    return np.log(np.mean(np.maximum(z, 0) ** 2, axis=2))


h = np.ones((200, 32, 1))  # 200 nets, 15 layers, through their matrices
for W in rng.normal(0, np.sqrt(2 / 32), size=(15, 200, 32, 32)):
    h = np.maximum(W @ h, 0)
real = np.log(np.mean(h**2, axis=(1, 2)))
law = by_law(1000, 15, 32).sum(axis=1)  # and 1000 nets by the law

draws = 1000
depth = 30
n = 64
logs = by_law(draws, depth, n).cumsum(axis=1)  # (draws, depth)
betas = 5 * np.arange(1, depth + 1) / n
last = logs[:, -1]
beta = betas[-1]
low, median, high = np.exp(np.percentile(last, [5, 50, 95]))
mean = last.mean()
variance = last.var()
predicted_mean = -beta / 2
print(f"mean of ln     {mean:5.2f}  predicted {predicted_mean:5.2f}")
print(f"variance of ln {variance:5.2f}  predicted {beta:5.2f}")

fig, ax = plt.subplots()
quantiles = [(1.645, 95, "C2^"), (0, 50, "C1o"), (-1.645, 5, "C0s")]
for x, share, style in quantiles:
    ax.semilogy(betas, np.exp(x * np.sqrt(betas) - betas / 2), "k-")
    sample = np.exp(np.percentile(logs, share, axis=0))
    ax.semilogy(betas, sample, style, markevery=2, label=f"{share} % below")
ax.legend()
ax.set(xlabel=r"$\beta = 5\,l/n$", ylabel="mean square of $h_l$")
plt.show()

# %% check
error = law.std() * np.sqrt(1 / 200 + 1 / 1000)
# Four standard errors of a difference of means.
assert abs(real.mean() - law.mean()) < 4 * error
# Four standard errors; the next orders of theory are beta/n and 5 beta/n.
assert abs(mean - predicted_mean) < 4 * np.sqrt(beta / draws) + beta / n
assert abs(variance / beta - 1) < 4 * np.sqrt(2 / draws) + 5 / n
