"""The typical draw: the claims of the chapter, by another road than its listings."""
from fractions import Fraction
from itertools import accumulate, product
from math import comb

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import binom, chi, chi2, kstest, norm

n, sigma, L, p = sp.symbols("n sigma L p", positive=True)
EXPONENT = sp.log(sigma) + (sp.log(2) + sp.digamma(n / 2)) / 2
SPREAD = L * p / 4
CARRIERS = L * (2 * sp.log(sigma) + sp.log(2) + sp.digamma(n / 2 + 1))
EQUATIONS = {
    "eq-typical-exponent": (r"\lambda_1 =", EXPONENT),
    "eq-typical-spread": (r"\Var[\ln\frac{\norm{h_L}}{\norm{h_0}}] =", SPREAD, {r"\psi'(n/2)": p}),
    "eq-typical-mean": (r"\E[\norm{h_L}^2] =", (n * sigma**2) ** L),
    "eq-typical-critical": (r"\sigma_c =", sp.exp(-(sp.log(2) + sp.digamma(n / 2)) / 2)),
    "eq-typical-carriers": (r"\E[\frac{\norm{h_L}^2}{(n\sigma^2)^L} \ln\norm{h_L}^2] =", CARRIERS),
}
LN10 = np.log(10)


def exponent(width, scale=1):
    return float(EXPONENT.subs({n: width, sigma: scale}))


def spread(width, layers):
    """Standard deviation of the logarithm of the size, in decades."""
    variance = SPREAD.subs({p: sp.polygamma(1, sp.Rational(width, 2)), L: layers})
    return float(sp.sqrt(variance)) / LN10


def products(factors):
    """factors[0], factors[1] @ factors[0], ...: the product after each layer."""
    return list(accumulate(factors, lambda P, W: W @ P))


def chi_mean(function, width):
    return quad(lambda r: function(r) * chi.pdf(r, width), 0, np.inf, limit=200)[0]


@pytest.mark.parametrize("width", [1, 2, 4, 7, 100])
def test_exponent_and_spread_are_the_mean_and_variance_of_the_logarithm_of_a_chi(width):
    """eq-typical-exponent: This is the mean logarithm of the stretch by one Gaussian n × n matrix, at any width and
    for any vector that does not depend on it.

    eq-typical-spread: This is the variance of the logarithm of the stretch by L independent Gaussian matrices, at any
    width.

    Quadrature, the mean and the variance of the logarithm of a χ variable at five widths.
    """
    mean = chi_mean(lambda r: np.log(0.3 * r), width)
    assert float(EQUATIONS["eq-typical-exponent"][1].subs({n: width, sigma: 0.3})) == pytest.approx(mean, abs=1e-7)
    variance = chi_mean(lambda r: (np.log(0.3 * r) - mean) ** 2, width)
    predicted = EQUATIONS["eq-typical-spread"][1].subs({p: sp.polygamma(1, sp.Rational(width, 2)), L: 9})
    assert float(predicted) == pytest.approx(9 * variance, rel=1e-6)


def test_the_stretch_is_a_chi_variable_in_every_direction():
    rng = np.random.default_rng(0)
    W = rng.standard_normal((3000, 5, 3))                  # a shape that is not square: the entries that come out count
    for u in np.array([1, 0, 0]), np.array([3, -4, 12]) / 13:
        assert kstest(np.linalg.norm(W @ u, axis=1), chi(5).cdf).pvalue > 0.001


def test_the_mean_square_of_a_product(run):
    """An input of norm one has this mean squared norm after L independent linear layers of width n with independent
    weights of mean zero and variance σ².

    Quadrature, of the square of a χ variable, for one layer and for three; and all patterns of signs of two layers.
    """
    formula = EQUATIONS["eq-typical-mean"][1]
    assert formula.subs({n: 4, sigma: sp.Rational(1, 2), L: 100}) == 1
    assert float(formula.subs({n: 6, sigma: 1, L: 1})) == pytest.approx(chi_mean(lambda r: r**2, 6))
    assert float(formula.subs({n: 5, sigma: 0.7, L: 3})) == pytest.approx(chi_mean(lambda r: (0.7 * r) ** 2, 5) ** 3)
    squares = [np.sum((np.reshape(s[:4], (2, 2)) @ np.reshape(s[4:], (2, 2)) @ [0.6, 0.8]) ** 2) for s in product([-1, 1], repeat=8)]
    assert np.mean(squares) == pytest.approx(float(formula.subs({n: 2, sigma: 1, L: 2})))


