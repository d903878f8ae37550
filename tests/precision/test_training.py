"""Training in half precision: the chapter's claims, by another road than its listings take."""
import math
import struct
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from scipy import stats

d, g_max = sp.symbols("d g_max", positive=True)
EQUATIONS = {
    "eq-training-lost": (r"\frac{\abs{\Delta w}}{\abs{w}} <", sp.Integer(2) ** -(d + 2)),
    "eq-training-scale": (r"S \le", 65504 / g_max, {r"\max \abs{g}": g_max}),
}
DIGITS = {"float32": 23, "float16": 10, "bfloat16": 7}


def rounded(x, digits):
    """The nearest fraction with so many binary digits behind the point, ties to even."""
    x = Fraction(x)
    exponent = math.floor(math.log2(abs(x)))
    unit = Fraction(2) ** (exponent - digits)
    return round(x / unit) * unit   # which rounds ties to even


@pytest.mark.parametrize("digits", DIGITS.values())
def test_a_step_below_the_threshold_moves_no_weight_and_above_twice_that_every_one(digits):
    """A step that is smaller than 2 to the minus (d + 2) times a weight of d digits is lost in rounding to nearest, and
    one above twice that moves every weight.

    Exact fractions, for weights at the ends and in the middle of an interval between powers of two, in both directions.
    """
    threshold = Fraction(sp.Rational(EQUATIONS["eq-training-lost"][1].subs({d: digits})).p, 2 ** (digits + 2))
    unit = Fraction(1, 2**digits)
    for weight in (Fraction(1), 1 + unit, Fraction(3, 2), 2 - unit):
        for sign in (-1, 1):
            assert rounded(weight + sign * weight * threshold * Fraction(99, 100), digits) == weight
            assert rounded(weight + sign * weight * threshold * Fraction(202, 100), digits) != weight
    # both ends are reached: just above the threshold some weight moves, just below twice that another stays
    assert rounded(1 - threshold * Fraction(101, 100), digits) != 1
    assert rounded(1 + 2 * threshold * Fraction(99, 100), digits) == 1


def test_the_thresholds_of_the_table():
    for digits, lost, sure in (23, 3.0e-8, 6.0e-8), (10, 2.4e-4, 4.9e-4), (7, 2.0e-3, 3.9e-3):
        assert 2.0 ** -(digits + 2) == pytest.approx(lost, rel=0.03) and 2.0 ** -(digits + 1) == pytest.approx(sure, rel=0.03)


def test_the_largest_scale_is_that_of_the_largest_gradient():
    """The loss scale is at most the largest number of float16 over the largest gradient, or that one becomes inf.

    With numbers of float16 on both sides of the limit.
    """
    for gradient in (0.02, 0.3, 7.0):
        limit = float(EQUATIONS["eq-training-scale"][1].subs({g_max: gradient}))
        with np.errstate(over="ignore"):
            assert np.isfinite(np.float16(limit * 0.999 * gradient)) and np.isinf(np.float16(limit * 1.001 * gradient))


def test_a_factor_on_the_loss_shifts_the_gradients(run):
    scale = run("precision/training/scale")
    g = np.abs(np.ravel(scale.gradients))
    assert scale.W.shape == (20, 64, 64) and scale.W.std() == pytest.approx(1 / 8, rel=0.02) and len(g) == 20 * 64 * 64
    # backward once more, input by input, for the last two layers
    h = [scale.h[0]]
    for W_l in scale.W:
        h.append(np.tanh(np.einsum("ij,bj->bi", W_l, h[-1])))
    assert np.allclose(h, scale.h)
    rng = np.random.default_rng(4)
    rng.standard_normal((20, 64, 64))
    rng.standard_normal((32, 64))
    top = rng.standard_normal((32, 64)) * 3e-7 / np.cosh(np.arctanh(h[20])) ** 2
    assert np.allclose(scale.gradients[0], sum(np.outer(d, x) for d, x in zip(top, h[19])))
    below = (top @ scale.W[19]) / np.cosh(np.arctanh(h[19])) ** 2
    assert np.allclose(scale.gradients[1], sum(np.outer(d, x) for d, x in zip(below, h[18])))
    assert len(scale.gradients) == 20 and np.allclose(scale.gradients[19], (scale_delta(scale, h)).T @ h[0])
    for factor in (1, 1024):
        assert scale.lost[factor] == np.mean(g * factor <= 2.0**-25)
    for factor in (1, 1024):                                 # another way to say that a float16 is not normal
        half = (g * factor).astype(np.float16)
        assert scale.subnormal[factor] == pytest.approx(np.mean((half.view(np.uint16) & 0x7C00) == 0), abs=2e-4)
    assert scale.lost.keys() == scale.subnormal.keys() == {1, 1024} and scale.largest == g.max() and scale.bins[[0, -1]].tolist() == [-42, 0]
    assert np.allclose(np.sort(scale.exponents), np.sort(np.log2(g * 1024)))
    assert scale.below.tolist() == [edge < -25 for edge in range(-42, 0)] and scale.counts.sum() > 0.99 * len(g)


