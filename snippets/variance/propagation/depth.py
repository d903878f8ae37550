"""In a hundred wide linear layers a factor of 1.1, 1 or 0.9 per layer on
the mean square ends at its hundredth power."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
depth = 100
width = 250
batch = 16
X = rng.standard_normal((batch, width))  # no mutate: any inputs do

sizes = {}
predicted = {}
measured = {}
print("factor  predicted  measured   (mean square after 100 layers)")
for f in (1.1, 1.0, 0.9):
    sigma = np.sqrt(f / width)  # fan_in σ² = f
    h = X
    q = [np.mean(h**2)]
    for layer in range(depth):
        W = rng.normal(0, sigma, (width, width))
        h = h @ W.T  # no mutate: W.T has the distribution of W
        q.append(np.mean(h**2))
    sizes[f] = np.array(q)
    predicted[f] = f**depth
    measured[f] = q[-1] / q[0]
    print(f"{f:6.1f}{predicted[f]:11.1e}{measured[f]:10.1e}")

fig, ax = plt.subplots(figsize=(6.6, 3.2))
layers = np.arange(depth + 1)
for f, q in sizes.items():
    ax.fill_between(layers, 1, q, color="C0", alpha=0.25, lw=0)  # no mutate: a shade between the curve and 1
    ax.semilogy(layers, q, color="C0", ls="-")
    ax.plot(layers, f**layers, color="0.4", ls="--", lw=1.2)
    ax.text(depth + 2, q[-1], f"factor {f:g}", color="C0", va="center")
ax.set(xlabel="layer", ylabel="mean square", xlim=(0, 122), xticks=[0, 25, 50, 75, 100])
plt.show()

# %% check
# Relative variance of the batch's mean square after L layers, to leading
# order: 2 L/(width batch) + (L/width)². Four deviations of its logarithm.
sd = np.sqrt(2 * depth / (width * batch) + (depth / width) ** 2)
for f in measured:
    assert abs(np.log(measured[f] / predicted[f])) < 4 * sd
