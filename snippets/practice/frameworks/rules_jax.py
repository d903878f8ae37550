"""Five rules in JAX: each initializer gives a kernel the variance of its rule, but
for the plain truncated normal, which leaves its correction to the caller."""
import jax

fan_in, fan_out = 512, 256
key = jax.random.key(1)
init = jax.nn.initializers

calls = {
    "LeCun": init.lecun_normal(),
    "Xavier": init.glorot_normal(),
    "He": init.he_normal(),
    "orthogonal": init.orthogonal(2**0.5),
    "truncated": init.truncated_normal(fan_in**-0.5),
}
predicted = {"LeCun": 1, "Xavier": 2 * fan_in / (fan_in + fan_out), "He": 2, "orthogonal": 2, "truncated": 0.7737}  # of a normal cut at two deviations

measured = {}
for rule, call in calls.items():
    w = call(key, (fan_in, fan_out))
    measured[rule] = fan_in * w.var().item()
    print(f"{rule:10} fan_in times variance {measured[rule]:.3f}  (predicted {predicted[rule]:.3f})")

# %% check
# The variance of n draws of kurtosis up to 3 has the relative error sqrt(2/n); four of that.
for rule in calls:
    assert abs(measured[rule] / predicted[rule] - 1) < 4 * (2 / w.size) ** 0.5
