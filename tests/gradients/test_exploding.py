"""Exploding gradients: the claims of the chapter, by another road than its listings."""
from itertools import accumulate

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import brentq, linprog
from scipy.stats import chi, kstest

n, sigma, i, L, M, lambda_1, lambda_2, p = sp.symbols("n sigma i L M lambda_1 lambda_2 p", positive=True)
EXPONENT = sp.log(sigma) + (sp.log(2) + sp.digamma(n / 2)) / 2
SPECTRUM = sp.log(sigma) + (sp.log(2) + sp.digamma((n - i + 1) / 2)) / 2
CRITICAL = sp.exp(-(sp.log(2) + sp.digamma(n / 2)) / 2)
SPREAD = L * p / 4
GAP = -(L + 1) * (lambda_1 - lambda_2) - sp.log(2)
EQUATIONS = {
    "eq-exploding-exponent": (r"\lambda_1 =", EXPONENT),
    "eq-exploding-spread": (r"\Var[\ln\frac{\norm{h_L}}{\norm{h_0}}] =", SPREAD, {r"\psi'(n/2)": p}),
    "eq-exploding-mean": (r"\E[\norm{h_L}^2] =", (n * sigma**2) ** L),
    "eq-exploding-spectrum": (r"\lambda_i =", SPECTRUM),
    "eq-exploding-ratio": (r"\E[\ln(s_2/s_1)] \approx", GAP),
    "eq-exploding-critical": (r"\sigma_c =", CRITICAL),
    "eq-exploding-depth": (r"L_{\max} =", sp.log(M) / lambda_1),
}


def exponent(width, scale):
    return float(EXPONENT.subs({n: width, sigma: scale}))


def with_exponents(gap):
    """What a formula in the first two exponents is for Gaussian matrices with entries of standard deviation one."""
    return gap.subs({lambda_1: SPECTRUM.subs(i, 1), lambda_2: SPECTRUM.subs(i, 2), sigma: 1})


def spread(width, layers):
    """Standard deviation in decades."""
    variance = SPREAD.subs({p: sp.polygamma(1, sp.Rational(width, 2)), L: layers})
    return float(sp.sqrt(variance)) / np.log(10)


def products(factors):
    """factors[0], factors[1] @ factors[0], ...: the product after each layer."""
    return list(accumulate(factors, lambda product, W: W @ product))


def chi_mean(function, width):
    return quad(lambda r: function(r) * chi.pdf(r, width), 0, np.inf, limit=200)[0]


@pytest.mark.parametrize("width", [1, 2, 4, 7, 100])
def test_exponent_and_spread_are_the_mean_and_variance_of_the_logarithm_of_a_chi(width):
    """eq-exploding-exponent: This is the mean logarithm of the stretch by one Gaussian n × n matrix, at any width and
    for any vector that does not depend on it.

    eq-exploding-spread: This is the variance of the logarithm of the stretch by L independent Gaussian matrices, at any
    width.

    Quadrature, the mean and the variance of the logarithm of a χ variable at five widths.
    """
    mean = chi_mean(lambda r: np.log(0.3 * r), width)
    assert float(EQUATIONS["eq-exploding-exponent"][1].subs({n: width, sigma: 0.3})) == pytest.approx(mean, abs=1e-7)
    variance = chi_mean(lambda r: (np.log(0.3 * r) - mean) ** 2, width)
    predicted = EQUATIONS["eq-exploding-spread"][1].subs({p: sp.polygamma(1, sp.Rational(width, 2)), L: 9})
    assert float(predicted) == pytest.approx(9 * variance, rel=1e-6)


def test_a_hundred_gaussian_matrices_stretch_a_vector_by_24_decades(run):
    growth = run("gradients/exploding/growth")
    assert growth.predicted_decades == pytest.approx(100 * exponent(4, 1) / np.log(10), rel=1e-12)
    assert growth.predicted_spread == pytest.approx(spread(4, 100), rel=1e-12)
    assert f"{growth.predicted_decades:.2f} {growth.predicted_spread:.2f}" == "24.23 1.74"
    assert np.sqrt(2) * spread(4, 100) > 2    # "a factor of a hundred between them is ordinary"
    assert growth.rate == pytest.approx(exponent(4, 1) / np.log(10), rel=1e-12)
    assert growth.se == pytest.approx(spread(4, 100) / np.sqrt(500), rel=1e-12)
    # the matrices multiplied by each other, and only then with the vector
    factors = np.random.default_rng(1).standard_normal((100, 500, 4, 4))
    norms = [np.linalg.norm(P.sum(axis=2) / 2, axis=1) for P in products(factors)]
    assert np.allclose(growth.decades, np.log10([np.ones(500), *norms]), rtol=0, atol=1e-9)
    measured = np.log10(norms[99])
    assert (growth.measured_decades, growth.measured_spread) == pytest.approx((measured.mean(), measured.std()))