def test_critical_sigma_makes_the_mean_logarithm_zero(run):
    """At this standard deviation of Gaussian weights the logarithm of the stretch has the mean zero, so that the
    typical product neither grows nor shrinks.

    Quadrature, the root of an integral.
    """
    critical, formula = run("gradients/typical/critical"), EQUATIONS["eq-typical-critical"][1]
    for width in 1, 2, 3, 4, 10, 101, 1000:
        assert critical.critical[width - 1] == pytest.approx(float(formula.subs(n, width)), rel=1e-10)
        assert critical.exponents[width - 1] == pytest.approx(exponent(width), abs=1e-10)
        assert critical.xavier[width - 1] == pytest.approx(width**-0.5)
        assert critical.gain[width - 1] == pytest.approx(critical.critical[width - 1] * width**0.5)
    for width in 1, 2, 4, 10, 100, 1000:
        assert critical.at_xavier[width] == pytest.approx(exponent(width, width**-0.5), abs=1e-10)
        assert critical.predicted[width] == pytest.approx(float(formula.subs(n, width)), rel=1e-10)
    assert -1 / 200 - 1e-4 < exponent(100, 0.1) < -1 / 200                     # "about -1/(2n)"
    root = brentq(lambda s: chi_mean(lambda r: np.log(s * r), 4), 0.1, 2)
    assert critical.critical[3] == pytest.approx(root, abs=1e-7) and f"{root:.3f}" == "0.572"
    rng = np.random.default_rng(2)
    for width, value in critical.measured.items():          # the same draws, and a geometric mean
        stretch = rng.chisquare(width, 4000) ** 0.5
        assert value == pytest.approx(1 / np.exp(np.mean(np.log(stretch))), rel=1e-12)
    assert np.exp(10 * np.sqrt(float(sp.polygamma(1, 2))) / 2) == pytest.approx(55, abs=1)
    assert float((4 * formula.subs(n, 4) ** 2) ** 100) > 1e11                 # "the mean square explodes"


def test_the_map_shows_two_thresholds(run):
    critical = run("gradients/typical/critical")
    curve, dots = critical.ax.lines
    assert curve.get_ydata() == pytest.approx([critical.gain[int(w) - 1] for w in curve.get_xdata()])
    assert {1, 2, 4, 10, 1000} <= set(curve.get_xdata()) and dots.get_xdata().tolist() == [1, 2, 4, 10, 100, 1000]
    assert dots.get_ydata() == pytest.approx([critical.measured[w] * w**0.5 for w in dots.get_xdata()])
    gray, wedge, blue = (area.get_paths()[0].vertices for area in critical.ax.collections)
    assert set(gray[:, 1]) == {0.7, 1} and set(gray[:, 0]) == {1, 1000}
    for width in curve.get_xdata():
        edge = critical.gain[int(width) - 1]
        for area, other in (wedge, 1), (blue, 2):
            here = area[area[:, 0] == width][:, 1]
            assert np.min(abs(here - edge)) < 1e-9 and np.min(abs(here - other)) < 1e-9
    assert set(wedge[:, 0]) == set(blue[:, 0]) == set(curve.get_xdata())
    notes = {text.get_text(): getattr(text, "xy", text.get_position()) for text in critical.ax.texts}
    (x, y), = (place for words, place in notes.items() if words.startswith("mean grows"))
    assert 1 < y < np.interp(x, critical.widths, critical.gain)                # the line points into the wedge
    assert notes["mean and typical network grow"][1] > 1.1 and notes["mean and typical network shrink"][1] < 1


