"""Keras draws kernels with Xavier's variance, whose second fan is the number of
outputs, recurrent ones orthogonal over all gates, and embeddings within 0.05."""
import keras

keras.utils.set_random_seed(0)
built = {
    "Dense": keras.layers.Dense(256),
    "Conv2D": keras.layers.Conv2D(128, 3),
    "LSTM": keras.layers.LSTM(256),
    "Embedding": keras.layers.Embedding(1000, 256),
}
shapes = {"Dense": (1, 512), "Conv2D": (1, 8, 8, 64), "LSTM": (1, 5, 512), "Embedding": (1, 5)}
for name, layer in built.items():
    layer.build(shapes[name])

layers = {  # a kernel, and its fan_in
    "Dense": (built["Dense"].kernel, 512),
    "Conv2D": (built["Conv2D"].kernel, 64 * 9),
    "LSTM": (built["LSTM"].cell.recurrent_kernel, 256),
    "Embedding": (built["Embedding"].embeddings, 1),
}
predicted = {"Dense": 2 * 512 / 768, "Conv2D": 2 * 64 / 192, "LSTM": 1 / 4, "Embedding": 0.05**2 / 3}

measured = {}
for name, (weight, fan_in) in layers.items():
    measured[name] = fan_in * float(keras.ops.var(weight))
    print(f"{name:10} fan_in times variance {measured[name]:.4f}  (predicted {predicted[name]:.4f})")

# %% check
# The variance of n draws of kurtosis up to 3 has the relative error sqrt(2/n); four of that.
for name, (weight, fan_in) in layers.items():
    assert abs(measured[name] / predicted[name] - 1) < 4 * (2 / int(keras.ops.size(weight))) ** 0.5
