"""A thousand steps of a thousandth leave a bfloat16 weight of one where it is;
a float32 copy of it moves, and the rounded weight follows."""
import matplotlib.pyplot as plt
import numpy as np


def bfloat16(x):
    """Float32 numbers rounded to 8 digits in base two, ties to even."""
    bits = np.float32(x).view(np.uint32).astype(np.uint64)
    bits = bits + 0x7FFF + (bits >> 16 & 1)
    return (bits & 0xFFFF0000).astype(np.uint32).view(np.float32)


steps = 1000
update = np.float32(0.001)
alone = [np.float32(1)]                # a weight in bfloat16
master = [np.float32(1)]               # a copy in float32
follower = [np.float32(1)]             # the copy, rounded for the forward pass
for step in range(steps):
    alone.append(bfloat16(alone[-1] - update))  # no mutate: each step is lost
    master.append(master[-1] - update)
    follower.append(bfloat16(master[-1]))
last = {"bfloat16": alone[steps], "master copy": master[steps]}
print(f"after {steps} steps:", *(f"{name} {weight:.3f}" for name, weight in last.items()))

fig, (whole, near) = plt.subplots(1, 2, figsize=(7.2, 3), width_ratios=(1.3, 1))
for ax, end in ((whole, steps + 1), (near, 13)):  # no mutate: how much is seen
    ax.plot(master[:end], color="black", ls="--", lw=1.4)
    ax.step(range(end), follower[:end], where="post", color="C2", ls="-", lw=2)
    ax.step(range(end), alone[:end], where="post", color="C3", ls="-", lw=2)
    ax.set(xlabel="step")
whole.text(480, 0.93, "bfloat16 alone", color="C3", ha="center")
whole.text(430, 0.66, "with a copy\nin float32", color="C2")
whole.set(ylabel="weight")
near.set(title="the first steps", yticks=[1, 1 - 2**-8, 1 - 2**-7], yticklabels=["1", "1 − 2⁻⁸", "1 − 2⁻⁷"])
plt.show()

# %% check
assert set(alone) == {np.float32(1)}
# A thousand roundings of float32 numbers up to one, of at most 2^-25 each.
assert abs(master[-1]) < 1000 * 2.0**-25
# The follower is within half a spacing of bfloat16 below one, 2^-9, of the copy.
assert np.abs(np.subtract(follower, master)).max() <= 2.0**-9
