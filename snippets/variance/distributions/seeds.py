"""One generator gives every layer its own numbers, one seed per layer repeats
them, and one stream per name also survives a change of the architecture."""
import matplotlib.pyplot as plt
import numpy as np

def one_generator(names, seed=7):  # no mutate: any seed
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(9) for name in names}

def same_seed(names, seed=7):  # no mutate: any seed
    return {name: np.random.default_rng(seed).standard_normal(9) for name in names}

def own_stream(names, seed=7):  # no mutate: any seed
    return {name: np.random.default_rng([seed, ord(name)]).standard_normal(9) for name in names}

before, after = "abcd", "abNcd"  # a layer N is inserted
ways = {"one generator": one_generator, "the same seed\nfor each layer": same_seed, "a stream\nfor each name": own_stream}
kept, copies, pairs = {}, {}, {}
fig, panels = plt.subplots(1, 3, figsize=(7.4, 3))
for ax, (way, draw) in zip(panels, ways.items()):
    old, new = draw(before), draw(after)
    kept[way] = [name for name in before if np.array_equal(old[name], new[name])]
    copies[way] = [name for name in before[1:] if np.array_equal(old[name], old["a"])]
    for y, layers in ((1.6, old), (0, new)):
        for x, (name, w) in enumerate(layers.items()):
            ax.imshow(w[:, None], extent=(x, x + 0.7, y, y + 1), cmap="RdBu_r", vmin=-2, vmax=2, aspect="auto")  # no mutate: a look
            ax.text(x + 0.35, y + (1.07 if y else -0.07), name, color="0.5", ha="center", va="bottom" if y else "top")  # no mutate: a look
    pairs[way] = [(i, j) for i, name in enumerate(before) for j, other in enumerate(after) if np.array_equal(old[name], new[other])]
    for i, j in pairs[way]:
        ax.plot([i + 0.35, j + 0.35], [1.57, 1.03], color="0.5", lw=1, ls="-")  # no mutate: a look
    ax.set(xlim=(-0.2, 4.9), ylim=(-0.4, 3), xticks=[], yticks=[], title=way)  # no mutate: a look
    ax.spines[:].set_visible(False)
panels[0].set_ylabel("after      before", labelpad=6)  # no mutate: a look
plt.show()

# %% check
one, same, own = ways
assert kept[one] == ["a", "b"] and not copies[one]
assert len(copies[same]) == 3
assert kept[own] == list(before) and not copies[own]
