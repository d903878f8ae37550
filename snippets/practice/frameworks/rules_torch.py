"""Five rules in PyTorch: each call gives a Linear layer the variance of its rule,
but for the truncated normal, which leaves its correction to the caller."""
import torch
from torch import nn

torch.manual_seed(1)
fan_in, fan_out = 512, 256
w = nn.Linear(fan_in, fan_out).weight
std = fan_in**-0.5

calls = {
    "LeCun": lambda: nn.init.kaiming_normal_(w, nonlinearity="linear"),
    "Xavier": lambda: nn.init.xavier_normal_(w),
    "He": lambda: nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "orthogonal": lambda: nn.init.orthogonal_(w, gain=2**0.5),
    "truncated": lambda: nn.init.trunc_normal_(w, std=std, a=-2 * std, b=2 * std),
}
predicted = {"LeCun": 1, "Xavier": 2 * fan_in / (fan_in + fan_out), "He": 2, "orthogonal": 2, "truncated": 0.7737}  # of a normal cut at two deviations

measured = {}
for rule, call in calls.items():
    call()
    measured[rule] = fan_in * w.var().item()
    print(f"{rule:10} fan_in times variance {measured[rule]:.3f}  (predicted {predicted[rule]:.3f})")

# %% check
# The variance of n draws of kurtosis up to 3 has the relative error sqrt(2/n); four of that.
for rule in calls:
    assert abs(measured[rule] / predicted[rule] - 1) < 4 * (2 / w.numel()) ** 0.5
