# %% [markdown] description="Seven remedies for a deep network that does not learn, each alone and each pair, at 30 and 100 layers, in float32 and in float16: what each of them repairs." searches="which remedy, what to try first, adam does not help, clipping does not help, loss scaling does not help, nothing helps, combine"
# # Which fix fixes what
#
# A deep network does not learn. Everybody you ask has a remedy.
# Other first weights, a normalization, skip connections, Adam, clipping, and in half precision a scaled loss.
#
# We try seven of them on one sick network, each alone and each pair.
# At a hundred layers, six of the seven fail when they come alone.
# And two of those six are a cure as soon as they come *together*.
# Which two? And what could have told you before the first step?
#
# Here is where each of them acts in a step of training.

# %% alt="Four boxes in a row, joined by arrows: start, forward, backward, step. Below start stand right scale and orthogonal, below forward RMSNorm and residual, below backward loss scaling, below step clipping and Adam. Above the first two boxes it says: what the signal meets. Above the last two: what a gradient meets." caption="Where each remedy acts. The four on the left change what the signal meets. The three on the right handle a gradient that is already there."
import itertools

import matplotlib.pyplot as plt
import numpy as np

places = {
    "start": "right scale\northogonal", "forward": "RMSNorm\nresidual",
    "backward": "loss scaling", "step": "clipping\nAdam",
}
fig, ax = plt.subplots(figsize=(7.2, 1.7))
for x, (place, fixes) in enumerate(places.items()):
    color = "C0" if x < 2 else "C1"
    edge = {"boxstyle": "round,pad=0.5", "fc": "none", "ec": color}
    ax.text(x, 1, place, ha="center", va="center", bbox=edge)
    ax.text(x, 0.6, fixes, ha="center", va="top", color=color)
    if x < 3:
        ax.annotate("", (x + 0.66, 1), (x + 0.34, 1),
                    arrowprops={"arrowstyle": "->"})
ax.text(0.5, 1.5, "what the signal meets", ha="center", color="C0")
ax.text(2.5, 1.5, "what a gradient meets", ha="center", color="C1")
ax.set(xlim=(-0.6, 3.6), ylim=(-0.1, 1.7))
ax.axis("off")
plt.show()

# %% [markdown]
# <a id="the-network"></a>
#
# ## Who is the patient?
#
# The data are the handwritten digits of [the first lab](../../labs/digits/index.html).
# The network has 30 or 100 layers of 64 tanh units and an output layer, without biases.
#
# Why tanh? Near zero it hardly changes its input, so between layers of equal width
# [the variance 1/n is right](../../variance/xavier/index.html), and a plain network of a hundred layers *can* be trained.
# With ReLU it cannot, at least not in our few steps. An exercise looks at that.
#
# So the *right scale* is the deviation $1/\sqrt n$ for Gaussian weights. An
# [orthogonal matrix](../../glossary/index.html#orthogonal) has it already. The patient has half of that.
# It sounds harmless. Each layer passes on half of the signal, and thirty layers pass on $2^{-30}$.
#
# All networks share their random numbers and differ only in their remedies.
# They sit side by side on the first axis of every array, so one product of matrices serves all.

# %%
rows = np.loadtxt("digits.csv.gz", delimiter=",")
X, y = rows[:, :64].astype(np.float32), rows[:, 64].astype(int)
order = np.random.default_rng(0).permutation(len(X))
train, test = order[:1400], order[1400:]
X = X - X.mean(axis=0)
X = X / X.std()    # mean square one
width, classes, batch = 64, 10, 16
FIXES = ("right scale", "orthogonal", "RMSNorm", "residual",
         "clipping", "loss scaling", "Adam")


def switches(networks):
    """{fix: whether it is on, for each network}."""
    return {
        fix: np.array([fix in used for used in networks])[:, None, None]
        for fix in FIXES
    }


