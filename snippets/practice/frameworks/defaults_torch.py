"""PyTorch draws most weights uniformly with a third of the variance 1/fan_in, an
embedding with variance one, and packed attention with half of 1/fan_in."""
import torch
from torch import nn

torch.manual_seed(0)
layers = {  # a weight, and its fan_in
    "Linear": (nn.Linear(512, 256).weight, 512),
    "Conv2d": (nn.Conv2d(64, 128, 3).weight, 64 * 9),
    "LSTM": (nn.LSTM(512, 256).weight_hh_l0, 256),
    "Embedding": (nn.Embedding(1000, 256).weight, 1),
    "attention": (nn.MultiheadAttention(256, 4).in_proj_weight, 256),
}
predicted = {"Linear": 1 / 3, "Conv2d": 1 / 3, "LSTM": 1 / 3, "Embedding": 1, "attention": 1 / 2}

measured = {}
for name, (weight, fan_in) in layers.items():
    measured[name] = fan_in * weight.var().item()
    print(f"{name:10} fan_in times variance {measured[name]:.3f}  (predicted {predicted[name]:.3f})")

# %% check
# The variance of n draws of kurtosis up to 3 has the relative error sqrt(2/n); four of that.
for name, (weight, fan_in) in layers.items():
    assert abs(measured[name] / predicted[name] - 1) < 4 * (2 / weight.numel()) ** 0.5
