"""With N normal scores of deviation s a softmax spreads over N exp(−s²) keys,
as long as s² is well below ln(N)/2; beyond, a few keys take nearly all."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(4)
N = 1000
deviations = np.linspace(0, 6, 25)

z = rng.standard_normal((200, N))
measured = []
for s in deviations:
    e = np.exp(s * (z - z.max(axis=1, keepdims=True)))  # no mutate: the shift cancels
    p = e / e.sum(axis=1, keepdims=True)
    measured.append(np.exp(np.mean(-np.log(np.sum(p**2, axis=1)))))
predicted = N * np.exp(-deviations**2)
border = np.sqrt(np.log(N) / 2)
excess = np.exp(np.interp(border, deviations, np.log(measured / predicted)))  # measured over the formula, at the border

p = np.exp(rng.standard_normal((4000, 64)))  # for 64 keys and deviation 1
p = p / p.sum(axis=1, keepdims=True)
share_of_64 = np.mean(1 / np.sum(p**2, axis=1)) / 64
print(f"64 keys: a share of {share_of_64:.2f} in use, many keys: {np.exp(-1):.2f}")  # no mutate: a look

fig, ax = plt.subplots(figsize=(6.8, 3))
ax.plot(deviations, measured, "o", ms=4, color="C0")
ax.plot(deviations, predicted, color="black", ls="--", lw=1.4)
ax.text(2.75, 0.62, "$N e^{-s^2}$")  # no mutate: where it is drawn
for s, text, x, y in [(0.125, "d = 64, divided by d", 0.5, 2000), (1, "divided by √d", 1.2, 500), (8 / 2, "d = 16, undivided", 3.6, 60)]:
    at = np.interp(s, deviations, measured)
    ax.annotate(text, (s, at), (x, y), arrowprops={"arrowstyle": "-", "color": "0.6"}, va="center")
ax.set(yscale="log", ylim=(0.5, 4000), xlim=(-0.1, 6.1), xlabel="standard deviation s of the scores", ylabel="effective number of 1000 keys")
plt.show()

# %% check
below = deviations < border - 0.6
# The average over 200 queries scatters by a few percent; near the border the approximation is late.
assert np.all(np.abs(np.log(np.array(measured) / predicted))[below] < 0.15)
assert 1 <= measured[-1] < 3
assert 1.6 < excess < 2.4
assert abs(share_of_64 - 0.44) < 0.02  # of one query it scatters by 0.12, so the mean by 0.002; the rest is the rounded 0.44
