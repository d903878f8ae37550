"""If the output itself is the gradient, normal weights at any width multiply
it (fan_in + fan_out + 1)/fan_in times as much as an independent gradient."""

import numpy as np

rng = np.random.default_rng(4)
trials = 32  # no mutate: the tolerance is the standard error over them, whatever their number
batch = 64  # no mutate: the tolerance is measured, no prediction depends on it

predicted = {}
measured = {}
ratios = {}
for fan_in, fan_out in [(64, 64), (128, 32), (32, 128)]:
    sigma = np.sqrt(2 / (fan_in + fan_out))
    W = sigma * rng.standard_normal((trials, fan_out, fan_in))
    X = rng.standard_normal((trials, batch, fan_in))
    o = X @ W.swapaxes(1, 2)  # (trials, batch, fan_out)
    variance = fan_in * sigma**2  # of one coordinate of o

    gradients = {
        "independent": np.sqrt(variance) * rng.standard_normal(o.shape),
        "of the loss": o,  # loss = |o|^2 / 2, hence delta = o = W x
    }
    factors = {
        "independent": fan_out * sigma**2,
        "of the loss": fan_out * sigma**2 * (fan_in + fan_out + 1) / fan_in,
    }
    for name, delta in gradients.items():
        ratio = np.mean((delta @ W) ** 2, axis=(1, 2)) / variance  # (trials,)
        key = f"{fan_in}-{fan_out} {name}"
        ratios[key] = ratio
        predicted[key] = factors[name]
        measured[key] = np.mean(ratio)
        print(f"{key:18}  predicted {predicted[key]:.3f}"
              f"   measured {measured[key]:.2f}")

# %% check
for key in predicted:
    error = np.std(ratios[key]) / np.sqrt(trials)
    # Four of the sample's own standard errors.
    assert abs(measured[key] - predicted[key]) < 4 * error
