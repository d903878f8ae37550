"""If the output itself is the gradient, normal weights multiply it by
(fan_in + fan_out + 1)/fan_in times as much as an independent gradient."""
import numpy as np

rng = np.random.default_rng(4)
predicted = {}
measured = {}
for fan_in, fan_out in [(256, 256), (512, 128), (128, 512)]:
    variance = 2 / (fan_in + fan_out)
    W = rng.normal(0, np.sqrt(variance), (fan_out, fan_in))
    X = rng.standard_normal((1000, fan_in))  # 1000 examples
    delta = X @ W.T                          # of the loss |o|²/2: o = W x

    shape = f"{fan_in}-{fan_out}"
    independent = fan_out * variance
    predicted[shape] = independent * (fan_in + fan_out + 1) / fan_in
    measured[shape] = np.mean((delta @ W) ** 2) / np.mean(delta**2)
    print(f"{shape}: an independent gradient × {independent:.2f}, the output "
          f"× {measured[shape]:.2f} (predicted {predicted[shape]:.2f})")

# %% check
layers = 40
errors = {}
for shape in predicted:
    m, n = map(int, shape.split("-"))
    W = rng.normal(0, np.sqrt(2 / (m + n)), (layers, n, m))
    o = rng.standard_normal((layers, 50, m)) @ W.swapaxes(1, 2)
    ratios = np.mean((o @ W) ** 2, axis=(1, 2)) / np.mean(o**2, axis=(1, 2))
    errors[shape] = np.std(ratios)
    # Five standard deviations of one layer, as forty others show them, and five errors of their mean.
    assert abs(measured[shape] - predicted[shape]) < 5 * errors[shape]
    assert abs(np.mean(ratios) - predicted[shape]) < 5 * errors[shape] / np.sqrt(layers)
    # The same layers and a gradient that does not depend on them: five standard errors of normal numbers.
    other = np.mean((rng.standard_normal(o.shape) @ W) ** 2)
    error = np.sqrt(2 / layers * (1 / (m * n) + 1 / (50 * n) + 1 / (50 * m)))
    assert abs(other / (2 * n / (m + n)) - 1) < 5 * error
