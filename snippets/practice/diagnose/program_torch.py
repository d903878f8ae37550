"""The program names what is wrong with thirty-one broken PyTorch networks, each by its own
symptom, and says nothing about eighteen healthy ones."""
import copy
from types import SimpleNamespace

import torch


def rms(t):
    return t.double().square().mean().sqrt().item()


def agreement(t):  # the mean product of two different examples, over the mean square
    t = t.double().flatten(1)
    return ((len(t) * t.mean(0).square().sum() / t.square().sum(1).mean() - 1) / (len(t) - 1)).item()


def lost(t, kind):  # the shares of its nonzero numbers that overflow, become subnormal, become zero
    t = t[t != 0].double().to(kind).abs()
    return [s.double().mean().nan_to_num().item() for s in (t.isinf(), (t > 0) & (t < torch.finfo(kind).tiny), t == 0)]


def diagnose(model, loss_fn, x, y):
    def watch(layer, inputs, named, out):
        h, z = [*inputs, *named.values(), None][0], out[0] if isinstance(out, tuple) else out
        if not all(torch.is_tensor(t) and t.dim() > 1 for t in (h, z)): return  # no axis of examples
        rows.append(row := SimpleNamespace(name=names[layer], layer=layer, h=h.detach().clone(), z=z.detach().clone(), g=torch.zeros_like(z)))
        if z.requires_grad: z.register_hook(lambda g: setattr(row, "g", g))

    model, rows = copy.deepcopy(model), []  # your own model stays as it is
    model.zero_grad()
    names = {layer: name for name, layer in model.named_modules() if list(layer.parameters(False)) or hasattr(layer, "parametrizations")}
    for layer in names: layer.register_forward_hook(watch, with_kwargs=True)
    loss = loss_fn(out := model(x), y)
    if loss.requires_grad: loss.backward()
    print(" " * 44 + "float16        bfloat16\nlayer    forward backward dead full  agree  inf subn zero  inf subn zero")
    for r in rows:
        channels = {"in_channels", "num_features", "num_channels"} & set(vars(r.layer))  # of a convolution, of its normalization
        units = r.h.double().movedim(1 if channels else -1, 0).flatten(1)
        slope = (2 * units - 1 if units.min() > 0 else units).abs()  # of a sigmoid, or of a tanh
        r.full = (slope > 0.97).double().mean().item() if 0.5 < units.abs().max() <= 1 else 0
        r.dead, r.agree = (units == 0).all(1).double().mean().item(), agreement(r.z)
        r.gain = rms(r.z - r.z.mean(0)) / (rms(r.h - r.h.double().mean(0)) or float("nan"))
        leaves = [f"{s:5.0%}" for kind in (torch.float16, torch.bfloat16) for s in lost(torch.cat([r.z, r.g]), kind)]
        print(f"{r.name[-8:]:8}{rms(r.z):8.0e}{rms(r.g):9.0e}{r.dead:5.0%}{r.full:5.0%}{r.agree:7.3f}" + "".join(leaves))

    weights = [(n, w) for n, w in model.named_parameters() if w.dim() > 1 and len(w) > 1 and not n.endswith("original0")]  # the lengths in weight_norm
    steps = [r for r in rows if r.h.is_floating_point() and (hasattr(r.layer, "parametrizations") or max(p.dim() for p in r.layer.parameters(False)) > 1)]
    body, real, x = steps[:-1] or rows[:1], x.is_floating_point(), x.reshape(len(x), -1)  # the body is without the output layer
    size, back = [rms(r.z) for r in body] or [1.0], [r.g.double().norm() for r in body] or [1.0]
    gain, grows = torch.tensor([r.gain for r in body]).nanmedian(), max(size) > 100 * size[0]
    labels, axis = out.dim() > 1 and not y.is_floating_point(), -1 if out.shape[:-1] == y.shape else 1
    scale, tensors = x.double().std(0), [("x", x), ("y", y), *((r.name, r.z) for r in rows), ("loss", loss)]
    found = {
        "not finite": [n for n, t in tensors + [(n, w.grad) for n, w in weights if w.grad is not None] if not t.isfinite().all()][:1],
        "inputs equal": [(x == x[:1]).all()], "labels not scaled": [not labels and rms(y) > 30],
        "inputs not scaled": [real and (not 1 / 30 < rms(x) < 30 or scale.max() > 100 * scale[scale > 0].median())],
        "inputs not centered": [real and agreement(x) > 0.9], "zero weights": [n for n, w in weights if not w.any()],
        "copied units": [n for n, w in weights if w.any() and len(w.flatten(1).unique(dim=0)) < len(w)],
        "normalization off": [r.name for r in rows if hasattr(r.layer, "eps") and rms(r.z) < rms(r.layer.weight) / 2],
        "dead": [r.name for r in rows[1:] if r.dead > 0.75], "saturated": [r.name for r in rows[1:] if r.full > 0.3],
        "wrong fan": [r.name for r in body if r.agree < 0.999 and not gain / 30 < r.gain < 5 * gain],
        "no activation": [b.name for a, b in zip(steps, steps[1:]) if a.z.any() and torch.equal(a.z, b.h)],
        "grows": [grows and gain > 1.6], "branches add up": [grows and gain <= 1.6], "shrinks": [min(size) < size[0] / 100],
        "inputs lost": [r.name for r in body if r.agree > 0.999],
        "softmax before the loss": [labels and out.min() >= 0 and (out.sum(axis) - 1).abs().max() < 1e-3],
        "loss too large": [labels and (loss - 3).exp() > out.shape[axis]], "no gradient": [n for n, w in weights if w.grad is None or not w.grad.any()],
        "gradient vanishes": [0 < back[0] < back[-1] / 1000], "gradient explodes": [back[0] > back[-1] * 1000],
        "too small for float16": [r.name for r in rows if r.g.dtype == torch.float16 and lost(r.g, torch.float16)[1] > 0.5],
    }
    said = {name: [p for p in places if isinstance(p, str)] for name, places in found.items() if any(places)}
    print(*[f"-> {name} {' '.join(said[name][:4])}" for name in said] or ["-> nothing that this program knows"], sep="\n")
    return said