def test_hardly_a_network_is_as_large_as_the_average(run):
    ends = run("gradients/typical/ends")
    factors = np.random.default_rng(1).normal(0, 0.5, (100, 2000, 4, 4))
    mean_square = np.mean(products(factors)[-1].sum(axis=2) ** 2, axis=1)      # the product first, then the input
    assert np.allclose(ends.mean_square, mean_square, rtol=1e-6, atol=0)
    assert ends.sample_mean == pytest.approx(mean_square.mean()) and ends.median == pytest.approx(np.median(mean_square))
    assert ends.reached == sum(mean_square >= 1) <= 2
    # "hardly one network in a thousand": by the weighted distribution, P(S >= 0) = E*[exp(-S); S >= 0]
    logs = np.log(np.random.default_rng(0).chisquare(6, (200_000, 100)) / 4).sum(axis=1)
    assert np.mean((logs >= 0) * np.exp(-logs)) < 1 / 1000
    typical, deviation = 200 * exponent(4, 0.5), 2 * spread(4, 100) * LN10
    assert (typical, deviation) == pytest.approx((-27.04, 8.03), abs=0.006)
    assert np.log10(ends.median) == pytest.approx(typical / LN10, abs=0.5) and round(typical / LN10) == -12
    assert np.exp(typical + deviation**2 / 2) == pytest.approx(182, rel=0.05)  # what a normal law would give
    assert chi_mean(lambda r: r / 2, 4) ** 100 == pytest.approx(0.94**100, rel=0.01)
    counts, edges = np.histogram(np.log10(mean_square), np.arange(-26, 3, 0.5))
    assert [bar.get_height() for bar in ends.ax.patches] == counts.tolist() and counts.sum() == 2000
    assert [bar.get_x() for bar in ends.ax.patches] == pytest.approx(edges[:-1]) and counts.max() < 205
    one, sample, median = (line.get_xdata()[0] for line in ends.ax.lines)
    assert one == 0 and sample == np.log10(ends.sample_mean) and median == np.log10(ends.median)
    words = {text.get_text().split()[0]: text.get_position()[0] for text in ends.ax.texts}
    assert ends.ax.texts[0].get_position()[0] > 0 and words["median"] < median
    assert ends.ax.texts[1].get_position()[0] == sample
    for line, top in zip(ends.ax.lines[1:], (60, 205)):
        assert list(line.get_ydata()) == [0, top] and len(set(line.get_xdata())) == 1


def outcomes(layers):
    """All products of coins, as exact fractions with their multiplicity."""
    found = {}
    for coins in product([Fraction(3, 2), Fraction(1, 2)], repeat=layers):
        size = Fraction(1)
        for factor in coins:
            size *= factor
        found[size] = found.get(size, 0) + 1
    return found


def test_the_tree_of_coins_keeps_its_mean(run):
    """The mean of all products of factors 3/2 and 1/2 is one, and their middle is a power of 3/4."""
    tree = run("gradients/typical/tree")
    clouds = [cloud for cloud in tree.ax.collections if len(cloud.get_offsets())]
    for layer in range(9):
        found = outcomes(layer)
        assert sum(size * count for size, count in found.items()) == 2**layer and tree.means[layer] == 1
        assert tree.below[layer] == sum(count for size, count in found.items() if size < 1) / 2**layer
        expected = sorted((float(size), 600 * count / 2**layer) for size, count in found.items())
        offsets = np.asarray(clouds[layer].get_offsets())
        assert set(offsets[:, 0]) == {layer}
        assert np.array(sorted(zip(offsets[:, 1], clouds[layer].get_sizes()))) == pytest.approx(np.array(expected))
    middle = sorted(size for size, count in outcomes(8).items() for _ in range(count))[127:129]
    assert middle == [Fraction(3, 4) ** 4] * 2 and tree.middles[8] == 0.75**4
    assert tree.middles == {layer: 0.75 ** (layer / 2) for layer in (0, 2, 4, 6, 8)}
    assert len(clouds) == 9 and tree.ax.lines[-1].get_ydata()[0] == 1
    branches = [line.get_xydata() for line in tree.ax.lines if len(line.get_xdata()) == 2 and line.get_xdata()[0] != 0 or
                line.get_xdata()[-1] == 1 and line.get_xdata()[0] == 0 and line.get_color() == "0.5"]
    assert len(branches) == 2 * sum(range(1, 9))
    for (x, y), (x2, y2) in branches:
        assert x2 == x + 1 and y2 / y in (pytest.approx(1.5), pytest.approx(0.5)) and Fraction(y) in outcomes(int(x))
    ups = sum(end[1] > start[1] for start, end in branches)
    assert ups == len(branches) / 2
    places = {text.get_text(): text.get_position() for text in tree.ax.texts}
    assert places["middle"] == (8.25, 0.75**4) and places["mean"][1] > 1
    assert 1.5**8 == pytest.approx(26, abs=0.5) and 0.5**8 == pytest.approx(0.004, abs=1e-4)
    # by hand, and the exercises
    assert outcomes(2) == {Fraction(9, 4): 1, Fraction(3, 4): 2, Fraction(1, 4): 1}
    assert outcomes(3) == {Fraction(27, 8): 1, Fraction(9, 8): 3, Fraction(3, 8): 3, Fraction(1, 8): 1}
    assert Fraction(27, 8) / 8 == Fraction(27, 64) > Fraction(2, 5)
    assert (15 / 16) ** 50 == pytest.approx(0.040, abs=4e-4) and (5 / 4) ** 100 == pytest.approx(4.9e9, rel=0.01)