def scale_delta(scale, h):
    """The gradient at the pre-activations of the first layer, from the one that entered at the top."""
    rng = np.random.default_rng(4)
    rng.standard_normal((20, 64, 64))
    rng.standard_normal((32, 64))
    delta = rng.standard_normal((32, 64)) * 3e-7
    for layer in range(19, 0, -1):
        delta = (delta / np.cosh(np.arctanh(h[layer + 1])) ** 2) @ scale.W[layer]
    return delta / np.cosh(np.arctanh(h[1])) ** 2


def test_bfloat16_of_the_listing_rounds_to_nearest_even(run):
    steps = run("precision/training/steps")
    rng = np.random.default_rng(5)
    for x in [*rng.normal(size=300).astype(np.float32), np.float32(1 + 2**-8), np.float32(1 + 3 * 2**-8), np.float32(0.999)]:
        assert float(steps.bfloat16(x)) == float(rounded(float(x), 7))
    assert struct.pack(">f", steps.bfloat16(np.float32(3.14159)))[2:] == b"\0\0"


def test_a_weight_alone_stays_and_its_copy_moves(run):
    steps = run("precision/training/steps")
    weight = Fraction(1)
    for _ in range(1000):
        weight = rounded(weight - Fraction(1, 1000), 7)
    assert weight == 1 and steps.alone == [1] * 1001 and steps.update == np.float32(0.001)
    copies = [1 - step * float(np.float32(0.001)) for step in range(1001)]
    assert steps.last == {"bfloat16": 1, "master copy": steps.master[-1]} and steps.steps == 1000
    assert steps.master == pytest.approx(copies, abs=1e-5)
    assert [float(each) for each in steps.follower[:900]] == [float(rounded(float(each), 7)) for each in steps.master[:900]]
    half = Fraction(1)
    for _ in range(10):
        half = rounded(half - Fraction(1, 1000), 10)
    assert half < 0.995   # float16 moves


def test_the_bytes_per_weight(run):
    listing = run("precision/training/bytes")
    sizes = {np.dtype(np.float32).itemsize: 4, np.dtype(np.float16).itemsize: 2}
    assert sizes == {4: 4, 2: 2}
    assert listing.recipes["float32"] == [4, 4, 0, 4, 4] and listing.recipes["autocast"] == listing.recipes["float32"]
    assert listing.recipes["mixed"] == [2, 2, 4, 4, 4] and listing.recipes["all bfloat16"] == [2, 2, 0, 2, 2]
    assert listing.total == {"float32": 16, "mixed": 16, "autocast": 16, "all bfloat16": 8} and listing.left == 8


def test_a_dynamic_scale_returns_after_patience_and_one_steps(run):
    dynamic = run("precision/training/dynamic")
    assert np.diff(dynamic.skipped).tolist() == [101] * (len(dynamic.skipped) - 1)
    assert dynamic.skipped_every == 101 and dynamic.predicted == pytest.approx(1 / 101) == pytest.approx(dynamic.measured)
    # from 2^12 it takes ten doublings to pass 65504/0.02, which lies between 2^21 and 2^22
    assert dynamic.skipped[0] == 1000 and 2**21 < dynamic.highest < 2**22 and dynamic.highest == pytest.approx(3275200)
    assert dynamic.scales[:1001:100] == [2.0 ** (12 + k) for k in range(11)]
    assert dynamic.powers.tolist() == np.log2(dynamic.scales).tolist() and dynamic.line == pytest.approx(math.log2(3275200))
    assert set(dynamic.scales[1002:]) == {2.0**21, 2.0**22} and len(dynamic.scales) == 2000


def test_adam_in_float16_divides_by_nothing_below_a_gradient(run):
    adam = run("precision/training/adam")
    beta2, rounding = Fraction(999, 1000), Fraction(1, 2**25)
    assert float(adam.predicted) ** 2 == pytest.approx(float(rounding / (1 - beta2)))
    assert adam.g[[0, -1]] == pytest.approx([1e-7, 10]) and (adam.beta1, adam.beta2, adam.epsilon) == (0.9, 0.999, 1e-8)
    assert adam.single == pytest.approx(adam.g / (adam.g + 1e-8), rel=1e-5)
    finite = adam.g > adam.predicted * 1.05
    assert np.isfinite(adam.half[finite]).all() and not np.isfinite(adam.half[adam.g < adam.predicted * 0.95]).any()
    large = (adam.g > 1) & (adam.g < 5)
    assert adam.half[large] == pytest.approx(1, abs=0.01)
    assert adam.measured == max(g for g in adam.g if g < adam.predicted)
    span = adam.ax.patches[0].get_extents().transformed(adam.ax.transData.inverted())
    assert (span.x0, span.x1) == pytest.approx((1e-7, adam.predicted))
    zero = np.zeros(1)
    with np.errstate(invalid="ignore"):
        assert np.isnan(adam.first_step(zero, np.float16)).all() and adam.first_step(zero, np.float32) == 0


