"""Adam's first step has the size of the learning rate if the gradient is far above epsilon; in
float16 a thousandth of its square is zero below five thousandths, and the step is inf."""
import matplotlib.pyplot as plt
import numpy as np

beta1 = 0.9
beta2 = 0.999
epsilon = 1e-8


def first_step(g, dtype):
    """Of Adam, as a multiple of the learning rate, with its state in a format."""
    g = g.astype(dtype)
    m = dtype(1 - beta1) * g
    v = dtype(1 - beta2) * g * g
    m_hat = m / dtype(1 - beta1)
    v_hat = v / dtype(1 - beta2)
    return m_hat / (np.sqrt(v_hat) + dtype(epsilon))


g = 10 ** np.arange(-7, 1.01, 0.1)
with np.errstate(divide="ignore", invalid="ignore", under="ignore"):  # the subject
    half = first_step(g, np.float16)
    single = first_step(g, np.float32)
predicted = np.sqrt(2.0**-25 / (1 - beta2))   # where (1 - beta2) g² rounds to zero
measured = g[~np.isfinite(half)].max()
print(f"the step is inf up to g = {measured:.1e} (predicted {predicted:.1e})")

fig, ax = plt.subplots(figsize=(7, 3))
ax.axvspan(1e-7, predicted, color="0.5", alpha=0.25)
ax.text(2e-5, 1.62, "float16: inf or nan", ha="center")
ax.semilogx(g, single, color="black", ls="--", lw=1.4)
finite = np.isfinite(half)
ax.semilogx(g[finite], half[finite], "o", color="C3")
ax.text(3e-5, 1.06, "float32", ha="center")
ax.text(0.25, 1.35, "float16", color="C3", ha="center")
ax.set(xlabel="gradient", ylabel="step / learning rate", ylim=(0, 1.9), xlim=(1e-7, 10))
plt.show()

# %% check
# The grid has steps of a tenth of a decade; the product is rounded twice.
assert predicted / 10**0.1 < measured <= predicted * (1 + 2**-9)
# In float32 the step is g / (g + epsilon), to a few roundings.
assert np.abs(single * (g + epsilon) / g - 1).max() < 8 * 2.0**-24
