import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
batch, fan_out = 512, 128
forward, backward, measured_forward, measured_backward = [], [], [], []
ratios = 2.0 ** np.arange(-4, 5)
for fan_in in (ratios * fan_out).astype(int):
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
    # standard error: finitely many weights, examples and gradients
    error = np.sqrt(2 / (fan_in * fan_out) + 2 / (fan_out * batch)
                    + 2 / (fan_in * batch))
    assert abs(measured_forward[-1] / forward[-1] - 1) < 4 * error
    assert abs(measured_backward[-1] / backward[-1] - 1) < 4 * error

r = np.geomspace(ratios[0], ratios[-1], 60)
fig, ax = plt.subplots()
ax.semilogx(r, 2 * r / (1 + r), "C0-", label="signal, forward")
ax.semilogx(ratios, measured_forward, "C0o")
ax.semilogx(r, 2 / (1 + r), "C1--", label="gradient, backward")
ax.semilogx(ratios, measured_backward, "C1s")
ax.set(xlabel="fan_in / fan_out", ylabel="variance out / variance in")
ax.legend(loc="center left")
plt.show()