def start(on, depth, size, seed):
    """The first weights, (networks, fan_out, fan_in) per layer."""
    rng, weights = np.random.default_rng(seed), []
    for _ in range(depth + 1):
        G = rng.standard_normal((width, width))
        Q, R = np.linalg.qr(G)
        Q = Q * np.sign(np.diag(R))    # all of them equally likely
        W = np.where(on["orthogonal"], Q, G / np.sqrt(width))
        W = W * np.where(on["right scale"], 1, size)
        weights.append(W.astype(np.float32))
    weights[-1] = weights[-1][:, :classes]
    return weights


# %% [markdown]
# ## Forward and backward, by hand
#
# A layer multiplies, may add its shortcut, may normalize, and applies tanh.
# A *residual* network computes $z_l = z_{l-1} + W_l h_{l-1}/\sqrt L$ instead of $W_l h_{l-1}$.
# *RMSNorm* divides $z$ by its root mean square before the tanh, and the shortcut goes past it.
#
# `to` rounds what each layer hands on. For float32 it does nothing. For float16 it is `to16`, which we write ourselves:
# it adds and subtracts a number so large that only eleven binary digits survive.
# The result must equal NumPy's own conversion.

# %%
def to16(x):
    """float32 numbers, rounded as float16 rounds them."""
    # The exponent bits alone are a power of two, at most |x|.
    power = (x.view(np.int32) & 0x7F800000).view(np.float32)
    shift = np.clip(power, 2.0**-14, 2.0**15, out=power)
    shift *= 1.5 * 2**13
    rounded = x + shift
    rounded -= shift
    rounded *= 2.0**112    # from 2^16 on it is infinite
    rounded *= 2.0**-112
    return rounded


def as_is(x):
    """float32 numbers, unchanged."""
    return x


# %%
rng = np.random.default_rng(1)
tried = rng.standard_normal(100_000)
tried = tried * 2.0 ** rng.uniform(-30, 20, len(tried))
tried = np.append(tried, [65519, 65520, 2.0**-25, 0]).astype(np.float32)
with np.errstate(over="ignore", invalid="ignore"):
    assert np.array_equal(to16(tried), tried.astype(np.float16))

# %%
def phi(z):
    return np.tanh(z)


def slope(h):
    """The slope of phi, where its value is h."""
    return 1 - h * h


def forward(on, weights, h, to=as_is):
    """Logits, last units, and what the backward pass needs."""
    branch = np.where(on["residual"], (len(weights) - 1) ** -0.5, 1)
    branch, kept, z = branch.astype(np.float32), [], 0
    for layer, W in enumerate(weights[:-1]):
        new = h @ W.swapaxes(1, 2)    # (networks, batch, width)
        if layer:
            new *= branch
            new += np.where(on["residual"], z, 0)
        z = to(new)
        rms = np.sqrt(np.mean(z * z, axis=2, keepdims=True) + 1e-10)
        r = np.where(on["RMSNorm"], rms, 1)
        u = z / r
        kept.append((h, u, r))
        h = to(phi(u))
    return to(h @ weights[-1].swapaxes(1, 2)), h, kept


# %%
def backward(on, weights, h, kept, delta, to=as_is):
    """The gradient for each matrix, from that at the logits."""
    branch = np.where(on["residual"], (len(weights) - 1) ** -0.5, 1)
    branch, dz = branch.astype(np.float32), np.float32(0)
    grads = [to(delta.swapaxes(1, 2) @ h)]
    back = to(delta @ weights[-1])
    for layer in reversed(range(len(kept))):
        below, u, r = kept[layer]
        du = back * slope(h)
        along = np.mean(du * u, axis=2, keepdims=True)
        new = np.where(on["RMSNorm"], (du - u * along) / r, du)
        dz = to(new + np.where(on["residual"], dz, 0))
        into = branch * dz if layer else dz
        grads.append(to(into.swapaxes(1, 2) @ below))
        back, h = to(into @ weights[layer]), below
    return grads[::-1]


