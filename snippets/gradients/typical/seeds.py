"""Forty ReLU networks of fifty layers with He's variance, alike but for the
seed, end with mean squares whose logarithms spread by √(5L/n)."""
import matplotlib.pyplot as plt
import numpy as np

networks = 40
depth = 50
n = 100
rng = np.random.default_rng(13)
x = rng.standard_normal(n)
x *= np.sqrt(n) / np.linalg.norm(x)          # mean square 1
mean_square = np.zeros(networks)  # no mutate: every entry is overwritten
for network in range(networks):
    h = x
    for layer in range(depth):
        h = np.maximum(rng.normal(0, np.sqrt(2 / n), (n, n)) @ h, 0)
    mean_square[network] = np.mean(h**2)

beta = 5 * depth / n
predicted = np.sqrt(beta)
measured = np.log(mean_square).std(ddof=1)
apart = mean_square.max() / mean_square.min()
print(f"deviation of ln(mean square): {measured:.2f} (predicted {predicted:.2f})")
print(f"the largest is {apart:.0f} times the smallest")

order = np.sort(mean_square)
fig, ax = plt.subplots(figsize=(7, 3))
ax.vlines(np.arange(networks), 1, order, color="C0", lw=3, alpha=0.5)
ax.plot(np.arange(networks), order, "o", color="C0", ms=4)
ax.axhline(1, color="black", ls="--", lw=1.4)
ax.axhline(np.exp(-beta / 2), color="black", ls=":", lw=1.4)
ax.text(0, 1.15, "mean over all seeds")
ax.text(39, np.exp(-beta / 2) * 0.88, "median, predicted", ha="right", va="top")
ax.set(yscale="log", xlabel="forty seeds, sorted", ylabel="mean square, layer 50", xticks=[], xlim=(-1, 40),
       yticks=[0.01, 0.1, 1, 10], yticklabels=["0.01", "0.1", "1", "10"])
ax.minorticks_off()
ax.grid(False)
plt.show()

# %% check
# Four standard errors of a standard deviation, and β/n·5 for the next order.
assert abs(measured / predicted - 1) < 4 / np.sqrt(2 * networks) + 5 / n
assert abs(np.log(mean_square).mean() + beta / 2) < 4 * predicted / np.sqrt(networks)