def test_the_mean_of_coins_is_made_of_networks_with_75_growing_layers(run):
    coin = run("gradients/typical/coin")
    k = np.arange(101)
    assert coin.probability == pytest.approx(binom.pmf(k, 100, 0.5)) and coin.share == pytest.approx(binom.pmf(k, 100, 0.75))
    sizes = [Fraction(3, 2) ** j * Fraction(1, 2) ** (100 - j) for j in range(101)]
    assert coin.size == pytest.approx([float(size) for size in sizes])
    assert sum(comb(100, j) * size for j, size in enumerate(sizes)) == 2**100
    assert coin.typical == pytest.approx(0.75**50) == pytest.approx(5.7e-7, rel=0.01)
    assert coin.least == max(j for j in range(101) if binom.sf(j - 1, 100, 0.75) >= 0.9) == 69
    assert coin.one_in == pytest.approx(1 / binom.sf(68, 100, 0.5))
    networks, mean = coin.ax.patches[:101], coin.ax.patches[101:]
    for bars, heights in (networks, coin.probability), (mean, coin.share):
        assert [bar.get_x() + bar.get_width() / 2 for bar in bars] == k.tolist()
        assert [bar.get_height() for bar in bars] == pytest.approx(heights) and bars[0].get_width() == 1
    assert np.minimum(coin.probability, coin.share).sum() < 0.01               # "they barely touch"
    assert coin.mean == pytest.approx(1) and list(coin.top.get_xticks()) == [40, 50, 60, 70, 80]
    for place, label in zip(coin.top.get_xticks(), coin.top.get_xticklabels()):
        assert label.get_text() == f"$10^{{{np.log10(coin.size[int(place)]):.0f}}}$"
    words = {text.get_text().split()[0]: text.get_position()[0] for text in coin.ax.texts}
    assert words["networks"] < 50 and words["what"] > 75


