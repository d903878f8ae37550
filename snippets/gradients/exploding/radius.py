import numpy as np

rng = np.random.default_rng(1)
A, C, D = np.array([[[0, 2], [0, 0]], [[2, 2], [-2, -2]], [[2, 0], [0, 0]]])
rho = abs(np.linalg.eigvals([A, A.T, A @ A.T, D, D[::-1, ::-1]])).max(axis=1)
print("radius of A, A.T, A A.T, D and its mirror image:", *rho)
assert (rho == [0, 0, 4, 2, 2]).all()
assert not (D @ D[::-1, ::-1]).any() and not (C @ C).any()

n, depth, draws, sigma = 4, 100, 500, 0.55
W = sigma * rng.standard_normal((depth, draws, n, n))
rho = abs(np.linalg.eigvals(W[0])).max(axis=1)
mean_radius, share_above = rho.mean(), (rho > 1).mean()
h = np.full((draws, n, 1), 1 / 2)  # norm 1
for layer in range(depth):
    h = W[layer] @ h
measured = np.log(np.linalg.norm(h, axis=1)).mean() / depth
predicted = np.log(sigma) + (np.log(2) + 1 - np.euler_gamma) / 2
print(f"mean radius {mean_radius:.2f}, above 1 in {share_above:.0%}")
print(f"exponent {predicted:.3f}, measured {measured:.3f}")
factor = np.exp(depth * predicted)
assert mean_radius - 1 > 4 * rho.std() / np.sqrt(draws)
se = np.sqrt((np.pi**2 / 6 - 1) / 4 / depth / draws)
assert abs(measured - predicted) < 4 * se < abs(predicted)

width, a = 48, 1 / 2  # no weight beyond 1/2, and width * a**2 / 3 = 4
h = np.ones(width) / np.sqrt(width)
for layer in range(depth):
    h = rng.uniform(-a, a, (width, width)) @ h
decades = np.log10(np.linalg.norm(h))
wide_decades = depth * (np.log(2) - 1 / (2 * width)) / np.log(10)
print(f"weights up to {a}: {wide_decades:.1f} decades, measured {decades:.1f}")
sd = np.sqrt(depth / (2 * width)) / np.log(10)  # Var 1/(2n) a layer
assert abs(decades - wide_decades) < 4 * sd
