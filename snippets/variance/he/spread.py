import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(64)


def by_law(draws, depth, n):
    """ln of the mean square of h_1 to h_L, from the law of z given h."""
    z = rng.normal(0, np.sqrt(2), size=(draws, depth, n))
    return np.log(np.mean(np.maximum(z, 0) ** 2, axis=2)).cumsum(axis=1)


h = np.ones((200, 32, 1))  # 200 nets, 15 layers, through their matrices
for W in rng.normal(0, np.sqrt(2 / 32), size=(15, 200, 32, 32)):
    h = np.maximum(W @ h, 0)
real, law = np.log(np.mean(h**2, axis=(1, 2))), by_law(1000, 15, 32)[:, -1]
assert abs(real.mean() - law.mean()) < 4 * law.std() * np.sqrt(1/200 + 1/1000)
draws, depth, n = 1000, 30, 64
logs = by_law(draws, depth, n)  # (draws, depth)
beta, mean, variance = 5 * depth / n, logs[:, -1].mean(), logs[:, -1].var()
low, median, high = np.exp(np.percentile(logs[:, -1], [5, 50, 95]))
print(f"mean of ln     {mean:5.2f}  predicted {-beta / 2:5.2f}")
print(f"variance of ln {variance:5.2f}  predicted {beta:5.2f}")
# four standard errors; the next orders of theory are beta/n and 5 beta/n
assert abs(mean + beta / 2) < 4 * np.sqrt(beta / draws) + beta / n
assert abs(variance / beta - 1) < 4 * np.sqrt(2 / draws) + 5 / n
fig, ax = plt.subplots()
betas = 5 * np.arange(1, depth + 1) / n
for x, share, style in (1.645, 95, "C2^"), (0, 50, "C1o"), (-1.645, 5, "C0s"):
    ax.semilogy(betas, np.exp(x * np.sqrt(betas) - betas / 2), "k-")
    sample = np.exp(np.percentile(logs, share, axis=0))
    ax.semilogy(betas, sample, style, markevery=2, label=f"{share} % below")
ax.legend()
ax.set(xlabel=r"$\beta = 5\,l/n$", ylabel="mean square of $h_l$")
plt.show()
