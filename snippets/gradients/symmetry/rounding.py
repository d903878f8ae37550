import matplotlib.pyplot as plt
import numpy as np

x = (np.arange(16)[:, None] - 7.5) / 4  # (batch, 1)
y, lr, runs = 1 / (1 + x * x), 1.0, []
for order in (np.arange(16), np.arange(16)[::-1]):  # of the second unit
    units, gap = np.array([[0.5, 0.5], [0, 0], [0.5, 0.5]]), []
    for _ in range(360):
        w, b, v = units
        z = w * x + b  # (batch, 2)
        s = 1 / np.sqrt(1 + z * z)
        h, dphi = z * s, s * s * s  # phi(z) = z / sqrt(1 + z**2)
        r = (v * h).sum(axis=1, keepdims=True) - y
        terms = np.stack([r * v * dphi * x, r * v * dphi, r * h], axis=1)
        terms[:, :, 1] = terms[order, :, 1]  # (batch, 3, 2)
        units = units - lr * np.add.accumulate(terms)[-1] / 16
        gap.append(abs(units[0, 0] - units[0, 1]))
    runs.append((np.array(gap), (r * r).mean() / 2, units[:, 0]))
(same, stuck_loss, (w, b, v)), (gap, free_loss, _) = runs
bend = -3 * b / (1 + b * b) ** 2.5  # phi''(b)
predicted_growth = 1 + lr * v * bend * ((y - y.mean()) * x * x).mean()
measured_growth = (gap[200] / gap[100]) ** (1 / 100)
print(f"growth a step: predicted {predicted_growth:.5f}, "
      f"measured {measured_growth:.5f}")
t, first_gap, last_gap = np.arange(len(gap)), gap[0], gap[-1]
print(f"apart: {first_gap:.1e} at first, {last_gap:.2f} at last")
assert same.max() == 0 and abs(stuck_loss - y.var() / 2) < 1e-9
# The gap is below 1e-5 there, so its square changes nothing at 1e-5.
assert abs(measured_growth - predicted_growth) < 1e-5 and last_gap > 1
fig, ax = plt.subplots()
ax.semilogy(t, gap[100] * predicted_growth ** (t - 100), label="predicted")
ax.semilogy(t, gap, "o", markevery=20, label="measured")
ax.set(xlabel="step", ylabel="gap between the twins", ylim=(1e-17, 10))
ax.legend()
plt.show()
