# %% [markdown] description="Thirty ReLU layers trained on handwritten digits: which first weights learn, which stand still, and four remedies." searches="loss stuck at 2.303, ln 10, loss does not decrease, lsuv, batchnorm"
# # Thirty layers on real digits
#
# Two networks read the same handwritten digits.
# Both have thirty ReLU layers, both start from the same random numbers, and both train with the same steps.
# The only difference: each weight of the second network is divided by $\sqrt 2$.
#
# The first network learns.
# The loss of the second stays at $\ln 10$, which is what pure guessing costs, at every single step.
# How can a factor of 0.7 decide that? And what could you do about it, if that network were yours?
#
# Everything here runs in a few seconds on one core.
# The data are the 1797 images of 8 × 8 pixels that scikit-learn ships, a part of *Optical recognition of handwritten
# digits* (Alpaydin and Kaynak, UCI Machine Learning Repository, CC BY 4.0, doi:10.24432/C50P49).

# %% alt="Two rows of ten small gray images, each showing one handwritten digit from 0 to 9 in eight by eight pixels." caption="Two images of each digit: enough for us, and for a network that trains."
import matplotlib.pyplot as plt
import numpy as np

# float64: training makes much of the last bits of float32.
rows = np.loadtxt("digits.csv.gz", delimiter=",")
X, y = rows[:, :64], rows[:, 64].astype(int)
order = np.random.default_rng(0).permutation(len(X))
train, test = order[:1400], order[1400:]

fig, axes = plt.subplots(2, 10, figsize=(7.2, 1.7))
for digit in range(10):
    for ax, image in zip(axes[:, digit], X[y == digit]):
        ax.imshow(image.reshape(8, 8), cmap="gray_r")
        ax.axis("off")
plt.show()
assert X.shape == (1797, 64) and not set(train) & set(test)

# %% [markdown]
# <a id="the-network"></a>
#
# ## What is the network?
#
# We subtract the mean image and divide by one number, so that the mean square of an input is one.
# Then come thirty hidden layers of 64 units and an output layer, without biases.
#
# The function has two options, which we need later.
# `normalize` puts a batch normalization without learned scale before each ReLU.
# `branch` makes the network residual: a layer is then $h + \mathtt{branch} \cdot \mathrm{ReLU}(W h)$.
# The weights carry a leading axis over learning rates, so that two trainings run side by side on the same batches.

# %%
X = X - X.mean(axis=0)
X = X / X.std()    # (examples, 64), mean square one
depth, width, classes = 30, 64, 10
batch, steps = 32, 200
guessing = np.log(classes)


def forward(weights, X, normalize=False, branch=0.0):
    """Logits, and what the backward pass needs of each layer."""
    h, kept = X, []
    for layer, W in enumerate(weights[:-1]):
        z = h @ W.swapaxes(-1, -2)    # (rates, batch, width)
        scale = 1
        if normalize:
            z = z - z.mean(axis=-2, keepdims=True)
            square = np.mean(z * z, axis=-2, keepdims=True)
            scale = 1 / np.sqrt(square + 1e-5)
            z = z * scale
        kept.append((h, z, scale))
        new = np.maximum(z, 0)
        plain = layer == 0 or not branch
        h = new if plain else h + branch * new
    return h @ weights[-1].swapaxes(-1, -2), h, kept


assert abs(np.mean(X**2) - 1) < 1e-5
print(f"{len(train)} images to train, {len(test)} to test")
print(f"mean square of an input: {np.mean(X**2):.2f}")

# %% [markdown]
# ## The backward pass, by hand
#
# Going backward, each layer passes the gradient through its ReLU, through its normalization if it has one, and through
# its weights. The last function starts at the loss: the gradient at the logits is $p - y$, the predicted minus the true
# probabilities.

