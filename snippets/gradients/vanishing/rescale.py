"""Small tanh weights shrink the gradient and the signal together, and the inputs
stay apart. A sigmoid shrinks the gradient and gives one output to all."""
import numpy as np

rng = np.random.default_rng(7)
n = 300
depth = 30
G = rng.standard_normal((depth, n, n)) / np.sqrt(n)
X = rng.standard_normal((2, n)) / 10               # two inputs
top = rng.standard_normal(n)

arrives = {}
apart = {}
for name, scale in {"tanh": 0.5, "sigmoid": 1.0}.items():
    H = X
    slopes = []
    for G_l in G:
        Z = scale * H @ G_l.T
        H = np.tanh(Z) if name == "tanh" else 1 / (1 + np.exp(-Z))
        slope = 1 - H**2 if name == "tanh" else H * (1 - H)
        slopes.append(slope[0])                    # of the first input
    gradient = top
    for G_l, slope in zip(G[::-1], slopes[::-1]):
        gradient = scale * G_l.T @ (slope * gradient)
    arrives[name] = np.linalg.norm(gradient) / np.linalg.norm(top)
    apart[name] = np.linalg.norm(H[0] - H[1]) / np.linalg.norm(H)
    print(f"{name}: {arrives[name]:.1e} of the gradient arrives, "
          f"outputs differ by {apart[name]:.2f} of their size")

# %% check
# tanh is nearly linear here, so that 0.5**30 arrives; four standard deviations
# of the logarithm of a norm after thirty layers, 2 / (4 n) each.
assert abs(np.log(arrives["tanh"] / 0.5**depth)) < 4 * np.sqrt(depth / (2 * n)) + 0.1
assert arrives["sigmoid"] < 1e-18
# The squared distance is 1 less a cosine, whose standard deviation is 0.3 here.
assert apart["tanh"] > 0.3
assert apart["sigmoid"] < 1e-14
