# %% [markdown] description="Thirty ReLU layers trained on handwritten digits: which first weights learn, which stand still, and four remedies."
# # Thirty layers on real digits
#
# The chapters compute what happens to a signal before the first step of training.
# This lab trains: a network of thirty ReLU layers on handwritten digits, in NumPy, from several first weights.
# He's variance learns.
# Half of it does not move at all: the loss stays at ln 10, which is what guessing costs.
# Then four remedies are given to the network that stalled, each with a learning rate that suits it.
#
# The data are the 1797 images of 8 × 8 pixels that scikit-learn ships, a part of *Optical recognition of handwritten
# digits* (Alpaydin and Kaynak, UCI Machine Learning Repository, CC BY 4.0, doi:10.24432/C50P49).
# Everything here runs in a few seconds on one core.

# %%
import matplotlib.pyplot as plt
import numpy as np

rows = np.loadtxt("digits.csv.gz", delimiter=",")   # float64: training makes much of the last bits of float32
X, y = rows[:, :64], rows[:, 64].astype(int)
X = X - X.mean(axis=0)
X = X / X.std()                              # (examples, 64), mean square one
order = np.random.default_rng(0).permutation(len(X))
train, test = order[:1400], order[1400:]
depth, width, classes = 30, 64, 10
batch, steps = 32, 200
guessing = np.log(classes)
assert X.shape == (1797, 64) and not set(train) & set(test)
assert abs(np.mean(X**2) - 1) < 1e-5
print(f"{len(train)} to train, {len(test)} to test, mean square of an input {np.mean(X**2):.2f}")

# %% [markdown]
# ## The network
#
# Thirty hidden layers of 64 units and an output layer, without biases.
# `normalize` puts a batch normalization without learned scale before each ReLU.
# `branch` is the weight of a layer in a residual network, h + branch · ReLU(W h); at zero the network is plain.
# The weights carry a leading axis over learning rates: two trainings run side by side, on the same batches.

# %%
def forward(weights, X, normalize, branch):
    """Logits, and what the backward pass needs of each layer."""
    h, kept = X, []
    for layer, W in enumerate(weights[:-1]):
        z = h @ W.swapaxes(-1, -2)          # (rates, batch, width)
        scale = 1
        if normalize:
            z = z - z.mean(axis=-2, keepdims=True)
            scale = 1 / np.sqrt(np.mean(z * z, axis=-2, keepdims=True) + 1e-5)
            z = z * scale
        kept.append((h, z, scale))
        new = np.maximum(z, 0)
        h = new if layer == 0 or not branch else h + branch * new
    return h @ weights[-1].swapaxes(-1, -2), h, kept


def backward(weights, h, kept, delta, normalize, branch):
    """The gradient for each weight matrix, from that at the logits, `delta`."""
    grads = [delta.swapaxes(-1, -2) @ h]
    back = delta @ weights[-1]
    for layer in reversed(range(depth)):
        h, z, scale = kept[layer]
        plain = layer == 0 or not branch
        delta = back * (z > 0) * (1 if plain else branch)
        if normalize:
            along = np.mean(delta * z, axis=-2, keepdims=True)
            delta = delta - delta.mean(axis=-2, keepdims=True) - z * along
            delta = delta * scale
        grads.append(delta.swapaxes(-1, -2) @ h)
        if layer:
            into = delta @ weights[layer]
            back = into if plain else back + into
    return grads[::-1]


def gradients(weights, X, y, normalize=False, branch=0.0):
    """The mean cross-entropy, and its gradient for each weight matrix."""
    logits, h, kept = forward(weights, X, normalize, branch)
    logits = logits - logits.max(axis=-1, keepdims=True)
    total = np.exp(logits).sum(axis=-1, keepdims=True)
    truth = np.arange(len(y)), y
    loss = np.mean(np.log(total[..., 0]) - logits[..., *truth], axis=-1)
    delta = np.exp(logits) / total          # p
    delta[..., *truth] -= 1                 # p - y, the gradient at the logits
    return loss, backward(weights, h, kept, delta / len(y), normalize, branch)

# %% [markdown]
# A backward pass written by hand is checked before it is believed: along a random direction, the slope of the loss
# must be the inner product of the gradient with that direction, for the plain, the normalized and the residual network.

# %%
sizes = [64, *[width] * depth, classes]


def gaussian(gain, seed=1):
    """Weights with variance gain² / fan_in."""
    rng = np.random.default_rng(seed)
    fans = zip(sizes, sizes[1:])
    return [rng.normal(0, gain / fan_in**0.5, (fan_out, fan_in)) for fan_in, fan_out in fans]


for name, options in {
    "plain": {}, "normalized": {"normalize": True}, "residual": {"branch": 0.2},
}.items():
    rng = np.random.default_rng(5)
    few = X[:8].astype(float)
    weights = gaussian(2**0.5)
    direction = [rng.standard_normal(W.shape) / width for W in weights]
    _, grads = gradients(weights, few, y[:8], **options)
    eps = 1e-7
    there, back = (
        gradients([W + way * D for W, D in zip(weights, direction)], few, y[:8], **options)[0]
        for way in (eps, -eps)
    )
    slope = (there - back) / (2 * eps)
    inner = sum(np.sum(G * D) for G, D in zip(grads, direction))
    print(f"{name:10s} slope {slope:+10.3f}   gradient {inner:+10.3f}")
    assert abs(slope - inner) < 1e-3 * abs(inner) + 1e-6    # a ReLU's kink costs digits

