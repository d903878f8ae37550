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
    "eq-propagation-forward": fan_in * sigma**2 * gamma**2,
    "eq-propagation-given": (sigma**2 * norm_x**2, {r"\norm{x}": norm_x}),
    "eq-propagation-mean": fan_in * sigma**2 * (gamma**2 + mu**2),
    "eq-propagation-correlation": fan_in * sigma**2 * gamma**2 * (1 + (fan_in - 1) * c_w * c_x),
    "eq-propagation-spread": 2 / fan_out,
    "eq-propagation-backward": (fan_out * sigma**2 * delta2, {r"\E[\delta_i^2]": delta2}),
    "eq-propagation-feedback": fan_out * (fan_in + fan_out + 1) * sigma**4 * gamma**2,
    "eq-propagation-depth": (f**L * h2, {r"\E[h_{0,i}^2]": h2}),
}


def value(name, **symbols):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name]
    expression = expression[0] if isinstance(expression, tuple) else expression
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
    assert unit.predicted["x drawn"] == pytest.approx(value("eq-propagation-forward", fan_in=40, sigma=0.3, gamma=2))
    assert len(unit.measured) == 6
    for name, measured in unit.measured.items():
        assert measured == pytest.approx(unit.predicted[name.split(", ")[1]], rel=0.06)
        assert abs(unit.means[name]) < 0.17


def test_every_dropped_assumption_is_one_double_sum(run):
    listing = run("variance/propagation/assumptions")
    n, s, g, c, m = 100, 0.1, 2.0, 0.5, 3.0
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
    here = {"fan_in": n, "sigma": s, "gamma": g}
    alone = value("eq-propagation-forward", **here)
    assert value("eq-propagation-mean", mu=m, **here) / alone == pytest.approx(listing.predicted["inputs with mean 3"])
    both = value("eq-propagation-correlation", c_w=c, c_x=c, **here) / alone
    assert both == pytest.approx(listing.predicted["both correlated"])
    assert set(listing.predicted) == {*rows, "weights follow input"}


def test_weights_that_follow_their_input_add_up_coherently(run):
    listing = run("variance/propagation/assumptions")
    fourth = stats.chi2(100).moment(2)          # E|x|^4 in units of gamma^4
    assert listing.predicted["weights follow input"] == pytest.approx(1 + 0.1**2 * fourth / 100)
    assert listing.measured["weights follow input"] == pytest.approx(1 + 0.1**2 * fourth / 100, rel=0.08)


def test_a_mean_of_the_weights_is_a_correlation_of_the_next_inputs():
    r, n = 0.3, 7                               # m^2 / sigma^2, width
    w = np.eye(n) + r
    first = np.full((n, n), n * r) + n * np.eye(n)      # E[h h^T] after one layer, E[x x^T] = I
    both = np.sum(w * first)
    c = r / (1 + r)
    second = value("eq-propagation-correlation", fan_in=n, sigma=np.sqrt(1 + r), gamma=np.sqrt(first[0, 0]), c_w=c, c_x=c)
    assert both == pytest.approx(second)


@pytest.mark.parametrize("mean", [0, 3])
def test_ratios_of_entry_variances_follow_their_exact_law(run, mean):
    entries = run("variance/propagation/entries")
    n, draws = 5, entries.widths[5]
    tail = stats.ncf(1, n - 1, n * mean**2) if mean else stats.f(1, n - 1)
    levels = (np.arange(1000) + 0.5) / 1000
    x_part = 1 + tail.ppf(levels) / (n - 1)             # |x|^2 / sum (x - mean)^2

    def cdf(ratio):
        return np.mean(stats.chi2(n - 1).cdf(n * ratio / x_part))

    for level, found in ((0.05, entries.lows), (0.5, entries.middles), (0.95, entries.highs)):
        assert abs(cdf(found[n, mean]) - level) < 4 * np.sqrt(level * (1 - level) / draws)
    if not mean:
        low, high = (optimize.brentq(lambda r, p=p: cdf(r) - p, 0.01, 20) for p in (0.05, 0.95))
        assert low == pytest.approx(0.173, abs=0.002) and high == pytest.approx(3.07, abs=0.03)


def test_wide_layers_show_the_second_moment_of_the_input(run):
    entries = run("variance/propagation/entries")
    assert entries.middles[200, 0] == pytest.approx(1, rel=0.07)
    assert entries.middles[200, 3] == pytest.approx(1 + 3**2, rel=0.08)
    for width in entries.widths:
        assert stats.chi2(width).var() / width**2 == pytest.approx(value("eq-propagation-spread", fan_out=width))


def test_a_matrix_and_its_transpose_repeat_each_other_by_exactly_this_much():
    rows, columns, s, g = 2, 3, sp.Symbol("sigma", positive=True), sp.Symbol("gamma", positive=True)
    W = sp.Matrix(rows, columns, sp.symbols(f"w:{rows * columns}"))
    x = sp.Matrix(sp.symbols(f"x:{columns}"))
    sizes = {**dict.fromkeys(W, s), **dict.fromkeys(x, g)}
    found = gaussian(sp.expand((W.T * W * x)[0]**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-propagation-feedback"].subs({fan_in: columns, fan_out: rows})) == 0
    found = gaussian(sp.expand((W * x)[1]**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-propagation-forward"].subs({fan_in: columns})) == 0
    delta = sp.Matrix(sp.symbols(f"d:{rows}"))
    found = gaussian(sp.expand((W.T * delta)[2]**2), {**sizes, **dict.fromkeys(delta, g)})
    assert sp.expand(found - EQUATIONS["eq-propagation-backward"][0].subs({fan_out: rows, delta2: g**2})) == 0


def test_the_backward_factors_are_those_of_the_formulas(run):
    backward = run("variance/propagation/backward")
    free, fed = (backward.predicted_factors[name] for name in ("delta independent of W", "delta = o = W x"))
    here = {"fan_out": 60, "sigma": 30**-0.5}
    assert free == pytest.approx(value("eq-propagation-backward", delta2=1, **here)) == pytest.approx(2)
    assert fed == pytest.approx(value("eq-propagation-feedback", fan_in=30, gamma=1, **here)) == pytest.approx(91 / 15)
    assert backward.factors["delta independent of W"] == pytest.approx(free, rel=0.06)
    assert backward.factors["delta = o = W x"] == pytest.approx(fed, rel=0.12)
    assert backward.forward_factor == pytest.approx(1, abs=0.05)


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
    for measured in (depth.forward, depth.backward):
        assert np.all(np.abs(np.log(measured / depth.predicted)) < 3 * exact)
    # The gradient of W_l is delta_l h_{l-1}^T: with equal factors it has one size at all depths.
    sizes = np.log(depth.q[:-1] * depth.q_back[1:] / depth.predicted**0.99)
    assert np.all(np.abs(sizes) < 4 * exact)


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


def test_relu_halves_both_factors():
    z = np.linspace(0, 12, 200001)
    density = stats.norm.pdf(z)
    assert integrate.trapezoid(z**2 * density, z) == pytest.approx(0.5, abs=1e-9)
    assert integrate.trapezoid(density, z) == pytest.approx(0.5, abs=1e-9)


def test_the_readers_matrix_has_small_entries_and_a_size_near_its_prediction(run):
    matrix = run("variance/propagation/matrix")
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
    assert matrix.largest[600] == pytest.approx(2, abs=0.06)


def test_the_forum_run_is_one_draw_from_these_laws(run):
    experiment = run("variance/propagation/experiment")
    law = stats.chi2(39)                                # 40 * Var(W) / 0.2
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