# %%
def backward(weights, h, kept, delta, normalize=False, branch=0.0):
    """The gradient for each matrix, from that at the logits."""
    grads = [delta.swapaxes(-1, -2) @ h]
    back = delta @ weights[-1]
    for layer in reversed(range(len(kept))):
        h, z, scale = kept[layer]
        plain = layer == 0 or not branch
        delta = back * (z > 0) * (1 if plain else branch)
        if normalize:
            along = np.mean(delta * z, axis=-2, keepdims=True)
            delta = delta - delta.mean(axis=-2, keepdims=True)
            delta = (delta - z * along) * scale
        grads.append(delta.swapaxes(-1, -2) @ h)
        if layer:
            into = delta @ weights[layer]
            back = into if plain else back + into
    return grads[::-1]


def gradients(weights, X, y, normalize=False, branch=0.0):
    """The mean cross-entropy, and its gradient for each matrix."""
    logits, h, kept = forward(weights, X, normalize, branch)
    logits = logits - logits.max(axis=-1, keepdims=True)
    total = np.exp(logits).sum(axis=-1, keepdims=True)
    truth = np.arange(len(y)), y
    losses = np.log(total[..., 0]) - logits[..., *truth]
    delta = np.exp(logits) / total    # p
    delta[..., *truth] -= 1           # p - y
    delta = delta / len(y)
    grads = backward(weights, h, kept, delta, normalize, branch)
    return np.mean(losses, axis=-1), grads

# %% [markdown]
# Never believe a backward pass written by hand before it is checked.
# We walk a tiny step along a random direction: the slope of the loss must be the inner product of the gradient with
# that direction.

# %%
def gaussian(gain, seed=1, layers=depth):
    """Weights with variance gain² / fan_in."""
    rng = np.random.default_rng(seed)
    sizes = [64, *[width] * layers, classes]
    return [
        rng.normal(0, gain / fan_in**0.5, (fan_out, fan_in))
        for fan_in, fan_out in zip(sizes, sizes[1:])
    ]


for name, options in {
    "plain": {}, "normalized": {"normalize": True},
    "residual": {"branch": 0.2},
}.items():
    rng = np.random.default_rng(5)
    weights, few = gaussian(2**0.5), X[:8]
    direction = [
        rng.standard_normal(W.shape) / width for W in weights
    ]
    _, grads = gradients(weights, few, y[:8], **options)
    eps, around = 1e-7, []
    for step in (eps, -eps):
        moved = [W + step * D for W, D in zip(weights, direction)]
        around.append(gradients(moved, few, y[:8], **options)[0])
    slope = (around[0] - around[1]) / (2 * eps)
    inner = sum(np.sum(G * D) for G, D in zip(grads, direction))
    print(f"{name:10s} slope {slope:+9.3f}  gradient {inner:+9.3f}")
    # A ReLU's kink costs digits.
    assert abs(slope - inner) < 1e-3 * abs(inner) + 1e-6

# %% [markdown]
# <a id="the-first-step-decides"></a>
#
# ## What does the first gradient say?
#
# Now the two networks: He's variance $2/n$, and $1/n$, from the same random numbers.
# Nothing has been trained yet.
#
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>Every matrix of the second network is that of the first divided by √2. A ReLU passes a scale through. Thirty of the
# thirty-one matrices stand in the gradient of any one of them. If the same gradient arrives at the logits of both
# networks, how much smaller are the gradients of the second?</p></div>

# %%
he, lecun = gaussian(2**0.5), gaussian(1.0)
rng = np.random.default_rng(3)
delta = rng.standard_normal((len(train), classes))
arrived, norms = [], {}
for name, weights in (("He, 2/n", he), ("1/n", lecun)):
    _, h, kept = forward(weights, X[train])
    same = backward(weights, h, kept, delta)
    arrived.append([np.linalg.norm(G) for G in same])
    _, grads = gradients(weights, X[train], y[train])
    norms[name] = np.array([np.linalg.norm(G) for G in grads[:-1]])
    first, last = norms[name][[0, -1]]
    print(f"{name:8s} layer 1 {first:.0e}, layer 30 {last:.0e}")
