"""With Gaussian weights of sd 1 (1/n), activations and gradients pass a
format's largest (smallest) number M near layer ln M/λ₁; no weight is near."""

import numpy as np

rng = np.random.default_rng(1)
n = 100
wide = 512
G = rng.standard_normal((330, n, n))  # one matrix for each layer
largest_weight = abs(G).max()

lam = {}  # the exponents at sigma = 1
for width in (n, wide):
    harmonic = (1 / np.arange(1, width // 2)).sum()
    lam[width] = (np.log(2) - np.euler_gamma + harmonic) / 2


def end(dtype, sigma, back):  # first layer with an inf, or all zero
    h = np.ones(n, dtype)  # activation, or going back the gradient
    for layer, W in enumerate(G, 1):
        h = (sigma * (W.T if back else W)).astype(dtype) @ h
        if not (np.isfinite(h).all() and h.any()):
            return layer


at_wide = {}
predicted = {}
measured = {}
print("predicted:   width 512   width 100   measured forward, backward")
for name, power in (("over", 0), ("under", 1)):  # sigma = 1 and 1 / width
    for bits in (16, 32, 64):
        key = f"{name}{bits}"
        info = np.finfo(f"f{bits // 8}")
        limit = info.smallest_subnormal if power else info.max
        log_limit = np.log(float(limit))
        at_wide[key] = log_limit / (lam[wide] - power * np.log(wide))
        predicted[key] = log_limit / (lam[n] - power * np.log(n))

        with np.errstate(over="ignore", invalid="ignore"):  # the subject
            forward = end(info.dtype, n**-power, back=False)
            backward = end(info.dtype, n**-power, back=True)
        measured[key] = [forward, backward]
        print(f"{key:11}{at_wide[key]:11.1f}{predicted[key]:12.1f}  ",
              measured[key])

# %% check
for key in predicted:
    # 2: entries pass the rms by up to sqrt(n), one layer's factor, and
    # layers are whole; 4 sd: the logarithm wanders, Var 1/(2n) a layer.
    sd = np.sqrt(predicted[key] / (2 * n)) / (np.log(n) / 2)
    assert max(abs(predicted[key] - np.array(measured[key]))) < 2 + 4 * sd

# Millions of normal draws end below 7, far below 65504.
assert largest_weight < 7
