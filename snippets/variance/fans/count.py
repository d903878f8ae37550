"""Ones in place of inputs and weights count the products, and the counts
predict what random weights do to a signal and to a gradient."""
import numpy as np

rng = np.random.default_rng(11)
pixels = 64   # on a ring, so that there are no borders
kernel = 4
c_in = 24
c_out = 48


def forward(w, x, stride):
    return sum(w[:, :, a] @ np.roll(x, -a, axis=1)[:, ::stride] for a in range(kernel))  # no mutate: on a ring any direction does


def backward(w, delta, stride):
    spread = np.zeros((c_out, pixels))
    spread[:, ::stride] = delta
    return sum(w[:, :, a].T @ np.roll(spread, a, axis=1) for a in range(kernel))  # no mutate: on a ring any direction does


counts = {}
measured = {}
for stride in (1, 2, 4):
    ones = np.ones((c_out, c_in, kernel))
    fan_in = forward(ones, np.ones((c_in, pixels)), stride).mean()
    fan_out = backward(ones, np.ones((c_out, pixels // stride)), stride).mean()
    counts[stride] = (fan_in, fan_out)

    signal = []
    gradient = []
    for _ in range(100):
        w = rng.normal(0, 1 / np.sqrt(fan_in), ones.shape)
        signal.append(np.mean(forward(w, rng.standard_normal((c_in, pixels)), stride) ** 2))
        gradient.append(np.mean(backward(w, rng.standard_normal((c_out, pixels // stride)), stride) ** 2))
    measured[stride] = (np.mean(signal), np.mean(gradient))
    print(f"stride {stride}: fan_in {fan_in:.0f}, fan_out {fan_out:3.0f}: "
          f"signal × {measured[stride][0]:.3f} (predicted 1), "
          f"gradient × {measured[stride][1]:.3f} (predicted {fan_out / fan_in:g})")

# %% check
# One draw scatters by less than a tenth, a hundred draws by less than a hundredth. Five of these.
for stride, (fan_in, fan_out) in counts.items():
    assert fan_in == c_in * kernel and fan_out == c_out * kernel / stride
    assert abs(measured[stride][0] - 1) < 0.05
    assert abs(measured[stride][1] / (fan_out / fan_in) - 1) < 0.05
