"""A layer of a hundred units with weights of deviation 1 moves a signal by one
power of ten, one with weights of deviation 1/100 by one down, and either walk
leaves a format near the layer in which the power passes the format's end."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
n = 100
depth = 360
h = rng.standard_normal(n)
# log10 of the rms and of the largest entry for deviation 1; for 1/100 they
# are two powers of ten smaller per layer
size = np.zeros(depth + 1)
largest = np.zeros(depth + 1)
for layer in range(1, depth + 1):
    h = rng.standard_normal((n, n)) @ h
    rms = np.sqrt(np.mean(h**2))
    h = h / rms  # the size is kept apart, so that nothing overflows here
    size[layer] = size[layer - 1] + np.log10(rms)
    largest[layer] = size[layer] + np.log10(abs(h).max())

# exponents of two: of the largest number, the smallest normal one, the smallest
formats = {
    "fp8 e4m3": (np.log2(448), -6, -9),
    "fp8 e5m2": (np.log2(1.75) + 15, -14, -16),
    "float16": (np.log2(2 - 2**-10) + 15, -14, -24),
    "bfloat16": (np.log2(2 - 2**-7) + 127, -126, -133),
    "float32": (np.log2(2 - 2**-23) + 127, -126, -149),
    "float64": (1024, -1022, -1074),  # 2¹⁰²⁴, less one part in 2⁵³
}
layers = np.arange(depth + 1)
over = {}
under = {}
for name, exponents in formats.items():
    top, normal, bottom = np.log10(2) * np.array(exponents)  # in decades
    over[name] = int(layers[largest > top][0])
    under[name] = int(layers[largest - 2 * layers < bottom - np.log10(2)][0])  # rounded to zero
    print(f"{name:9} zero in layer {under[name]:3d}, over in {over[name]:3d}")


def place(decades):  # a ruler that leaves room for the small formats
    return np.sign(decades) * np.sqrt(abs(decades))


fig, ax = plt.subplots(figsize=(7.4, 3.7))
for row, (name, exponents) in enumerate(formats.items()):
    top, normal, bottom = place(np.log10(2) * np.array(exponents))
    ax.barh(row, top - normal, left=normal, color="0.5", alpha=0.3)
    ax.barh(row, normal - bottom, left=bottom, fill=False, hatch="////", edgecolor="0.5", lw=0)
    for ends, walk, side in ((over, size, "left"), (under, size - 2 * layers, "right")):
        shown = [layer for layer in range(ends[name]) if layer < 20 or layer % 6 == 0]
        ax.plot(place(walk[shown]), np.full(len(shown), row), "o", color="C0", ms=4, alpha=0.7)
        edge = top + 0.5 if side == "left" else bottom - 0.5
        ax.text(edge, row, f"layer {ends[name]}", color="C0", ha=side, va="center", fontsize=9)
decades = np.array([-300, -100, -38, -8, 0, 5, 38, 100, 300])
ax.set_xticks(place(decades), ["1" if d == 0 else f"$10^{{{d}}}$" for d in decades])
ax.set_yticks(range(len(formats)), list(formats))
ax.set(xlim=(-23.6, 21.8), ylim=(-0.6, 6.3))
ax.text(place(-40), 5.75, "deviation 0.01", color="C0", ha="center")
ax.text(place(40), 5.75, "deviation 1", color="C0", ha="center")
ax.grid(False)
plt.show()

# %% check
# A layer early for the largest entry, one for whole layers, and four standard
# deviations of the walk, 1/√(2n) per layer in the logarithm of the size.
for name, (top, normal, bottom) in formats.items():
    for layer, expected in ((over[name], top * np.log10(2)), (under[name], -bottom * np.log10(2))):
        assert abs(layer - expected) < 2 + 4 * np.sqrt(expected / (2 * n)) / np.log(10)
