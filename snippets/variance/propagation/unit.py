"""Normal, uniform and two-valued weights of one variance give outputs of mean
zero and the predicted variance, whether the input is fixed or drawn."""

import numpy as np

rng = np.random.default_rng(11)
draws = 10_000  # no mutate: the tolerance follows it, no prediction depends on it
fan_in = 40
sigma = 0.3
gamma = 1.5
limit = np.sqrt(3) * sigma                    # U(-a, a) has variance a^2/3

laws = {
    "normal": rng.normal(0, sigma, (draws, fan_in)),
    "uniform": rng.uniform(-limit, limit, (draws, fan_in)),
    "two values": rng.choice([-sigma, sigma], (draws, fan_in)),
}
x = np.linspace(-1, 4, fan_in)                # one input, never drawn again
X = rng.normal(0, gamma, (draws, fan_in))     # a new input for every draw

predicted = {
    "x fixed": sigma**2 * (x @ x),
    "x drawn": fan_in * sigma**2 * gamma**2,
}
measured = {}
means = {}
print(f"{'weights':<12}{'input':<10}{'mean':>7}{'Var[o]':>8}{'predicted':>11}")
for law, W in laws.items():                   # row d: one draw of one unit
    outputs = {"x fixed": W @ x, "x drawn": np.sum(W * X, axis=1)}
    for inputs, o in outputs.items():         # o: (draws,)
        name = f"{law}, {inputs}"
        means[name] = o.mean()
        measured[name] = o.var()
        print(f"{law:<12}{inputs:<10}{means[name]:7.2f}{measured[name]:8.2f}"
              f"{predicted[inputs]:11.2f}")

# %% check
for law in laws:
    for inputs, variance in predicted.items():
        name = f"{law}, {inputs}"
        # Four standard errors of a mean, sd/sqrt(draws).
        assert abs(means[name]) < 4 * np.sqrt(variance / draws)
        error = measured[name] / variance - 1
        # Four standard errors of a variance, relative sqrt(2.15/draws): the
        # kurtosis of o is at most 3 + 6/fan_in = 3.15.
        assert abs(error) < 4 * np.sqrt(2.15 / draws)
