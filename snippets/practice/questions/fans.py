"""Xavier's factor on the variance depends on the ratio of the fans and not on
their size; it is one where they are equal."""
import numpy as np

rng = np.random.default_rng(2)
batch = 400  # no mutate: the tolerance follows it
predicted = {}
measured = {}
shapes = [(100, 100), (400, 400), (100, 200), (400, 800), (784, 10)]
for fan_in, fan_out in shapes:
    sigma = np.sqrt(2 / (fan_in + fan_out))
    W = rng.normal(0, sigma, (fan_out, fan_in))
    X = rng.normal(size=(batch, fan_in))
    shape = f"{fan_in} to {fan_out}"
    predicted[shape] = 2 * fan_in / (fan_in + fan_out)
    measured[shape] = np.mean((X @ W.T) ** 2)
    print(f"{shape:10}  variance of the output: {measured[shape]:.2f}"
          f" (predicted {predicted[shape]:.2f})")

# %% check
for shape in predicted:
    a, b = map(int, shape.split(" to "))
    # Four standard errors of the mean square of X @ W.T, for Gaussian X and W.
    error = np.sqrt(2 * (a + b + batch + 1) / (a * b * batch))
    assert abs(measured[shape] / predicted[shape] - 1) < 4 * error
assert predicted["100 to 100"] == predicted["400 to 400"] == 1
assert predicted["100 to 200"] == predicted["400 to 800"] == 2 / 3