# %%
def loss_and_delta(logits, y):
    """The mean cross-entropy of each network, and p - y."""
    truth = (slice(None), np.arange(len(y)), y)
    logits = logits - logits.max(axis=2, keepdims=True)
    total = np.exp(logits).sum(axis=2, keepdims=True)
    losses = np.log(total[..., 0]) - logits[truth]
    delta = np.exp(logits) / total
    delta[truth] -= 1
    return losses.mean(axis=1), delta


# %% [markdown]
# As in the first lab, we do not believe a backward pass before it is checked.
# A tiny step along a random direction must change the loss by the inner product of the gradient with that direction.

# %%
networks = [(), ("RMSNorm",), ("residual",), ("RMSNorm", "residual")]
on, few = switches(networks), np.arange(8)
weights = [W.astype(float) for W in start(on, 6, 1.0, seed=4)]
rng = np.random.default_rng(5)
way = [rng.standard_normal(W.shape) / width for W in weights]
logits, h, kept = forward(on, weights, X[few])
delta = loss_and_delta(logits, y[few])[1] / len(few)
grads = backward(on, weights, h, kept, delta)
inner = sum(np.sum(G * D, axis=(1, 2)) for G, D in zip(grads, way))
around = []
for eps in (1e-5, -1e-5):
    moved = [W + eps * D for W, D in zip(weights, way)]
    logits, _, _ = forward(on, moved, X[few])
    around.append(loss_and_delta(logits, y[few])[0])
walked = (around[0] - around[1]) / 2e-5
print(f"{'':20s}   slope  gradient")
for used, one, other in zip(networks, walked, inner):
    name = " and ".join(used) or "plain"
    print(f"{name:20s} {one:+.4f}   {other:+.4f}")
assert np.allclose(walked, inner, rtol=1e-4, atol=1e-6)

# %% [markdown]
# <a id="before-the-first-step"></a>
#
# ## What can be seen before the first step?
#
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>The patient halves its signal in every layer. Orthogonal weights of the same size have no spread of singular
# values. What do they do to the signal? And what does a normalization do to it, or a shortcut?</p></div>

# %%
shown = [(), *[(fix,) for fix in FIXES[:4]]]
names = ["no fix", *FIXES[:4]]


def look(size, depth=100, seed=1):
    """Size of the signal and norm of the gradient, per layer."""
    on = switches(shown)
    weights = [W.astype(float) for W in start(on, depth, size, seed)]
    logits, h, kept = forward(on, weights, X[train[:100]])
    _, delta = loss_and_delta(logits, y[train[:100]])
    grads = backward(on, weights, h, kept, delta / 100)
    units = [*[h for h, _, _ in kept[1:]], h]
    signal = [np.sqrt(np.mean(h * h, axis=(1, 2))) for h in units]
    gradient = [np.linalg.norm(G, axis=(1, 2)) for G in grads[:-1]]
    return np.log10(signal).T, np.log10(gradient).T


# %% alt="Two heat maps of five rows, no fix, right scale, orthogonal, RMSNorm and residual, over the layers 1 to 100. Left, size of the signal: the rows of no fix and of orthogonal darken evenly down to thirty powers of ten, the other three stay bright. A stroke in the two dark rows near layer 25 is marked float16 ends. Right, the gradient norm of each matrix: the same two rows are dark in every layer." caption="Left: the size of the signal in each layer. Right: the gradient of each matrix. Orthogonal weights of the wrong size are as sick as the patient. At the strokes the typical number becomes zero in float16."
signal, gradient = look(0.5)
ends = np.sum(signal > np.log10(2.0**-25), axis=1)
fig, panels = plt.subplots(1, 2, figsize=(7.2, 2.5), sharey=True,
                           layout="constrained")
for ax, table in zip(panels, (signal, gradient)):
    drawn = ax.imshow(table, aspect="auto", vmin=-32, vmax=2,
                      extent=(0.5, 100.5, 4.5, -0.5))
    ax.set(yticks=range(5), yticklabels=names, xlabel="layer")
    ax.grid(False)
