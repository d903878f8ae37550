"""Five lines of NumPy round to any binary format, as its own types do."""
import numpy as np

formats = {  # digits, lowest exponent, largest number, what is beyond
    "fp8 e4m3": (3, -6, 448.0, np.nan),   # it has no infinity
    "fp8 e5m2": (2, -14, 57344.0, np.inf),
    "bfloat16": (7, -126, 2.0**128 - 2.0**120, np.inf),
    "float16": (10, -14, 65504.0, np.inf),
    "float32": (23, -126, 2.0**128 - 2.0**104, np.inf),
}

def rounded(x, digits, lowest, largest, beyond):
    k = np.maximum(np.frexp(x)[1] - 1, lowest)  # the exponent of x
    spacing = np.ldexp(1.0, k - digits)
    y = np.round(x / spacing) * spacing         # np.round: ties to even
    return np.where(abs(y) > largest, np.copysign(beyond, y), y)

for name, numbers in formats.items():
    tenth, square = rounded(np.array([0.1, 300.0**2]), *numbers)
    print(f"{name}: 1/10 becomes {tenth:.8f}, 300² becomes {square:.0f}")

# %% check
rng = np.random.default_rng(4)
x = rng.choice([-1, 1], 20_000) * 2.0 ** rng.uniform(-30, 18, 20_000)   # zero, subnormal, normal, overflow
half = np.arange(0, 4096) / 2                                            # halfway cases too
for sample in (x, half, half * 2.0**-24, half * 32, np.array([np.inf, -np.inf, np.nan, 0])):
    with np.errstate(over="ignore"):  # an overflow is one of the cases
        for name in ("float16", "float32"):
            assert np.array_equal(rounded(sample, *formats[name]), sample.astype(name).astype(float), equal_nan=True)
# By hand: 1/10 lies between 12/128 and 13/128, nearer to the second.
results = {name: rounded(np.array([0.1, 300.0**2]), *numbers) for name, numbers in formats.items()}
assert results["fp8 e4m3"][0] == 13 / 128
assert np.isnan(results["fp8 e4m3"][1]) and results["bfloat16"][1] == 90112 and results["float16"][1] == np.inf
assert tenth == np.float32(0.1) and square == 300**2   # float32 is the last of them