def test_a_hundred_gaussian_matrices_stretch_a_vector_by_24_decades(run):
    growth = run("gradients/typical/growth")
    assert growth.predicted == pytest.approx(100 * exponent(4) / LN10, rel=1e-12)
    assert growth.predicted_spread == pytest.approx(spread(4, 100), rel=1e-12)
    assert f"{growth.predicted:.2f} {growth.predicted_spread:.2f}" == "24.23 1.74"
    assert norm.sf(2, scale=np.sqrt(2) * spread(4, 100)) * 2 > 0.4             # "a factor of a hundred is ordinary"
    assert growth.rate == pytest.approx(exponent(4) / LN10, rel=1e-12)
    # the matrices multiplied by each other, and only then with the vector
    factors = np.random.default_rng(1).standard_normal((100, 1000, 4, 4))
    norms = [np.linalg.norm(P.sum(axis=2) / 2, axis=1) for P in products(factors)]
    assert np.allclose(growth.decades, np.log10([np.ones(1000), *norms]), rtol=0, atol=1e-9)
    last = np.log10(norms[99])
    assert (growth.measured, growth.measured_spread) == pytest.approx((last.mean(), last.std()))
    passage = [next(layer for layer, size in enumerate(path, 1) if size > 65504) for path in np.transpose(norms)]
    assert growth.first.tolist() == passage and growth.limit == np.log10(65504)
    assert growth.predicted_layer == pytest.approx(np.log(65504) / exponent(4)) and growth.middle == np.median(passage)
    assert (growth.earliest, growth.latest) == (min(passage), max(passage))
    assert np.median(passage) == round(np.log(65504) / exponent(4)) == 20
    assert (min(passage), max(passage)) == (14, 34)                            # the picture's description
    assert kstest(last, norm(growth.predicted, growth.predicted_spread).cdf).pvalue > 0.001


def test_the_figure_of_growth_has_walks_a_bell_and_passages(run):
    growth = run("gradients/typical/growth")
    *draws, theory, limit = growth.panels["walks"].lines
    assert len(draws) == 24
    for number, draw in enumerate(draws):
        assert draw.get_ydata() == pytest.approx(growth.decades[:, number])
    assert theory.get_ydata() == pytest.approx(np.arange(101) * exponent(4) / LN10)
    assert set(limit.get_ydata()) == {np.log10(65504)}
    counts, edges = np.histogram(growth.first, np.arange(0.5, 60))
    assert [bar.get_height() for bar in growth.panels["top"].patches] == counts.tolist() and counts.sum() == 1000
    assert [bar.get_x() for bar in growth.panels["top"].patches] == edges[:-1].tolist()
    density, edges = np.histogram(growth.decades[100], np.arange(16, 32, 0.5), density=True)
    bars = growth.panels["side"].patches
    assert [bar.get_width() for bar in bars] == pytest.approx(density) and [bar.get_y() for bar in bars] == pytest.approx(edges[:-1])
    bell = growth.panels["side"].lines[0]
    heights = bell.get_ydata()
    assert heights[[0, -1]].tolist() == [16, 32] and len(heights) == 100
    assert bell.get_xdata() == pytest.approx(norm.pdf(heights, growth.predicted, growth.predicted_spread))


@pytest.mark.parametrize("width, scale, layers", [(4, 0.5, 1), (3, 0.7, 2), (10, 0.4, 3)])
def test_the_networks_that_make_the_mean_have_two_more_degrees_of_freedom(width, scale, layers):
    """The mean logarithm of the squared norm, each network weighted by its squared norm over the mean of that.

    Quadrature, of the weighted logarithm of one χ² variable; the layers are independent.
    """
    weighted = quad(lambda x: x / width * np.log(scale**2 * x) * chi2.pdf(x, width), 0, np.inf)[0]
    formula = EQUATIONS["eq-typical-carriers"][1].subs({n: width, sigma: scale, L: layers})
    assert float(formula) == pytest.approx(layers * weighted, abs=1e-6)
    x = np.linspace(0.1, 30, 50)
    assert x / width * chi2.pdf(x, width) == pytest.approx(chi2.pdf(x, width + 2))


