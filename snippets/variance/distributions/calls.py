"""Three numbers tell which weights a call has drawn: their deviation, their
mean in standard errors, and the largest singular value against √fan_in + √fan_out."""
import torch
from torch import nn

torch.manual_seed(1)
std = 0.05
layers = {name: nn.Linear(400, 400) for name in ("trunc_normal_", "cut", "orthogonal_", "rand")}
with torch.no_grad():
    nn.init.trunc_normal_(layers["trunc_normal_"].weight, std=std)
    wide = std / 0.8796
    nn.init.trunc_normal_(layers["cut"].weight, std=wide, a=-2 * wide, b=2 * wide)
    nn.init.orthogonal_(layers["orthogonal_"].weight)
    layers["rand"].weight.copy_(torch.rand(400, 400) * std)

found = {}
for name, layer in layers.items():
    w = layer.weight.detach()
    deviation = w.std().item()
    errors = w.mean().item() / deviation * w.numel()**0.5
    top = torch.linalg.matrix_norm(w, 2).item() / (deviation * sum(side**0.5 for side in w.shape))
    found[name] = [deviation, errors, top, w.abs().max().item() / deviation]
    print(f"{name:13}  deviation {deviation:.4f}, mean {errors:6.1f} errors, top {top:5.2f}")

# %% check
for name in ("trunc_normal_", "cut", "orthogonal_"):
    deviation, errors, top, largest = found[name]
    assert abs(deviation / std - 1) < 4 * (2 / 400**2)**0.5 and abs(errors) < 5
assert found["trunc_normal_"][3] > 3 and found["cut"][3] < 2.3   # the first was not cut
assert abs(found["cut"][2] - 1) < 0.05 and abs(found["orthogonal_"][2] - 0.5) < 0.01 and found["rand"][2] > 10