for row in np.flatnonzero(ends < 100):
    panels[0].plot([ends[row] + 0.5] * 2, [row - 0.4, row + 0.4],
                   color="white", linestyle="-")
    panels[0].text(ends[row] + 3, row, "float16 ends", color="white",
                   va="center", fontsize=8)
panels[0].set_title("signal", fontsize=10)
panels[1].set_title("gradient", fontsize=10)
fig.colorbar(drawn, ax=list(panels), label="power of ten")
plt.show()
print("float16 ends behind layer", ends[0], "and", ends[2])

# %% [markdown]
# Three of the seven restore the signal: the right scale, RMSNorm and the residual connection.
# Orthogonal weights do not. They only turn the signal, and the wrong size halves it just the same.
# Clipping, loss scaling and Adam are not in the picture. They come later, and find the signal of the patient.
#
# A gradient multiplies [what arrived from below and what arrived from above](../../gradients/exploding/index.html).
# That is why it is tiny in *every* layer, and why no single layer is to blame.
#
# ## A step, with all that may happen to it
#
# The loss is multiplied by 1024 where it is scaled, and the gradient is divided by 1024 before anything else.
# Clipping then shortens a gradient longer than 1. Gradient descent and Adam come last.
# Weights and Adam's averages stay in float32, as [they should](../../precision/training/index.html).
# Networks with Adam are the last ones, so that one slice holds them.

# %%
lr, lr_adam, limit, scale = 0.02, 0.001, 1.0, 1024


def move(on, weights, grads, memory, factor, step):
    """One step of gradient descent or Adam, in place."""
    square = sum(np.einsum("nij,nij->n", G, G) for G in grads)
    norm = np.sqrt(square)[:, None, None] / factor
    cut = np.where(on["clipping"], np.minimum(1, limit / norm), 1)
    cut = (cut / factor).astype(np.float32)
    plain = np.sum(~on["Adam"])
    for W, G, (M, V) in zip(weights, grads, memory):
        W[:plain] -= lr * cut[:plain] * G[:plain]
        G = cut[plain:] * G[plain:]
        M += 0.1 * (G - M)
        V += 0.001 * (G * G - V)
        rms = np.sqrt(V / (1 - 0.999**step))
        W[plain:] -= lr_adam / (1 - 0.9**step) * M / (rms + 1e-8)


# %%
@np.errstate(all="ignore")    # inf and nan are results here
def descend(networks, depth, size, to=as_is, seed=1, steps=60):
    """{fixes: share of test images that it gets right}, losses."""
    on, rng = switches(networks), np.random.default_rng(seed + 100)
    weights = start(on, depth, size, seed)
    plain = np.sum(~on["Adam"])
    memory = [np.zeros((2, *W[plain:].shape), W.dtype) for W in weights]
    factor = np.where(on["loss scaling"], scale, 1).astype(np.float32)
    losses = []
    for step in range(1, steps + 1):
        some = rng.choice(train, batch)
        logits, h, kept = forward(on, weights, X[some], to)
        loss, delta = loss_and_delta(logits, y[some])
        losses.append(loss)
        delta = to(factor / batch * delta)
        grads = backward(on, weights, h, kept, delta, to)
        move(on, weights, grads, memory, factor, step)
    parts = np.array_split(X[test], 8)
    logits = [forward(on, weights, part, to)[0] for part in parts]
    logits = np.concatenate(logits, axis=1)
    right = np.mean(logits.argmax(axis=2) == y[test], axis=1)
    ended = ~np.isfinite(logits).all(axis=(1, 2))
    right = np.where(ended, np.nan, right)
    return dict(zip(networks, right)), np.array(losses)


# %% [markdown]
# <a id="float32"></a>
#
# ## Thirty layers, and a hundred
#
# Now the trial. Each network takes sixty steps with sixteen images each.
# That is little. We ask who wakes up, and not who wins.
# In float32 a scaled loss changes nothing, so there are six remedies and fifteen pairs.
#
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>Which of the six wakes thirty layers alone? Which pair wakes a hundred, although neither of the two does so alone?
# Decide before you look.</p></div>

