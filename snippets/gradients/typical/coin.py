"""After a hundred coin layers the networks one draws have about 50 layers that
grow, and the mean of one is made by networks with about 75 of them."""
from math import comb

import matplotlib.pyplot as plt
import numpy as np

depth = 100
grown = np.arange(depth + 1)                           # layers that multiply by 3/2
size = 1.5**grown * 0.5 ** (depth - grown)
probability = np.array([comb(depth, k) / 2**depth for k in grown])
share = probability * size                             # of the mean, which is one

mean = share.sum()
typical = size[50]
tail = np.cumsum(share[::-1])[::-1]                    # share of the mean from k layers up
least = int(grown[tail >= 0.9][-1])
one_in = 1 / np.sum(probability[least:])
print(f"mean {mean:.6f}, typical size (3/4)^50 = {typical:.1e}")
print(f"nine tenths of the mean: {least} growing layers or more, one network in {one_in:,.0f}")

fig, ax = plt.subplots(figsize=(7, 3.1))
ax.bar(grown, probability, width=1, color="C0", alpha=0.7)
ax.bar(grown, share, width=1, color="C3", alpha=0.7)
ax.text(42, 0.07, "networks", color="C0", ha="right")
ax.text(83, 0.07, "what the mean\nis made of", color="C3")
top = ax.secondary_xaxis("top")
middle = [40, 50, 60, 70, 80]
top.set_xticks(middle, [f"$10^{{{np.log10(size[k]):.0f}}}$" for k in middle])
top.set_xlabel("size")
ax.set(xlabel="growing layers among a hundred", xlim=(28, 100), yticks=[])
ax.grid(False)
ax.spines["left"].set_visible(False)
plt.show()

# %% check
# Nothing is random. Weighted by size, the coin falls on 3/2 three times in four.
weighted = np.array([comb(depth, int(k)) * 0.75**k * 0.25 ** (depth - k) for k in grown])
assert np.allclose(share, weighted)
assert abs(np.sum(grown * share) - 75) < 1e-9