ratio = np.divide(arrived[1], arrived[0])
print(f"same gradient at the logits: 2^{np.log2(ratio).mean():.2f}")
smaller = np.log2(norms["1/n"] / norms["He, 2/n"])
low, high = smaller.min(), smaller.max()
print(f"gradient of the loss: 2^{low:.1f} to 2^{high:.1f}")
# Rounding, thirty layers deep; then: most layers, not all.
assert np.all(abs(ratio * 2**15 - 1) < 1e-3)
assert np.all((-16 < smaller) & (smaller < -14))
assert 15 < np.sum(smaller < -15) < 30

# %% [markdown]
# The answer is $(1/\sqrt 2)^{30} = 2^{-15}$, exactly, in every layer.
#
# The loss does not give the two networks quite the same gradient at the logits.
# Behind $1/n$ all logits are near zero, so $p$ is 1/10 for every class, and over all images $p - y$ nearly cancels.
# Behind He's variance it does not.
# That makes the gradient smaller still in most layers, not in all: here it is He's times a factor between $2^{-16}$ and
# $2^{-14}$. With most other seeds it is smaller in every layer, by up to some twenty times.
#
# <a id="training"></a>
#
# ## Does it learn?
#
# We train with plain stochastic gradient descent.
# A comparison at one learning rate would favor the network which that rate suits, and they differ.
# He's network wants a small one, and the normalized network a large one.
# So each is given the same two rates, a factor of ten apart, and is judged by its better one.
#
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>The gradients of the second network are some thirty thousand times smaller. What will its loss be after 200
# steps?</p></div>

# %%
rates = np.array([0.01, 0.1])


def descend(weights, **options):
    """Losses (steps, rates), trained weights, accuracy per rate."""
    rng = np.random.default_rng(2)
    weights = [np.stack([W, W]) for W in weights]
    losses = np.empty((steps, len(rates)))
    for step in range(steps):
        some = rng.choice(train, batch)
        losses[step], grads = gradients(
            weights, X[some], y[some], **options)
        for W, G in zip(weights, grads):
            W -= rates[:, None, None] * G
    logits, _, _ = forward(weights, X[test], **options)
    right = logits.argmax(axis=-1) == y[test]
    return losses, weights, np.mean(right, axis=-1)


losses, trained, accuracy = {}, {}, {}
for name, weights in (("He, 2/n", he), ("1/n", lecun)):
    losses[name], trained[name], accuracy[name] = descend(weights)
    last = losses[name][-30:].mean(axis=0)    # of the last 30 batches
    print(f"{name:8s} loss at the end, per rate:", np.round(last, 1))
assert np.all(abs(losses["1/n"] - guessing) < 1e-4)    # at every step
assert losses["He, 2/n"][-30:].mean(axis=0).min() < guessing - 0.2

# %% alt="Left: loss against step; the network with He's variance descends from ln 10, the one with variance 1/n stays on the dashed line at ln 10. Right: gradient norm of each layer before the first step on a log scale; the network with variance 1/n lies between 4.4 and 4.9 decades lower in every layer." caption="Left: one network learns, the other stands still. Right: the gradients said so before the first step, in every layer."
def smooth(name):
    """Steps, and the mean of each ten losses at the better rate."""
    best = losses[name][-30:].mean(axis=0).argmin()
    window = np.ones(10) / 10
    means = np.convolve(losses[name][:, best], window, mode="valid")
    return np.arange(len(means)) + 10, means


fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3))
for name, color in (("He, 2/n", "C2"), ("1/n", "C3")):
    left.plot(*smooth(name), color=color, linestyle="-")
    right.semilogy(range(1, depth + 1), norms[name], "o",
                   color=color, markersize=3)
    right.annotate(name, (15, 2.2 * norms[name][14]), color=color)
left.axhline(guessing, color="black", linewidth=1, linestyle="--")
left.annotate("guessing: ln 10", (60, guessing + 0.02))
left.annotate("He, 2/n", (70, 1.9), color="C2", ha="right")
left.annotate("1/n, on the line", (200, guessing - 0.06),
              color="C3", ha="right")
