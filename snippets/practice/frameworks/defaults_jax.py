"""Flax draws the kernels of its layers with LeCun's variance 1/fan_in, a truncated
normal, recurrent ones orthogonal, and an embedding with one over its dimension."""
from flax import nnx

rngs = nnx.Rngs(0)
layers = {  # a kernel, and its fan_in
    "Linear": (nnx.Linear(512, 256, rngs=rngs).kernel, 512),
    "Conv": (nnx.Conv(64, 128, (3, 3), rngs=rngs).kernel, 64 * 9),
    "LSTM": (nnx.LSTMCell(512, 256, rngs=rngs).hi.kernel, 256),
    "Embed": (nnx.Embed(1000, 256, rngs=rngs).embedding, 1),
    "attention": (nnx.MultiHeadAttention(4, 256, decode=False, rngs=rngs).query.kernel, 256),
}
predicted = {"Linear": 1, "Conv": 1, "LSTM": 1, "Embed": 1 / 256, "attention": 1}

measured = {}
for name, (weight, fan_in) in layers.items():
    measured[name] = fan_in * weight.var().item()
    print(f"{name:10} fan_in times variance {measured[name]:.4f}  (predicted {predicted[name]:.4f})")

# %% check
# The variance of n draws of kurtosis up to 3 has the relative error sqrt(2/n); four of that.
for name, (weight, fan_in) in layers.items():
    assert abs(measured[name] / predicted[name] - 1) < 4 * (2 / weight.size) ** 0.5
