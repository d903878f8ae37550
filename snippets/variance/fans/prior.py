"""With one positive example in a hundred, a bias at the log odds starts at a
loss of 0.056 instead of 0.693, and saves the steps that find this bias."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
examples = 5000
features = 20
share = 0.01   # of positive examples
steps = 300

y = np.zeros(examples)
y[: round(share * examples)] = 1
X = rng.standard_normal((examples, features))
X[:, 0] += 2 * y                            # one feature knows something

curves = {}
for name, bias in (("zero", 0.0), ("log odds", np.log(share / (1 - share)))):
    w = np.zeros(features)
    b = bias
    losses = []
    for step in range(steps):
        z = X @ w + b
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
        delta = (1 / (1 + np.exp(-z)) - y) / examples
        w -= 0.5 * X.T @ delta
        b -= 0.5 * delta.sum()
    curves[name] = np.array(losses)
guess = -share * np.log(share) - (1 - share) * np.log(1 - share)
late = int(np.argmax(curves["zero"] < guess))
first = {name: losses[0] for name, losses in curves.items()}
print(f"first loss with bias 0: {first['zero']:.3f}, with the log odds: {first['log odds']:.3f}")
print(f"bias 0 reaches {guess:.3f} after {late} steps")

fig, ax = plt.subplots(figsize=(7, 2.9))
ax.plot(curves["zero"], "-", color="0.5")
ax.plot(curves["log odds"], "-", color="C0")
ax.axhline(guess, color="black", ls="--", lw=1)
ax.text(60, 0.3, "bias 0", color="0.5")
ax.text(3, 0.028, "bias ln(p/(1 − p))", color="C0", va="top")
ax.text(300, guess * 1.06, "loss of always answering p", ha="right", va="bottom")
ax.set(xlim=(0, 300), yscale="log", ylim=(0.018, 0.9), yticks=[0.02, 0.05, 0.1, 0.2, 0.5],
       yticklabels=["0.02", "0.05", "0.1", "0.2", "0.5"], xlabel="step", ylabel="loss")
ax.minorticks_off()
plt.show()

# %% check
assert abs(first["zero"] - np.log(2)) < 1e-12
assert abs(first["log odds"] - guess) < 1e-12
assert np.all(curves["log odds"] <= curves["zero"])
assert 30 < late < steps
