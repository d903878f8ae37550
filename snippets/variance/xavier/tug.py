"""In layers of unequal fans no rule keeps both directions: fan_in keeps the
forward factor at 1, fan_out the backward one, and Xavier splits the miss."""
import matplotlib.pyplot as plt
import numpy as np

widths = [256, 512, 1024, 512, 128, 64, 256]
fan_in = np.array(widths[:-1])
fan_out = np.array(widths[1:])

rules = {
    "divide by fan_in": 1 / fan_in,
    "divide by fan_out": 1 / fan_out,
    "Xavier": 2 / (fan_in + fan_out),
}
forward = {name: fan_in * variance for name, variance in rules.items()}
backward = {name: fan_out * variance for name, variance in rules.items()}
for name in rules:
    worst = np.exp(max(np.abs(np.log([*forward[name], *backward[name]]))))
    print(f"{name:18} worst factor: {worst:.2f} or its inverse")

fig, axes = plt.subplots(3, 1, figsize=(7.2, 4.4), sharex=True, sharey=True)
places = np.arange(len(fan_in))
for ax, name in zip(axes, rules):
    ax.bar(places - 0.19, np.log2(forward[name]), 0.36, color="C0")  # no mutate: side by side
    ax.bar(places + 0.19, np.log2(backward[name]), 0.36, color="C1")  # no mutate: side by side
    ax.axhline(0, color="0.5", lw=1, ls="-")  # no mutate: a factor of one
    ax.set(ylim=(-2.6, 2.6), yticks=[-2, 0, 2], yticklabels=["¼", "1", "4"])
    ax.set_title(name, loc="left", fontsize=11)
    ax.grid(False)
axes[0].text(3.2, 1.2, "forward", color="C0")
axes[0].text(1.3, 1.5, "backward", color="C1")
axes[2].set(xticks=places, xticklabels=[f"{m} → {n}" for m, n in zip(fan_in, fan_out)])
plt.show()

# %% check
for name in rules:   # whatever the rule, the two factors have the ratio of the fans
    assert np.allclose(forward[name] / backward[name], fan_in / fan_out)
assert np.allclose(forward["divide by fan_in"], 1)
assert np.allclose(backward["divide by fan_out"], 1)
assert np.allclose(forward["Xavier"] + backward["Xavier"], 2)
