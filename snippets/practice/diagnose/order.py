"""The order in which to ask: data and labels, the first loss, one batch, the learning
rate, and only then the layers."""
import matplotlib.pyplot as plt

steps = [
    ("Are ten inputs and their labels right?", "mend the data"),
    ("Is the first loss near $\\ln K$?", "output layer, or a sum for the mean"),
    ("Are sixteen examples learned by heart?", "softmax twice, or run the program"),
    ("Does the learning rate lower the loss?", "scan it, begin at a tenth of the edge"),
]
fig, ax = plt.subplots(figsize=(7.4, 3.7))
box = {"boxstyle": "round,pad=0.5", "fc": "none", "ec": "C0"}
cure = {"boxstyle": "round,pad=0.5", "fc": "none", "ec": "C1"}
places = [3 - place for place in range(len(steps))]
for place, (question, remedy) in zip(places, steps):
    ax.text(0, place, question, ha="left", va="center", bbox=box)
    ax.text(6.2, place, remedy, ha="left", va="center", bbox=cure)
    ax.annotate("", (6.0, place), (4.75, place), arrowprops={"arrowstyle": "->", "color": "C1"})
    ax.text(5.3, place + 0.1, "no", ha="center", color="C1")
    ax.annotate("", (2, place - 0.72), (2, place - 0.3), arrowprops={"arrowstyle": "->", "color": "C0"})
    ax.text(2.15, place - 0.5, "yes", va="center", color="C0")
ax.text(0, -1, "Learns this batch, fails on others: more data, regularization", ha="left", va="center")
ax.set(xlim=(-0.3, 10.6), ylim=(-1.4, 3.5))
ax.axis("off")
plt.show()

# %% check
assert len(ax.texts) == 6 * len(steps) + 1
assert [text.get_position()[1] for text in ax.texts if text.get_text() in dict(steps)] == [3, 2, 1, 0]