left.set(xlabel="step", ylabel="loss, mean of ten batches",
         ylim=(1.55, 2.4))
right.set(xlabel="layer", ylabel="gradient norm, first step",
          ylim=(1e-6, 2))
plt.show()

# %% [markdown]
# With $1/n$ the network is not slow, it is still.
# In every layer its gradient is smaller by about $2^{-15}$, so no single layer is to blame, and neither rate helps.
# Rates $2^{15}$ times larger do not help either.
# For a few steps the loss stays at $\ln 10$, and as soon as the weights have grown, the rate is far too large and the
# loss explodes.
#
# <a id="four-remedies"></a>
#
# ## Which remedies work, and why?
#
# Two remedies leave the weights at $1/n$ and change the network.
#
# - **Batch normalization** divides every pre-activation by its own standard deviation, so the factor per layer is gone.
# - A **residual connection** carries the signal past each layer, $h + \mathrm{ReLU}(W h)/\sqrt{30}$.
#   Because a ReLU is never negative, what the branches add does not cancel.
#   With $m$ the mean of a unit and $M$ its mean square, a branch of random weights adds $\sqrt{M/2\pi}/\sqrt{30}$ to $m$.
#   To $M$ it adds twice $m$ times that, plus $M/60$.
#   At thirty layers this growth is harmless; it goes on [like $e^{0.8\sqrt L}$](../../depth/residual/index.html#where-it-fails) with the depth $L$.
#
# Two leave the network and change the weights.
#
# - **Orthogonal** weights have no spread of singular values, but the ReLU still takes half of the mean square.
#   They need the gain $\sqrt 2$ just as Gaussian weights do: with gain one, the same $2^{-15}$ would stand before every
#   gradient.
# - **LSUV** (layer-sequential unit variance) starts from orthogonal weights with gain one.
#   It divides each matrix by the standard deviation that its own pre-activations show on a batch of data.

# %%
def orthogonal(gain, seed=1):
    """Weights with orthonormal rows or columns, times a gain."""
    rng, weights = np.random.default_rng(seed), []
    sizes = [64, *[width] * depth, classes]
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        tall = max(fan_in, fan_out), min(fan_in, fan_out)
        Q, R = np.linalg.qr(rng.standard_normal(tall))
        Q = Q * np.sign(np.diag(R))    # all of them equally likely
        weights.append(gain * (Q if fan_out >= fan_in else Q.T))
    return weights


def lsuv(seed=1):
    """Orthogonal, then scaled by what 500 images show."""
    weights, h = orthogonal(1.0, seed), X[train[:500]]
    for layer in range(depth):
        weights[layer] = weights[layer] / np.std(h @ weights[layer].T)
        h = np.maximum(h @ weights[layer].T, 0)
    return weights


def growth(layers):
    """Predicted mean square behind so many residual ReLU layers."""
    mean, square = np.sqrt(0.5 / np.pi), 0.5    # behind the first
    for _ in range(layers - 1):
        step = np.sqrt(square / (2 * np.pi)) / np.sqrt(layers)
        square = square + 2 * mean * step + square / (2 * layers)
        mean = mean + step
    return square


square, few, branch = growth(depth), X[:200], depth**-0.5
grown = [
    np.mean(forward(gaussian(1.0, seed), few, branch=branch)[1] ** 2)
    for seed in range(5)
]
print(f"mean square behind thirty residual layers: {square:.1f},",
      f"measured {np.mean(grown):.1f}")
# Five narrow networks scatter.
assert 0.6 < np.mean(grown) / square < 1.7

# %% [markdown]
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>Five networks will leave ln 10 now. Which of them falls fastest?</p></div>

