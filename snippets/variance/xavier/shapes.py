"""Under Xavier's rule the smaller of the two factors of a real layer depends on
the ratio r of its fans alone, 2/(1 + r), and the other stays below two."""
import matplotlib.pyplot as plt
import numpy as np

shapes = {  # (fan_in, fan_out) of layers in well-known networks
    "GPT-2: attention output": (768, 768),
    "GPT-2: MLP in": (768, 3072),
    "GPT-2: MLP out": (3072, 768),
    "VGG: first 3×3": (27, 576),
    "VGG: last 3×3": (4608, 4608),
    "ResNet-50: head": (2048, 1000),
    "MNIST classifier: head": (128, 10),
}
smaller = {}
for name, (fan_in, fan_out) in shapes.items():
    factors = 2 * np.array([fan_in, fan_out]) / (fan_in + fan_out)
    smaller[name] = factors.min()
    forward, backward = factors
    print(f"{name:24} forward {forward:.3f}  backward {backward:.3f}")

fans = np.geomspace(8, 8192, 60)  # no mutate: of the map
x, y = np.meshgrid(fans, fans)
worse = 2 * np.minimum(x, y) / (x + y)   # the smaller of the two factors
fig, ax = plt.subplots(figsize=(6.4, 4.6))
levels = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.9]  # no mutate: lines of the map
lines = ax.contour(x, y, worse, levels=levels, colors="0.5", linewidths=1, linestyles="-")
side = (2 / np.array(levels) - 1) ** 0.5  # no mutate: the root of the quotient of the fans, line by line
spots = [*zip(200 * side, 200 / side), *zip(200 / side[:3], 200 * side[:3])]  # no mutate: apart from names
spots += zip(60 / side[3:6], 60 * side[3:6])  # no mutate: likewise
ax.clabel(lines, fmt="%g", fontsize=8, manual=spots)
for name, (fan_in, fan_out) in shapes.items():
    ax.plot(fan_in, fan_out, "o", color="C0" if fan_in <= fan_out else "C1", ms=8)
    left = name == "GPT-2: attention output"  # no mutate: where a name stands
    below = name in ("GPT-2: MLP out", "VGG: first 3×3")  # no mutate: likewise
    ax.annotate(name, (fan_in, fan_out), (-8 if left else 6, -11 if left or below else 7),
                ha="right" if left else "left", textcoords="offset points", fontsize=9)
ax.set(xscale="log", yscale="log", xlabel="fan_in", ylabel="fan_out", xlim=(8, 30000), ylim=(8, 8192))
ax.grid(False)
plt.show()

# %% check
for name, (fan_in, fan_out) in shapes.items():
    r = max(fan_in, fan_out) / min(fan_in, fan_out)
    assert np.isclose(smaller[name], 2 / (1 + r))   # it depends on the ratio alone
    assert 2 - smaller[name] < 2                    # the other factor: the ceiling
