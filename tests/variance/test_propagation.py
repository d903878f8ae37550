"""How variance propagates: enumeration, Gaussian moments, exact distributions and quadrature against the listings."""
from itertools import product

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize, stats

fan_in, fan_out, sigma, gamma, mu, L, f = sp.symbols("fan_in fan_out sigma gamma mu L f", positive=True)
c_w, c_x = sp.symbols("c_w c_x", real=True)
norm_x, delta2, h2 = sp.symbols("norm_x delta2 h2", positive=True)

EQUATIONS = {
    "eq-propagation-forward": (r"\E[o_i] = 0, \qquad \Var[o_i] =", fan_in * sigma**2 * gamma**2),
    "eq-propagation-given": (r"\Var_W[o_i \mid x] =", sigma**2 * norm_x**2, {r"\norm{x}": norm_x}),
    "eq-propagation-mean": (r"\Var[o_i] =", fan_in * sigma**2 * (gamma**2 + mu**2)),
    "eq-propagation-correlation": (r"\E[o_i^2] =", fan_in * sigma**2 * gamma**2 * (1 + (fan_in - 1) * c_w * c_x)),
    "eq-propagation-spread": (r"\Var_W[\frac{\norm{o}^2}{\fanout\,\sigma^2\,\norm{x}^2} \middle| x] =", 2 / fan_out),
    "eq-propagation-backward": (r"\Var[(W^\T\delta)_j] =", fan_out * sigma**2 * delta2, {r"\E[\delta_i^2]": delta2}),
    "eq-propagation-feedback": (r"\E[(W^\T W x)_j^2] =", fan_out * (fan_in + fan_out + 1) * sigma**4 * gamma**2),
    "eq-propagation-depth": (r"\E[h_{L,i}^2] =", f**L * h2, {r"\E[h_{0,i}^2]": h2}),
}


def value(name, **symbols):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({sp.Symbol(key, real=True) if key[:2] == "c_" else sp.Symbol(key, positive=True): number
                                  for key, number in symbols.items()}))


def enumerated(weights, chances, inputs):
    """Mean and variance of sum_j w_j x_j over every choice of the weights, each from the same finite law."""
    n = len(inputs)
    outputs = [sum(w * x for w, x in zip(choice, inputs)) for choice in product(weights, repeat=n)]
    shares = [sp.prod(choice) for choice in product(chances, repeat=n)]
    mean = sum(p * o for p, o in zip(shares, outputs))
    return mean, sum(p * o**2 for p, o in zip(shares, outputs)) - mean**2


def gaussian(polynomial, sizes):
    """The expectation of a polynomial in independent normal variables of mean 0 and these standard deviations."""
    total = 0
    for powers, coefficient in sp.Poly(polynomial, *sizes).terms():
        moments = [0 if k % 2 else sp.factorial2(k - 1) * s**k for k, s in zip(powers, sizes.values())]
        total += coefficient * sp.prod(moments)
    return sp.expand(total)


def second_moment(cov_w, mean_w, cov_x, mean_x):
    """The double sum over j and k of E[w_j w_k] E[x_j x_k]: what independence of w and x alone gives."""
    return np.sum((cov_w + np.outer(mean_w, mean_w)) * (cov_x + np.outer(mean_x, mean_x)))


def test_every_law_of_the_weights_gives_sigma_squared_times_the_squared_norm():
    """Over the draws of independent weights of mean zero and variance σ², the output for one fixed input x has the
    variance σ²‖x‖², whatever else their law is.

    Exact, every choice of four weights from a skewed law of three values.
    """
    weights, chances = [sp.Integer(-1), sp.Integer(0), sp.Integer(2)], [sp.Rational(1, 2), sp.Rational(1, 4), sp.Rational(1, 4)]
    variance = sum(p * w**2 for p, w in zip(chances, weights))
    x = [sp.Integer(3), sp.Integer(3), sp.Integer(-1), sp.Integer(5)]
    mean, found = enumerated(weights, chances, x)
    assert mean == 0
    assert found == pytest.approx(value("eq-propagation-given", sigma=sp.sqrt(variance), norm_x=np.linalg.norm([3, 3, 1, 5])))