def test_the_mean_is_carried_by_networks_that_nobody_draws(run):
    rare = run("gradients/typical/rare")
    assert rare.predicted["typical"] == pytest.approx(200 * exponent(4, 0.5) / LN10)
    formula = float(CARRIERS.subs({n: 4, sigma: 0.5, L: 100})) / LN10
    assert rare.predicted["carriers"] == pytest.approx(formula)
    assert rare.size_of_carriers == pytest.approx(10**formula) and formula == pytest.approx(10, abs=0.05)
    rng = np.random.default_rng(1)
    for name, freedom in ("typical", 4), ("carriers", 6):
        logs = np.log10(np.prod(rng.chisquare(freedom, (20000, 100)) / 4, axis=1))
        assert abs(getattr(rare, name) - logs).max() <= 1e-9 and rare.measured[name] == pytest.approx(logs.mean())
    assert rare.least == pytest.approx(np.quantile(rare.carriers, 0.1))
    assert np.mean(rare.carriers >= rare.least) == pytest.approx(0.9)
    # how rare they are, by a convolution: the distribution of the logarithm on a grid
    step = 0.02
    grid = np.arange(-2048, 2048) * step                                        # of ln(χ²/4), one layer
    density = np.exp(grid) * 4 * chi2.pdf(4 * np.exp(grid), 4) * step
    tilted = density * np.exp(grid)                                             # weighted by its value: the mean is one
    assert tilted.sum() == pytest.approx(1, abs=1e-6)
    many = np.fft.irfft(np.fft.rfft(np.fft.ifftshift(tilted / tilted.sum())) ** 100)
    total = np.fft.fftshift(many)
    above = grid >= rare.least * LN10
    assert total[above].sum() == pytest.approx(0.9, abs=0.01)
    assert rare.one_in == pytest.approx(1 / np.sum(total[above] * np.exp(-grid[above])), rel=0.15)
    assert rare.one_in == pytest.approx(1 / np.mean(10**-rare.carriers * (rare.carriers >= rare.least)))
    bars = rare.ax.patches
    edges = np.arange(-28, 24, 0.5)
    for part, values in zip((bars[:len(edges) - 1], bars[len(edges) - 1:]), (rare.typical, rare.carriers)):
        heights = np.histogram(values, edges, density=True)[0]
        assert [bar.get_height() for bar in part] == pytest.approx(heights) and [bar.get_x() for bar in part] == pytest.approx(edges[:-1])
        assert heights.max() < 0.155
    assert rare.ax.lines[0].get_xdata()[0] == 0
    words = [text.get_position()[0] for text in rare.ax.texts]
    assert words[0] < rare.predicted["typical"] and words[1] > rare.predicted["carriers"]
    labels = [label.get_text() for label in rare.ax.get_xticklabels()]
    assert labels == ["$10^{-24}$", "$10^{-12}$", "1", "$10^{12}$", "$10^{24}$"] and list(rare.ax.get_xticks()) == [-24, -12, 0, 12, 24]


def test_forty_seeds_of_one_initialization(run):
    seeds = run("gradients/typical/seeds")
    rng = np.random.default_rng(13)
    x = rng.standard_normal(100)
    x /= np.sqrt(np.mean(x**2))
    sizes = []
    for _ in range(40):
        h = x
        for _ in range(50):
            z = rng.normal(0, 0.02**0.5, (100, 100)) @ h
            h = z * (z > 0)
        sizes.append(h @ h / 100)
    assert seeds.mean_square == pytest.approx(sizes)
    # the variance of one layer: 2/n times the sum of half of the squares of normal numbers
    fourth = quad(lambda z: z**4 * norm.pdf(z), 0, np.inf)[0]
    assert 4 / 100 * (fourth - 0.25) == pytest.approx(5 / 100)
    assert seeds.beta == pytest.approx(50 * 5 / 100) == 2.5 and seeds.predicted == pytest.approx(np.sqrt(2.5))
    assert seeds.measured == pytest.approx(np.sqrt(np.sum((np.log(sizes) - np.mean(np.log(sizes))) ** 2) / 39))
    assert seeds.apart == pytest.approx(max(sizes) / min(sizes)) and 190 < seeds.apart < 210
    assert seeds.ax.lines[0].get_ydata() == pytest.approx(sorted(sizes)) and list(seeds.ax.lines[0].get_xdata()) == list(range(40))
    strokes = seeds.ax.collections[0].get_segments()
    assert [stroke[0].tolist() for stroke in strokes] == [[k, 1] for k in range(40)]
    assert [stroke[1].tolist() for stroke in strokes] == [pytest.approx([k, size]) for k, size in enumerate(sorted(sizes))]
    assert seeds.ax.lines[1].get_ydata()[0] == 1 and seeds.ax.lines[2].get_ydata()[0] == pytest.approx(np.exp(-1.25))
    apart = np.abs(np.subtract.outer(np.log(sizes), np.log(sizes)))[np.triu_indices(40, 1)]   # of two seeds, in the mean square
    assert np.sqrt(np.mean(apart**2)) == pytest.approx(np.sqrt(2 * 2.5), rel=0.3)
    assert np.mean(apart > 2 * np.log(3)) > 0.2 and np.mean(apart > 2 * np.log(50)) == 0
    assert np.sqrt(5 * 50 / 200) == pytest.approx(1.1, abs=0.05) and np.exp(1.118) == pytest.approx(3, abs=0.1)
    label = next(text for text in seeds.ax.texts if text.get_text().startswith("median"))
    assert 0.2 < label.get_position()[1] < np.exp(-1.25)
    assert min(sizes) == pytest.approx(0.015, abs=0.002) and max(sizes) == pytest.approx(3, abs=0.3)   # the description


