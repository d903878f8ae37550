"""Deviation, mean and largest singular value tell what a call has drawn."""
import torch
from torch import nn

torch.manual_seed(1)
s = 0.05
t = s / 0.8796
weights = {name: torch.empty(400, 400) for name in ("trunc_normal_", "cut", "orthogonal_")}
nn.init.trunc_normal_(weights["trunc_normal_"], std=s)
nn.init.trunc_normal_(weights["cut"], std=t, a=-2 * t, b=2 * t)
nn.init.orthogonal_(weights["orthogonal_"])
weights["rand"] = s * torch.rand(400, 400)

found = {}
for name, w in weights.items():
    deviation = w.std().item()
    errors = w.mean().item() / deviation * w.numel()**0.5
    top = torch.linalg.matrix_norm(w, 2).item() / deviation / sum(side**0.5 for side in w.shape)
    found[name] = [deviation, errors, top, w.abs().max().item() / deviation]
    print(f"{name:13}  deviation {deviation:.4f}, mean {errors:5.1f} errors, top {top:5.2f}")

# %% check
for name in ("trunc_normal_", "cut"):
    deviation, errors, top, largest = found[name]
    assert abs(deviation / s - 1) < 4 * (2 / 400**2)**0.5 and abs(errors) < 5 and abs(top - 1) < 0.05
assert found["trunc_normal_"][3] > 3 and found["cut"][3] < 2.3   # the first was not cut
assert abs(found["orthogonal_"][2] - 0.5) < 0.01 and found["rand"][2] > 10
