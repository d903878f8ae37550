"""The bits of a format are a sign, an exponent that sets the range, and digits
that set how finely the range is divided."""
import matplotlib.pyplot as plt

formats = {"fp8 e4m3": (4, 3), "fp8 e5m2": (5, 2), "bfloat16": (8, 7), "float16": (5, 10), "float32": (8, 23)}

fig, ax = plt.subplots(figsize=(7.4, 3))
bits = {}
width = 0.8    # no mutate: how it looks
height = 0.62  # no mutate: how it looks
for row, (name, (exponent, digits)) in enumerate(formats.items()):
    bits[name] = 1 + exponent + digits
    for place in range(bits[name]):
        color = "black"
        if place > 0:
            color = "C4"
        if place > exponent:
            color = "C2"
        ax.barh(-row, width, left=place - exponent, color=color, alpha=0.75, height=height)
    ax.text(-9, -row, name, ha="right", va="center")
    ax.text(digits + 1.4, -row, f"{exponent} exponent, {digits} digits", va="center", fontsize=9)
    print(f"{name}: 1 + {exponent} + {digits} = {bits[name]} bits")
ax.text(0.8, 0.75, "exponent: range", color="C4", ha="right")
ax.text(1.8, 0.75, "digits: spacing", color="C2")
ax.set(xlim=(-13, 34), ylim=(-4.5, 1.3))
ax.axis("off")
plt.show()

# %% check
# The names say how many bits there are, and those of eight bits name both counts.
assert bits == {"fp8 e4m3": 8, "fp8 e5m2": 8, "bfloat16": 16, "float16": 16, "float32": 32}
assert [f"e{exponent}m{digits}" for exponent, digits in list(formats.values())[:2]] == ["e4m3", "e5m2"]