def test_the_unit_listing_predicts_the_formulas(run):
    unit = run("variance/propagation/unit")
    norm = np.linalg.norm([-1 + 5 * j / 39 for j in range(40)])
    assert unit.predicted["x fixed"] == pytest.approx(value("eq-propagation-given", sigma=0.3, norm_x=norm))
    assert unit.predicted["x drawn"] == pytest.approx(value("eq-propagation-forward", fan_in=40, sigma=0.3, gamma=1.5))
    assert len(unit.measured) == 6
    for name, measured in unit.measured.items():
        assert measured == pytest.approx(unit.predicted[name.split(", ")[1]], rel=0.06)
        assert abs(unit.means[name]) < 0.17


def test_every_dropped_assumption_is_one_double_sum(run):
    """eq-propagation-correlation: If any two weights of a unit have the correlation c_w and any two of its inputs c_x,
    all of mean zero and the weights independent of the inputs, the second moment of the output is multiplied by 1 +
    (fan_in − 1) c_w c_x.

    eq-propagation-mean: Inputs with the mean μ and the variance γ² raise the variance of the output to fan_in σ² (γ² +
    μ²).

    Exact, the double sum over all pairs of weights and inputs, term by term.
    """
    listing = run("variance/propagation/assumptions")
    n, s, g, c, m = 100, 0.1, 1.5, 0.5, 3.0
    apart, none, alike = np.eye(n), np.zeros(n), (1 - c) * np.eye(n) + c
    unequal = np.diag((2 * np.arange(n) / (n - 1))**2)
    rows = {
        "all hold": (apart, none, apart, none),
        "inputs correlated": (apart, none, alike, none),
        "weights correlated": (alike, none, apart, none),
        "both correlated": (alike, none, alike, none),
        "weights unequal": (unequal, none, apart, none),
        "both unequal": (unequal, none, unequal, none),
        "inputs with mean 3": (apart, none, apart, none + m / g),
        "weights with mean sigma": (apart, none + 1, apart, none),
    }
    for name, (cov_w, mean_w, cov_x, mean_x) in rows.items():
        factor = second_moment(cov_w, mean_w, cov_x, mean_x) / n
        assert listing.predicted[name] == pytest.approx(factor), name
        assert listing.measured[name] == pytest.approx(factor, rel=0.12), name
        # What the listing draws is what the row is called: means, sizes and the sum of all covariances.
        for drawn, unit, cov, mean in zip(listing.cases[name], (s, g), (cov_w, cov_x), (mean_w, mean_x)):
            assert drawn.mean() / unit == pytest.approx(mean[0], abs=0.03), name
            assert np.mean(drawn**2, axis=0) / unit**2 == pytest.approx(np.diag(cov) + mean**2, rel=0.1, abs=1e-9), name
            assert drawn.sum(axis=1).var() / unit**2 == pytest.approx(cov.sum(), rel=4 * np.sqrt(2 / len(drawn))), name
    here = {"fan_in": n, "sigma": s, "gamma": g}
    alone = value("eq-propagation-forward", **here)
    assert listing.alone == pytest.approx(alone)
    assert value("eq-propagation-mean", mu=m, **here) / alone == pytest.approx(listing.predicted["inputs with mean 3"])
    both = value("eq-propagation-correlation", c_w=c, c_x=c, **here) / alone
    assert both == pytest.approx(listing.predicted["both correlated"])
    assert set(listing.predicted) == {*rows, "weights follow input"}


def test_weights_that_follow_their_input_add_up_coherently(run):
    listing = run("variance/propagation/assumptions")
    fourth = stats.chi2(100).moment(2)          # E|x|^4 in units of gamma^4
    assert listing.predicted["weights follow input"] == pytest.approx(1 + 0.1**2 * fourth / 100)
    assert listing.measured["weights follow input"] == pytest.approx(1 + 0.1**2 * fourth / 100, rel=0.08)
    weights, inputs, _ = listing.cases["weights follow input"]
    assert np.mean(weights * inputs) / (0.1 * 1.5) == pytest.approx(0.1, rel=0.05)
    assert weights.var() / 0.1**2 == pytest.approx(1 + 0.1**2, rel=0.01)        # "by the factor 1 + a^2 only"
    # Given s = |x|^2/gamma^2 the output is normal with mean a s and variance s; the tolerance is four of its errors.
    fourth_power = sum(k * stats.chi2(100).moment(p) for k, p in ((3, 2), (6 * 0.1**2, 3), (0.1**4, 4))) / 100**2
    exact = np.sqrt((fourth_power - listing.predicted["weights follow input"]**2) / 10_000)
    assert listing.error == pytest.approx(exact, rel=0.1)