# %% [markdown]
# ## The first step decides
#
# Two networks from the same random numbers: one with He's variance 2/n, one with 1/n.
# Every weight of the second is that of the first divided by √2, and a ReLU network is homogeneous: the scale of each
# matrix passes through.
# Thirty of the thirty-one matrices stand in the gradient of any one of them, so the same gradient at the logits arrives
# in every layer smaller by (1/√2)³⁰ = 2⁻¹⁵, exactly.
# The loss does not give the two networks the same gradient at the logits.
# Behind 1/n all logits are near zero, p is 1/10 for every class, and over all images p − y nearly cancels; behind He's
# variance it does not.
# That makes the gradient smaller still in most layers, not in all: here it is He's times a factor between 2⁻¹⁶ and 2⁻¹⁴.

# %%
he, lecun = gaussian(2**0.5), gaussian(1.0)
delta = np.random.default_rng(3).standard_normal((len(train), classes))
arrived, norms = [], {}
for name, weights in (("He, 2/n", he), ("1/n", lecun)):
    _, h, kept = forward(weights, X[train], False, 0.0)
    arrived.append([np.linalg.norm(G) for G in backward(weights, h, kept, delta, False, 0.0)])
    _, grads = gradients(weights, X[train], y[train])
    norms[name] = np.array([np.linalg.norm(G) for G in grads[:-1]])
    print(f"{name:8s} gradient norm, layer 1 {norms[name][0]:.0e}, layer 30 {norms[name][-1]:.0e}")
ratio = np.divide(arrived[1], arrived[0])
print(f"same gradient at the logits, 1/n over He: 2^{np.log2(ratio).mean():.2f}")
assert np.all(abs(ratio * 2**15 - 1) < 1e-3)        # rounding, thirty layers deep
smaller = np.log2(norms["1/n"] / norms["He, 2/n"])
print(f"with the loss: 2^{smaller.min():.1f} to 2^{smaller.max():.1f}")
assert np.all((-16 < smaller) & (smaller < -14))
assert 15 < np.sum(smaller < -15) < 30              # most layers, not all

# %% [markdown]
# ## Training
#
# Plain stochastic gradient descent, two learning rates at once.
# A comparison at one rate would favor the network which that rate suits, and they differ: He's network wants a small
# one, the normalized network a large one.
# So each is given the same two, a factor of ten apart, and is judged by its better one.

# %%
rates = np.array([0.01, 0.1])


def descend(weights, **options):
    """Losses, shape (steps, rates), the trained weights, and the accuracy on the test images for each rate."""
    rng = np.random.default_rng(2)
    weights = [np.repeat(W[None], len(rates), axis=0) for W in weights]
    losses = np.empty((steps, len(rates)))
    for step in range(steps):
        some = rng.choice(train, batch)
        losses[step], grads = gradients(weights, X[some], y[some], **options)
        for W, G in zip(weights, grads):
            W -= rates[:, None, None] * G
    network = {"normalize": False, "branch": 0.0, **options}
    logits, _, _ = forward(weights, X[test], **network)
    return losses, weights, np.mean(logits.argmax(axis=-1) == y[test], axis=-1)


losses, trained, accuracy = {}, {}, {}
for name, weights in (("He, 2/n", he), ("1/n", lecun)):
    losses[name], trained[name], accuracy[name] = descend(weights)
    last = losses[name][-30:].mean(axis=0)          # over the last 30 batches
    print(f"{name:8s} loss at the end, for each rate:", np.round(last, 1))
assert np.all(abs(losses["1/n"] - guessing) < 1e-4)         # at every step
assert losses["He, 2/n"][-30:].mean(axis=0).min() < guessing - 0.2

# %% alt="Left: loss against step; the network with He's variance descends from ln 10, the one with variance 1/n stays on the dashed line at ln 10. Right: gradient norm of each layer before the first step on a log scale; the network with variance 1/n lies between 4.4 and 4.9 decades lower in every layer."
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3))
for name, marker in (("He, 2/n", "o"), ("1/n", "s")):
    best = losses[name][-30:].mean(axis=0).argmin()
    smooth = np.convolve(losses[name][:, best], np.ones(10) / 10, mode="valid")
    left.plot(np.arange(len(smooth)) + 10, smooth, label=name)
    right.semilogy(np.arange(1, depth + 1), norms[name], marker=marker, markersize=3, label=name)
left.axhline(guessing, color="black", linewidth=1, linestyle=(0, (2, 2)))
left.annotate("ln 10", (steps, guessing), xytext=(0, 4), textcoords="offset points", ha="right")
left.set(xlabel="step", ylabel="loss, mean of ten batches")
right.set(xlabel="layer", ylabel="gradient norm, first step")
left.legend()
plt.show()