def test_the_figure_of_growth_shows_eight_draws_and_two_standard_deviations(run):
    growth = run("gradients/exploding/growth")
    *draws, theory = growth.ax.lines
    assert len(draws) == 8
    for number, draw in enumerate(draws):
        assert draw.get_ydata() == pytest.approx(growth.decades[:, number])
    middle = [depth * exponent(4, 1) / np.log(10) for depth in range(101)]
    assert theory.get_ydata() == pytest.approx(middle)
    width = np.array([spread(4, depth) for depth in range(101)])
    corners = growth.ax.collections[0].get_paths()[0].vertices
    for side in -1, 1:
        for depth in 0, 1, 50, 100:
            edge = [depth, middle[depth] + side * 2 * width[depth]]
            assert min(np.abs(corners - edge).max(axis=1)) < 1e-9
    inside = abs(growth.decades - np.array(middle)[:, None]) <= 2 * width[:, None] + 1e-9
    assert inside[:, :8].all(axis=0).sum() > 4   # "most stay inside", of the eight that are drawn


@pytest.mark.parametrize("first_row, product", [
    ([-0.1882, 1.4522, 0.1471, -1.4465], [6.9766e23, 3.6144e24, -1.8983e24, 2.5633e24]),
    ([-1.05678, -0.263555, -0.205375, -1.19783], [6.98955e22, 2.03892e23, 1.26077e20, -8.06923e22]),
])
def test_the_printed_products_grew_by_a_typical_factor(first_row, product):
    decades = np.log10(np.linalg.norm(product) / np.linalg.norm(first_row))
    assert abs(decades - 100 * exponent(4, 1) / np.log(10)) < 1 * spread(4, 100)


def test_the_second_singular_value_of_the_drawn_product_is_no_rounding(run):
    rank = run("gradients/exploding/rank")
    with mpmath.workdps(60):
        product = mpmath.matrix(rank.factors[0].tolist())
        for W in rank.factors[1:]:
            product = product * mpmath.matrix(W.tolist())
        s = mpmath.svd_r(product, compute_uv=False)
        assert rank.ratio["here"] == pytest.approx(float(s[1] / s[0]), rel=1e-5, abs=0)
        for row in range(4):
            for column in range(4):
                assert rank.product[row, column] == pytest.approx(float(product[row, column]), rel=1e-9)


def test_rows_of_the_product_are_proportional_as_far_as_the_second_singular_value_allows(run):
    rank = run("gradients/exploding/rank")
    for name, P in ("here", rank.product), ("slides", rank.slides), ("julia", rank.julia):
        s = np.linalg.svd(P, compute_uv=False)
        assert rank.ratio[name] == pytest.approx(s[1] / s[0], rel=1e-6, abs=0)
        minors = np.outer(P[0], P[1]) - np.outer(P[1], P[0])  # every 2 x 2 determinant of two rows
        assert abs(minors).max() <= s[0] * s[1] * (1 + 1e-6)
        assert rank.rows[name] == pytest.approx(P[0] / P[1])
    assert rank.rows["slides"] == pytest.approx(np.full(4, -34.81), abs=0.005)
    assert kstest(rank.factors.ravel(), "norm").pvalue > 0.01
    assert len(rank.factors) == 101 and np.array_equal(rank.M, rank.factors[0])   # one matrix by a hundred more
    assert rank.rows["julia"][[0, 1, 3]] == pytest.approx(np.full(3, rank.rows["julia"][0]), rel=1e-4)
    assert np.median(abs(rank.julia[:, [1, 3]] / rank.julia[:, [2]])) == pytest.approx(1000, rel=0.5)
    assert 0.01 < rank.rows["julia"][2] / rank.rows["julia"][0] - 1 < 0.02


