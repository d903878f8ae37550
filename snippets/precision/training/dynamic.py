"""A loss scale that doubles after every hundred clean steps and halves at an
overflow skips one step in a hundred and one, once it has found its place."""
import matplotlib.pyplot as plt
import numpy as np

steps = 2000
patience = 100                 # clean steps before the scale doubles
largest_gradient = 0.02        # before scaling, the same in every step
scale = 2.0**12
clean = 0
scales = []
skipped = []
for step in range(steps):
    scales.append(scale)
    if scale * largest_gradient > 65504:     # inf in float16
        skipped.append(step)
        scale = scale / 2
        clean = 0
        continue
    clean += 1
    if clean == patience:
        scale = scale * 2
        clean = 0
highest = 65504 / largest_gradient
predicted = 1 / (patience + 1)
measured = len(skipped[1:]) / (skipped[-1] - skipped[0])
skipped_every = 1 / measured
print(f"steps skipped: one in {skipped_every:.0f} (predicted {round(1 / predicted)})")

fig, ax = plt.subplots(figsize=(7, 2.9))
powers = np.log2(scales)
ax.step(range(steps), powers, where="post", color="C1", ls="-")
ax.plot(skipped, powers[skipped], "x", color="C3", ms=7, mew=2)
line = np.log2(highest)
ax.axhline(line, color="0.5", lw=1.5)
ax.text(20, 22.6, "the largest gradient overflows above this line", color="0.5")
ax.text(1240, 19.9, "× a skipped step", color="C3", va="bottom")
ax.set(xlabel="step", ylabel="loss scale, power of two", ylim=(11.5, 23.8))
plt.show()

# %% check
assert measured == predicted
assert max(scales) / 2 <= highest < max(scales)
