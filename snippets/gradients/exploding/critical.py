"""At Xavier's scale and width 4 the mean square stays one, but a typical one
is exp(2λ₁L) after 100 layers: draws too rare for a sample carry the mean."""

import numpy as np


def exponent(n, sigma):  # digamma(n / 2) is a finite sum for even n
    psi = -np.euler_gamma + (1 / np.arange(1, n // 2)).sum()
    return np.log(sigma) + (np.log(2) + psi) / 2


critical = {}
xavier = {}
at_xavier = {}
print("   n  critical  Xavier  exponent at Xavier")
for n in (2, 4, 10, 100, 1000):
    critical[n] = np.exp(-exponent(n, sigma=1))
    xavier[n] = np.sqrt(2 / (n + n))
    at_xavier[n] = exponent(n, xavier[n])
    print(f"{n:4d}{critical[n]:10.4f}{xavier[n]:8.4f}{at_xavier[n]:20.4f}")

rng = np.random.default_rng(1)
n = 4
few = 3
depth = 100
draws = 1000
h = np.full((draws, n, 1), 1 / 2)  # columns of norm 1
square = np.ones((depth + 1, draws))
for layer in range(1, depth + 1):
    h = xavier[n] * rng.standard_normal((draws, n, n)) @ h
    square[layer] = (h**2).sum(axis=(1, 2))

mean_few = square[few].mean()
mean_all = square[depth].mean()
predicted_typical = np.exp(2 * depth * at_xavier[n])
measured_typical = np.exp(np.log(square[depth]).mean())
print(f"mean square   {few:3d} layers  1        {mean_few:.2f}")
print(f"mean square   {depth} layers  1        {mean_all:.0e}")
print(f"typical {predicted_typical:23.1e}  {measured_typical:.1e}")

# %% check
# Four standard errors; the fourth moment grows by 1 + 2 / n a layer.
assert abs(mean_few - 1) < 4 * np.sqrt(((1 + 2 / n)**few - 1) / draws)

# Four standard errors of the mean logarithm of a square.
se = np.sqrt(depth * (np.pi**2 / 6 - 1) / draws)
assert abs(np.log(measured_typical / predicted_typical)) < 4 * se

# Markov: norms above 1 in less than E norm = 0.94**100 = 0.002 of draws, so
# a sample rarely has the draws that carry the mean of one.
assert (square[depth] > 1).mean() < 0.01
assert mean_all < 0.5
