"""Exploding gradients: the claims of the chapter, by another road than its listings."""
import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import brentq, linprog
from scipy.stats import chi

n, sigma, i, L, M, lambda_1, lambda_2, p = sp.symbols("n sigma i L M lambda_1 lambda_2 p", positive=True)
EXPONENT = sp.log(sigma) + (sp.log(2) + sp.digamma(n / 2)) / 2
SPECTRUM = sp.log(sigma) + (sp.log(2) + sp.digamma((n - i + 1) / 2)) / 2
CRITICAL = sp.exp(-(sp.log(2) + sp.digamma(n / 2)) / 2)
SPREAD = L * p / 4
GAP = -(L + 1) * (lambda_1 - lambda_2) - sp.log(2)
RATIO = GAP.subs({lambda_1: SPECTRUM.subs(i, 1), lambda_2: SPECTRUM.subs(i, 2), sigma: 1})
EQUATIONS = {
    "eq-exploding-exponent": EXPONENT,
    "eq-exploding-spread": (SPREAD, {r"\psi'(n/2)": p}),
    "eq-exploding-mean": (n * sigma**2) ** L,
    "eq-exploding-spectrum": SPECTRUM,
    "eq-exploding-ratio": GAP,
    "eq-exploding-critical": CRITICAL,
    "eq-exploding-depth": sp.log(M) / lambda_1,
}


def exponent(width, scale):
    return float(EXPONENT.subs({n: width, sigma: scale}))


def spread(width, layers):
    """Standard deviation in decades."""
    variance = SPREAD.subs({p: sp.polygamma(1, sp.Rational(width, 2)), L: layers})
    return float(sp.sqrt(variance)) / np.log(10)


def chi_mean(function, width):
    return quad(lambda r: function(r) * chi.pdf(r, width), 0, np.inf, limit=200)[0]


@pytest.mark.parametrize("width", [1, 2, 4, 7, 100])
def test_exponent_and_spread_are_the_mean_and_variance_of_the_logarithm_of_a_chi(width):
    mean = chi_mean(lambda r: np.log(0.3 * r), width)
    assert exponent(width, 0.3) == pytest.approx(mean, abs=1e-7)
    variance = chi_mean(lambda r: (np.log(0.3 * r) - mean) ** 2, width)
    assert (spread(width, 9) * np.log(10)) ** 2 == pytest.approx(9 * variance, rel=1e-6)


def test_a_hundred_gaussian_matrices_stretch_a_vector_by_24_decades(run):
    growth = run("gradients/exploding/growth")
    assert growth.predicted_decades == pytest.approx(100 * exponent(4, 1) / np.log(10), rel=1e-12)
    assert growth.predicted_spread == pytest.approx(spread(4, 100), rel=1e-12)
    assert f"{growth.predicted_decades:.2f} {growth.predicted_spread:.2f}" == "24.23 1.74"
    assert growth.line[-1] == growth.predicted_decades and growth.line[0] == growth.band[0] == 0
    assert growth.band[25] == pytest.approx(growth.predicted_spread / 2)


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
        assert rank.ratio["here"] == pytest.approx(float(s[1] / s[0]), rel=1e-5)
        for row in range(4):
            for column in range(4):
                assert rank.product[row, column] == pytest.approx(float(product[row, column]), rel=1e-9)


def test_rows_of_the_product_are_proportional_as_far_as_the_second_singular_value_allows(run):
    rank = run("gradients/exploding/rank")
    for name, P in ("here", rank.product), ("slides", rank.slides), ("julia", rank.julia):
        s = np.linalg.svd(P, compute_uv=False)
        assert rank.ratio[name] == pytest.approx(s[1] / s[0])
        minors = np.outer(P[0], P[1]) - np.outer(P[1], P[0])  # every 2 x 2 determinant of two rows
        assert abs(minors).max() <= s[0] * s[1] * (1 + 1e-6)
        assert rank.rows[name] == pytest.approx(P[0] / P[1])
    assert rank.rows["slides"] == pytest.approx(np.full(4, -34.81), abs=0.005)
    assert rank.rows["julia"][[0, 1, 3]] == pytest.approx(np.full(3, rank.rows["julia"][0]), rel=1e-4)
    assert 0.01 < rank.rows["julia"][2] / rank.rows["julia"][0] - 1 < 0.02