def test_rounding_of_a_printed_matrix_is_bounded_by_half_units_of_its_last_digits(run):
    rank = run("gradients/exploding/rank")
    rng = np.random.default_rng(0)
    here = "here", rank.product, np.finfo(float).precision
    for name, P, digits in here, ("slides", rank.slides, 5), ("julia", rank.julia, 6):
        if name != "here":
            assert all(float(f"{x:.{digits - 1}e}") == x for x in P.flat)  # it was printed with so many digits
        unit = np.array([float(f"1e{int(f'{abs(x):e}'[-3:]) - digits + 1}") for x in P.flat]).reshape(4, 4)
        worst = np.linalg.norm(unit / 2) / np.linalg.norm(P, 2)
        assert rank.rounding[name] == pytest.approx(worst, rel=1e-12, abs=0)
        moved = P + rng.uniform(-0.5, 0.5, (4, 4)) * unit
        s = np.linalg.svd(moved, compute_uv=False)
        assert abs(s[1] / s[0] - rank.ratio[name]) < 1.1 * rank.rounding[name]


@pytest.mark.parametrize("name, digits, possible", [("slides", 5, True), ("julia", 6, False)])
def test_some_matrix_of_rank_one_is_printed_with_the_same_digits(run, name, digits, possible):
    P = getattr(run("gradients/exploding/rank"), name)
    assert np.linalg.matrix_rank(np.sign(P)) == 1
    half = 0.5 * 10.0 ** (np.floor(np.log10(abs(P))) - digits + 1)
    # sizes exp(a_i + b_j) within t half units of the printed ones, in logarithms, with the smallest t
    log, rounding = np.log(abs(P)), half / abs(P)
    rows = np.hstack([np.kron(np.eye(4), np.ones((4, 1))), np.kron(np.ones((4, 1)), np.eye(4))])
    column = -rounding.reshape(16, 1)
    answer = linprog(np.eye(9)[8], np.block([[rows, column], [-rows, column]]),
                     np.concatenate([log.ravel(), -log.ravel()]), bounds=[(None, None)] * 8 + [(0, None)])
    assert answer.status == 0 and (answer.x[8] < 0.99) == possible


def test_all_exponents_of_the_product(run):
    """This is the exponent of direction i of a frame that is multiplied by independent Gaussian matrices, for i up to
    the width n.

    Sampling, volumes from determinants of Gram's matrices, within four standard errors; one more by its integral.
    """
    spectrum, formula = run("gradients/exploding/spectrum"), EQUATIONS["eq-exploding-spectrum"][1]
    for place in range(4):
        assert spectrum.lam[place] == pytest.approx(float(formula.subs({n: 4, sigma: 1, i: place + 1})), rel=1e-12)
    # the volume that one more column spans, from determinants of Gram's matrices
    W = 0.3 * np.random.default_rng(0).standard_normal((20000, 4, 4))
    gram = W.transpose(0, 2, 1) @ W
    volumes = [np.zeros(20000)] + [np.linalg.slogdet(gram[:, :k, :k])[1] / 2 for k in (1, 2, 3, 4)]
    for place, logs in enumerate(np.diff(volumes, axis=0), 1):
        assert abs(logs.mean() - float(formula.subs({n: 4, sigma: 0.3, i: place}))) < 4 * logs.std() / np.sqrt(20000)
    # one more exponent by its integral, and the gap of wide layers
    assert float(formula.subs({n: 7, sigma: 0.3, i: 3})) == pytest.approx(chi_mean(lambda r: np.log(0.3 * r), 5), abs=1e-7)
    gap = formula.subs({i: 1, sigma: 1}) - formula.subs({i: 2, sigma: 1})
    assert float(gap.subs(n, 1000)) == pytest.approx(1 / 2000, rel=0.01)
    assert float(sp.exp(with_exponents(GAP).subs({n: 1000, L: 100}))) > 0.4   # "still far from rank one"
    trigamma = [float(sp.polygamma(1, sp.Rational(k, 2))) for k in (4, 3, 2, 1)]
    assert spectrum.dpsi == pytest.approx(trigamma, rel=1e-12)


