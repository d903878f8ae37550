"""Holds the page "Numbers that break, and training that does not start" to its claims by another road."""
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import optimize, special

from samples import is_standard


# ---- logarithms, roots, differences

def test_the_loss_from_a_rounded_probability_is_infinite_from_seventeen_on():
    p = special.expit(np.float32([16, 17, 193]))
    assert [bool(p_ == 1) for p_ in p] == [False, True, True]


def test_the_short_variance_is_wrong_by_roundings_and_the_long_one_is_exact(run):
    """Against sums of whole numbers, of the last samples, which float32 holds exactly."""
    run_ = run("practice/troubles/cancel")
    assert list(run_.short) == list(run_.long) == [10, 100, 1000, 10_000]
    assert run_.x.shape == (40, 1000) and run_.x.dtype == np.float32 and abs(run_.x.mean() - 10_000) < 0.1
    exact = [np.var([Fraction(float(x)) for x in sample]) for sample in run_.x]
    assert run_.long[10_000] == pytest.approx([float(v) for v in exact], rel=0.01)
    assert is_standard((run_.x.astype(float) - 10_000).ravel())
    assert np.any(run_.short[10_000] != 8 * np.round(np.array(exact, float) / 8)) and np.all(run_.short[10_000] % 8 == 0)
    means = run_.x.mean(axis=1)
    assert np.array_equal(run_.short[10_000], np.mean(np.square(run_.x), axis=1) - np.square(means))
    for mean_ in (10, 100):
        assert run_.short[mean_] == pytest.approx(run_.long[mean_], abs=0.02)
    for mean_, ends in run_.ends.items():
        assert ends == [sorted(values)[end] for values in (run_.short[mean_], run_.long[mean_]) for end in (0, 39)]


def test_a_sigmoid_is_one_from_the_predicted_logits_on():
    for kind, digits in (np.float32, 24), (np.float64, 53):
        end = digits * math.log(2)
        for z, rounds in (0.99 * end, False), (1.01 * end, True):
            assert (1 / (1 + np.exp(kind(-z))) == 1) == rounds
    assert [24 * math.log(2), 53 * math.log(2)] == pytest.approx([16.6, 36.7], abs=0.05)


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_a_second_softmax_has_a_lowest_loss(classes):
    """Over many probabilities, sure ones among them, the loss of the second softmax is never below the formula."""
    lowest = math.log(math.e + classes - 1) - 1
    sure = np.zeros(classes)
    sure[0] = 1
    assert special.logsumexp(sure) - sure[0] == pytest.approx(lowest)
    rng = np.random.default_rng(1)
    for probabilities in special.softmax(rng.normal(0, [[0.1], [3], [30]] * 50, (150, classes)), axis=1):
        assert special.logsumexp(probabilities) - probabilities[0] >= lowest
    assert classes != 10 or lowest == pytest.approx(1.46, abs=0.005)


def test_an_epsilon_inside_the_root_bounds_its_slope():
    v, epsilon = np.logspace(-14, 3, 400), 1e-6
    slopes = np.diff(np.sqrt(v + epsilon)) / np.diff(v)
    assert slopes.max() <= 1 / (2 * math.sqrt(epsilon)) * 1.001 and (np.diff(np.sqrt(v)) / np.diff(v)).max() > 1e6
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(2 * np.float64(0) / (2 * np.sqrt(np.float64(0))))   # the slopes of the square and of the root at zero


def test_a_masked_score_gets_no_probability_in_float16(run):
    run_ = run("practice/troubles/half")
    assert list(run_.row) == [-1e4, -65504, -np.inf]
    for mask, row in run_.row.items():
        assert row == pytest.approx(special.softmax([2, 1, -np.inf]), abs=1e-3) and row.dtype == np.float16
        assert np.isnan(run_.empty[mask]).all() == (mask == -np.inf)
    assert np.all(run_.empty[-1e4] == 0.5) and np.isnan(run_.step) and run_.eps == 0
    with np.errstate(over="ignore"):
        assert np.float16(-1e9) == -np.inf == np.finfo(np.float16).min + np.finfo(np.float16).min
    assert np.finfo(np.float16).max == 65504 and 1e-8 < 2.0**-25 < 3.1e-8


