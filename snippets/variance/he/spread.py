"""The logarithm of the mean square of 1500 He networks, 64 wide and 30 deep,
has the mean −β/2 and the variance β = 5L/n, up to the next order in 1/n."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(64)
networks = 1500
depth = 30
n = 64

# Given the layer below, a pre-activation is normal: no matrix is needed.
logs = np.zeros((networks, depth + 1))  # of the mean square, relative to the input
for layer in range(1, depth + 1):
    g = rng.standard_normal((networks, n))
    R = 2 * np.mean(np.maximum(g, 0) ** 2, axis=1)
    logs[:, layer] = logs[:, layer - 1] + np.log(R)

beta = 5 * depth / n
predicted_mean = -beta / 2
predicted_median = np.exp(-beta / 2)
last = logs[:, -1]
measured_mean = last.mean()
measured_variance = last.var()
low, median, high = np.exp(np.quantile(last, [0.05, 0.5, 0.95]))
print(f"mean of ln     {measured_mean:.2f} (predicted {predicted_mean:.2f})")
print(f"variance of ln {measured_variance:.2f} (predicted {beta:.2f})")
print(f"median network {median:.2f} (predicted {predicted_median:.2f})")
print(f"nine in ten end between {low:.3f} and {high:.1f}")

layers = np.arange(depth + 1)
fig, (fan, side) = plt.subplots(1, 2, figsize=(7.2, 3.4), sharey=True, width_ratios=[5, 1])
for outer in (0.05, 0.25):
    bottom, top = np.exp(np.quantile(logs, [outer, 1 - outer], axis=0))
    fan.fill_between(layers, bottom, top, color="C0", alpha=0.3, lw=0)
fan.semilogy(layers, np.exp(np.quantile(logs, 0.5, axis=0)), color="C0", ls="-")
fan.plot(layers, np.exp(-5 * layers / n / 2), color="black", ls=":", lw=1.4)
fan.plot(layers, np.ones(depth + 1), color="black", ls="--", lw=1.4)
fan.text(1, 1.25, "mean over all networks", va="bottom")
fan.text(14, 0.28, "median network", ha="center")
fan.set(xlabel="layer", ylabel="mean square", yticks=[0.01, 0.1, 1, 10], yticklabels=["0.01", "0.1", "1", "10"])
body = side.violinplot(last, widths=0.9, showextrema=False)["bodies"][0]  # of logarithms
ends = body.get_paths()[0].vertices
ends[:, 1] = np.exp(ends[:, 1])
body.set(facecolor="C0", alpha=0.6)  # no mutate: how it looks
side.axhline(1, color="black", ls="--", lw=1.4)
side.set(xticks=[], xlabel="layer 30", ylim=(0.003, 30))
for ax in (fan, side):
    ax.minorticks_off()
    ax.grid(False)
plt.show()

# %% check
# Four standard errors, and the next orders of the theory, β/n and 5β/n.
assert abs(measured_mean + beta / 2) < 4 * np.sqrt(beta / networks) + beta / n
assert abs(measured_variance / beta - 1) < 4 * np.sqrt(2 / networks) + 5 / n
