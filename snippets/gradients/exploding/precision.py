import numpy as np

rng = np.random.default_rng(1)
n, wide = 100, 512
G = rng.standard_normal((330, n, n))  # one matrix for each layer
largest_weight = abs(G).max()
lam = {w: (np.log(2) - np.euler_gamma + (1 / np.arange(1, w // 2)).sum()) / 2
       for w in (n, wide)}  # the exponents at sigma = 1


def end(dtype, sigma, back):  # first layer with an inf, or all zero
    h = np.ones(n, dtype)  # activation, or going back the gradient
    for layer, W in enumerate(G, 1):
        h = (sigma * (W.T if back else W)).astype(dtype) @ h
        if not (np.isfinite(h).all() and h.any()):
            return layer


at_wide, predicted, measured = {}, {}, {}
print("predicted:   width 512   width 100   measured forward, backward")
for name, power in ("over", 0), ("under", 1):  # sigma = 1 and 1 / width
    for bits in 16, 32, 64:
        info, key = np.finfo(f"f{bits // 8}"), f"{name}{bits}"
        limit = info.smallest_subnormal if power else info.max
        at_wide[key], predicted[key] = (np.log(float(limit)) / (
            lam[w] - power * np.log(w)) for w in (wide, n))
        with np.errstate(over="ignore", invalid="ignore"):  # the subject
            measured[key] = [end(info.dtype, n**-power, b) for b in (0, 1)]
        print(f"{key:11}{at_wide[key]:11.1f}{predicted[key]:12.1f}  ",
              measured[key])
        # 2: entries pass the rms by up to sqrt(n), one layer's factor, and
        # layers are whole; 4 sd: the logarithm wanders, Var 1/(2n) a layer
        sd = np.sqrt(predicted[key] / (2 * n)) / (np.log(n) / 2)
        assert max(abs(predicted[key] - np.array(measured[key]))) < 2 + 4 * sd
assert largest_weight < 7  # far below 65504
