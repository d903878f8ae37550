"""LSUV divides each matrix by the deviation that one batch shows: this batch
has variance one in every layer, and SiLU layers do not hold it for others."""
import numpy as np

rng = np.random.default_rng(8)

def silu(z):
    return z / (1 + np.exp(-z))

batch = rng.standard_normal((500, 200))
H = np.stack([batch, 2 * batch, rng.standard_normal((500, 200))])
variances = []
for layer in range(20):
    W = np.linalg.qr(rng.standard_normal((200, 200)))[0]  # orthogonal  # no mutate: any orthogonal one does
    W = W / np.std(H[0] @ W.T)                            # the whole method
    Z = H @ W.T
    variances.append(np.var(Z, axis=(1, 2)))
    H = silu(Z)
print("layer 20: variance {:.2f} for the batch itself, {:.0f} for it doubled,"
      "\nand {:.2f} for a fresh one".format(*variances[-1]))  # no mutate: a look

# %% check
own, larger, fresh = np.transpose(variances)
assert np.allclose(own, 1)
# The mean squares of single examples scatter by √(2/200) = 0.1 in layer 1, in layer 20 by a
# factor of ten (1.17 per layer). Their mean over a fresh batch scatters by 0.2: four deviations.
assert abs(np.log(fresh[-1])) < 0.8
assert np.isclose(larger[0], 4) and 100 < larger[-1] < 500