# %%
def trial(fixes):
    """No fix, each alone, each pair; those with Adam last."""
    alone = list(itertools.combinations(fixes, 1))
    pairs = list(itertools.combinations(fixes, 2))
    return sorted([(), *alone, *pairs], key=lambda used: "Adam" in used)


def draw(ax, fixes, right, title):
    """Percent right: a row and a column for each fix."""
    shown = np.empty((len(fixes), len(fixes)))
    for used, value in right.items():
        if used:
            i, j = fixes.index(used[0]), fixes.index(used[-1])
            shown[i, j] = shown[j, i] = value
    ax.imshow(np.nan_to_num(shown), vmin=0.1, vmax=1, cmap="Blues")
    for (i, j), value in np.ndenumerate(shown):
        label = "nan" if np.isnan(value) else f"{100 * value:.0f}"
        color = "white" if value > 0.6 else "black"
        ax.text(j, i, label, ha="center", va="center",
                color=color, fontsize=10)
    ax.set(xticks=range(len(fixes)), yticks=range(len(fixes)),
           yticklabels=fixes)
    ax.set_xticklabels(fixes, rotation=45, ha="right")
    ax.set_title(title, fontsize=10)
    ax.tick_params(length=0, labelsize=10)
    ax.grid(False)


# %% alt="Two heat maps of six by six remedies; the number in each field is the percentage of test images that are right, the diagonal has each remedy alone. Thirty layers: the residual row is dark, and so is right scale with orthogonal; right scale alone is in between, orthogonal alone and clipping alone are near chance. A hundred layers: only the residual row and right scale with orthogonal are dark, everything else is pale." caption="Test images that are right, in percent, after sixty steps from half of the right deviation, in float32. On the diagonal each remedy is alone. Chance is about ten."
six = FIXES[:5] + FIXES[6:]
right32, right16 = {}, {}
fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.9), sharey=True)
for ax, depth in zip(panels, (30, 100)):
    right32[depth], _ = descend(trial(six), depth, 0.5)
    draw(ax, six, right32[depth], f"{depth} layers, float32")
plt.show()
awake = [used for used, v in right32[100].items() if v > 0.5]
print("100 layers, more than half right:")
print("alone:", *[used[0] for used in awake if len(used) == 1])
print("without residual:",
      *[" + ".join(u) for u in awake if "residual" not in u])

# %% [markdown]
# Thirty layers are forgiving. The right scale alone is enough to wake them, and so is a residual connection.
# Clipping and orthogonal weights of the wrong size are not.
#
# A hundred layers wake up with a residual connection, whatever comes with it.
# Without one they wake up in a single field: **the right scale and orthogonal weights, together**.
#
# Why does it take both? The scale decides how long the signal is, on average.
# But Gaussian layers of the right scale stretch some directions and crush others. After a hundred of them a few of the
# 64 directions carry nearly all of the signal, and most of what tells ten digits apart is faint.
# Orthogonal matrices treat [all directions alike](../../gradients/conditioning/index.html#where-it-fails), at any scale.
# So each of the two repairs what the other one leaves broken.
#
# <a id="float16"></a>
#
# ## The same in float16
#
# Now every layer hands on float16 numbers, forward and backward, and the gradient of each matrix is rounded as well.
# Sums inside a product stay in float32, as in matrix units.
# So do the weights, because rounding them would cost digits and not range.
# With that, loss scaling joins in.
#
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>Which fields change, those that learned or those that did not? And which of them does a loss times 1024 bring
# back?</p></div>

# %% alt="Two heat maps of seven by seven remedies in float16. Thirty layers: the rows of right scale and residual are nearly those of float32, except where right scale meets RMSNorm; RMSNorm alone and with each of the other four is in between, with other numbers; orthogonal, clipping, loss scaling and Adam, alone and with each other, all show 11. A hundred layers: the residual row and right scale with orthogonal as before, RMSNorm with loss scaling shows nan." caption="The same trial in float16, with loss scaling as the seventh remedy. Where signal and gradient keep their size, the format changes next to nothing. Where the signal does not, all is lost: 11 percent is one digit for every image."
fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.9), sharey=True)
losses = {}
for ax, depth in zip(panels, (30, 100)):
    made = descend(trial(FIXES), depth, 0.5, to16)
    right16[depth], losses[depth] = made
    draw(ax, FIXES, right16[depth], f"{depth} layers, float16")