def test_a_mean_of_the_weights_is_a_correlation_of_the_next_inputs():
    r, n = 0.3, 7                               # m^2 / sigma^2, width
    w = np.eye(n) + r
    first = np.full((n, n), n * r) + n * np.eye(n)      # E[h h^T] after one layer, E[x x^T] = I
    both = np.sum(w * first)
    c = r / (1 + r)
    second = value("eq-propagation-correlation", fan_in=n, sigma=np.sqrt(1 + r), gamma=np.sqrt(first[0, 0]), c_w=c, c_x=c)
    assert both == pytest.approx(second)


def test_the_mean_square_of_one_output_vector_scatters_by_exactly_this_much():
    """With normal weights, the mean square of the outputs over its expectation has the variance 2/fan_out, for any
    given input.

    Symbolic, Gaussian moments of a small matrix.
    """
    rows, columns = 3, 2
    W = sp.Matrix(rows, columns, sp.symbols(f"w:{rows * columns}"))
    ratio = sum(o**2 for o in W * sp.Matrix([3, -1])) / (rows * sigma**2 * 10)      # one input, far from mean zero
    sizes = dict.fromkeys(W, sigma)
    assert gaussian(sp.expand(ratio), sizes) == 1
    assert gaussian(sp.expand(ratio**2), sizes) - 1 == EQUATIONS["eq-propagation-spread"][1].subs(fan_out, rows)


@pytest.mark.parametrize("mean", [0, 3])
def test_ratios_of_entry_variances_follow_their_exact_law(run, mean):
    entries = run("variance/propagation/entries")
    n, draws = 5, 20_000 // 5
    tail = stats.ncf(1, n - 1, n * mean**2) if mean else stats.f(1, n - 1)
    levels = (np.arange(1000) + 0.5) / 1000
    x_part = 1 + tail.ppf(levels) / (n - 1)             # |x|^2 / sum (x - mean)^2

    def cdf(ratio):
        return np.mean(stats.chi2(n - 1).cdf(n * ratio / x_part))

    for level, found in ((0.05, entries.lows), (0.5, entries.middles), (0.95, entries.highs)):
        assert abs(cdf(found[n, mean]) - level) < 4 * np.sqrt(level * (1 - level) / draws)
    low, high = (optimize.brentq(lambda r, p=p: cdf(r) - p, 0.01, 200) for p in (0.05, 0.95))
    assert high > 10 * low and entries.highs[n, mean] > 10 * entries.lows[n, mean]     # the alternative text says so
    if not mean:
        assert low == pytest.approx(0.173, abs=0.002) and high == pytest.approx(3.07, abs=0.03)


def test_wide_layers_show_the_second_moment_of_the_input(run):
    entries = run("variance/propagation/entries")
    assert entries.middles[200, 0] == pytest.approx(1, rel=0.07)
    assert entries.middles[200, 3] == pytest.approx(1 + 3**2, rel=0.08)
    inside = (entries.lows[200, 3] < entries.ratio) & (entries.ratio < entries.highs[200, 3])
    assert inside.mean() == 0.9 and np.mean(entries.ratio < entries.lows[200, 3]) == 0.05      # "nine draws in ten"
    law = stats.chi2(200)                               # of |o|^2 in units of sigma^2 |x|^2; the variance of a sample variance
    fourth = 3 + law.stats(moments="k")
    assert entries.error == pytest.approx(np.sqrt((fourth - 1) / entries.draws) / 2)
    assert np.sqrt(law.var()) / 200 == pytest.approx(np.sqrt(value("eq-propagation-spread", fan_out=200)))
    assert entries.spread == pytest.approx(np.sqrt(law.var()) / 200, rel=4 * entries.error)


def test_the_figure_of_the_ratios_shows_their_quantiles(run):
    entries = run("variance/propagation/entries")
    assert len(entries.ax.containers) == len(entries.middles) == 8
    for (n, mean), container in zip(entries.middles, entries.ax.containers):
        point, _, (bar,) = container.lines
        (x, low), (_, high) = bar.get_segments()[0]
        assert n <= x == point.get_xdata() <= 1.1 * n       # at its width, or a little right of it, beside the other
        assert (low, point.get_ydata()[0], high) == pytest.approx(
            (entries.lows[n, mean], entries.middles[n, mean], entries.highs[n, mean]))
    dashed = [line.get_ydata()[0] for line in entries.ax.lines if line.get_linestyle() == "--"]
    assert dashed == [1, 1 + 3**2]


