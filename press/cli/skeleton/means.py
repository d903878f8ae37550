"""The mean of n independent draws has a variance of σ²/n."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
repeats = 4000  # no mutate: any large number will do
sigma2 = 1 / 3  # the variance of one draw between -1 and 1

means = {}
ratios = []
for n in (1, 4, 16, 64):
    means[n] = rng.uniform(-1, 1, size=(repeats, n)).mean(axis=1)
    measured = means[n].var()
    predicted = sigma2 / n
    ratios.append(measured / predicted)
    print(f"n = {n:2}: variance of the mean {measured:.4f} (predicted {predicted:.4f})")

fig, ax = plt.subplots()
for row, n in enumerate(means):
    ax.plot(means[n][:100], np.full(100, row), ".")
ax.set(xlabel="average of n draws", yticks=range(4), yticklabels=[f"n = {n}" for n in means])
ax.invert_yaxis()
plt.show()

# %% check
# The relative standard error of a variance of N values is sqrt(2/N) for normal ones, and these have lighter tails.
assert np.allclose(ratios, 1, rtol=0, atol=5 * np.sqrt(2 / repeats))
