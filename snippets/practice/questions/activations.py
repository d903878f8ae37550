"""On average ReLU keeps E[h²] through 30 wide layers under He and halves it in
each under Xavier; tanh with gains √2 and 5/3 settles while gradients grow."""

import numpy as np

rng = np.random.default_rng(7)
width = 256  # no mutate: weights and tolerances follow it
depth = 30
batch = 8  # no mutate: no prediction depends on it
V = rng.normal(0, 1 / np.sqrt(width), (depth, width, width))
X, top = rng.normal(size=(2, batch, width))        # input, last gradient
u = (np.arange(-400, 400) + 0.5) / 50              # E[f(u)] = weight @ f(u)
weight = np.exp(-u**2 / 2) / np.exp(-u**2 / 2).sum()

relu = (lambda z: np.maximum(z, 0), lambda h: h > 0)    # phi, phi' from h
tanh = (np.tanh, lambda h: 1 - h**2)
nets = {
    "ReLU Xavier": (1, *relu),
    "ReLU He": (np.sqrt(2), *relu),
    "tanh Xavier": (1, *tanh),
    "tanh 5/3": (5 / 3, *tanh),
    "tanh He": (np.sqrt(2), *tanh),
}
rms = {}
measured_rms = {}
chi = {}
measured_chi = {}
q_star = {}
for net, (gain, phi, dphi) in nets.items():
    H = [X]
    q = gain**2
    slopes = []
    for W in gain * V:
        H.append(phi(H[-1] @ W.T))
        h = phi(np.sqrt(q) * u)                    # the theory, beside it
        m2 = weight @ h**2
        slopes.append(gain**2 * weight @ dphi(h)**2)
        q = gain**2 * m2
    g = top
    for W, h_l in zip(V[:9:-1], H[:10:-1]):        # from layer 30 down to 11
        g = gain * (dphi(h_l) * g) @ W
    q_star[net] = q
    rms[net] = np.sqrt(m2)
    measured_rms[net] = np.sqrt(np.mean(H[-1]**2))
    chi[net] = np.prod(slopes[10:]) ** (1 / 20)
    measured_chi[net] = np.mean(g**2) ** (1 / 20)
    print(f"{net:12} rms {rms[net]:7.2g}, run {measured_rms[net]:7.2g}"
          f"    chi {chi[net]:.2f}, run {measured_chi[net]:.2f}")
saturated = weight @ (np.abs(h) > 0.97)            # of the last: tanh He

# %% check
noise = {}
for net, (gain, phi, dphi) in nets.items():
    q = gain**2
    noise[net] = 0
    for layer in range(depth):
        z = np.sqrt(q) * u
        h = phi(z)
        m2 = weight @ h**2
        c = weight @ (z * h * dphi(h)) / m2        # d ln m2 / d ln q
        noise[net] = c**2 * noise[net] + (weight @ h**4 / m2**2 - 1) / width
        q = gain**2 * m2
    # Four sd of one network, on the rms: noise is the variance of
    # ln(mean square), what each layer passes on and what it adds.
    assert abs(np.log(measured_rms[net] / rms[net])) < 2 * np.sqrt(noise[net])
    # Likewise: each of 20 layers adds at most 5/width for the gradient.
    assert abs(np.log(measured_chi[net] / chi[net])) < 4*np.sqrt(5/width/20)
# Under one percent, as the page says.
assert saturated < 0.01