def test_half_of_the_smallest_float16_rounds_to_zero_and_more_does_not():
    smallest = np.nextafter(np.float16(0), np.float16(1))
    assert float(smallest) == 2.0**-24
    assert np.float16(2.0**-25) == 0 and np.float16(2.0**-25 * 1.001) == smallest


def test_the_square_of_a_small_gradient_is_zero_in_float16():
    assert math.sqrt(2.0**-25) == pytest.approx(1.7e-4, rel=0.02)
    assert np.float16(1.7e-4)**2 == 0 < np.float16(1.8e-4)**2


def test_what_overflows_in_float16():
    with np.errstate(over="ignore"):
        assert np.isinf(np.float16(300) ** 2) and np.isinf(np.cumsum(np.full(100, np.float16(1000)))[-1])
    assert math.log(65504) == pytest.approx(11.1, abs=0.05) and np.isfinite(np.exp(np.float32(88)))
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.float32(89)))
    assert np.float16(1e-12) == 0 and 600 * 150 == 300**2


# ---- the loss does not move

def test_errors_of_all_pairs_have_their_least_square_at_the_mean(run):
    """Against the minimum of the squared errors over all pairs, found by a simplex search."""
    run_ = run("practice/troubles/shapes")
    x, y, n = run_.x[:, 0], run_.y, run_.n
    pairs = list(itertools.product(range(n), repeat=2))
    every = lambda f: sum((f[0] * x[i] + f[1] - y[j])**2 for i, j in pairs)
    own = lambda f: sum((f[0] * x[i] + f[1] - y[i])**2 for i in range(n))
    for shape, loss in ((n,), every), ((n, 1), own):
        best = optimize.minimize(loss, [0.3, 0.3], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12}).x
        assert run_.fits[shape] == pytest.approx(best, abs=1e-5)
        assert run_.drawn[shape] == pytest.approx([best[1] - 1.2 * best[0], best[1] + 1.2 * best[0]], abs=1e-5)
    assert run_.fits[(n,)] == pytest.approx((0, sum(y) / n), abs=1e-9)
    assert run_.error.shape == (n, n) and n == 12
    rng = np.random.default_rng(4)   # on the random numbers of the listing: a line of slope 2, and noise
    assert x == pytest.approx(2 * rng.random(12) - 1)
    assert y - 1 - x - x == pytest.approx(0.2 * rng.standard_normal(12))


def test_guesses_cost_logarithms_and_a_bias_walks():
    assert [math.log(2), math.log(10)] == pytest.approx([0.69, 2.3], abs=0.005)
    assert 250_000 / 0.001 == pytest.approx(2.5e8)


def test_units_with_two_positive_inputs_are_off_for_all_in_at_least_a_quarter_of_the_draws():
    rng = np.random.default_rng(2)
    x = rng.uniform(0.1, 1, (500, 2))
    w = rng.normal(size=(2, 20_000))
    off = ~(x @ w > 0).any(axis=0)
    assert off[(w < 0).all(axis=0)].all() and 0.24 < np.mean((w < 0).all(axis=0)) < 0.26 and np.mean(off) < 0.5
    signs = np.array(list(itertools.product([-1, 1], repeat=3)))   # of the pre-activations of three units, all as likely
    assert np.mean((signs < 0).all(axis=1)) == 2.0**-3


# ---- gradients and steps

def test_clipping_by_an_infinite_norm_leaves_zeros_and_nan():
    with np.errstate(invalid="ignore"):
        clipped = np.array([np.inf, 1, -2]) * (1 / np.linalg.norm([np.inf, 1, -2]))
    assert np.isnan(clipped[0]) and not clipped[1:].any()
    assert np.isnan(np.array([np.nan, 1]) * (1 / np.linalg.norm([np.nan, 1]))).all()