def test_a_truncated_normal_of_eight_bits_has_its_lower_limit_once_in_256(run):
    listing = run("precision/training/truncated")
    u = np.arange(1, 256) / 256
    assert listing.quantile[1:] == pytest.approx(stats.norm.ppf(u), rel=1e-9) and listing.quantile[0] == -100
    variance = 4 / 256 + 0.02**2 * np.sum(stats.norm.ppf(u) ** 2) / 256 - (2 / 256) ** 2
    assert listing.measured_std == pytest.approx(math.sqrt(variance), rel=0.1) and listing.predicted == 1 / 256
    assert len(listing.w) == 100_000 and set(np.unique(listing.u)) == set(range(256))
    assert np.diff(listing.edges) == pytest.approx(0.05) and listing.edges[[0, -1]] == pytest.approx([-2.075, 0.175])
    assert listing.share == np.mean(listing.u == 0) and listing.w.min() == -2 and np.abs(listing.w[listing.w > -2]).max() < 0.06


def test_the_exercises():
    assert 2.0**-12 < 0.0003 / 0.5 and 0.0003 / 0.5 > 2.0**-11 and 0.0003 / 0.5 < 2.0**-9
    assert math.floor(math.log2(65504 / 0.3)) == 17 and 2.0**-42 == pytest.approx(2.3e-13, rel=0.02)
    clip = lambda v: v / max(1, np.linalg.norm(v))   # noqa: E731
    assert clip(np.array([3.0, 4])) == pytest.approx([0.6, 0.8]) and clip(8 * np.array([3.0, 4])) / 8 == pytest.approx([0.075, 0.1])
    s, step = 2.0**-8, 0.001
    deviation = math.sqrt(step * (s - step))
    assert deviation == pytest.approx(math.sqrt(s**2 * step / s * (1 - step / s))) == pytest.approx(0.0017, abs=5e-5)
    assert math.sqrt(500) * deviation == pytest.approx(0.038, abs=5e-4)


def test_a_weight_that_is_rounded_by_chance_walks_less_below_one_half(run):
    """The whole distribution over the bfloat16 numbers from zero to two, step by step, without chance."""
    walk = run("precision/training/walk")
    rng = np.random.default_rng(7)
    weights = np.ones(10_000)
    for _ in range(1000):
        gap = 2.0 ** np.floor(np.log2(np.abs(weights - 0.001))) / 128
        weights = gap * (((weights - 0.001) / gap + rng.uniform(size=10_000)) // 1)
    assert np.mean(weights == walk.weights) > 0.999          # the same walks, by logarithms
    marks = np.array([0] + [2.0**power * (128 + part) / 128 for power in range(-16, 1) for part in range(128)])
    share = (marks == 1).astype(float)
    assert walk.weights.shape == (10_000,) and (walk.step, walk.digits) == (0.001, 7)
    for k in range(1, 1001):
        target = np.maximum(marks - 0.001, 0)                # what little would pass zero stays there
        upper = np.searchsorted(marks, target)
        gap = np.where(upper > 0, marks[upper] - marks[upper - 1], 1)
        down = np.where(upper > 0, (marks[upper] - target) / gap, 0)
        share = np.bincount(upper, share * (1 - down), len(marks)) + np.bincount(np.maximum(upper - 1, 0), share * down, len(marks))
        if k == 500:
            mean = share @ marks
            deviation = math.sqrt(share @ (marks - mean) ** 2)
            assert mean == pytest.approx(0.5) and deviation == pytest.approx(0.0375, abs=5e-4)
            assert walk.mean[500] == pytest.approx(mean, abs=4 * deviation / 100)
            assert walk.deviation[500] == pytest.approx(deviation, rel=4 / math.sqrt(2 * 10_000))
        if k == 800:                                         # the spacing has halved twice and hardly adds
            mean = share @ marks
            assert math.sqrt(share @ (marks - mean) ** 2) == pytest.approx(walk.deviation[1000], rel=0.04)
    assert walk.mean[1000] == pytest.approx(0, abs=4 * 0.041 / 100) and walk.deviation.keys() == walk.mean.keys() == {500, 1000}
    assert walk.deviation[1000] == pytest.approx(walk.predicted, rel=0.04)
    assert walk.predicted**2 == pytest.approx(0.5 * (1 / 256 - 0.001) + 0.25 * (1 / 512 - 0.001))
