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
real, law = np.log(np.mean(h**2, axis=(1, 2))), by_law(1000, 15, 32).sum(1)
assert abs(real.mean() - law.mean()) < 4 * law.std() * np.sqrt(1/200 + 1/1000)
draws, depth, n = 1000, 30, 64
logs, betas = by_law(draws, depth, n).cumsum(1), 5*np.arange(1, depth+1)/n
last, beta = logs[:, -1], betas[-1]  # logs: (draws, depth)
low, median, high = np.exp(np.percentile(last, [5, 50, 95]))
mean, variance, predicted_mean = last.mean(), last.var(), -beta / 2
print(f"mean of ln     {mean:5.2f}  predicted {predicted_mean:5.2f}")
print(f"variance of ln {variance:5.2f}  predicted {beta:5.2f}")
# four standard errors; the next orders of theory are beta/n and 5 beta/n
assert abs(mean - predicted_mean) < 4 * np.sqrt(beta / draws) + beta / n
assert abs(variance / beta - 1) < 4 * np.sqrt(2 / draws) + 5 / n
fig, ax = plt.subplots()
for x, share, style in (1.645, 95, "C2^"), (0, 50, "C1o"), (-1.645, 5, "C0s"):
    ax.semilogy(betas, np.exp(x * np.sqrt(betas) - betas / 2), "k-")
    sample = np.exp(np.percentile(logs, share, axis=0))
    ax.semilogy(betas, sample, style, markevery=2, label=f"{share} % below")
ax.legend()
ax.set(xlabel=r"$\beta = 5\,l/n$", ylabel="mean square of $h_l$")
plt.show()
