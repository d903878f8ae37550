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

x = torch.ones(1, 64, 24, 24)
layer = nn.Conv2d(64, 128, 3, stride=2, padding=1, padding_mode="circular")
read = nn.init._calculate_fan_in_and_fan_out(layer.weight)
print(f"fan_in and fan_out are {fans(layer, x)}, PyTorch reads {read}")

# %% check
ring = {"padding": 1, "padding_mode": "circular"}   # no borders
layers = {
    "stride 2": layer,
    "4 groups": nn.Conv2d(64, 128, 3, groups=4, **ring),
    "depthwise": nn.Conv2d(64, 64, 3, groups=64, **ring),
    "transposed": nn.ConvTranspose2d(64, 32, 2, stride=2),
}
true = {name: fans(layer, x) for name, layer in layers.items()}
read = {name: nn.init._calculate_fan_in_and_fan_out(layer.weight) for name, layer in layers.items()}
# Sums of ones are exact in float32.
for name, layer in layers.items():
    y = layer(x)
    assert true[name][0] * y.numel() == true[name][1] * x.numel()   # both count the products
    weight = nn.init.kaiming_normal_(torch.empty(layer.weight.shape), nonlinearity="linear")
    error = (2 / weight.numel()) ** 0.5
    assert abs(weight.var().item() * read[name][0] - 1) < 5 * error
    assert true[name] != read[name]
# A fan may be below one: of 64 pixels, one is read.
assert fans(nn.Conv2d(64, 64, 1, stride=8, groups=64), x) == (1, 1 / 64)
