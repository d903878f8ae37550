import numpy as np

rng = np.random.default_rng(11)
draws, fan_in, sigma, gamma = 10_000, 40, 0.3, 1.5
limit = np.sqrt(3) * sigma                    # U(-a, a) has variance a^2/3
laws = {
    "normal": rng.normal(0, sigma, (draws, fan_in)),
    "uniform": rng.uniform(-limit, limit, (draws, fan_in)),
    "two values": rng.choice([-sigma, sigma], (draws, fan_in)),
}
x = np.linspace(-1, 4, fan_in)                # one input, never drawn again
X = rng.normal(0, gamma, (draws, fan_in))     # a new input for every draw

predicted = {"x fixed": sigma**2 * (x @ x),
             "x drawn": fan_in * sigma**2 * gamma**2}
measured, means = {}, {}
print(f"{'weights':<12}{'input':<10}{'mean':>7}{'Var[o]':>8}{'predicted':>11}")
for law, W in laws.items():                   # row d: one draw of one unit
    outputs = {"x fixed": W @ x, "x drawn": np.sum(W * X, axis=1)}
    for inputs, o in outputs.items():         # o: (draws,)
        name = f"{law}, {inputs}"
        means[name], measured[name] = o.mean(), o.var()
        print(f"{law:<12}{inputs:<10}{means[name]:7.2f}{measured[name]:8.2f}"
              f"{predicted[inputs]:11.2f}")
        # Standard errors: sd/sqrt(draws), and a relative sqrt(2.15/draws) as
        # the kurtosis of o is at most 3 + 6/fan_in = 3.15. Four of each.
        assert abs(means[name]) < 4 * np.sqrt(predicted[inputs] / draws)
        error = measured[name] / predicted[inputs] - 1
        assert abs(error) < 4 * np.sqrt(2.15 / draws)