def test_a_matrix_and_its_transpose_repeat_each_other_by_exactly_this_much():
    """eq-propagation-forward: A unit that sums its inputs with independent weights of mean zero and variance σ² has the
    output variance fan_in σ² γ², if its inputs have the second moment γ² and are independent of the weights.

    eq-propagation-backward: A gradient that is independent of weights of mean zero and variance σ², uncorrelated within
    a column, has the variance fan_out σ² E[δ_i²] after the backward pass.

    eq-propagation-feedback: If the output itself is the gradient, normal weights and inputs of mean zero and variance
    γ², uncorrelated, give each coordinate that returns the second moment fan_out (fan_in + fan_out + 1) σ⁴ γ².

    Symbolic, Gaussian moments of a small matrix and vector.
    """
    rows, columns, s, g = 2, 3, sp.Symbol("sigma", positive=True), sp.Symbol("gamma", positive=True)
    W = sp.Matrix(rows, columns, sp.symbols(f"w:{rows * columns}"))
    x = sp.Matrix(sp.symbols(f"x:{columns}"))
    sizes = {**dict.fromkeys(W, s), **dict.fromkeys(x, g)}
    found = gaussian(sp.expand((W.T * W * x)[0]**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-propagation-feedback"][1].subs({fan_in: columns, fan_out: rows})) == 0
    found = gaussian(sp.expand((W * x)[1]**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-propagation-forward"][1].subs({fan_in: columns})) == 0
    delta = sp.Matrix(sp.symbols(f"d:{rows}"))
    found = gaussian(sp.expand((W.T * delta)[2]**2), {**sizes, **dict.fromkeys(delta, g)})
    assert sp.expand(found - EQUATIONS["eq-propagation-backward"][1].subs({fan_out: rows, delta2: g**2})) == 0


def test_the_backward_factors_are_those_of_the_formulas(run):
    backward = run("variance/propagation/backward")
    free, fed = (backward.predicted_factors[name] for name in ("delta independent of W", "delta = o = W x"))
    here = {"fan_out": 60, "sigma": 30**-0.5}
    assert free == pytest.approx(value("eq-propagation-backward", delta2=1, **here)) == pytest.approx(2)
    assert fed == pytest.approx(value("eq-propagation-feedback", fan_in=30, gamma=1, **here)) == pytest.approx(91 / 15)
    assert backward.factors["delta independent of W"] == pytest.approx(free, rel=0.06)
    assert backward.factors["delta = o = W x"] == pytest.approx(fed, rel=0.12)
    assert backward.forward_factor == pytest.approx(1, abs=0.05)
    assert backward.predicted_forward == pytest.approx(1)
    # Along the input W x has the squared length t, a chi-squared of 60 terms; the rest adds t times one of 29 terms.
    t, rest = stats.chi2(60), stats.chi2(29)
    mean = t.moment(2) + t.mean() * rest.mean()
    square = t.moment(4) + 2 * t.moment(3) * rest.mean() + t.moment(2) * rest.moment(2)
    assert (t.moment(2), t.mean() * rest.mean()) == pytest.approx((60 * (60 + 2), 60 * (30 - 1)))
    assert fed * 30**2 == pytest.approx(mean)           # sigma^2 = 1/30, and |x|^2 is 30 gamma^2 on average
    relative = square * stats.chi2(30).moment(2) / (30 * mean)**2 - 1
    result = value("eq-propagation-feedback", fan_in=30, gamma=1.5, **here)
    assert backward.cases["delta = o = W x"][2] == pytest.approx(result)
    assert backward.error == pytest.approx(result * np.sqrt(relative / backward.draws), rel=0.2)


def test_feedback_is_what_returns_along_the_input_and_the_rest():
    rng = np.random.default_rng(0)
    W, x = rng.standard_normal((5, 3)), rng.standard_normal(3)
    along = W @ x / np.linalg.norm(x)
    rest = W - np.outer(along, x) / np.linalg.norm(x)
    assert W.T @ W @ x == pytest.approx(x * np.sum(along**2) + np.linalg.norm(x) * along @ rest)


def test_feedback_more_than_doubles_the_factor_of_a_square_layer_at_every_width():
    promised = fan_out * fan_in * sigma**4 * gamma**2
    factor = (EQUATIONS["eq-propagation-feedback"][1] / promised).subs(fan_out, fan_in)
    assert sp.cancel(factor - 2) == 1 / fan_in


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_factor_a_layer_compounds_exactly(layers):
    """A factor f on the second moment, the same in every layer, becomes f^L after L layers, on average over the
    weights.

    Symbolic, Gaussian moments of products of up to three small matrices.
    """
    x = h = sp.Matrix(sp.symbols("x:2"))
    sizes = dict.fromkeys(x, gamma)
    for layer in range(layers):
        W = sp.Matrix(2, 2, sp.symbols(f"w{layer}_:4"))
        h, sizes = W * h, sizes | dict.fromkeys(W, sigma)
    found = gaussian(sp.expand(h[0]**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-propagation-depth"][1].subs({f: 2 * sigma**2, L: layers, h2: gamma**2})) == 0


def relative_variance(depth, width, batch):
    """Of the mean square of a batch after Gaussian layers that keep it: the second moments of a Wishart matrix."""
    n, b = width, batch
    moments = np.array([(n * b)**2 + 2 * n * b, n * b * (n + b + 1)], dtype=float)     # E[tr(S)^2], E[tr(S^2)]
    step = np.array([[n**2, 2 * n], [n, n * (n + 1)]]) / n**2
    return (np.linalg.matrix_power(step, depth) @ moments)[0] / (n * b)**2 - 1


def test_a_factor_a_layer_is_its_power_after_all_layers(run):
    depth = run("variance/propagation/depth")
    for factor, predicted in zip((1.1, 1.0, 0.9), depth.predicted):
        assert predicted == pytest.approx(value("eq-propagation-depth", f=factor, L=100, h2=1))
    assert depth.predicted == pytest.approx([1.378e4, 1, 2.656e-5], rel=1e-3)
    exact = np.sqrt(relative_variance(100, 250, 16))
    assert depth.sd == pytest.approx(exact, rel=0.15)
    # Its two terms are what is left for wide layers and many examples, but for two that are small in a deep network.
    small = 100 / 250**2 + 2 / (250 * 16)
    assert depth.sd**2 + small == pytest.approx(1e6 * relative_variance(100, 250_000, 16_000), rel=1e-3)
    for measured in (depth.forward, depth.backward):
        assert np.all(np.abs(np.log(measured / depth.predicted)) < 3 * exact)
    # The gradient of W_l is delta_l h_{l-1}^T: with equal factors it has one size at all depths.
    sizes = np.log(depth.q[:-1] * depth.q_back[1:] / depth.predicted**0.99)
    assert np.all(np.abs(sizes) < 4 * exact)


def mean_squares(signals):
    """The mean square of each array, from its norm."""
    return np.array([np.linalg.norm(signal)**2 / np.size(signal) for signal in signals])


def test_the_linear_network_sends_gradients_through_the_transpose(run):
    depth = run("variance/propagation/depth")
    assert len(depth.h) == len(depth.back) == 101
    for k in range(3):
        h, back = ([signal[k] for signal in signals] for signals in (depth.h, depth.back[::-1]))
        # Backward is the transpose of forward, exactly if the product with a gradient is the same at every layer.
        products = [np.sum(a * b) / np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(h, back)]
        sizes = np.log(np.sqrt(mean_squares(h) * mean_squares(back)))
        assert products * np.exp(sizes - sizes[0]) == pytest.approx(np.full(101, products[0]), rel=1e-9)
        assert depth.forward[k] == pytest.approx(mean_squares(h)[-1] / mean_squares(h)[0])
        assert depth.backward[k] == pytest.approx(mean_squares(back)[0] / mean_squares(back)[-1])


def test_the_figure_of_the_linear_network_shows_its_signals_beside_straight_lines(run):
    depth = run("variance/propagation/depth")
    layers = np.arange(0, 101, 10)
    for ax, signals, passed in zip(depth.axes, (depth.h, depth.back[::-1]), (layers, 100 - layers)):
        assert len(ax.lines) == 6 and ax.get_yscale() == "log"
        for k, factor in enumerate((1.1, 1.0, 0.9)):
            line, marks = ax.lines[2 * k:2 * k + 2]
            assert line.get_marker() == "None" and marks.get_linestyle() == "None" and marks.get_label() == str(factor)
            assert np.array_equal(line.get_xdata(), layers) and np.array_equal(marks.get_xdata(), layers)
            assert np.log(line.get_ydata()) == pytest.approx(passed * np.log(factor) / 2)
            assert marks.get_ydata() == pytest.approx(np.sqrt(mean_squares([signal[k] for signal in signals])[::10]))


def test_tanh_at_five_thirds_keeps_activations_and_grows_gradients(run):
    listing = run("variance/propagation/disagreement")

    def average(function, q):
        return integrate.quad(lambda g: function(np.sqrt(q) * g) * stats.norm.pdf(g), -12, 12, epsabs=1e-13)[0]

    q = optimize.brentq(lambda q: (5 / 3)**2 * average(lambda z: np.tanh(z)**2, q) - q, 0.5, 3, xtol=1e-13)
    chi = (5 / 3)**2 * average(lambda z: (1 - np.tanh(z)**2)**2, q)
    assert listing.predicted_rms == pytest.approx(0.6 * np.sqrt(q), rel=1e-6) == pytest.approx(0.65135, abs=1e-5)
    assert listing.chi == pytest.approx(chi, rel=1e-6) == pytest.approx(1.2098, abs=1e-4)
    assert listing.measured_rms == pytest.approx(0.65135, rel=0.01)
    assert listing.growth == pytest.approx(chi, rel=0.03)
    assert (listing.depth, listing.gain) == (50, 5 / 3)
    assert chi**(50 / 2) == pytest.approx(10**2, rel=0.2)       # "two decades over fifty layers"
    # One squared gradient of a wide layer, a sum of independent terms, each a squared normal times a squared slope.
    fourth = (5 / 3)**4 * average(lambda z: (1 - np.tanh(z)**2)**4, q)
    exact = 3 * fourth / chi**2 - 1
    bound = 3 / (chi / (5 / 3)**2) - 1                          # a fourth power of the slope is at most its square
    assert exact / 300 < listing.v == pytest.approx(bound / 300, rel=1e-6)


def test_the_tanh_network_sends_back_the_derivative(run):
    listing = run("variance/propagation/disagreement")
    top, back = listing.back[0], listing.back[::-1]
    direction = np.random.default_rng(0).standard_normal(back[0].shape)
    h = listing.h[0] + 1e-30j * direction                       # a complex step: the derivative without differences
    for W in listing.W:
        h = np.tanh(np.einsum("ij,bj->bi", W, h))
    assert np.sum(top * h.imag) / 1e-30 == pytest.approx(np.sum(back[0] * direction), rel=1e-9)
    assert h.real == pytest.approx(listing.h[-1], abs=1e-9)
    assert listing.growth == pytest.approx((np.linalg.norm(back[0]) / np.linalg.norm(top))**(1 / 25))
    assert listing.measured_rms == pytest.approx(np.sqrt(mean_squares(listing.h[1:]).mean()))


def test_the_figure_of_the_tanh_network_shows_its_signals_beside_the_predictions(run):
    listing = run("variance/propagation/disagreement")
    line, level, gradients, activations = listing.ax.lines
    layers = np.arange(0, 51, 5)
    assert all(np.array_equal(each.get_xdata(), layers) for each in (line, gradients, activations))
    assert np.log(line.get_ydata()) == pytest.approx((50 - layers) * np.log(1.2098) / 2, rel=1e-3)
    assert level.get_ydata()[0] == pytest.approx(0.65, abs=0.005) and level.get_linestyle() == "--"
    assert gradients.get_ydata() == pytest.approx(np.sqrt(mean_squares(listing.back[::-1])[::5]))
    assert activations.get_ydata() == pytest.approx(np.sqrt(mean_squares(listing.h)[::5]))
    assert activations.get_ydata() == pytest.approx(0.65135, rel=0.05)                 # on the line at every layer
    assert gradients.get_ydata()[-1] == pytest.approx(line.get_ydata()[-1], rel=0.05)  # they begin together


def test_relu_halves_both_factors():
    z = np.linspace(0, 12, 200001)
    density = stats.norm.pdf(z)
    assert integrate.trapezoid(z**2 * density, z) == pytest.approx(0.5, abs=1e-9)
    assert integrate.trapezoid(density, z) == pytest.approx(0.5, abs=1e-9)


def test_the_readers_matrix_has_small_entries_and_a_size_near_its_prediction(run):
    matrix = run("variance/propagation/matrix")
    assert matrix.W.sum() == pytest.approx(0.804, abs=1e-9)        # two checksums of the reader's thirty-six entries
    assert np.sum(matrix.W**2) == pytest.approx(10.257020, abs=1e-9)
    squares = np.linalg.eigvalsh(matrix.W.T @ matrix.W)
    assert matrix.rms_s == pytest.approx(np.sqrt(squares.mean())) == pytest.approx(1.307, abs=1e-3)
    assert matrix.reader_s == pytest.approx(np.sqrt(squares)[::-1])
    assert matrix.entry_rms == pytest.approx(np.linalg.norm(matrix.W) / 6) == pytest.approx(0.534, abs=1e-3)
    assert matrix.sigma == pytest.approx(3**-0.5) and matrix.size == pytest.approx(2**0.5)
    for n in (6, 60, 600):
        chi = stats.chi(n**2)                           # of the Frobenius norm
        assert abs(matrix.sizes[n] - chi.mean() / n) < 4 * chi.std() / n
        half = integrate.quad(lambda w: abs(w) * stats.norm.pdf(w), -9, 9, points=[0])[0]
        assert matrix.entries[n] == pytest.approx(half / np.sqrt(n), rel=4 / n)
    assert matrix.predicted_entry == pytest.approx(half / np.sqrt(600))
    assert matrix.sizes[600] == pytest.approx(np.linalg.norm(matrix.A) / np.sqrt(600))
    squares = np.linalg.eigvalsh(matrix.A.T @ matrix.A)
    assert matrix.largest[600] == pytest.approx(np.sqrt(squares[-1])) == pytest.approx(2, abs=0.06)
    assert abs(squares[0]) < (10 / 600)**2                          # n times the smallest is seldom more than a few


def test_the_forum_run_is_one_draw_from_these_laws(run):
    experiment = run("variance/propagation/experiment")
    assert (experiment.units, experiment.features, experiment.examples) == (4, 10, 4)
    assert f"{experiment.printed_Z:.2f}" == "1.90"      # as the answer on the questions page has it
    law = stats.chi2(39)                                # 40 * Var(W) / 0.2
    assert 1 / 21 < law.cdf(40 * 0.1301 / 0.2) < 1 / 16         # "about one run in twenty"
    assert experiment.predicted_W == pytest.approx(law.mean() * 0.2 / 40)
    assert experiment.predicted_spread == pytest.approx(law.std() * 0.2 / 40) == pytest.approx(0.0442, abs=1e-4)
    assert experiment.as_low == pytest.approx(law.cdf(40 * 0.1301 / 0.2), abs=4 * np.sqrt(0.055 / 4000))
    assert experiment.predicted_Z == pytest.approx(2 - 2 / 16) and experiment.after_relu == pytest.approx(1, abs=0.04)
    # Given X, Var(Z) is a quadratic form in normal variables; average its moments over X.
    X = np.random.default_rng(0).standard_normal((1000, 10, 4))
    Q = np.eye(16) - 1 / 16
    forms = Q @ np.kron(np.eye(4), 0.2 * np.swapaxes(X, 1, 2) @ X) / 16
    means = np.trace(forms, axis1=1, axis2=2)
    spread = np.sqrt(2 * np.mean(np.einsum("dij,dji->d", forms, forms)) + means.var())
    assert experiment.mean_Z == pytest.approx(means.mean(), rel=0.08)
    assert experiment.spread_Z == pytest.approx(spread, rel=0.1)
    Z = np.random.default_rng(1).normal(0, np.sqrt(0.2), (1000, 4, 10)) @ X
    halves = np.where(Z > 0, Z**2, 0).mean(axis=(1, 2))
    assert experiment.spread_relu == pytest.approx(halves.std(), rel=0.15)
    first = experiment.Z[0]
    assert experiment.moments[0] == pytest.approx(np.sum(first[first > 0]**2) / 16)