plt.show()
late = {"orthogonal", "clipping", "loss scaling", "Adam"}
for depth in (30, 100):
    still = np.all(losses[depth] == losses[depth][0, 0], axis=0)
    still = [u for u, s in zip(right16[depth], still) if s]
    assert all(set(used) <= late for used in still)
    print(f"{depth} layers: {len(still)} of {len(right16[depth])}",
          "networks keep one loss")

# %% [markdown]
# What learned with a residual connection or the right scale changes little. RMSNorm without a residual connection gives
# other numbers, as it would with another seed.
# The other four, alone and with each other, now give one digit for all images. A loss times 1024 brings none of them
# back.
#
# The patient's signal reaches zero near layer 25, as the strokes above said.
# So every logit is exactly zero, and the loss is exactly $\ln 10$ in every step.
# The gradient is exactly zero as well, and Adam divides zero by zero plus $10^{-8}$.
# A factor of 1024 does bring some gradients of the thirty layers back. It does not bring back the signal, and the
# logits stay zero.
# Loss scaling is made for gradients that are too small while
# [the signal is healthy](../../precision/training/index.html#loss-scaling).
#
# It can even do harm. At a hundred layers RMSNorm and loss scaling together end in `nan`.
# RMSNorm keeps the signal, but behind it a tanh layer enlarges the gradient,
# [by 1.18 in the mean square](../../depth/normalization/index.html), and a hundred layers make that thousands in size.
# Times 1024, it leaves float16 at the other end.
# (The scaler of a library would notice, skip the step and lower its factor.)
#
# <a id="twice"></a>
#
# ## Twice as large
#
# Is clipping good for nothing, then? It was asked to lengthen what it can only shorten.
# So we give it the opposite patient, with *twice* the right deviation.
# Tanh bounds that signal, and each layer enlarges the gradient.
#
# <div class="admonition question"><p class="admonition-title">Predict</p>
# <p>Which of the six will help now? Will clipping?</p></div>

# %% alt="Left: heat map of five rows over a hundred layers, the power of ten of the gradient norm. No fix and orthogonal reach six at layer 1 and fade to zero at layer 100, RMSNorm fades from three, right scale and residual are even and dark. Right: heat map of six by six remedies at thirty layers. The row of clipping is the palest." caption="Twice the right deviation. Left: the gradient of each matrix at a hundred layers. In the patient it grows toward the input. Right: the trial at thirty layers, in percent. Clipping makes it worse."
_, gradient = look(2.0)
right, _ = descend(trial(six), 30, 2.0)
fig, (ax, other) = plt.subplots(1, 2, figsize=(7.2, 3.9),
                                layout="constrained")
drawn = ax.imshow(gradient, aspect="auto",
                  extent=(0.5, 100.5, 4.5, -0.5))
ax.set(yticks=range(5), yticklabels=names, xlabel="layer")
ax.set_title("gradient, power of ten", fontsize=10)
ax.grid(False)
fig.colorbar(drawn, ax=ax, orientation="horizontal")
draw(other, six, right, "30 layers, float32")
plt.show()
lost = [
    fix for fix in six[:4]
    if right[fix, "clipping"] < right[fix,]
]
alone = "worse" if right["clipping",] < right[()] else "better"
print("clipping alone makes it", alone)
print("clipping makes worse:", *lost, sep="\n- ")

