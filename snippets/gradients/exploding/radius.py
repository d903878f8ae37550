"""Spectral radii above one or the weights' size do not decide whether products
of fresh matrices explode; the exponent does, for wide uniform ones too."""

import numpy as np

rng = np.random.default_rng(1)
A = np.array([[0, 2], [0, 0]])
D = np.array([[2, 0], [0, 0]])
transposed = A.T  # no mutate: A has the same eigenvalues
mirrored = D[::-1, ::-1]
matrices = [A, transposed, A @ A.T, D, mirrored]
radii = abs(np.linalg.eigvals(matrices)).max(axis=1)
print("radius of A, A.T, A A.T, D and its mirror image:", *radii)

n = 4
depth = 100
draws = 500
sigma = 0.55
W = sigma * rng.standard_normal((depth, draws, n, n))
rho = abs(np.linalg.eigvals(W[0])).max(axis=1)
mean_radius = rho.mean()
share_above = (rho > 1).mean()

shape = (draws, n, 1)  # no mutate: the mean of two equal columns is the same
h = np.full(shape, 1 / 2)  # norm 1
for layer in range(depth):
    h = W[layer] @ h
measured = np.log(np.linalg.norm(h, axis=1)).mean() / depth
predicted = np.log(sigma) + (np.log(2) + 1 - np.euler_gamma) / 2
factor = np.exp(depth * predicted)
print(f"mean radius {mean_radius:.2f}, above 1 in {share_above:.0%}")
print(f"exponent {predicted:.3f}, measured {measured:.3f}")

width = 48
a = 1 / 2  # no weight beyond 1/2, and width * a**2 / 3 = 4
h = np.ones(width) / np.sqrt(width)
for layer in range(depth):
    h = rng.uniform(-a, a, (width, width)) @ h
decades = np.log10(np.linalg.norm(h))
wide_decades = depth * (np.log(2) - 1 / (2 * width)) / np.log(10)
print(f"weights up to {a}: {wide_decades:.1f} decades, measured {decades:.1f}")

# %% check
# No tolerance: these matrices and their products are exact in binary.
assert (radii == [0, 0, 4, 2, 2]).all()
assert not (D @ mirrored).any()

# Weights of size two, and a product of zeros.
C = np.array([[2, 2], [-2, -2]])
assert not (C @ C).any()

# The mean radius is above one by more than four standard errors.
assert mean_radius - 1 > 4 * rho.std() / np.sqrt(draws)

# Four standard errors, which also tell the exponent from zero.
se = np.sqrt((np.pi**2 / 6 - 1) / 4 / depth / draws)
assert abs(measured - predicted) < 4 * se
assert 4 * se < abs(predicted)

# One draw, within four standard deviations: Var 1/(2n) a layer.
sd = np.sqrt(depth / (2 * width)) / np.log(10)
assert abs(decades - wide_decades) < 4 * sd