torch.manual_seed(1)
layers = [layer for _ in range(14) for layer in (torch.nn.Linear(64, 64), torch.nn.ReLU())]
model = torch.nn.Sequential(*layers, torch.nn.Linear(64, 10))
x, y = torch.randn(128, 64), torch.randint(10, (128,))
names = diagnose(model, torch.nn.CrossEntropyLoss(), x, y)

# %% check
import contextlib  # the trial: every network below, healthy and broken
import io

from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
WIDTH, CLASSES, BATCH = 64, 10, 128
CE = nn.CrossEntropyLoss()
TOKENS, IMAGES = torch.randint(50, (BATCH, 12)), torch.randn(BATCH, 3, 16, 16)
PADDED = F.pad(IMAGES.flatten(1)[:, :160].unflatten(1, (8, 20)), (0, 10))  # the last third is zero


def mlp(depth, act=nn.ReLU, gain=2**0.5, norm=None):
    layers = []
    for _ in range(depth):
        layers.append(nn.Linear(WIDTH, WIDTH))
        nn.init.normal_(layers[-1].weight, std=gain / WIDTH**0.5)
        nn.init.zeros_(layers[-1].bias)
        layers += [norm(WIDTH)] if norm else []
        layers += [act()] if act else []
    return nn.Sequential(*layers, nn.Linear(WIDTH, CLASSES))


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function


class Residual(nn.Module):
    def __init__(self, blocks, scale):
        super().__init__()
        self.first, self.last, self.scale = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, CLASSES), scale
        self.blocks = mlp(blocks, act=None)[:-1]

    def forward(self, x):
        h = self.first(x)
        for block in self.blocks:
            h = h + self.scale * block(F.relu(h))
        return self.last(h)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(16, WIDTH, batch_first=True), nn.Linear(WIDTH, CLASSES)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Transposed(nn.Module):  # computes x W, and lets the call read the fan of W x
    def __init__(self, fan_in, fan_out):
        super().__init__()
        self.W = nn.Parameter(nn.init.kaiming_normal_(torch.empty(fan_in, fan_out), nonlinearity="relu"))

    def forward(self, x):
        return x @ self.W


def convolutions():
    first = [nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1)]
    return nn.Sequential(*first, nn.BatchNorm2d(32), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, CLASSES))