# %% [markdown]
# The three that restored the signal help again, though RMSNorm not with every seed.
# With the right scale it is even the same network as before, and its numbers are those of thirty layers above.
#
# Clipping makes it worse, alone and behind each of the four on the left of our first picture.
# With the right scale, RMSNorm or a shortcut the steps were not too long at this rate, and a shortened step is then only a
# shorter step. Alone and with orthogonal weights they were too long. But a limit of 1 makes them hundreds of times shorter,
# and sixty of those get nowhere.
# Clipping is [a fuse](../../gradients/exploding/index.html#clipping) for steps that are too long. The second exercise blows one.
#
# <a id="row-by-row"></a>
#
# ## Why, row by row?
#
# | remedy | it repairs | it leaves | derived in |
# | --- | --- | --- | --- |
# | right scale | the length of signal and gradient, on average | the directions | [Xavier](../../variance/xavier/index.html#stacks-and-other-means) |
# | orthogonal | the directions | the length | [Conditioning](../../gradients/conditioning/index.html#where-it-fails) |
# | RMSNorm | the length of the signal, in every step | the directions, and a gradient that grows per layer | [Normalization](../../depth/normalization/index.html#layers) |
# | residual, $1/\sqrt L$ | both, since each layer is close to the identity | little, here | [He initialization](../../variance/he/index.html#exercise-residual) |
# | clipping | steps that are too long | all that is too small | [Exploding gradients](../../gradients/exploding/index.html#clipping) |
# | loss scaling | gradients too small for float16 | a signal that is lost | [Training in half precision](../../precision/training/index.html#loss-scaling) |
# | Adam | the size of a step | a signal that is lost, and a gradient far below its $\epsilon$ | [Training in half precision](../../precision/training/index.html#adam) |
#
# The column *it leaves* explains the pairs.
# Two that fail alone are a cure if *each* repairs what the other leaves, as right scale and orthogonal do.
# RMSNorm repairs the length that orthogonal weights leave. They do not repair the gradient that RMSNorm makes grow.
# Adam and loss scaling both leave the same thing: a signal that is lost.
#
# Our sentences are asserted, for this seed and in limits that other seeds keep.

# %%
def without(fix, right):
    """What the networks without a fix get right."""
    return {used: value for used, value in right.items()
            if fix not in used}


both = "right scale", "orthogonal"
for made in (right32[30], right16[30]):
    assert min(made["right scale",], made["residual",]) > 0.3
    assert max(made["orthogonal",], made["clipping",]) < 0.25
for right100 in (right32[100], right16[100]):
    plain = without("residual", right100)
    assert plain.pop(both) > 0.7
    assert all(not value > 0.5 for value in plain.values())
for right_ in (right32[30], right32[100], right16[30], right16[100]):
    bright = [v for used, v in right_.items() if "residual" in used]
    assert min(bright) > 0.6
for depth in (30, 100):
    for used in [both, *[u for u in trial(six) if "residual" in u]]:
        assert abs(right32[depth][used] - right16[depth][used]) < 0.1
    still = np.all(losses[depth] == losses[depth][0, 0], axis=0)
    unscaled = [u for u in right16[depth] if set(u) <= late]
    assert sum(still) == len(unscaled) == 11
assert np.isnan(right16[100]["RMSNorm", "loss scaling"])
assert min(right["right scale",], right["residual",]) > right[()]
assert right["clipping",] < right[()]
assert len(lost) == 4