def test_the_frame_follows_length_area_and_volume_of_the_product(run):
    spectrum = run("gradients/exploding/spectrum")
    factors = np.random.default_rng(1).standard_normal((100, 200, 4, 4))
    first, second = np.triu_indices(4, 1)     # the six pairs of rows: 2 x 2 minors multiply like matrices
    minors = (factors[:, :, first[:, None], first] * factors[:, :, second[:, None], second]
              - factors[:, :, first[:, None], second] * factors[:, :, second[:, None], first])
    P, P2 = products(factors), products(minors)
    assert spectrum.log_r.shape == (101, 200, 4) and not spectrum.log_r[0].any()
    for depth in 1, 40, 100:
        r = spectrum.log_r[depth]
        assert r[:, 0] == pytest.approx(np.log(np.linalg.norm(P[depth - 1][:, :, 0], axis=1)), abs=1e-8)
        assert r[:, :2].sum(axis=1) == pytest.approx(np.log(np.linalg.norm(P2[depth - 1][:, :, 0], axis=1)), abs=1e-8)
        assert r.sum(axis=1) == pytest.approx(np.linalg.slogdet(factors[:depth])[1].sum(axis=0), abs=1e-8)
    assert spectrum.measured == pytest.approx(spectrum.log_r[100].mean(axis=0) / 100)
    s1, s1s2 = (np.linalg.svd(product[-1], compute_uv=False)[:, 0] for product in (P, P2))
    assert spectrum.measured_ratio == pytest.approx(np.median(np.log10(s1s2 / s1**2)), abs=1e-4)


def test_tolerances_of_the_spectrum_are_standard_errors(run):
    spectrum = run("gradients/exploding/spectrum")
    variances = [float(SPREAD.subs({p: sp.polygamma(1, sp.Rational(k, 2)), L: 100})) for k in (4, 3, 2, 1)]
    assert spectrum.se == pytest.approx(np.sqrt(np.array(variances) / 200) / 100, rel=1e-12)
    # the median of a normal sample scatters sqrt(pi / 2) times as much as its mean
    assert spectrum.se_ratio == pytest.approx(np.sqrt(np.pi / 2 * sum(variances[:2]) / 200) / np.log(10), rel=0.01)
    lines = spectrum.ax.lines
    for place in range(4):
        slope = float(SPECTRUM.subs({n: 4, sigma: 1, i: place + 1})) / np.log(10)
        for line in lines[place], lines[4 + place]:
            assert line.get_xdata().tolist() == list(range(0, 101, 10))
        assert lines[place].get_ydata() == pytest.approx(slope * np.arange(0, 101, 10))
        assert lines[4 + place].get_ydata() == pytest.approx(spectrum.log_r[::10, :, place].mean(axis=1) / np.log(10))
    ends = [line.get_ydata()[-1] for line in lines[:4]]
    assert ends == pytest.approx([24, 16, 3, -28], abs=0.5)   # the picture's description


def test_ratio_of_the_first_two_singular_values(run):
    """The logarithm of the ratio of the first two singular values of a product of L square Gaussian matrices has about
    this mean, once the ratio is small.

    Sampling, two thousand products of width three, within four standard errors.
    """
    spectrum, rank = run("gradients/exploding/spectrum"), run("gradients/exploding/rank")
    formula = with_exponents(EQUATIONS["eq-exploding-ratio"][1])
    assert spectrum.predicted_ratio * np.log(10) == pytest.approx(float(formula.subs({n: 4, L: 100})), rel=1e-12)
    assert rank.predicted * np.log(10) == pytest.approx(float(formula.subs({n: 4, L: 101})), rel=1e-12)
    scatter = [float(SPREAD.subs({p: sp.polygamma(1, sp.Rational(k, 2)), L: 101})) for k in (4, 3)]
    assert rank.sd == pytest.approx(np.sqrt(sum(scatter)) / np.log(10), rel=1e-12)
    assert -9.5 < spectrum.predicted_ratio < -8.5               # "to about nine digits"
    # width 3 and sixty layers, by the determinant of two columns of the product and its norm, 2000 draws
    draws, layers = 2000, 60
    P = np.eye(3)
    rng = np.random.default_rng(0)
    for _ in range(layers):
        P = rng.standard_normal((draws, 3, 3)) @ P
        P /= np.linalg.norm(P, axis=(1, 2), keepdims=True)
    s = np.linalg.svd(P, compute_uv=False)
    logs = np.log(s[:, 1] / s[:, 0])
    assert abs(logs.mean() - float(formula.subs({n: 3, L: layers}))) < 4 * logs.std() / np.sqrt(draws)


