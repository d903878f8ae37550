"""Filled with ones, a layer of PyTorch counts its own fans, and they differ
from those that its initializers read off the shape."""
import copy

import torch
from torch import nn


def fans(layer, x):
    probe = copy.deepcopy(layer)
    for name, p in probe.named_parameters():
        nn.init.constant_(p, 0.0 if name.endswith("bias") else 1.0)
    x = torch.ones_like(x, requires_grad=True)
    y = probe(x)
    y.sum().backward()
    return y.mean().item(), x.grad.mean().item()


image = torch.ones(1, 64, 24, 24)
ring = {"padding": 1, "padding_mode": "circular"}   # no borders
layers = {
    "linear": (nn.Linear(64, 256), torch.ones(1, 64)),
    "convolution": (nn.Conv2d(64, 128, 3, **ring), image),
    "stride 2": (nn.Conv2d(64, 128, 3, stride=2, **ring), image),
    "4 groups": (nn.Conv2d(64, 128, 3, groups=4, **ring), image),
    "depthwise": (nn.Conv2d(64, 64, 3, groups=64, **ring), image),
    "transposed": (nn.ConvTranspose2d(64, 32, 2, stride=2), image),
}
true = {}
read = {}
print("             true fans    PyTorch reads")
for name, (layer, x) in layers.items():
    true[name] = fans(layer, x)
    read[name] = nn.init._calculate_fan_in_and_fan_out(layer.weight)
    print(f"{name:<12}{true[name][0]:5.0f}{true[name][1]:6.0f}"
          f"{read[name][0]:9}{read[name][1]:6}")

# %% check
# Ones and their sums are exact in float32.
for name, (layer, x) in layers.items():
    y = layer(x)
    assert true[name][0] * y.numel() == true[name][1] * x.numel()   # both count the products
    weight = nn.init.kaiming_normal_(torch.empty(layer.weight.shape), nonlinearity="linear")
    error = (2 / weight.numel()) ** 0.5
    assert abs(weight.var().item() * read[name][0] - 1) < 5 * error
