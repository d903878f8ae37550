"""Normal, uniform and two-valued weights of one variance give an output of
mean zero and the predicted variance, for a fixed input and for drawn ones."""
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(11)
draws = 10_000
fan_in = 40
sigma = 0.3
gamma = 1.5
limit = np.sqrt(3) * sigma  # U(-a, a) has variance a²/3

laws = {
    "normal": rng.normal(0, sigma, (draws, fan_in)),
    "uniform": rng.uniform(-limit, limit, (draws, fan_in)),
    "two values": rng.choice([-sigma, sigma], (draws, fan_in)),
}
x = np.linspace(-1, 4, fan_in)             # one input, the same in every draw
X = rng.normal(0, gamma, (draws, fan_in))  # a new input in every draw

predicted = {
    "x fixed": sigma**2 * (x @ x),
    "x drawn": fan_in * sigma**2 * gamma**2,
}
measured = {}
means = {}
outputs = {}
print(f"{'weights':<12}{'input':<10}{'mean':>7}{'Var[o]':>8}{'predicted':>11}")
for law, W in laws.items():  # row d of W: draw d of one unit
    outputs[law, "x fixed"] = W @ x
    outputs[law, "x drawn"] = np.sum(W * X, axis=1)
    for inputs in predicted:
        o = outputs[law, inputs]
        name = f"{law}, {inputs}"
        means[name] = o.mean()
        measured[name] = o.var()
        print(f"{law:<12}{inputs:<10}{means[name]:7.2f}{measured[name]:8.2f}"
              f"{predicted[inputs]:11.2f}")

fig, axes = plt.subplots(2, 3, figsize=(7.2, 3.6), sharex="row")
for column, (law, W) in enumerate(laws.items()):
    weights = axes[0, column]
    weights.hist(W[:, 0], bins=np.linspace(-1.05, 1.05, 43), color="0.6")
    weights.set(title=law, yticks=[], xlabel="one weight")
    out = axes[1, column]
    out.hist(outputs[law, "x drawn"], bins=np.linspace(-10, 10, 41), color="C0")
    out.set(yticks=[], xlabel="output of the unit")
    for ax in (weights, out):
        ax.grid(False)
        ax.spines["left"].set_visible(False)
plt.show()

# %% check
# Four standard errors each: sd/√draws for a mean, and for a variance a
# relative √(2.15/draws), as the kurtosis of o is at most 3 + 6/fan_in.
for name, value in measured.items():
    expected = predicted[name.split(", ")[1]]
    assert abs(means[name]) < 4 * np.sqrt(expected / draws)
    assert abs(value / expected - 1) < 4 * np.sqrt(2.15 / draws)
