"""Softmax and its loss: the chapter's claims, by another road than its listings take."""
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

m, z_y, total, p_k, right = sp.symbols("m z_y total p_k right", positive=True)
SUM = {r"\ln \sum_{k=1}^{K} e^{z_k - m}": total}
EQUATIONS = {
    "eq-softmax-shift": (r"\ln \sum_{k=1}^{K} e^{z_k} =", m + total, SUM),
    "eq-softmax-loss": (r"\loss =", m + total - z_y, SUM),
    "eq-softmax-gradient": (r"\frac{\partial \loss}{\partial z_k} =", p_k - right, {"[k = y]": right}),
}
SMALLEST = {"float16": 24, "float32": 149, "float64": 1074}   # the smallest number is 2 to minus this
LARGEST = {"float16": (10, 15), "float32": (23, 127), "float64": (52, 1023)}   # bits of the digits, largest exponent


@pytest.mark.parametrize("logits", [(1000, 1001, 1002), (-5000, 3), (0.5,), (80, 88, 89, -90)])
def test_the_logarithm_of_a_sum_of_exponentials_may_be_taken_from_any_shift(logits):
    """The logarithm of a sum of exponentials is any number m plus that of the exponentials of what is left; with the
    largest logit as m the rest lies between 0 and ln K.

    In 3000 digits, where nothing overflows.
    """
    with mpmath.workdps(3000):
        exact = mpmath.log(sum(mpmath.exp(z) for z in logits))
        for shift in (max(logits), min(logits), 7):
            rest = mpmath.log(sum(mpmath.exp(z - shift) for z in logits))
            formula = EQUATIONS["eq-softmax-shift"][1].subs({m: shift, total: 0})
            assert abs(float(formula) + rest - exact) < 1e-9
        rest = exact - max(logits)
        assert -1e-9 < rest < mpmath.log(len(logits)) + 1e-9


def test_the_loss_of_logits_and_its_gradient():
    """eq-softmax-loss: The cross-entropy is the logarithm of the sum of exponentials minus the logit of the right class.

    eq-softmax-gradient: The gradient of the cross-entropy with respect to a logit is its probability, minus one for the
    right class.

    Symbolic, for three classes, from the definition of a probability.
    """
    z = sp.symbols("z1:4", real=True)
    probabilities = [sp.exp(each) / sum(map(sp.exp, z)) for each in z]
    loss = -sp.log(probabilities[1])
    left = EQUATIONS["eq-softmax-loss"][1].subs({m: z[2], z_y: z[1], total: sp.log(sum(sp.exp(each - z[2]) for each in z))})
    at = dict(zip(z, (sp.Rational(3, 10), sp.Rational(-7, 5), 2)))
    assert abs(sp.N((loss - left).subs(at), 30)) < 1e-25
    for number, each in enumerate(z):
        gradient = EQUATIONS["eq-softmax-gradient"][1].subs({p_k: probabilities[number], right: int(number == 1)})
        assert abs(sp.N((sp.diff(loss, each) - gradient).subs(at), 30)) < 1e-25


def test_the_gradient_is_at_most_the_root_of_two():
    """By brute force over a grid of probabilities of three classes."""
    steps = np.linspace(0, 1, 201)
    first, second = (each.ravel() for each in np.meshgrid(steps, steps))
    third = 1 - first - second
    inside = third >= 0
    norms = np.sqrt((first - 1) ** 2 + second**2 + third**2)[inside]
    assert norms.max() == pytest.approx(math.sqrt(2)) and (norms <= math.sqrt(2) * (1 - first[inside]) + 1e-12).all()


def test_the_windows_of_exp_follow_from_the_bits(run):
    windows = run("precision/softmax/window").windows
    assert windows.keys() == SMALLEST.keys()
    for name, (low, high) in windows.items():
        digits, exponent = LARGEST[name]
        largest = (2 - Fraction(1, 2**digits)) * 2**exponent
        assert low == pytest.approx(-(SMALLEST[name] + 1) * math.log(2))
        assert high == pytest.approx(float(mpmath.log(mpmath.mpf(largest.numerator) / largest.denominator)))
    assert run("precision/softmax/window").logits == [100, 101, 102] and run("precision/softmax/window").moved.tolist() == [-2, -1, 0]
    exact = [float(mpmath.exp(z) / sum(map(mpmath.exp, (100, 101, 102)))) for z in (100, 101, 102)]
    assert [round(p, 2) for p in exact] == [0.09, 0.24, 0.67]


def test_softmax_of_logarithms_is_a_ratio_of_integers(run):
    listing = run("precision/softmax/shift")
    for numbers in [(1, 2, 5), (3, 3), (1, 99)]:
        for constant in (0, 5000, -5000):   # whose exponentials no format holds
            z = np.log(np.array(numbers, float)) + constant
            exact = [each / sum(numbers) for each in numbers]
            assert listing.shifted(z) == pytest.approx(exact, rel=1e-12)
    wide = listing.shifted(np.array([-800.0, 0]))   # nor what is left of it: it counts for nothing
    assert wide.tolist() == [0, 1]
    assert listing.textbook(np.log([1.0, 2, 5])) == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert listing.z == pytest.approx(np.log([1, 2, 5])) and listing.moved == pytest.approx(100 + np.log([1, 2, 5]))
    assert listing.moved.dtype == np.float32 and listing.constant == 100