# %% alt="A heat map with six rows, one network each, and thirty columns, the layers; the color is the power of ten of the gradient norm. The row of 1/n is far darker than all others; the row of batch normalization is brightest at layer 1." caption="The gradient of each layer before the first step. Only the network with 1/n has next to none. Batch normalization has the steepest slope: its gradient grows toward the input."
remedies = {
    "batch norm, 1/n": (lecun, {"normalize": True}),
    "residual, 1/n": (lecun, {"branch": branch}),
    "orthogonal, gain √2": (orthogonal(2**0.5), {}),
    "LSUV": (lsuv(), {}),
}
for name, (weights, options) in remedies.items():
    made = descend(weights, **options)
    losses[name], trained[name], accuracy[name] = made
    _, grads = gradients(weights, X[train], y[train], **options)
    norms[name] = np.array([np.linalg.norm(G) for G in grads[:-1]])

# Batch normalization makes so much of a last bit that no more than
# this is the same on every processor.
print(f"guessing: {guessing:.3f}")
print("better of two rates    rate   loss, to 0.2   right, at least")
final, best = {}, {}
for name in losses:
    best[name] = losses[name][-30:].mean(axis=0).argmin()
    final[name] = losses[name][-30:, best[name]].mean()
    right = np.floor(10 * accuracy[name][best[name]])
    print(f"{name:20s}  {rates[best[name]]:5.2f}",
          f"{np.round(5 * final[name]) / 5:12.1f}        {right:.0f} in ten")

fig, ax = plt.subplots(figsize=(7.2, 2.6))
table = np.log10([norms[name] for name in norms])
drawn = ax.imshow(table, aspect="auto", extent=(0.5, 30.5, 5.5, -0.5))
ax.set(yticks=range(6), yticklabels=list(norms), xlabel="layer")
ax.grid(False)
fig.colorbar(drawn, label="gradient norm, power of ten")
plt.show()
for name in remedies:
    assert final[name] < guessing - 0.3, name    # each is a remedy
assert final["residual, 1/n"] == min(final.values())
assert table[1].max() < np.delete(table, 1, axis=0).min() - 1
slopes = table[:, 0] - table[:, -1]
assert slopes.argmax() == 2 and slopes[2] > 1

# %% alt="Loss against step for the better rate of each network: 1/n stays at ln 10; He, batch normalization, orthogonal with gain root two and LSUV descend to between one and two; the residual network falls fastest and ends near zero." caption="Each remedy wakes the network. The order among them belongs to this width, this number of steps and these rates."
fig, ax = plt.subplots(figsize=(7.2, 3.8))
ends = {}
for number, name in enumerate(final):
    x, means = smooth(name)
    ax.plot(x, means, color=f"C{(number + 2) % 6}", linestyle="-")
    ends[name] = means[-1]
height = 3.0
for name in sorted(ends, key=ends.get, reverse=True):
    height = min(height - 0.17, ends[name])    # no label on another
    number = list(final).index(name)
    ax.annotate(name, (steps, ends[name]), (steps + 6, height),
                color=f"C{(number + 2) % 6}", va="center")
ax.plot([0, steps], [guessing] * 2, color="black", linewidth=1, linestyle="--")
ax.set(xlabel="step", ylabel="loss, mean of ten batches",
       xlim=(0, 290), ylim=(0, 2.6), xticks=range(0, 201, 50))
plt.show()