class Keywords(nn.Module):  # calls with names, and positions that have no axis of examples
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(50, WIDTH), nn.Embedding(12, WIDTH)
        self.hidden, self.head = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, CLASSES)

    def forward(self, ids):
        h = self.tokens(ids) + self.places(torch.arange(12))
        return self.head(input=F.relu(self.hidden(input=h)).mean(1))


def constrained():
    first, second = nn.utils.parametrizations.weight_norm(nn.Linear(WIDTH, WIDTH)), nn.utils.parametrizations.spectral_norm(nn.Linear(WIDTH, WIDTH))
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Linear(WIDTH, CLASSES))


def sequences():
    first, second = nn.Conv1d(8, 32, 3, padding=1), nn.Conv1d(32, 32, 3, padding=1)
    return nn.Sequential(first, nn.ReLU(), second, nn.BatchNorm1d(32), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(32, CLASSES))


def one_token():
    return nn.Sequential(nn.Embedding(50, WIDTH), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, CLASSES))


def apart(build):  # the draws of the others stay as they are
    with torch.random.fork_rng():
        return build()


def transformer(depth, first):
    blocks = [nn.TransformerEncoderLayer(WIDTH, 4, 128, batch_first=True, norm_first=first) for _ in range(depth)]
    return nn.Sequential(nn.Embedding(50, WIDTH), *blocks, nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 50))


def next_token(out, y):
    return F.cross_entropy(out.flatten(0, 1), y.flatten())


def default(depth):
    return nn.Sequential(*[layer for _ in range(depth) for layer in (nn.Linear(WIDTH, WIDTH), nn.ReLU())], nn.Linear(WIDTH, CLASSES))


def small(outputs):
    return nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, outputs))


def changed(model, change):
    with torch.no_grad():
        change(model)
    return model


def each_weight(change):
    return lambda model: [change(layer.weight) for layer in model.modules() if isinstance(layer, nn.Linear)]


def stepped(lr):
    model = mlp(6)
    CE(model(x), y).backward()
    return changed(model, lambda model: [p.sub_(lr * p.grad) for p in model.parameters()])


def with_entry(row, column, value):
    other = x.clone()
    other[row, column] = value
    return other