def test_the_printed_products_are_ordinary_draws(run):
    entries = run("gradients/typical/entries")
    # an entry is a χ for each of a hundred matrices, and a normal number
    mean = 100 * chi_mean(np.log, 4) + 2 * quad(lambda z: np.log(z) * norm.pdf(z), 0, np.inf)[0]
    assert entries.predicted == pytest.approx(mean / LN10, abs=1e-6)
    normal = 2 * quad(lambda z: np.log(z) ** 2 * norm.pdf(z), 0, np.inf)[0] - (2 * quad(lambda z: np.log(z) * norm.pdf(z), 0, np.inf)[0]) ** 2
    assert normal == pytest.approx(np.pi**2 / 8)
    assert entries.predicted_spread == pytest.approx(np.sqrt(spread(4, 100) ** 2 + normal / LN10**2))
    assert (100 * 0.558 + (0.6931 - 1.9635) / 2) / 2.303 == pytest.approx(23.95, abs=0.01)
    assert float(sp.digamma(sp.Rational(1, 2))) == pytest.approx(-1.9635, abs=1e-4)
    rng = np.random.default_rng(3)
    factors = np.array([rng.standard_normal((1000, 4, 4)) for _ in range(101)])
    P = products(factors[::-1])[-1]                         # the last one from the left, this time
    decades = np.log10(abs(P))
    assert np.median(abs(entries.decades - decades)) < 1e-9
    assert (entries.measured, entries.largest) == pytest.approx((decades.mean(), decades.reshape(1000, 16).max(axis=1).mean()))
    assert entries.measured_spread == pytest.approx(decades.std())
    assert entries.within == pytest.approx(np.mean(abs(decades - decades.mean()) < 2))
    for printed in 3.6e24, 7.8e23:
        assert abs(np.log10(printed) - entries.largest) < entries.predicted_spread


def test_when_a_sample_shows_the_mean():
    """The deeper exercise: the two groups of networks are 2L/n apart, in spreads √(2L/n)."""
    for width in 20, 100:
        apart = float(CARRIERS.subs({n: width, sigma: 1, L: 1})) - 2 * exponent(width)
        assert apart == pytest.approx(2 / width)
    for layers, width, quotient in (100, 4, 6), (50, 100, 1):
        deviation = 2 * spread(width, layers) * LN10
        assert layers * 2 / width / deviation == pytest.approx(quotient, abs=0.3)
    assert exponent(2) == pytest.approx(0.058, abs=1e-4) and exponent(2, 0.5**0.5) == pytest.approx(-0.2886, abs=1e-4)
    assert np.exp(-0.2886) == pytest.approx(0.75, abs=0.001) and np.exp(-exponent(2)) == pytest.approx(0.944, abs=4e-4)


def test_a_negative_exponent_and_a_network_in_six_that_grew():
    assert exponent(4, 0.55) == pytest.approx(-0.040, abs=5e-4)
    assert spread(4, 100) * LN10 == pytest.approx(4.0, abs=0.05)
    logs = np.log(0.55**2 * np.random.default_rng(0).chisquare(4, (20_000, 100))).sum(axis=1) / 2
    # Four standard errors of a share of 0.16, 0.01, and what is called "about one in six".
    assert np.mean(logs > 0) == pytest.approx(1 / 6, abs=0.02)