def adam(gradient, epsilon, steps):
    """The last step of Adam, in units of its rate, with the usual averages and their corrections."""
    m = v = 0.0
    for t in range(1, steps + 1):
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        step = m / (1 - 0.9**t) / (math.sqrt(v / (1 - 0.999**t)) + epsilon)
    return step


def test_a_steady_gradient_moves_by_the_rate_unless_epsilon_is_large():
    for steps in (1, 100):
        assert adam(1e-6, 1e-8, steps) == pytest.approx(1, abs=0.011)   # also the first step has full length
        assert adam(1e-6, 1e-4, steps) == pytest.approx(0.01, rel=0.02)
    assert adam(1e-6, 1, 100) == pytest.approx(1e-6, rel=0.01)   # the rate over epsilon, times the gradient


def test_decay_needs_a_hundred_thousand_steps():
    assert (1 - 0.001 * 0.01)**100_000 == pytest.approx(1 / math.e, rel=1e-3)


def test_running_averages_forget_their_start_and_gradients_grow_behind_batchnorm():
    weight = 1.0
    for _ in range(10):
        weight *= 1 - 0.1
    assert weight == pytest.approx(0.35, abs=0.005)
    assert (math.pi / (math.pi - 1))**25 == pytest.approx(1e4, rel=0.5)


def test_the_order_of_a_sum_in_float32():
    big, one = np.float32(2**24), np.float32(1)
    assert (big + one) + one == big and big + (one + one) == big + 2 == np.float32(2**24 + 2)


def test_what_a_first_squared_error_is():
    rng = np.random.default_rng(3)
    h, y = rng.normal(size=(500, 64)), rng.normal(size=500)
    for variance, loss in ((0, 1), (1 / 64, 2), (2 / 64, 3)):
        w = rng.normal(0, math.sqrt(variance), (64, 2000))
        assert np.mean((h @ w - y[:, None])**2) == pytest.approx(loss, rel=0.1)


def test_ten_in_the_mean_square_is_ordinary_at_fifty_layers_and_not_at_five():
    """By the normal approximation of the logarithm, whose variance is 5L/n."""
    apart = lambda layers, factor: math.erfc(math.log(factor) / math.sqrt(2 * 2 * 5 * layers / 100))
    assert 0.25 < apart(50, 10) < 0.35 and apart(50, 100) < 0.05   # ten in the mean square is three in size
    assert apart(5, 10) < 0.002 and math.sqrt(10) == pytest.approx(3, abs=0.2)


def test_an_epsilon_that_float16_can_hold():
    assert np.float16(1e-8) == 0 < np.float16(1e-7) < np.float16(1e-4)
    g = np.float16(1e-4)
    assert g * g == 0 and 0 < g / np.float16(1e-4) < 2 < 500 < g / np.float16(1e-7)


def test_exponentials_end_where_a_mask_may_begin():
    for kind, end in (np.float16, math.log(2.0**-25)), (np.float32, math.log(2.0**-150)):
        with np.errstate(under="ignore"):
            assert kind(math.exp(end - 0.1)) == 0 < kind(math.exp(end + 0.1))
    assert [math.log(2.0**-25), -150 * math.log(2)] == pytest.approx([-17.3, -104], abs=0.05)


def test_an_entropy_has_a_slope_without_end_at_zero_and_none_by_the_logits():
    p = np.logspace(-300, -10, 30)
    assert np.all(np.diff(np.log(p) + 1) > 0) and -np.log(p[0]) > 600   # the slope of -p ln p is -ln p - 1
    z = np.array([0.0, -800.0])
    entropy = lambda z: -np.sum(np.exp(z - special.logsumexp(z)) * (z - special.logsumexp(z)))
    assert entropy(z) == 0 == (entropy(z + [0, 1e-3]) - entropy(z - [0, 1e-3]))