# %% [markdown]
# <a id="what-to-take-from-it"></a>
#
# ## What to remember
#
# The factor two in He's variance decides whether these thirty layers learn, and the first gradient said so before a
# single step was made.
# All four remedies wake the network, and they do it for different reasons.
#
# - Orthogonal weights of gain $\sqrt2$ set the same scale as He's variance. LSUV sets the deviation of
#   all pre-activations of a layer together to one, half of He's mean square there, and it measures, so it spreads less
#   from draw to draw.
# - Batch normalization removes the scale and brings a difficulty of its own: its gradient grows toward the input.
# - The residual connection changes what depth means. At the start each of the layers behind the first is close to the
#   identity, and the network trains as if it were shallow: its loss fell fastest.
#
# These are short trainings of a narrow network, on one seed.
# The stall is a matter of scale and does not depend on the seed. The order among the remedies is no ranking.
#
# [The second lab](../../labs/fixes/index.html) tries remedies in pairs, and
# [a chapter](../../practice/afterwards/index.html) tries eight of them on eight bad starts.
#
# ## Exercises
#
# The program below the answers computes all of them.
#
# ### Warm-up: twenty layers
#
# Build both networks with twenty hidden layers. The same gradient arrives at the logits of both. By which factor are
# the gradients behind $1/n$ smaller?
#
# <details class="success"><summary>Answer</summary>
#
# Twenty of the twenty-one matrices stand in each gradient, so the factor is $(1/\sqrt 2)^{20} = 2^{-10}$, about one in a
# thousand.
#
# </details>
#
# ### Standard: twice He's variance
#
# Start from $4/n$. How much larger do the logits become, and what does that do to the first loss? Then run it: why is it
# so far from $\ln 10$?
#
# <details class="success"><summary>Answer</summary>
#
# Each of the thirty-one matrices is $\sqrt 2$ times that of He's network, so every logit is $2^{15.5}$ times larger.
# The softmax is then certain of one class, and wrong for most images. The loss is the distance between the largest
# logit and the true one, thousands of times larger than $\ln 10$.
#
# </details>
#
# ### Standard: a hundred residual layers
#
# The branches are scaled by $1/\sqrt L$. Predict with `growth` how the mean square changes from 30 to 100 layers.
#
# <details class="success"><summary>Answer</summary>
#
# It is about forty times larger behind a hundred layers than behind thirty. The scale $1/\sqrt L$ would bound the growth
# if the branches had mean zero. The outputs of a ReLU are never negative, so they add up, and only $1/L$ bounds them.
#
# </details>
#
# ### Deeper: inputs a hundred times larger
#
# You forget to divide the images by their standard deviation, and all inputs are a hundred times larger. Which of the
# six networks notice that in their first loss?
#
# <details class="success"><summary>Answer</summary>
#
# A ReLU network without biases is homogeneous, so all logits of He's network, of $1/n$, of the residual and of the
# orthogonal network are a hundred times larger. Behind $1/n$ they are still near zero, and the loss still is $\ln 10$.
# Batch normalization divides the scale out. LSUV would do the same if the batch
# that it measured had been of the larger inputs. Here it was not, so its network notices too.
#
# </details>

# %%
answers = {}
both = []
for gain in (1.0, 2**0.5):
    weights = gaussian(gain, layers=20)
    _, h, kept = forward(weights, X[train])
    both.append(np.linalg.norm(backward(weights, h, kept, delta)[0]))
answers["twenty"] = np.log2(both[0] / both[1])
answers["twice"], _ = gradients(gaussian(2.0), X[train], y[train])
answers["hundred"] = growth(100) / growth(30)
print(f"twenty layers: 2^{answers['twenty']:.2f}")
print(f"first loss behind 4/n: {answers['twice']:.0f}")
print(f"a hundred residual layers over 30: {answers['hundred']:.0f}")

networks = {"He, 2/n": (he, {}), "1/n": (lecun, {}), **remedies}
for name, (weights, options) in networks.items():
    small, large = (
        gradients(weights, scale * X[train], y[train], **options)[0]
        for scale in (1, 100)
    )
    answers[name] = small, large
    print(f"{name:20s} first loss {small:4.2f},",
          f"inputs times 100: {large:6.2f}")
# What the answers say.
assert abs(answers["twenty"] + 10) < 1e-3
assert 1e4 < answers["twice"] < 1e5
assert 35 < answers["hundred"] < 45
for name in ("He, 2/n", "residual, 1/n", "orthogonal, gain √2"):
    assert answers[name][1] > 10 * answers[name][0], name
for name in ("1/n", "batch norm, 1/n"):
    assert abs(answers[name][1] - answers[name][0]) < 0.01, name