# %% [markdown]
# <a id="what-to-take-from-it"></a>
#
# ## What to remember
#
# Ask first whether the signal arrives, then whether the gradient does, then whether the step fits.
# The remedies come in the same order. Here none of the last three brought back a signal that was lost.
#
# - A plain deep network needs a scale *and* directions. A residual connection gives both.
# - float16 was no disease of its own here. It makes a lost signal final: below $2^{-25}$ there is nothing left to rescale.
# - A remedy that does nothing tells you something. If neither Adam nor a scaled loss helps, look at the forward pass.
#
# These are sixty steps of a narrow tanh network, at one rate for gradient descent and one for Adam.
# Which networks wake up at a hundred layers is a matter of scale and directions, and does not depend on the seed.
# The pair also needs a rate that is small enough, as the second exercise shows.
# The numbers between twenty and eighty are no ranking.
# Those of RMSNorm without a residual connection change a lot with the seed at thirty layers,
# and even with the last bit of a sum, because the gradient grows from layer to layer.
# The same goes for the patient with twice the deviation.
#
# ## Exercises
#
# The programs below the answers compute what they say learns, fails or ends.
#
# ### Warm-up: seven tenths
#
# The weights have seven tenths of the right deviation. Behind which layer does the signal of float16 end, roughly?
#
# <details class="success"><summary>Answer</summary>
#
# A number below $2^{-25}$ rounds to zero. Each layer multiplies by $0.7$, so $0.7^l = 2^{-25}$ gives
# $l = 25 \ln 2/\ln(1/0.7) \approx 48.6$. The first layers lose a little more, because tanh bends.
# Random weights add or take a layer or two.
#
# </details>
#
# ### Standard: what is clipping for?
#
# Take thirty layers of the right scale, a hundred steps, and a learning rate ten times as large, $0.2$.
# What happens without clipping, with Gaussian and with orthogonal weights? And with it?
# Then take the pair that woke a hundred layers, at a rate of $0.1$. Say what you expect, then run it.
#
# <details class="success"><summary>Answer</summary>
#
# Without clipping even orthogonal weights of the right scale fail. Their loss falls for some steps. Then the steps have
# stretched some directions of each matrix so much that all images lie close to one line in the last layer.
# With clipping both learn, and orthogonal weights reach nine images in ten. This is the disease that clipping is for.
#
# At a hundred layers the pair needs it at half of that rate, $0.1$, which is five times ours.
#
# </details>
#
# ### Deeper: ReLU
#
# Replace tanh by ReLU, with its right scale $\sqrt{2/n}$, at a hundred layers.
# Which of orthogonal weights and a residual connection wakes it? Predict from
# [what a ReLU does to angles](../../gradients/vanishing/index.html#why-relu-works-although-half-its-units-are-off).
#
# <details class="success"><summary>Answer</summary>
#
# Only the residual connection. Orthogonal weights keep all directions, but each ReLU throws half of the units away and
# shrinks the angle between inputs. After a hundred layers all images look alike.
# The pair that cured tanh is a cure for layers that are nearly linear.
#
# </details>

# %%
answers = {}
signal, _ = look(0.7, depth=60)
answers["ends"] = np.sum(signal[0] > np.log10(2.0**-25))
predicted = 25 * np.log(2) / np.log(1 / 0.7)
print(f"float16 ends behind layer {answers['ends']}",
      f"(predicted {predicted:.0f})")

lr = 0.2
scaled = [("right scale",), both]
clipped = [(*used, "clipping") for used in scaled]
answers["rate"], _ = descend(scaled + clipped, 30, 0.5, steps=100)
lr = 0.1
answers["deep"], _ = descend([both, clipped[1]], 100, 0.5)
for name in ("rate", "deep"):
    print("30 layers, rate 0.2" if name == "rate" else
          "100 layers, rate 0.1")
    for used, value in answers[name].items():
        print("learns:" if value > 0.5 else "fails: ", ", ".join(used))

# %%
lr = 0.02


def phi(z):
    return np.maximum(z, 0)


def slope(h):
    return h > 0


networks = [("orthogonal",), ("residual",)]
answers["relu"], _ = descend(networks, 100, 2**0.5)
learns = [u for u, v in answers["relu"].items() if v > 0.5]
print("ReLU, 100 layers, learns:", *sum(learns, ()))
# What the answers say. In a Gaussian layer the logarithm of the size
# wanders by 1/sqrt(2 width); tanh takes a layer.
wander = np.sqrt(predicted / 2 / width) / np.log(1 / 0.7)
assert abs(answers["ends"] - predicted) < 1 + 4 * wander
rate = answers["rate"]
assert max(rate[used] for used in scaled) < 0.5
assert rate["right scale", "clipping"] > 0.5
assert rate[*both, "clipping"] > 0.85
asleep, awake = answers["deep"].values()
assert asleep < 0.4 and awake > 0.7
assert learns == [("residual",)]
