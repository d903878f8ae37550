import numpy as np

rng = np.random.default_rng(6)
depth, width, batch = 30, 512, 16
a = np.sqrt(5)
gain = np.sqrt(2 / (1 + a**2))  # 1/sqrt(3)
bound = np.sqrt(3) * gain / np.sqrt(width)  # 1/sqrt(width)

bare = biased = X = rng.normal(size=(batch, width))  # one start, two nets
for layer in range(depth):
    W = rng.uniform(-bound, bound, size=(width, width))
    b = rng.uniform(-bound, bound, size=width)
    z_bare, z_biased = bare @ W.T, biased @ W.T + b  # (batch, width)
    bare, biased = np.maximum(z_bare, 0), np.maximum(z_biased, 0)

predicted_bare = np.sqrt(gain**2 * (1 / 6) ** (depth - 1))
predicted_floor = np.sqrt(2 / (5 * width))
rms_bare = np.sqrt(np.mean(z_bare**2))
rms_biased = np.sqrt(np.mean(z_biased**2))
across = np.sqrt(np.mean(np.var(z_biased, axis=0, ddof=1)))  # across inputs

print(f"no bias:   rms {rms_bare:.0e}, predicted {predicted_bare:.0e}")
print(f"with bias: rms {rms_biased:.3f}, predicted {predicted_floor:.3f}")
print(f"with bias: std across inputs {across:.0e}, at most about "
      f"{predicted_bare:.0e}")

beta = 5 * depth / width  # ln(mean square) has mean -beta/2, variance beta
assert np.isclose(bound, 1 / np.sqrt(width)) and np.isclose(gain**2, 1 / 3)
assert abs(np.log(rms_bare / predicted_bare)) < beta / 4 + 2 * np.sqrt(beta)
# z^2 has the relative variance 2 at most, in each of n units; half the sd: rms
assert abs(rms_biased / predicted_floor - 1) < 4 * np.sqrt(2 / width) / 2
assert across < predicted_bare * np.exp(2 * np.sqrt(beta))  # 4 sd, on the std
assert across < np.spacing(np.float32(rms_biased))  # float32 cannot hold it