def test_critical_sigma_makes_the_mean_logarithm_zero(run):
    """At this standard deviation of Gaussian weights the logarithm of the stretch has the mean zero, so that the
    typical product neither grows nor shrinks.

    Quadrature, the root of an integral.
    """
    critical, formula = run("gradients/exploding/critical"), EQUATIONS["eq-exploding-critical"][1]
    for width in 2, 4, 10, 100, 1000:
        assert critical.critical[width] == pytest.approx(float(formula.subs(n, width)), rel=1e-12)
        assert critical.xavier[width] == pytest.approx(width**-0.5)
        assert critical.at_xavier[width] == pytest.approx(exponent(width, width**-0.5), abs=1e-12)
        assert critical.xavier[width] < critical.critical[width]
        assert -1 / (2 * width) - 1 / (6 * width**2) * 1.5 < critical.at_xavier[width] < -1 / (2 * width)
    root = brentq(lambda s: chi_mean(lambda r: np.log(s * r), 4), 0.1, 2)
    assert critical.critical[4] == pytest.approx(root, abs=1e-7)
    assert f"{critical.critical[4]:.4f}" == "0.5724"


def test_mean_square_stays_one_where_the_typical_square_vanishes(run):
    """An input of norm one has this mean squared norm after L independent linear layers of width n with independent
    weights of mean zero and variance σ².

    Quadrature, of the square of a χ variable, for one layer and for three.
    """
    critical = run("gradients/exploding/critical")
    assert chi_mean(lambda r: (0.5 * r) ** 2, 4) == pytest.approx(1)
    assert EQUATIONS["eq-exploding-mean"][1].subs({n: 4, sigma: sp.Rational(1, 2), L: 100}) == 1
    assert EQUATIONS["eq-exploding-mean"][1].subs({n: 6, sigma: 1, L: 1}) == pytest.approx(chi_mean(lambda r: r**2, 6))
    three = EQUATIONS["eq-exploding-mean"][1].subs({n: 5, sigma: 0.7, L: 3})
    assert three == pytest.approx(chi_mean(lambda r: (0.7 * r) ** 2, 5) ** 3)
    assert chi_mean(lambda r: (0.5 * r) ** 4, 4) == pytest.approx(1 + 2 / 4)
    assert critical.predicted_typical == pytest.approx(np.exp(200 * exponent(4, 0.5)), rel=1e-9, abs=0)
    markov = chi_mean(lambda r: 0.5 * r, 4) ** 100
    assert markov == pytest.approx(0.94**100, rel=0.01) and markov < 0.0021
    assert critical.n == 4 and critical.few == 3   # "width four", "at three layers"
    factors = np.random.default_rng(1).standard_normal((100, 1000, 4, 4)) / 2
    norms = [np.linalg.norm(P.sum(axis=2) / 2, axis=1) for P in products(factors)]
    assert np.allclose(critical.square, np.array([np.ones(1000), *norms]) ** 2, rtol=1e-6, atol=0)
    assert critical.mean_few == pytest.approx(np.mean(norms[2] ** 2))
    assert critical.mean_all == pytest.approx(np.mean(norms[99] ** 2))
    assert critical.se == pytest.approx(2 * spread(4, 100) * np.log(10) / np.sqrt(1000), rel=1e-12)


@pytest.mark.parametrize("bits", [16, 32, 64])
def test_width_512_overflows_in_the_predicted_layer(run, bits):
    """At about this depth coordinates that start near one reach the largest number M of a format, to a layer or two in
    wide networks.

    Sampling, matrices of width 512 in float16 and float32, within two layers.
    """
    precision = run("gradients/exploding/precision")
    info, rng = np.finfo(f"f{bits // 8}"), np.random.default_rng(0)
    depth = EQUATIONS["eq-exploding-depth"][1]
    assert depth.subs({M: float(info.max), lambda_1: exponent(512, 1)}) == pytest.approx(precision.at_wide[f"over{bits}"])
    assert depth.subs({M: float(info.max), lambda_1: exponent(100, 1)}) == pytest.approx(precision.predicted[f"over{bits}"])
    for width, table in (512, precision.at_wide), (100, precision.predicted):
        tiny = np.log(float(info.smallest_subnormal)) / exponent(width, 1 / width)
        assert table[f"under{bits}"] == pytest.approx(tiny)
    if bits < 64:  # real matrices; a float64 one of this depth takes too long here
        h, layer = np.ones(512, info.dtype), 0
        with np.errstate(over="ignore", invalid="ignore"):
            while np.isfinite(h).all():
                layer += 1
                h = rng.standard_normal((512, 512), np.float32).astype(info.dtype) @ h
        assert abs(layer - precision.at_wide[f"over{bits}"]) < 2
    assert precision.at_wide[f"over{bits}"] == pytest.approx(
        np.log(float(info.max)) / (np.log(512) / 2), rel=1e-3)


