"""How variance propagates: enumeration, Gaussian moments and exact distributions against the listings."""
from itertools import product

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, stats

fan_in, fan_out, sigma, gamma, mu, L, f = sp.symbols("fan_in fan_out sigma gamma mu L f", positive=True)
c_w, c_x = sp.symbols("c_w c_x", real=True)
norm_x, h2 = sp.symbols("norm_x h2", positive=True)

EQUATIONS = {
    "eq-propagation-forward": (r"\E[o_i] = 0, \qquad \Var[o_i] =", fan_in * sigma**2 * gamma**2),
    "eq-propagation-given": (r"\Var_W[o_i \mid x] =", sigma**2 * norm_x**2, {r"\norm{x}": norm_x}),
    "eq-propagation-mean": (r"\Var[o_i] =", fan_in * sigma**2 * (gamma**2 + mu**2)),
    "eq-propagation-correlation": (r"\E[o_i^2] =", fan_in * sigma**2 * gamma**2 * (1 + (fan_in - 1) * c_w * c_x)),
    "eq-propagation-spread": (r"\Var_W[\frac{\norm{o}^2}{\fanout\,\sigma^2\,\norm{x}^2} \middle| x] =", 2 / fan_out),
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


def test_a_unit_passes_on_its_number_of_inputs_times_the_two_mean_squares():
    """A unit that sums its inputs with independent weights of mean zero and variance σ² has the output variance
    fan_in σ² γ², if its inputs have the mean square γ² and are independent of the weights.

    Symbolic, Gaussian moments of a small matrix and vector.
    """
    w, x = sp.symbols("w:3"), sp.symbols("x:3")
    output = sum(a * b for a, b in zip(w, x))
    sizes = dict.fromkeys(w, sigma) | dict.fromkeys(x, gamma)
    assert gaussian(output, sizes) == 0
    found = gaussian(sp.expand(output**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-propagation-forward"][1].subs(fan_in, 3)) == 0


def test_the_three_signals_end_where_float32_ends(run):
    listing = run("variance/propagation/map")
    assert (listing.depth, listing.fan_in, listing.x.shape) == (50, 100, (100,))
    limits = np.finfo(np.float32)
    # A value is larger or smaller than the typical one by a few decades at most.
    assert listing.ends[1.0] == pytest.approx(np.log10(limits.max), abs=2)
    assert listing.ends[0.01] == pytest.approx(-np.log10(limits.smallest_subnormal), abs=3)
    assert listing.ends[0.1] is None
    for sigma_w, signal in listing.signals.items():
        h = listing.x.astype(float)
        for layer, G in enumerate(listing.layers[:30], 1):
            h = sigma_w * np.einsum("ij,j->i", G.astype(float), h)
            assert signal[layer] == pytest.approx(h, rel=1e-2, abs=1e-4 * np.abs(h).max())
    shown = [ax.images[0].get_array() for ax in listing.panels]
    assert [image.shape for image in shown] == [(40, 51)] * 3
    assert shown[0].mask[:, 45:].all() and shown[1].mask[:, -1].all() and not np.ma.is_masked(shown[2])
    assert shown[2].filled()[:, 7] == pytest.approx(np.log10(np.abs(listing.signals[0.1][7][:40])), abs=1e-6)


def test_a_sum_of_signs_spreads_like_a_square_root(run):
    walks = run("variance/propagation/walks")
    law = stats.binom(100, 0.5)                     # of the number of plus signs
    assert walks.predicted == pytest.approx(np.sqrt(4 * law.var())) == pytest.approx(10)
    ends = walks.terms.sum(axis=1)
    assert set(np.unique(walks.terms)) == {-1, 1} and walks.terms.shape == (4000, 100)
    assert walks.measured == pytest.approx(np.sqrt(np.vdot(ends, ends) / 4000)) == pytest.approx(10, rel=0.05)
    outside = np.mean(np.abs(ends) > 2 * 10)
    assert outside == pytest.approx(2 * law.sf(60), abs=4 * np.sqrt(0.04 / 4000))
    drawn = [line.get_ydata() for line in walks.ax.lines]
    assert len(drawn) == 63 and np.array_equal(drawn[7], np.cumsum(walks.terms[7]))
    assert drawn[60] == pytest.approx(np.sqrt(walks.inputs)) and drawn[61] == pytest.approx(-drawn[60])
    assert list(walks.inputs) == list(range(1, 101)) and list(drawn[62]) == [0, 40]
    assert sum(bar.get_width() for bar in walks.side.patches) == 4000


def test_the_four_squares_are_those_of_the_inputs(run):
    listing = run("variance/propagation/squares")
    assert sorted(listing.outputs) == sorted(3 * a + 4 * b for a in (1, -1) for b in (1, -1)) == [-7, -1, 1, 7]
    assert listing.mean_square == 25
    sides = [patch.get_width() for patch in listing.ax.patches]
    assert sides == [abs(o) for o in listing.outputs] + [5, 3, 4]
    assert all(patch.get_width() == patch.get_height() for patch in listing.ax.patches)


def test_the_unit_listing_predicts_the_formulas(run):
    unit = run("variance/propagation/unit")
    norm = np.linalg.norm([-1 + 5 * j / 39 for j in range(40)])
    assert unit.predicted["x fixed"] == pytest.approx(value("eq-propagation-given", sigma=0.3, norm_x=norm))
    assert unit.predicted["x drawn"] == pytest.approx(value("eq-propagation-forward", fan_in=40, sigma=0.3, gamma=1.5))
    assert len(unit.measured) == 6
    for name, measured in unit.measured.items():
        assert measured == pytest.approx(unit.predicted[name.split(", ")[1]], rel=0.06)
        assert abs(unit.means[name]) < 0.17
    for column, (law, W) in enumerate(unit.laws.items()):
        assert W.std() == pytest.approx(0.3, rel=0.02)
        counts = [patch.get_height() for patch in unit.axes[1, column].patches]
        edges = [patch.get_x() for patch in unit.axes[1, column].patches] + [10]
        assert counts == list(np.histogram(unit.outputs[law, "x drawn"], bins=edges)[0])
        one = [patch.get_height() for patch in unit.axes[0, column].patches]
        assert 9_980 < sum(one) <= 10_000 and len(one) == 42 and len(counts) == 40


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
    assert value("eq-propagation-mean", mu=m, **here) / alone == pytest.approx(listing.predicted["inputs with mean 3"])
    both = value("eq-propagation-correlation", c_w=c, c_x=c, **here) / alone
    assert both == pytest.approx(listing.predicted["both correlated"])
    assert set(listing.predicted) == {*rows, "weights follow input"}
    dots, strokes = (line.get_xdata() for line in listing.ax.lines[:2])
    assert list(dots) == list(listing.measured.values()) and list(strokes) == list(listing.predicted.values())
    assert list(listing.places) == list(range(8, -1, -1))


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
    assert listing.errors["weights follow input"] == pytest.approx(exact, rel=0.1)


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


@pytest.mark.parametrize("n", [5, 20, 60, 200])
def test_one_output_vector_follows_its_chi_squared_distribution(run, n):
    entries = run("variance/propagation/entries")
    law = stats.chi2(n, scale=1 / n)                # of the mean square, in units of sigma^2 |x|^2
    values = entries.mean_squares[n]
    assert len(values) == 600 and stats.kstest(values, law.cdf).pvalue > 1e-3
    assert law.var() == pytest.approx(value("eq-propagation-spread", fan_out=n))
    for level, found in ((0.05, entries.lows[n]), (0.95, entries.highs[n])):
        assert abs(law.cdf(found) - level) < 4 * np.sqrt(0.05 * 0.95 / 600)
    assert np.mean((entries.lows[n] < values) & (values < entries.highs[n])) == 0.9
    assert len(entries.shapes["bodies"]) == 4 and entries.draws == 600


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


def test_a_factor_per_layer_is_its_power_after_all_layers(run):
    depth = run("variance/propagation/depth")
    assert depth.predicted == pytest.approx({1.1: 1.378e4, 1.0: 1, 0.9: 2.656e-5}, rel=1e-3)
    exact = np.sqrt(relative_variance(100, 250, 16))
    assert depth.sd == pytest.approx(exact, rel=0.15)
    # Its two terms are what is left for wide layers and many examples, but for two that are small in a deep network.
    small = 100 / 250**2 + 2 / (250 * 16)
    assert depth.sd**2 + small == pytest.approx(1e6 * relative_variance(100, 250_000, 16_000), rel=1e-3)
    for factor, q in depth.sizes.items():
        assert depth.predicted[factor] == pytest.approx(value("eq-propagation-depth", f=factor, L=100, h2=1))
        assert len(q) == 101 and q[0] == pytest.approx(np.vdot(depth.X, depth.X) / depth.X.size)
        assert depth.measured[factor] == q[-1] / q[0]
        # Every layer multiplies by the factor, within the scatter of one layer.
        steps = np.diff(np.log(q)) - np.log(factor)
        assert np.abs(steps).max() < 5 * np.sqrt(relative_variance(1, 250, 16) + 2 / 250)
    lines = [line.get_ydata() for line in depth.ax.lines]
    for k, (factor, q) in enumerate(depth.sizes.items()):
        assert np.array_equal(lines[2 * k], q)
        assert lines[2 * k + 1] == pytest.approx(factor ** np.arange(101))


def test_a_tenth_in_the_deviation_is_a_hundredfold_after_fifty_layers(run):
    layers = run("variance/propagation/layers")
    assert layers.predicted == pytest.approx({0.09: 0.9**50, 0.1: 1, 0.11: 1.1**50}, rel=1e-9)
    assert layers.h.shape == (100,) and layers.W.std() == pytest.approx(0.11, rel=0.03)
    assert layers.measured[0.11] == pytest.approx(np.linalg.norm(layers.h) / 10 / layers.start)
    # The log of a layer's factor on the mean square is that of a chi-squared with 100 terms, over 100.
    law = stats.chi2(100)
    mean = law.expect(lambda s: np.log(s / 100)) / 2
    spread = np.sqrt(50 * law.expect(lambda s: np.log(s / 100) ** 2)) / 2
    for deviation, expected in layers.predicted.items():
        assert abs(np.log(layers.measured[deviation] / expected) - 50 * mean) < 3 * spread
    assert 50 * mean == pytest.approx(-layers.depth / layers.fan_in / 2, rel=0.05)


def test_a_network_that_doubles_ends_near_layer_sixteen(run):
    listing = run("variance/propagation/halfway")
    assert listing.largest == 65504 and listing.predicted == pytest.approx(np.log2(65504)) == pytest.approx(16, abs=1e-3)
    h, layers = np.random.default_rng(3).standard_normal(400), 0
    while np.abs(h).max() < 65504:
        h, layers = np.random.default_rng(layers).normal(0, 0.1, (400, 400)) @ h, layers + 1
    assert abs(listing.measured - layers) <= 1      # another network, which wanders by a fraction of a layer
    assert listing.h.shape == (400,) and np.abs(listing.h).max() >= 65504


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


def test_the_drawn_squares_have_the_sides_of_the_numbers(run):
    squares = run("variance/propagation/squares")
    assert list(squares.squares) == [49, 1, 1, 49] and sum(squares.squares) / 4 == squares.mean_square == 25
    assert [patch.get_width() for patch in squares.ax.patches] == [7, 1, 1, 7, 5, 3, 4]
    assert all(patch.get_width() == patch.get_height() and patch.get_y() == 0 for patch in squares.ax.patches)


def counts(patches, size="get_height", place="get_x", thick="get_width"):
    """The edges of drawn bins and what is in them."""
    starts = [getattr(patch, place)() for patch in patches]
    ends = [start + getattr(patch, thick)() for start, patch in zip(starts, patches)]
    return np.array([*starts, ends[-1]]), [getattr(patch, size)() for patch in patches]


def test_histograms_hold_every_draw(run):
    walks, unit = run("variance/propagation/walks"), run("variance/propagation/unit")
    edges, held = counts(walks.side.patches, "get_width", "get_y", "get_height")
    assert np.allclose(edges, np.arange(-41, 42, 4))
    assert held == [np.sum((walks.terms.sum(axis=1) >= low) & (walks.terms.sum(axis=1) < high)) for low, high in zip(edges, edges[1:])]
    straight = walks.ax.lines[-1]
    assert np.array_equal(straight.get_xdata(), [0, 40]) and np.array_equal(straight.get_ydata(), [0, 40])
    for column, (law, W) in enumerate(unit.laws.items()):
        edges, held = counts(unit.axes[0, column].patches)
        assert np.allclose(edges, np.linspace(-1.05, 1.05, 43)) and held == np.histogram(W.T[0], edges)[0].tolist()
        edges, held = counts(unit.axes[1, column].patches)
        assert np.allclose(edges, np.linspace(-10, 10, 41)) and sum(held) > 0.99 * unit.draws
        assert held == np.histogram(np.einsum("di,di->d", W, unit.X), edges)[0].tolist()


def test_a_signal_ends_in_the_first_layer_that_holds_a_nan_or_a_zero(run):
    ends = run("variance/propagation/map").ends
    for sigma, h in run("variance/propagation/map").signals.items():
        broken = [layer for layer, row in enumerate(h) if not all(np.isfinite(row)) or not all(row)]
        assert ends[sigma] == (broken[0] if broken else None)


def test_fifty_layers_again_with_the_same_numbers(run):
    layers, rng = run("variance/propagation/layers"), np.random.default_rng(15)
    for sigma, told in layers.measured.items():
        h = x = rng.standard_normal(100)
        for _ in range(50):
            h = np.einsum("ij,j->i", rng.normal(0, sigma, (100, 100)), h)
        assert told == pytest.approx(np.linalg.norm(h) / np.linalg.norm(x))


def test_the_first_value_beyond_float16_again_with_the_same_numbers(run):
    rng, layer = np.random.default_rng(7), 0
    h = rng.standard_normal(400)
    while max(abs(h)) < 65504:
        h, layer = np.einsum("ij,j->i", rng.normal(0, 0.1, (400, 400)), h), layer + 1
    assert run("variance/propagation/halfway").measured == layer


def test_float16_ends_nearly_always_in_layer_15():
    """Given the layer below, the 400 values of a layer are independent and normal: no matrix is drawn."""
    rng = np.random.default_rng(3)
    rms, first = np.sqrt(rng.chisquare(400, 2000) / 400), np.zeros(2000)
    for layer in range(1, 18):
        h = 2 * rms[:, None] * rng.standard_normal((2000, 400))
        rms = np.sqrt(np.mean(h**2, axis=1))
        first[(first == 0) & (np.abs(h).max(axis=1) >= 65504)] = layer
    shares = [np.mean(first == layer) for layer in (14, 15, 16)]
    assert sum(shares) > 0.997 and shares[1] > 0.88
    assert 0.03 < shares[0] < 0.12 and shares[2] < 0.02


def test_a_factor_of_one_and_a_bit_ends_below_e_on_average_only():
    rng = np.random.default_rng(4)
    ends = np.prod((1 + 1 / 100) * rng.chisquare(250, (4000, 100)) / 250, axis=1)
    assert 1.01**100 < np.e and ends.mean() == pytest.approx(1.01**100, rel=4 * np.sqrt(2 * 100 / 250 / 4000) * 1.5)
    assert 0.25 < np.mean(ends > np.e) < 0.45


def test_shared_parts_and_reference_lines_are_where_they_say(run):
    assumptions, entries = run("variance/propagation/assumptions"), run("variance/propagation/entries")
    assert assumptions.draws == 10_000
    assert np.allclose(assumptions.W_alike, np.sqrt(0.5) * (assumptions.W + 0.1 * assumptions.W_part))
    assert np.allclose(assumptions.X_alike, np.sqrt(0.5) * (assumptions.X + 1.5 * assumptions.X_part))
    starts = [segment[0][0] for segment in assumptions.ax.collections[0].get_segments()]
    assert set(starts) == {1} and set(assumptions.ax.lines[-1].get_xdata()) == {1}
    assert set(entries.ax.lines[-1].get_xdata()) == {1}
