"""For fan_in from fan_out/16 to 16 fan_out, Xavier's two factors, which sum to
2, multiply the signal and an independent gradient."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
batch = 512  # no mutate: the tolerance follows it, the factors do not depend on it
fan_out = 128
ratios = 2.0 ** np.arange(-4, 5)
fan_ins = (ratios * fan_out).astype(int)

forward = []
backward = []
measured_forward = []
measured_backward = []
for fan_in in fan_ins:
    variance = 2 / (fan_in + fan_out)
    forward.append(fan_in * variance)
    backward.append(fan_out * variance)

    W = np.sqrt(variance) * rng.standard_normal((fan_out, fan_in))
    X = rng.standard_normal((batch, fan_in))
    delta = rng.standard_normal((batch, fan_out))
    measured_forward.append(np.mean((X @ W.T) ** 2))  # (batch, fan_out)
    measured_backward.append(np.mean((delta @ W) ** 2))  # (batch, fan_in)
    print(f"{fan_in:4} -> {fan_out}"
          f"   forward {forward[-1]:.3f} ({measured_forward[-1]:.2f})"
          f"   backward {backward[-1]:.3f} ({measured_backward[-1]:.2f})")

points = 60  # no mutate: of two smooth curves
r = np.geomspace(ratios[0], ratios[-1], points)
fig, ax = plt.subplots()
ax.semilogx(r, 2 * r / (1 + r), "C0-", label="signal, forward")
ax.semilogx(ratios, measured_forward, "C0o")
ax.semilogx(r, 2 / (1 + r), "C1--", label="gradient, backward")
ax.semilogx(ratios, measured_backward, "C1s")
ax.set(xlabel="fan_in / fan_out", ylabel="variance out / variance in")
ax.legend(loc="center left")
plt.show()

# %% check
for k, fan_in in enumerate(fan_ins):
    error = np.sqrt(2 / (fan_in * fan_out) + 2 / (fan_out * batch)
                    + 2 / (fan_in * batch))
    # Four standard errors, from the numbers of weights, examples, gradients.
    assert abs(measured_forward[k] / forward[k] - 1) < 4 * error
    assert abs(measured_backward[k] / backward[k] - 1) < 4 * error