# %% [markdown]
# With 1/n the network is not slow, it is still.
# In every layer its gradient is smaller by about 2⁻¹⁵, so no single layer is to blame, and neither rate helps.
# Rates 2¹⁵ times larger do not help either: for a few steps the loss stays at ln 10, and as soon as the weights have grown,
# the rate is far too large and the loss explodes.
#
# ## Four remedies
#
# Two leave the weights at 1/n and change the network.
# **Batch normalization** divides every pre-activation by its own standard deviation, so the factor per layer is gone.
# A **residual connection** carries the signal past each layer, h + ReLU(W h)/√30.
# With m the mean of a unit and M its mean square, a branch of random weights adds √(M/2π)/√30 to m, and to M twice m
# times that, plus M/60: a bounded growth over all thirty layers, which the program compares with the network.
#
# Two leave the network and change the weights.
# **Orthogonal** weights have no spread of singular values, but the ReLU still takes half of the mean square, so they
# need the gain √2 just as Gaussian weights do: with gain one, the same 2⁻¹⁵ would stand before every gradient.
# **LSUV** (layer-sequential unit variance) starts from orthogonal weights with gain one and divides each matrix by the
# standard deviation that its own pre-activations show on a batch of data.

# %%
def orthogonal(gain, seed=1):
    """Weights with orthonormal rows or columns, times a gain."""
    rng = np.random.default_rng(seed)
    weights = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        tall = max(fan_in, fan_out), min(fan_in, fan_out)
        Q, R = np.linalg.qr(rng.standard_normal(tall))
        Q = Q * np.sign(np.diag(R))         # makes all orthogonal matrices equally likely
        weights.append(gain * (Q if fan_out >= fan_in else Q.T))
    return weights


def lsuv(seed=1):
    """Orthogonal weights, scaled so that pre-activations of 500 images have variance one."""
    weights, h = orthogonal(1.0, seed), X[train[:500]]
    for layer in range(depth):
        weights[layer] = weights[layer] / np.std(h @ weights[layer].T)
        h = np.maximum(h @ weights[layer].T, 0)
    return weights


mean, square = np.sqrt(0.5 / np.pi), 0.5    # of a unit behind the first layer
for _ in range(depth - 1):
    step = np.sqrt(square / (2 * np.pi)) / np.sqrt(depth)
    mean, square = mean + step, square + 2 * mean * step + square / (2 * depth)
grown = [np.mean(forward(gaussian(1.0, seed), X[:200], False, depth**-0.5)[1] ** 2) for seed in range(5)]
print(f"mean square behind thirty residual layers: {square:.1f}, measured {np.mean(grown):.1f}")
assert 0.6 < np.mean(grown) / square < 1.7          # five narrow networks scatter

for name, weights, options in (
    ("batch norm, 1/n", lecun, {"normalize": True}),
    ("residual, 1/n", lecun, {"branch": depth**-0.5}),
    ("orthogonal, gain √2", orthogonal(2**0.5), {}),
    ("LSUV", lsuv(), {}),
):
    losses[name], trained[name], accuracy[name] = descend(weights, **options)

# Batch normalization makes so much of a last bit that no more than this is the same on every processor.
print("better of two rates    rate   loss, to a fifth   right on test images, at least")
final, best = {}, {}
for name in losses:
    best[name] = losses[name][-30:].mean(axis=0).argmin()
    final[name] = losses[name][-30:, best[name]].mean()
    right = np.floor(10 * accuracy[name][best[name]])
    print(f"{name:20s}  {rates[best[name]]:5.2f}  {np.round(5 * final[name]) / 5:5.1f}              {right:.0f} in ten")
for name in ("batch norm, 1/n", "residual, 1/n", "orthogonal, gain √2", "LSUV"):
    assert final[name] < guessing - 0.3, name               # each remedy is one
assert final["residual, 1/n"] == min(final.values())

# %% alt="Loss against step for the better rate of each network: 1/n stays at ln 10; He, batch normalization, orthogonal with gain root two and LSUV descend to between one and two; the residual network falls fastest and ends near zero."
fig, ax = plt.subplots(figsize=(7.2, 3.8))
for name in final:
    smooth = np.convolve(losses[name][:, best[name]], np.ones(10) / 10, mode="valid")
    ax.plot(np.arange(len(smooth)) + 10, smooth, label=name)
ax.set(xlabel="step", ylabel="loss, mean of ten batches", ylim=(0, 2.6))
ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
plt.show()

# %% [markdown]
# ## What to take from it
#
# The factor two in He's variance is what decides whether these thirty layers learn, and the first gradient said so
# before a single step was made.
# All four remedies rescue the network, and they do it for different reasons.
# Orthogonal weights and LSUV set the same scale as He's variance; LSUV, which measures, with less spread from draw to draw.
# Batch normalization removes the scale and brings a difficulty of its own: its gradient grows toward the input.
# The residual connection changes what depth means: at the start each of the layers behind the first is close to
# the identity, and the network trains as if it were shallow.
#
# These are short trainings of a narrow network, on one seed.
# The stall is a matter of scale and holds for every seed; the order among the remedies depends on the width, the
# number of steps and the rates, and is no ranking.
