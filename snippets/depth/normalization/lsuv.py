"""LSUV divides each matrix by the deviation that one batch shows: this batch
has variance one in every layer, and SiLU layers do not hold it for others."""
import numpy as np

rng = np.random.default_rng(8)
n = 200

def silu(z):
    return z / (1 + np.exp(-z))

def variances(matrices, H):
    found = []
    for W in matrices:
        Z = H @ W.T
        found.append(np.var(Z))
        H = silu(Z)
    return found

batch = rng.standard_normal((500, n))
matrices = []
H = batch
for layer in range(20):
    W = np.linalg.qr(rng.standard_normal((n, n)))[0]  # an orthogonal start  # no mutate: any orthogonal one does
    W = W / np.std(H @ W.T)                           # the whole method
    matrices.append(W)
    H = silu(H @ W.T)

own = variances(matrices, batch)
fresh = variances(matrices, rng.standard_normal(batch.shape))
larger = variances(matrices, 2 * batch)
print(f"variance in layer 20: {own[-1]:.2f} for the batch itself,")  # no mutate: a look
print(f"{fresh[-1]:.2f} for a fresh one, {larger[-1]:.0f} for doubled inputs")  # no mutate: a look

# %% check
assert np.allclose(own, 1)
# The mean squares of single examples scatter by √(2/200) = 0.1 in layer 1, in layer 20 by a
# factor of ten (1.17 per layer). Their mean over a fresh batch scatters by 0.2: four deviations.
assert abs(np.log(fresh[-1])) < 0.8
assert np.isclose(larger[0], 4) and 100 < larger[-1] < 500
