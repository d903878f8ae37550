"""PyTorch gives the weights of a Linear layer the variance 1/(3 fan_in), a
sixth of He's."""

import torch
from torch import nn

torch.manual_seed(7)
fan_in, fan_out = 512, 256

default = nn.Linear(fan_in, fan_out)
he = nn.Linear(fan_in, fan_out)
nn.init.kaiming_normal_(he.weight, nonlinearity="relu")

predicted = {"default": 1 / 3, "He": 2}   # fan_in times the variance
measured = {}
for rule, layer in ("default", default), ("He", he):
    measured[rule] = fan_in * layer.weight.var().item()
    print(f"{rule:7}  fan_in times variance: {measured[rule]:.3f}"
          f"  (predicted {predicted[rule]:.3f})")

# %% check
# A variance measured on n draws has the relative standard error
# sqrt((kurtosis - 1) / n).
n = fan_in * fan_out
kurtosis = {"default": 9 / 5, "He": 3}   # of a uniform, of a normal distribution
for rule in predicted:
    error = ((kurtosis[rule] - 1) / n) ** 0.5
    assert abs(measured[rule] / predicted[rule] - 1) < 4 * error

# Uniform weights end at sqrt(3) standard deviations, which is 1/sqrt(fan_in) here.
# Of n normal ones eight lie beyond four; that none does has a chance of 1 in 4000.
limit = default.weight.abs().max().item() * fan_in**0.5
assert 0.999 < limit < 1.000001   # float32 rounds the limit
assert he.weight.abs().max().item() > 4 * (2 / fan_in) ** 0.5