def test_equal_gaps_are_equal_factors(run):
    listing = run("precision/softmax/identical")
    exact = [mpmath.exp(h) for h in (0.2, 2, 1.1, 3)]
    assert listing.p == pytest.approx([float(each / sum(exact)) for each in exact], rel=1e-12)
    assert listing.p_moved == pytest.approx(listing.p, rel=1e-12) and listing.constant == 2.5


def test_a_loss_from_probabilities_ends_where_the_rounding_does(run):
    listing = run("precision/softmax/loss")
    assert listing.x.dtype == np.float32 and np.diff(listing.x) == pytest.approx(0.5) and listing.x[[0, -1]].tolist() == [0, 129.5]
    exact = np.array([float(mpmath.log1p(mpmath.exp(float(each)))) for each in listing.x])
    assert listing.from_logits == pytest.approx(exact, rel=1e-6)
    # The probabilities are rounded: to 2^-25 of one for the sigmoid, to half the smallest number for the softmax.
    for loss, last, rounding in (listing.from_sigmoid, 16, 2**-25), (listing.from_softmax, 103, 2.0**-150):
        rows = listing.x <= last
        off = np.abs(np.exp(-loss[rows].astype(float)) - np.exp(-exact[rows]))
        assert (off <= 3 * (rounding + 2**-22 * np.exp(-exact[rows]))).all()
    assert listing.last_sigmoid == max(x for x in listing.x if Fraction(math.exp(-float(x))) > Fraction(1, 2**24) * Fraction(99, 100))
    assert listing.last_softmax == max(x for x in listing.x if mpmath.exp(-float(x)) > mpmath.mpf(2) ** -150)
    assert np.isinf(listing.from_sigmoid[listing.x > 17.5]).all() and np.isinf(listing.from_softmax[listing.x > 104]).all()


def test_a_mask_leaves_nothing_behind_it_and_an_all_masked_row_is_undefined(run):
    listing = run("precision/softmax/mask")
    kept = [mpmath.exp(float(np.float16(score))) for score in (0.3, -1.2)]
    exact = [float(each / sum(kept)) for each in kept]
    assert len(listing.found) == 8 and listing.scores.tolist() == np.float16([0.3, -1.2, 0.8, 0.1]).tolist()
    assert {name.split()[-1] for name in listing.found} == {"-inf", "-1e+09", "-65504", "-10000"}
    for name, p in listing.found.items():
        assert p.dtype == np.float16 and len(p) == 4
        if name.startswith("two"):
            assert p == pytest.approx([*exact, 0, 0], abs=1e-3)
        else:
            assert np.isnan(p).all() if "inf" in name or "1e+09" in name else p.tolist() == [0.25] * 4
    assert sum(map(np.isnan, (p[0] for p in listing.found.values()))) == 2
    lowest = -np.finfo(np.float16).max
    assert np.float16(-1e4) < -17.4 and lowest == -65504
    with np.errstate(over="ignore"):
        assert np.isinf(lowest + lowest) and np.isinf(np.float16(-1e9))


def test_a_where_passes_zero_times_the_slope_on(run):
    listing = run("precision/softmax/where")
    step = 1e-6
    assert (math.sqrt(4 + step) - math.sqrt(4 - step)) / (2 * step) == pytest.approx(listing.once[0]) == pytest.approx(0.25)
    assert listing.x.tolist() == [4, 0] and listing.positive.tolist() == [True, False] and listing.number == 1
    assert listing.y.tolist() == [2, 0] and listing.root.tolist() == [2, 0]
    assert listing.into_root.tolist() == [1, 0] and listing.slope.tolist() == [0.25, np.inf] and np.isnan(listing.once[1])
    assert listing.twice.tolist() == [0.25, 0] and listing.safe.tolist() == [4, 1]


def test_a_variance_as_a_difference_is_off_by_the_rounding_of_the_mean_squared(run):
    """Exact fractions of the float32 numbers of the listing, and its two formulas once more."""
    listing = run("precision/softmax/variance")
    assert listing.means[[0, -1]] == pytest.approx([1, 1e5]) and len(listing.means) == 21
    assert listing.unit == 2**-24 and listing.predicted == pytest.approx([mean**2 / 2**24 for mean in listing.means])
    assert len(listing.numbers) == 1000 and abs(np.mean(listing.numbers)) < 0.13 and abs(np.var(listing.numbers) - 1) < 0.18
    for place in (0, 8, 14, 20):
        x = np.float32(listing.means[place] + listing.numbers)
        exact = [Fraction(float(each)) for each in x]
        mean = sum(exact) / len(exact)
        variance = float(sum((each - mean) ** 2 for each in exact) / len(exact))
        naive = abs(float(np.mean(x * x) - np.mean(x) ** 2) - variance) / variance
        deviations = abs(float(np.mean((x - np.mean(x)) ** 2)) - variance) / variance
        assert listing.difference[place] == pytest.approx(naive, rel=1e-3, abs=1e-9)
        assert listing.two_pass[place] == pytest.approx(deviations, rel=1e-3, abs=1e-9)


def test_the_exercises():
    assert math.log(65504) == pytest.approx(11.09, abs=0.01) and -25 * math.log(2) == pytest.approx(-17.33, abs=0.01)
    leak = 1000 * math.exp(-20)
    assert leak / (1 + leak) == pytest.approx(2.06e-6, rel=0.01)
    leak = 1000 * math.exp(-10)
    assert leak == pytest.approx(0.0454, abs=1e-4) and leak / (1 + leak) == pytest.approx(0.0434, abs=1e-4)
    assert -math.log(1e-8) == pytest.approx(18.42, abs=0.01)