def test_rounding_of_a_printed_matrix_is_bounded_by_half_units_of_its_last_digits(run):
    rank = run("gradients/exploding/rank")
    rng = np.random.default_rng(0)
    for name, P, digits in ("slides", rank.slides, 5), ("julia", rank.julia, 6):
        assert all(float(f"{x:.{digits - 1}e}") == x for x in P.flat)  # it was printed with so many digits
        unit = np.array([float(f"1e{int(f'{abs(x):e}'[-3:]) - digits + 1}") for x in P.flat]).reshape(4, 4)
        worst = np.linalg.norm(unit / 2) / np.linalg.norm(P, 2)
        assert rank.rounding[name] == pytest.approx(worst, rel=1e-12)
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
    spectrum = run("gradients/exploding/spectrum")
    for place in range(4):
        assert spectrum.lam[place] == pytest.approx(float(SPECTRUM.subs({n: 4, sigma: 1, i: place + 1})), rel=1e-12)
    # their sum is the mean logarithm of the determinant of one factor
    logs = np.linalg.slogdet(np.random.default_rng(0).standard_normal((20000, 4, 4)))[1]
    assert abs(logs.mean() - spectrum.lam.sum()) < 4 * logs.std() / np.sqrt(20000)
    trigamma = [float(sp.polygamma(1, sp.Rational(k, 2))) for k in (4, 3, 2, 1)]
    assert spectrum.dpsi == pytest.approx(trigamma, rel=1e-12)


def test_ratio_of_the_first_two_singular_values(run):
    spectrum, rank = run("gradients/exploding/spectrum"), run("gradients/exploding/rank")
    assert spectrum.predicted_ratio * np.log(10) == pytest.approx(float(RATIO.subs({n: 4, L: 100})), rel=1e-12)
    assert rank.predicted * np.log(10) == pytest.approx(float(RATIO.subs({n: 4, L: 101})), rel=1e-12)
    # width 3 and sixty layers, by the determinant of two columns of the product and its norm, 2000 draws
    draws, layers = 2000, 60
    P = np.eye(3)
    rng = np.random.default_rng(0)
    for _ in range(layers):
        P = rng.standard_normal((draws, 3, 3)) @ P
        P /= np.linalg.norm(P, axis=(1, 2), keepdims=True)
    s = np.linalg.svd(P, compute_uv=False)
    logs = np.log(s[:, 1] / s[:, 0])
    assert abs(logs.mean() - float(RATIO.subs({n: 3, L: layers}))) < 4 * logs.std() / np.sqrt(draws)


def test_critical_sigma_makes_the_mean_logarithm_zero(run):
    critical = run("gradients/exploding/critical")
    for width in 2, 4, 10, 100, 1000:
        assert critical.critical[width] == pytest.approx(float(CRITICAL.subs(n, width)), rel=1e-12)
        assert critical.xavier[width] == pytest.approx(width**-0.5)
        assert critical.at_xavier[width] == pytest.approx(exponent(width, width**-0.5), abs=1e-12)
        assert critical.xavier[width] < critical.critical[width]
        assert -1 / (2 * width) - 1 / (6 * width**2) * 1.5 < critical.at_xavier[width] < -1 / (2 * width)
    root = brentq(lambda s: chi_mean(lambda r: np.log(s * r), 4), 0.1, 2)
    assert critical.critical[4] == pytest.approx(root, abs=1e-7)
    assert f"{critical.critical[4]:.4f}" == "0.5724"


