"""With one input and zero biases, 64 ReLU units span two dimensions and learn a
wave badly; random biases span many and learn it; ten inputs need none."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
width = 64
x = np.linspace(-1, 1, 64)
y = np.sin(2 * np.pi * x)


def adam(theta, steps=300):
    mean = 0
    square = 0
    for t in range(1, steps + 1):
        w, b, v = theta
        z = x[:, None] * w + b                                   # (batch, width)
        h = np.maximum(z, 0)
        r = (h * v).sum(axis=1, keepdims=True) - y[:, None]
        delta = r * v * (z > 0)
        g = np.stack([delta * x[:, None], delta, r * h]).mean(axis=1)
        mean = 0.9 * mean + 0.1 * g
        square = 0.999 * square + 0.001 * g**2
        step = (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)  # no mutate: any tiny number
        theta = theta - 0.01 * step
    w, b, v = theta
    return np.maximum(x[:, None] * w + b, 0) @ v


w = np.sqrt(2) * rng.standard_normal(width)                      # He
v = np.sqrt(2 / width) * rng.standard_normal(width)
random = abs(w) * rng.uniform(-1, 1, width)                      # kinks anywhere in the data
fits = {}
s = {}
rank = {}
loss = {}
for name, b in (("zero biases", np.zeros(width)), ("random biases", random)):
    H = np.maximum(x[:, None] * w + b, 0)
    s[name] = np.linalg.svd(H, compute_uv=False)
    rank[name] = int(np.sum(s[name] > 1e-9 * s[name][0]))  # no mutate: any tolerance between rounding and the smallest
    fits[name] = adam(np.stack([w, b, v]))
    loss[name] = ((fits[name] - y) ** 2).mean() / 2
    print(f"{name}: rank {rank[name]} of {width}, loss {loss[name]:.4f} after 300 steps")

X = rng.standard_normal((256, 10))
H = np.maximum(X @ rng.standard_normal((width, 10)).T, 0)
rank["ten inputs"] = int(np.linalg.matrix_rank(H))
print(f"ten inputs, zero biases: rank {rank['ten inputs']} of {width}")

fig, (top, bottom) = plt.subplots(2, 2, figsize=(7.2, 4.6), sharey="row", height_ratios=(3, 2))
for curve, bars, name in zip(top, bottom, fits):
    curve.plot(x, y, color="black", ls="--", lw=1.4)
    curve.plot(x, fits[name], color="C0", ls="-", lw=2.4)
    curve.set(title=name, xlabel="input", yticks=[-1, 0, 1])  # no mutate: looks
    bars.bar(np.arange(width) + 1, s[name], color="C2", width=0.8)
    bars.set(yscale="log", ylim=(1e-7, 1e3), yticks=[1e-6, 1e-3, 1], xlim=(0, 65), xlabel=f"singular values, {rank[name]} above rounding")  # no mutate: looks
    bars.grid(False)
plt.show()

# %% check
assert rank["zero biases"] == 2              # max(x, 0) and max(-x, 0), a count
assert rank["random biases"] > width / 3     # of 64 kinks between 64 points
assert rank["ten inputs"] == width           # a count
assert loss["zero biases"] > loss["random biases"]