healthy = {
    "He, 20 ReLU layers": (mlp(20), CE, x, y),
    "default, 4 ReLU layers": (default(4), CE, x, y),
    "Xavier, 20 tanh layers": (mlp(20, nn.Tanh, 1), CE, x, y),
    "BatchNorm, 20 layers": (mlp(20, nn.ReLU, 1, nn.BatchNorm1d), CE, x, y),
    "LayerNorm, 20 layers": (mlp(20, nn.ReLU, 1, nn.LayerNorm), CE, x, y),
    "100 residual blocks, scaled": (Residual(100, 0.1), CE, x, y),
    "convolutions": (convolutions(), CE, IMAGES, y),
    "embeddings": (nn.Sequential(nn.Embedding(50, 16), nn.Flatten(), nn.Linear(192, WIDTH), nn.ReLU(), nn.Linear(WIDTH, CLASSES)), CE, TOKENS, y),
    "transformer, pre-norm": (transformer(3, True), next_token, TOKENS, TOKENS.roll(1, 1)),
    "transformer, post-norm": (transformer(3, False), next_token, TOKENS, TOKENS.roll(1, 1)),
    "LSTM": (Recurrent(), CE, torch.randn(BATCH, 30, 16), y),
    "GELU, 6 layers": (mlp(6, nn.GELU, 1.5), CE, x, y),
    "regression": (small(1), nn.MSELoss(), x, torch.randn(BATCH, 1)),
    "softmax regression": (nn.Linear(WIDTH, CLASSES), CE, x, y),
    "keywords and positions": (apart(Keywords), CE, TOKENS, y),
    "one token at a time": (apart(one_token), CE, TOKENS[:, 0], y),
    "weight norm and spectral norm": (apart(constrained), CE, x, y),
    "padded sequences": (apart(sequences), CE, PADDED, y),
}
broken = {
    "weights too small": (mlp(30, gain=1), CE, x, y, "shrinks"),
    "weights too large": (mlp(30, gain=2.5), CE, x, y, "grows"),
    "all weights zero": (changed(mlp(4), each_weight(lambda w: w.zero_())), CE, x, y, "zero weights"),
    "all weights 0.05": (changed(mlp(4), each_weight(lambda w: w.fill_(0.05))), CE, x, y, "copied units"),
    "half of a layer copied": (changed(mlp(4), lambda m: m[2].weight[32:].copy_(m[2].weight[:32])), CE, x, y, "copied units"),
    "20 sigmoid layers": (mlp(20, nn.Sigmoid, 1), CE, x, y, "gradient vanishes"),
    "default, 30 ReLU layers": (default(30), CE, x, y, "inputs lost"),
    "bias of -9": (changed(mlp(4), lambda m: m[4].bias.fill_(-9)), CE, x, y, "dead"),
    "tanh, gain 5": (mlp(6, nn.Tanh, 5), CE, x, y, "saturated"),
    "sigmoid, gain 15": (mlp(6, nn.Sigmoid, 15), CE, x, y, "saturated"),
    "inputs up to 255": (mlp(4), CE, 255 * torch.rand(BATCH, WIDTH), y, "inputs not scaled"),
    "one feature times 10000": (mlp(4), CE, x * torch.tensor([1e4] + [1] * 63), y, "inputs not scaled"),
    "one input for all": (mlp(4), CE, x[:1].repeat(BATCH, 1), y, "inputs equal"),
    "inputs with mean 5": (mlp(4), CE, x + 5, y, "inputs not centered"),
    "targets near 1000": (small(1), nn.MSELoss(), x, 1000 + 10 * torch.randn(BATCH, 1), "labels not scaled"),
    "output layer times 30": (changed(mlp(4), lambda m: m[-1].weight.mul_(30)), CE, x, y, "loss too large"),
    "float16 overflows": (mlp(30, gain=2.5).half(), CE, x.half(), y, "not finite"),
    "float16 underflows": (mlp(8, gain=1).half(), CE, torch.randn(2048, WIDTH).half(), torch.randint(10, (2048,)), "too small for float16"),
    "nan in the data": (mlp(4), CE, with_entry(3, 5, float("nan")), y, "not finite"),
    "logarithm of zero": (nn.Sequential(mlp(4), Function(lambda z: (300 * z).softmax(1))), lambda p, y: F.nll_loss(p.log(), y), x, y, "not finite"),
    "softmax twice": (nn.Sequential(mlp(4), nn.Softmax(1)), CE, x, y, "softmax before the loss"),
    "a detach in the middle": (nn.Sequential(mlp(4)[:4], Function(torch.detach), mlp(4)[4:]), CE, x, y, "no gradient"),
    "frozen layers": (nn.Sequential(mlp(4)[:4].requires_grad_(False), mlp(4)[4:]), CE, x, y, "no gradient"),
    "100 residual blocks": (Residual(100, 1), CE, x, y, "branches add up"),
    "no activation": (mlp(10, None, 1), CE, x, y, "no activation"),
    "fans exchanged": (nn.Sequential(Transposed(1024, 16), nn.ReLU(), Transposed(16, WIDTH), nn.ReLU(), mlp(4)), CE, torch.randn(BATCH, 1024), y, "wrong fan"),
    "epsilon of 0.1": (changed(mlp(4, norm=lambda n: nn.LayerNorm(n, eps=0.1)), each_weight(lambda w: w.mul_(0.1))), CE, x, y, "normalization off"),
    "after a step of rate 100": (stepped(100), CE, x, y, "loss too large"),
    "60 layers of BatchNorm": (mlp(60, nn.ReLU, 1, nn.BatchNorm1d), CE, x, y, "gradient explodes"),
    "dead channels": (apart(lambda: changed(sequences(), lambda m: m[0].bias.fill_(-9))), CE, PADDED, y, "dead"),
    "mean over the batch": (nn.Sequential(mlp(2)[:4], Function(lambda h: h.mean(0) + 0 * h), mlp(2)), CE, x, y, "inputs lost"),
}
said = {}
for name, (model, loss_fn, data, target, *expected) in (healthy | broken).items():
    with contextlib.redirect_stdout(io.StringIO()):
        named = list(diagnose(model, loss_fn, data, target))
    said[name] = named
    assert set(expected) <= set(named) if expected else not named, (name, named)
assert list(names) == ["inputs lost", "gradient vanishes"]
silent = [name for name in healthy if not said[name]]
assert silent == list(healthy) and all(said[name] for name in broken)
