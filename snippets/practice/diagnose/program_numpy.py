"""The program names what is wrong with twenty-seven broken NumPy networks, each by its
own symptom, and says nothing about eleven healthy ones."""
from types import SimpleNamespace

import numpy as np

TINY = 1e-300  # no mutate: any number that is tiny
FORMATS = {"float16": (10, -14), "bfloat16": (7, -126)}  # digits, lowest exponent


def rms(a):
    return np.sqrt(np.mean(np.square(a, dtype=float)))


def agreement(a):  # the mean product of two different examples, over the mean square
    common = np.sum(a.mean(axis=0, dtype=float) ** 2) / np.mean(np.sum(np.square(a, dtype=float), axis=1))
    return (len(a) * common - 1) / (len(a) - 1)


def lost(a, digits, lowest):  # the shares of its nonzero numbers that overflow, become subnormal, become zero
    a = np.abs(a[a != 0], dtype=float)
    half, top = 2.0 ** (lowest - digits - 1), (2 - 2.0 ** (-digits - 1)) * 2.0 ** (1 - lowest)
    tests = a >= top, (a > half) & (a < 2.0**lowest - half), a <= half
    return [np.sum(test) / max(len(a), 1) for test in tests]


@np.errstate(all="ignore")
def diagnose(x, y, rows, out, loss):
    print(" " * 44 + "float16        bfloat16\nlayer    forward backward dead full  agree  inf subn zero  inf subn zero")  # no mutate: a row of words
    for r in rows:
        slope = np.abs(2.0 * r.h - 1 if np.min(r.h) > 0 else r.h)  # of a sigmoid, or of a tanh
        r.full = np.mean(slope > 0.97) if 0.5 < np.max(np.abs(r.h)) <= 1 else 0.0
        r.dead, r.agree = np.mean(np.all(r.h == 0, axis=0)), agreement(r.z)
        r.gain = rms(r.z - r.z.mean(axis=0)) / max(rms(r.h - r.h.mean(axis=0)), TINY)
        r.leaves = [share for numbers in FORMATS.values() for share in lost(np.append(r.z, r.g), *numbers)]
        leaves = [f"{share:5.0%}" for share in r.leaves]
        print(f"{r.name:8}{rms(r.z):8.0e}{rms(r.g):9.0e}{r.dead:5.0%}{r.full:5.0%}{r.agree:7.3f}" + "".join(leaves))

    steps = [r for r in rows if r.W is not None]  # a normalization has no matrix
    body = steps[:-1] or steps  # without the output layer
    size, back = [rms(r.z) for r in body], [np.linalg.norm(r.g.astype(float)) for r in body]
    gain, grows = np.median([r.gain for r in body]), max(size) > 100 * size[0]
    labels, scale = out.ndim > 1 and y.dtype.kind in "iu", np.sort(x.astype(float).std(axis=0))
    scale = scale[scale > 0] if np.any(scale > 0) else scale
    found = {
        "not finite": [
            name for name, a in [("x", x), ("y", y), *((r.name, r.z) for r in rows), ("loss", loss), *((r.name, r.g) for r in rows)]
            if not np.all(np.isfinite(a))][:1],
        "inputs equal": [not np.any(np.ptp(x, axis=0))], "labels not scaled": [not labels and rms(y) > 30],
        "inputs not centered": [agreement(x) > 0.9], "zero weights": [r.name for r in steps if not np.any(r.W)],
        "inputs not scaled": [not 1 / 30 < rms(x) < 30 or scale[-1] > 100 * scale[(len(scale) - 1) // 2]],
        "copied units": [r.name for r in steps if np.any(r.W) and len(np.unique(r.W, axis=0)) < len(r.W)],
        "normalization off": [r.name for r in rows if r.W is None and rms(r.z) < 0.5],
        "dead": [r.name for r in rows[1:] if r.dead > 0.75], "saturated": [r.name for r in rows[1:] if r.full > 0.3],
        "wrong fan": [r.name for r in body if r.agree < 0.999 and not gain / 30 < r.gain < 5 * gain],
        "no activation": [b.name for a, b in zip(steps, steps[1:]) if np.any(a.z) and np.array_equal(a.z, b.h)],
        "grows": [grows and gain > 1.6], "branches add up": [grows and gain <= 1.6], "shrinks": [min(size) < size[0] / 100],
        "inputs lost": [r.name for r in body if r.agree > 0.999],
        "softmax before the loss": [labels and np.min(out) >= 0 and np.max(np.abs(np.sum(out, axis=1) - 1)) < 1e-3],
        "loss too large": [labels and loss > np.log(out.shape[1]) + 3],
        "no gradient": [r.name for r in steps if not np.any(r.g.T @ r.h)],
        "gradient vanishes": [0 < back[0] < back[-1] / 1000], "gradient explodes": [back[0] > back[-1] * 1000],
        "too small for float16": [r.name for r in rows if r.g.dtype == np.float16 and lost(r.g, *FORMATS["float16"])[1] > 0.5],
    }
    said = {name: [p for p in places if isinstance(p, str)] for name, places in found.items() if any(places)}
    print(*[f"-> {name} {' '.join(said[name][:4])}" for name in said] or ["-> nothing that this program knows"], sep="\n")  # no mutate: how many are printed
    return said


rng = np.random.default_rng(1)
x, y = rng.standard_normal((128, 64)), rng.integers(10, size=128)
h, rows, deviation = x, [], 5 / 8  # five times Xavier's
for layer in range(6):
    W = rng.normal(0, deviation, (64, 64))
    rows.append(SimpleNamespace(name=f"tanh {layer}", W=W, h=h, z=h @ W.T))
    h = np.tanh(rows[-1].z)
W = rng.normal(0, 1 / 8, (10, 64))
out = h @ W.T
rows.append(SimpleNamespace(name="head", W=W, h=h, z=out))
logs = out - np.log(np.sum(np.exp(out), axis=1, keepdims=True))
loss = -np.mean(logs[np.arange(128), y])
g = (np.exp(logs) - np.eye(10)[y]) / 128
for r in rows[::-1]:
    r.g = g
    g = (g @ r.W) * (1 - r.h**2)
names = diagnose(x, y, rows, out, loss)

# %% check
import contextlib  # the trial: every network below, healthy and broken
import io


def logistic(z):
    return (1 + np.tanh(z / 2)) / 2


FUNCTIONS = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "leaky": (lambda z: np.maximum(z, z / 10), lambda z: np.where(z > 0, 1, 0.1)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (logistic, lambda z: logistic(z) * logistic(-z)),
    "silu": (lambda z: z * logistic(z), lambda z: logistic(z) * (1 + z * logistic(-z))),
}


def weights(depth, gain, *shape, head=1.0):
    hidden = [rng.normal(0, gain / np.sqrt(n), (m, n)) for n, m in zip((64, *shape), (*shape, 64))] if shape else []
    hidden += [rng.normal(0, gain / 8, (64, 64)) for _ in range(depth - len(hidden))]
    return [*hidden, rng.normal(0, head / 8, (10, 64))]


@np.errstate(all="ignore")
def run(matrices, phi="relu", x=x, y=y, biases={}, eps=None, skip=None, kind=float, cut=-1, end="logits"):
    f, df = FUNCTIONS[phi]
    h, steps, norms = x.astype(kind), [], []
    for place, W in enumerate(matrices[:-1]):
        a = f(h) if skip and place else h
        z = a @ W.astype(kind).T + np.asarray(biases.get(place, 0.0), kind)
        steps.append(SimpleNamespace(name=f"{place}", W=W, h=a, z=z, into=h))
        r = 1.0 if eps is None else np.sqrt(np.mean(z**2, axis=1, keepdims=True) + eps)
        norms.append(SimpleNamespace(name=f"norm {place}", W=None, h=z, z=z / r, r=r))
        h = (h + skip * z if place else z) if skip else f(norms[-1].z)
    z = h @ matrices[-1].astype(kind).T
    steps.append(SimpleNamespace(name="head", W=matrices[-1], h=h, z=z))
    shifted = z - z.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    picked = np.arange(len(y)), y if y.ndim == 1 else 0
    if end == "logits":
        out, loss = z, np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - shifted[picked])
        g = (p - np.eye(10)[y]) / len(y)
    elif end == "log p":
        out, loss, g = p, -np.mean(np.log(p[picked])), (p - np.eye(10)[y]) / len(y)
    elif end == "p twice":
        out, loss = p, np.mean(np.log(np.sum(np.exp(p), axis=1)) - p[picked])
        g = (np.exp(p) / np.sum(np.exp(p), axis=1, keepdims=True) - np.eye(10)[y]) / len(y)
        g = p * (g - np.sum(g * p, axis=1, keepdims=True))
    else:
        out, loss, g = z, np.mean((z - y) ** 2), 2 * (z - y) / y.size
    steps[-1].g = g = g.astype(kind)
    g = g @ matrices[-1].astype(kind)
    for place in range(len(matrices) - 2, -1, -1):
        step, norm = steps[place], norms[place]
        if skip and place:
            step.g = norm.g = skip * g
            g = g + df(step.into) * (step.g @ step.W)
        else:
            norm.g = g if skip else (g * df(norm.z)).astype(kind)
            step.g = norm.g if eps is None else (norm.g - norm.z * np.mean(norm.g * norm.z, axis=1, keepdims=True)) / norm.r
            g = np.zeros_like(step.g @ step.W) if place == cut else (step.g @ step.W).astype(kind)
    rows = [row for pair in zip(steps, norms) for row in pair[:1 if eps is None else 2]] + steps[-1:]
    return x, y, rows, out, loss


def changed(matrices, place, change):
    return [change(W) if place in (k, "all") else W for k, W in enumerate(matrices)]


def stepped(lr):
    matrices = weights(6, 2**0.5)
    rows = run(matrices)[2]
    return [W - lr * row.g.T @ row.h for W, row in zip(matrices, rows)]


default = [rng.uniform(-1 / 8, 1 / 8, (64, 64)) for _ in range(30)] + [rng.uniform(-1 / 8, 1 / 8, (10, 64))]
drawn = {place: rng.uniform(-1 / 8, 1 / 8, 64) for place in range(30)}  # biases
orthogonal = [np.linalg.qr(W)[0] for W in weights(20, 1)[:-1]] + weights(0, 1)
nan = np.where(np.arange(64) == 5, np.nan, x)
large = rng.standard_normal((2048, 64)), rng.integers(10, size=2048)
he = 2**0.5
healthy = {
    "He, 20 ReLU layers": run(weights(20, he)),
    "default, 4 ReLU layers": run(default[-5:], biases=drawn),
    "leaky ReLU, 10 layers": run(weights(10, (2 / 1.01) ** 0.5), "leaky"),
    "Xavier, 20 tanh layers": run(weights(20, 1), "tanh"),
    "orthogonal, 20 tanh layers": run(orthogonal, "tanh"),
    "SiLU, 5 layers": run([*weights(1, 1)[:-1], *weights(4, 1.68)], "silu"),
    "RMSNorm, 20 layers": run(weights(20, 1), eps=1e-5),
    "100 residual blocks, scaled": run([*weights(1, 1)[:-1], *weights(100, he)], skip=0.1),
    "widths 256 and 16": run(weights(3, he, 256, 16)),
    "regression": run([*weights(2, he)[:-1], rng.normal(0, 1 / 8, (1, 64))], y=rng.standard_normal((128, 1)), end="squares"),
    "softmax regression": run(weights(0, 1)),
}
broken = {
    "weights too small": (run(weights(30, 1)), "shrinks"),
    "weights too large": (run(weights(30, 2.5)), "grows"),
    "all weights zero": (run(changed(weights(4, he), "all", np.zeros_like)), "zero weights"),
    "all weights 0.05": (run(changed(weights(4, he), "all", lambda W: 0 * W + 0.05)), "copied units"),
    "half of a layer copied": (run(changed(weights(4, he), 1, lambda W: np.tile(W[:32], (2, 1)))), "copied units"),
    "20 sigmoid layers": (run(weights(20, 1), "sigmoid"), "gradient vanishes"),
    "default, 30 ReLU layers": (run(default, biases=drawn), "inputs lost"),
    "bias of -9": (run(weights(4, he), biases={2: -9.0}), "dead"),
    "tanh, gain 5": (run(weights(6, 5), "tanh"), "saturated"),
    "sigmoid, gain 15": (run(weights(6, 15), "sigmoid"), "saturated"),
    "inputs up to 255": (run(weights(4, he), x=255 * rng.random((128, 64))), "inputs not scaled"),
    "one feature times 10000": (run(weights(4, he), x=x * np.append(1e4, np.ones(63))), "inputs not scaled"),
    "one input for all": (run(weights(4, he), x=np.tile(x[0], (128, 1))), "inputs equal"),
    "inputs with mean 5": (run(weights(4, he), x=x + 5), "inputs not centered"),
    "targets near 1000": (run([*weights(2, he)[:-1], np.ones((1, 64)) / 8], y=rng.normal(1000, 10, (128, 1)), end="squares"), "labels not scaled"),
    "output layer times 30": (run(weights(4, he, head=30)), "loss too large"),
    "float16 overflows": (run(weights(30, 2.5), kind=np.float16), "not finite"),
    "float16 underflows": (run(weights(8, 1), "relu", *large, kind=np.float16), "too small for float16"),
    "nan in the data": (run(weights(4, he), x=nan), "not finite"),
    "logarithm of zero": (run(weights(4, he, head=1e3), end="log p"), "not finite"),
    "softmax twice": (run(weights(4, he), end="p twice"), "softmax before the loss"),
    "a gradient set to zero": (run(weights(4, he), cut=2), "no gradient"),
    "100 residual blocks": (run([*weights(1, 1)[:-1], *weights(100, he)], skip=1.0), "branches add up"),
    "no activation": (run(weights(10, 1), "linear"), "no activation"),
    "fans exchanged": (run(changed(weights(4, he, 16, 512), 1, lambda W: W * 512**0.5 / 4)), "wrong fan"),
    "epsilon of 0.1": (run(weights(4, 0.1), eps=0.1), "normalization off"),
    "after a step of rate 100": (run(stepped(100)), "loss too large"),
}
said = {}
for name, case in (healthy | broken).items():
    results, *expected = case if name in broken else (case,)
    with contextlib.redirect_stdout(io.StringIO()):
        named = list(diagnose(*results))
    said[name] = named
    assert set(expected) <= set(named) if expected else not named, (name, named)
assert list(names) == ["saturated"], names
silent = [name for name in healthy if not said[name]]
assert silent == list(healthy) and all(said[name] for name in broken)