def test_the_layer_in_which_numbers_end_is_that_of_the_largest_coordinate(run):
    precision = run("gradients/exploding/precision")
    for back in 0, 1:
        h, size, log_largest = np.ones(100), 0.0, []
        for W in precision.G:                 # in float64, with the size kept apart
            h = (W.T if back else W) @ h
            size += np.log(abs(h).max())
            h /= abs(h).max()
            log_largest.append(size)
        depth = np.arange(1, 331)
        for bits in 16, 32, 64:
            info = np.finfo(f"f{bits // 8}")
            over = depth[log_largest > np.log(float(info.max))][0]
            under = depth[log_largest - depth * np.log(100) < np.log(float(info.smallest_subnormal)) - np.log(2)][0]
            assert precision.measured[f"over{bits}"][back] == over
            # few digits are left at the lower end; float16 is added up in float32
            assert abs(precision.measured[f"under{bits}"][back] - under) <= (bits > 16)
    # the spread of the logarithm at the last depth, in layers
    layers = precision.predicted["under64"]
    assert precision.sd == pytest.approx(spread(100, layers) * np.log(10) / -exponent(100, 0.01), rel=0.03)


def test_no_weight_is_near_the_limit_of_float16(run):
    precision = run("gradients/exploding/precision")
    assert 4.5 < precision.largest_weight < 7 and np.finfo(np.float16).max == 65504
    for key, layers in precision.measured.items():
        assert max(abs(np.array(layers) - precision.predicted[key])) < 3, key


def gelfand(W):
    """The spectral radius of each matrix as the root of the norm of a high power."""
    log_norm, power = np.zeros(len(W)), W
    for k in range(12):
        norm = np.linalg.norm(power, axis=(1, 2), keepdims=True)
        log_norm += np.log(norm[:, 0, 0]) / 2**k
        power = power / norm @ (power / norm)
    return np.exp(log_norm)


def test_spectral_radius_is_the_wrong_test_for_a_product(run):
    radius = run("gradients/exploding/radius")
    A = sp.Matrix([[0, 2], [0, 0]])
    assert set(A.eigenvals()) == {0} and set((A * A.T).eigenvals()) == {0, 4}
    assert radius.A.tolist() == A.tolist()
    assert (abs(radius.C) == 2).all() and sp.Matrix(radius.C) ** 2 == sp.zeros(2)
    mirror = sp.diag(0, 2)
    assert sp.Matrix(radius.D) * mirror == sp.zeros(2) and 2 in mirror.eigenvals() and 2 in sp.Matrix(radius.D).eigenvals()
    own = gelfand(radius.W[0])                # the listing's matrices without their eigenvalues
    assert radius.rho == pytest.approx(own, rel=0.02)
    assert radius.mean_radius == pytest.approx(own.mean(), rel=1e-3)
    assert radius.share_above == pytest.approx((own > 1).mean(), abs=0.005)
    rho = gelfand(0.55 * np.random.default_rng(0).standard_normal((20000, 4, 4)))
    assert radius.mean_radius == pytest.approx(rho.mean(), abs=4 * rho.std() / np.sqrt(500))
    assert rho.mean() == pytest.approx(1.12, abs=0.01)
    assert radius.share_above == pytest.approx((rho > 1).mean(), abs=4 * 0.5 / np.sqrt(500))
    assert radius.predicted == pytest.approx(exponent(4, 0.55), rel=1e-12)
    assert radius.factor == pytest.approx(np.exp(100 * exponent(4, 0.55)), rel=1e-9, abs=0) and radius.factor < 0.02
    typical = [np.log(np.linalg.norm(P.sum(axis=2) / 2, axis=1)).mean() for P in products(radius.W)][99]
    assert radius.measured == pytest.approx(typical / 100, abs=1e-9)
    assert radius.se == pytest.approx(spread(4, 100) * np.log(10) / 100 / np.sqrt(500), rel=1e-12)
    # uniform weights: the second moment of a row times a unit vector, by integration
    moment = 48 * quad(lambda w: w**2, -0.5, 0.5)[0]
    assert moment == pytest.approx(4)
    assert radius.wide_decades == pytest.approx(100 * (np.log(moment) / 2 - 1 / 96) / np.log(10))
    assert radius.wide_decades == pytest.approx(100 * exponent(48, np.sqrt(moment / 48)) / np.log(10), abs=0.01)
    assert radius.sd == pytest.approx(spread(48, 100), rel=0.015)
    rng = np.random.default_rng(1)
    rng.standard_normal((100, 500, 4, 4))     # the matrices of width four come first
    product = products(rng.uniform(-0.5, 0.5, (100, 48, 48)))[99]
    assert radius.decades == pytest.approx(np.log10(np.linalg.norm(product.sum(axis=1)) / np.sqrt(48)), abs=1e-9)


