"""A branch at a right angle to the stream lengthens it by Pythagoras: by √2 per
block if it is as long as the stream, to √e at most if it is 1/√L of it."""
import matplotlib.pyplot as plt
import numpy as np

blocks = 12

def walk(step):
    """Points of a stream whose branch has length step(length) and stands at a right angle."""
    points = [1]
    for block in range(blocks):
        stream = points[-1]
        across = 1j * stream / abs(stream)
        points.append(stream + step(abs(stream)) * across)
    return np.array(points)

rules = {"as long as the stream": lambda length: length,
         "of length 1": lambda length: 1,
         "1/√12 of the stream": lambda length: length / np.sqrt(blocks)}
paths = {name: walk(step) for name, step in rules.items()}
lengths = {name: abs(path[-1]) for name, path in paths.items()}
predicted = [2 ** (blocks / 2), np.sqrt(1 + blocks), (1 + 1 / blocks) ** (blocks / 2)]
for (name, length), expected in zip(lengths.items(), predicted):
    print(f"{name}: 12 blocks make {length:.2f} (predicted {expected:.2f})")  # no mutate: a look

fig, panels = plt.subplots(1, 3, figsize=(7.4, 3.1))
reach = {"as long as the stream": 8.3, "of length 1": 4, "1/√12 of the stream": 2}  # no mutate: how it looks
for ax, (name, path) in zip(panels, paths.items()):
    edge = reach[name]
    path = path[abs(path) < edge]  # the first spiral leaves the picture
    for start, end in zip(path[:-1], path[1:]):
        ax.fill([0, start.real, end.real], [0, start.imag, end.imag], color="C0", alpha=0.15, lw=0)
        ax.plot([start.real, end.real], [start.imag, end.imag], color="C1", lw=2, ls="-")
        ax.plot([0, start.real], [0, start.imag], color="C0", lw=0.8, ls="-")
    ax.plot([0, path[-1].real], [0, path[-1].imag], color="C0", lw=2.2, ls="-")
    ax.set(xlim=(-edge, edge), ylim=(-edge, edge), aspect="equal")
    ax.set_title(name, fontsize=10)  # no mutate: how it looks
    ax.axis("off")
panels[0].text(0.4, -4.5, "length 8\nafter 6 blocks,\n64 after 12", va="center", fontsize=9)  # no mutate: where it is drawn
panels[1].text(-3.9, -3.9, "length √13 ≈ 3.6", fontsize=9)  # no mutate: where it is drawn
panels[2].text(-1.95, -1.95, "length 1.62, below √e", fontsize=9)  # no mutate: where it is drawn
plt.show()

# %% check
assert np.allclose(list(lengths.values()), predicted)  # Pythagoras is exact
