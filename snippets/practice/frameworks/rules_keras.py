"""Five rules in Keras: each initializer gives a kernel the variance of its rule, but
for the plain truncated normal, which leaves its correction to the caller."""
import keras
from keras import initializers

keras.utils.set_random_seed(1)
fan_in, fan_out = 512, 256

calls = {
    "LeCun": initializers.LecunNormal(),
    "Xavier": initializers.GlorotNormal(),
    "He": initializers.HeNormal(),
    "orthogonal": initializers.Orthogonal(gain=2**0.5),
    "truncated": initializers.TruncatedNormal(stddev=fan_in**-0.5),
}
predicted = {"LeCun": 1, "Xavier": 2 * fan_in / (fan_in + fan_out), "He": 2, "orthogonal": 2, "truncated": 0.7737}  # of a normal cut at two deviations

measured = {}
for rule, call in calls.items():
    w = call((fan_in, fan_out))
    measured[rule] = fan_in * float(keras.ops.var(w))
    print(f"{rule:10} fan_in times variance {measured[rule]:.3f}  (predicted {predicted[rule]:.3f})")

# %% check
# The variance of n draws of kurtosis up to 3 has the relative error sqrt(2/n); four of that.
for rule in calls:
    assert abs(measured[rule] / predicted[rule] - 1) < 4 * (2 / (fan_in * fan_out)) ** 0.5