def test_a_repeated_matrix_follows_its_radius_and_spreads_more(run):
    recurrence = run("gradients/exploding/recurrence")
    assert recurrence.mean == pytest.approx(100 * exponent(16, 0.25) / np.log(10), rel=1e-12)
    assert recurrence.spread == pytest.approx(spread(16, 100), rel=1e-12)
    assert recurrence.radius == pytest.approx(100 * np.log10(gelfand(recurrence.W)), abs=0.1)
    decades = 100 * np.log10(gelfand(0.25 * np.random.default_rng(0).standard_normal((400, 16, 16))))
    assert recurrence.spread_same == pytest.approx(decades.std(), rel=4 / np.sqrt(2 * 60))
    assert np.corrcoef(recurrence.decades[1, -1], recurrence.radius)[0, 1] > 0.95


def test_both_panels_show_products_of_real_matrices(run):
    recurrence = run("gradients/exploding/recurrence")
    fresh = np.random.default_rng(1).standard_normal((100, 60, 16, 16)) / 4
    powers = [np.linalg.matrix_power(recurrence.W, k) for k in range(1, 101)]
    for drawn, P in zip(recurrence.decades, (products(fresh), powers)):
        h = np.sum(P, axis=3) / 4             # of an input of norm one with equal coordinates
        assert not drawn[0].any() and np.allclose(drawn[1:], np.log10(np.linalg.norm(h, axis=2)), rtol=0, atol=1e-6)
    fresh, same = recurrence.decades[:, 100]
    assert (recurrence.mean_fresh, recurrence.spread_fresh) == pytest.approx((fresh.mean(), fresh.std()))
    assert recurrence.spread_same == pytest.approx(same.std())
    for ax, drawn in zip(recurrence.axes, recurrence.decades):
        assert len(ax.lines) == 8 + (ax is recurrence.axes[0])
        for number in range(8):
            assert ax.lines[number].get_ydata() == pytest.approx(drawn[:, number])
    theory = recurrence.axes[0].lines[8]
    assert theory.get_ydata() == pytest.approx(exponent(16, 0.25) / np.log(10) * np.array(theory.get_xdata()))
    assert list(theory.get_xdata()) == [0, 100]
    assert -3 < recurrence.mean < -1          # "a slowly falling line"
    # "nearly straight rays", and those of fresh matrices "closely about" the line
    for number in range(8):
        ray, walk = recurrence.decades[1, :, number], recurrence.decades[0, :, number]
        assert abs(ray - np.linspace(ray[0], ray[-1], 101)).max() < 1
        assert abs(walk - np.linspace(0, recurrence.mean, 101)).max() < 4 * spread(16, 100)


def test_what_a_repeated_matrix_misses_its_radius_by_does_not_grow_with_depth(run):
    recurrence = run("gradients/exploding/recurrence")
    assert recurrence.miss == pytest.approx(np.median(abs(recurrence.decades[1, 100] - recurrence.radius)))
    half = np.median(abs(recurrence.decades[1, 50] - recurrence.radius / 2))
    assert abs(recurrence.miss - half) < 0.1