def test_mean_square_stays_one_where_the_typical_square_vanishes(run):
    critical = run("gradients/exploding/critical")
    assert chi_mean(lambda r: (0.5 * r) ** 2, 4) == pytest.approx(1)
    assert EQUATIONS["eq-exploding-mean"].subs({n: 4, sigma: sp.Rational(1, 2), L: 100}) == 1
    assert EQUATIONS["eq-exploding-mean"].subs({n: 6, sigma: 1, L: 1}) == pytest.approx(chi_mean(lambda r: r**2, 6))
    assert chi_mean(lambda r: (0.5 * r) ** 4, 4) == pytest.approx(1 + 2 / 4)
    assert critical.predicted_typical == pytest.approx(np.exp(200 * exponent(4, 0.5)), rel=1e-9)
    markov = chi_mean(lambda r: 0.5 * r, 4) ** 100
    assert markov == pytest.approx(0.94**100, rel=0.01) and markov < 0.0021
    assert (critical.square[100] > 1).mean() < 0.01


@pytest.mark.parametrize("bits", [16, 32, 64])
def test_width_512_overflows_in_the_predicted_layer(run, bits):
    precision = run("gradients/exploding/precision")
    info, rng = np.finfo(f"f{bits // 8}"), np.random.default_rng(0)
    depth = EQUATIONS["eq-exploding-depth"]
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


def test_no_weight_is_near_the_limit_of_float16(run):
    precision = run("gradients/exploding/precision")
    assert 4.5 < precision.largest_weight < 7
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
    assert (abs(radius.C) > 1).all() and sp.Matrix(radius.C) ** 2 == sp.zeros(2)
    mirror = sp.diag(0, 2)
    assert sp.Matrix(radius.D) * mirror == sp.zeros(2) and 2 in mirror.eigenvals() and 2 in sp.Matrix(radius.D).eigenvals()
    rho = gelfand(0.55 * np.random.default_rng(0).standard_normal((20000, 4, 4)))
    assert radius.mean_radius == pytest.approx(rho.mean(), abs=4 * rho.std() / np.sqrt(500))
    assert rho.mean() == pytest.approx(1.12, abs=0.01)
    assert radius.share_above == pytest.approx((rho > 1).mean(), abs=4 * 0.5 / np.sqrt(500))
    assert radius.predicted == pytest.approx(exponent(4, 0.55), rel=1e-12)
    assert radius.factor == pytest.approx(np.exp(100 * exponent(4, 0.55)), rel=1e-9) and radius.factor < 0.02
    # uniform weights: the second moment of a row times a unit vector, by integration
    moment = 48 * quad(lambda w: w**2, -0.5, 0.5)[0]
    assert moment == pytest.approx(4)
    assert radius.wide_decades == pytest.approx(100 * (np.log(moment) / 2 - 1 / 96) / np.log(10))


def test_a_repeated_matrix_follows_its_radius_and_spreads_more(run):
    recurrence = run("gradients/exploding/recurrence")
    assert recurrence.mean == pytest.approx(100 * exponent(16, 0.25) / np.log(10), rel=1e-12)
    assert recurrence.spread == pytest.approx(spread(16, 100), rel=1e-12)
    assert recurrence.radius == pytest.approx(100 * np.log10(gelfand(recurrence.W)), abs=0.1)
    decades = 100 * np.log10(gelfand(0.25 * np.random.default_rng(0).standard_normal((400, 16, 16))))
    assert recurrence.spread_same == pytest.approx(decades.std(), rel=4 / np.sqrt(2 * 60))
    assert np.corrcoef(recurrence.decades[1, -1], recurrence.radius)[0, 1] > 0.95


def test_what_a_repeated_matrix_misses_its_radius_by_does_not_grow_with_depth(run):
    recurrence = run("gradients/exploding/recurrence")
    assert recurrence.miss == pytest.approx(np.median(abs(recurrence.decades[1, 100] - recurrence.radius)))
    half = np.median(abs(recurrence.decades[1, 50] - recurrence.radius / 2))
    assert abs(recurrence.miss - half) < 0.1
