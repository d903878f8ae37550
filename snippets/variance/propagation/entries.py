"""With n σ² = 1 the ratio of entry variances, output over input, is near
E[x²]/Var[x] in wide square layers; in one of five units it tells nothing."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
fig, ax = plt.subplots()
lows = {}
middles = {}
highs = {}
spreads = {}
widths = (5, 20, 60, 200)  # no mutate: the text is about the ends; any others hold as well
for n in widths:
    draws = 20_000 // n  # no mutate: 20_001 // n is the same for these widths
    W = rng.normal(0, 1 / np.sqrt(n), (draws, n, n))     # n sigma^2 = 1
    x = rng.standard_normal((draws, n))
    for mu, style in ((0, "C0o"), (3, "C1s")):
        o = np.einsum("dij,dj->di", W, x + mu)    # (draws, n)
        ratio = o.var(axis=1) / x.var(axis=1)     # over the n entries
        low, mid, high = np.quantile(ratio, [0.05, 0.5, 0.95])
        lows[n, mu] = low
        middles[n, mu] = mid
        highs[n, mu] = high
        print(f"n = {n:3d}  input mean {mu}   median {mid:5.2f}"
              f"   5 to 95 %: {low:5.2f} to {high:5.2f}")
        ax.errorbar(n * 1.03**mu, mid, [[mid - low], [high - mid]], fmt=style,
                    capsize=4, label=f"input mean {mu}" if n == 5 else None)
    lengths = np.sum(o**2, axis=1) / np.sum((x + mu)**2, axis=1)
    spreads[n] = np.std(lengths)

for second_moment in (1, 10):                     # of inputs of mean 0 and 3
    ax.axhline(second_moment, color="0.5", lw=1, ls="--")
ax.set(xscale="log", yscale="log", xlabel="width $n$",
       ylabel="Var of entries, out / in")
ax.legend()
plt.show()

# %% check
for n, spread in spreads.items():
    draws = 20_000 // n
    error = np.sqrt((2 + 12 / n) / (4 * draws))
    # With x given, |o|^2 / (sigma^2 |x|^2) is chi-squared: sqrt(2/n), within
    # four standard errors at its kurtosis 3 + 12/n.
    assert abs(spread / np.sqrt(2 / n) - 1) < 4 * error

# n = 5: bounds four standard errors (0.01, 0.14) from the exact quantiles.
assert lows[5, 0] < 0.22
assert 2.5 < highs[5, 0] < 3.7

for mu, second_moment in ((0, 1), (3, 10)):
    off = middles[200, mu] / second_moment - 1
    # n = 200: one ratio has a relative sd of 2/sqrt(n), a median
    # 1.25/sqrt(draws) of that; finite width moves it by less than 1/n.
    assert abs(off) < 4 * 1.25 * 2 / np.sqrt(200 * draws) + 1 / 200
