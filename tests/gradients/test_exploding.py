"""Exploding gradients: the claims of the chapter, by another road than its listings."""
from fractions import Fraction
from itertools import accumulate, product

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import linprog
from scipy.stats import chi, kstest, norm

n, sigma, i, L, M, lambda_1, lambda_2 = sp.symbols("n sigma i L M lambda_1 lambda_2", positive=True)
SPECTRUM = sp.log(sigma) + (sp.log(2) + sp.digamma((n - i + 1) / 2)) / 2
RATIO = -(L + 1) * (lambda_1 - lambda_2) - sp.log(2)
EQUATIONS = {
    "eq-exploding-depth": (r"L_{\max} =", sp.log(M) / lambda_1),
    "eq-exploding-ratio": (r"\E[\ln(s_2/s_1)] \approx", RATIO),
    "eq-exploding-spectrum": (r"\lambda_i =", SPECTRUM),
    "eq-exploding-directions": (r"\frac{\left(\sum_i s_i^2\right)^2}{\sum_i s_i^4} \approx", n / (L + 1)),
    "eq-exploding-batchnorm": (r"\chi =", sp.pi / (sp.pi - 1)),
}


def exponent(width, scale=1, place=1):
    return float(SPECTRUM.subs({n: width, sigma: scale, i: place}))


def spread(width, layers):
    """Standard deviation of the logarithm of the size, in decades."""
    return float(sp.sqrt(layers * sp.polygamma(1, sp.Rational(width, 2)) / 4)) / np.log(10)


def products(factors):
    """factors[0], factors[1] @ factors[0], ...: the product after each layer."""
    return list(accumulate(factors, lambda P, W: W @ P))


def chi_mean(function, width):
    return quad(lambda r: function(r) * chi.pdf(r, width), 0, np.inf, limit=200)[0]


def walks(rng, networks, layers, width, scale):
    """Logarithms of the rms and of the largest entry, of networks with Gaussian weights, layer by layer."""
    g = rng.standard_normal((networks, layers, width))
    steps = np.log(scale * np.linalg.norm(g, axis=2))
    rms = np.cumsum(steps, axis=1)
    return rms, rms + np.log(abs(g).max(axis=2) / np.sqrt(np.mean(g**2, axis=2)))


@pytest.mark.parametrize("width, scale, limit", [(100, 1.0, 65504.0), (512, 1.0, 3.4e38), (100, 0.01, 2.0**-24)])
def test_sizes_reach_the_end_of_a_format_after_the_predicted_layers(width, scale, limit):
    """At about this depth a signal whose root mean square starts at one reaches the number M, in wide layers.

    Sampling, the mean first passage of random walks without matrices, within half a layer and its standard error.
    """
    formula = EQUATIONS["eq-exploding-depth"][1].subs({M: limit, lambda_1: exponent(width, scale)})
    assert float(formula) == pytest.approx(np.log(limit) / np.log(scale * np.sqrt(width)), rel=0.01)
    rms = walks(np.random.default_rng(0), 200, 60, width, scale)[0]
    layers = np.argmax(rms > np.log(limit) if scale == 1 else rms < np.log(limit), axis=1) + 1
    assert abs(layers.mean() - 0.5 - float(formula)) < 0.5 + 4 * layers.std() / np.sqrt(200)


def test_three_more_bits_of_exponent_make_eight_times_as_many_layers():
    table = {"float16": 5, "float32": 8, "float64": 11}
    ends = {}
    for name, bits in table.items():
        assert np.finfo(name).nexp == bits
        assert np.log2(float(np.finfo(name).max)) == pytest.approx(2 ** (bits - 1), rel=1e-4)
        ends[name] = int(np.ceil(2 ** (bits - 1) * np.log10(2)))
    assert list(ends.values()) == [5, 39, 309]
    assert (2 - 2**-10) * 2**15 == 65504


def test_the_formats_of_the_ruler_are_those_of_their_bits(run):
    ruler = run("gradients/exploding/ruler")
    for name in "float16", "float32", "float64":
        (top, normal, bottom), info = ruler.formats[name], np.finfo(name)
        assert top == pytest.approx(float(sp.log(sp.Integer(int(info.max)), 2)), abs=1e-9)
        assert 2.0**normal == info.smallest_normal and 2.0**bottom == info.smallest_subnormal
    # sign, exponent, digits: the largest with the exponent that is not reserved
    assert ruler.formats["bfloat16"] == (np.log2(float(Fraction(255, 128) * 2**127)), -126, -126 - 7)
    assert 2 ** ruler.formats["fp8 e5m2"][0] == pytest.approx(57344) and ruler.formats["fp8 e5m2"][1:] == (-14, -16)
    assert 2 ** ruler.formats["fp8 e4m3"][0] == pytest.approx(1.75 * 2**8) and ruler.formats["fp8 e4m3"][1:] == (-6, -9)


def test_the_layers_on_the_ruler_are_those_of_a_product_of_matrices(run):
    ruler = run("gradients/exploding/ruler")
    rng = np.random.default_rng(2)
    h = rng.standard_normal(100)
    sizes, tops = [0.0], [0.0]
    for tens in range(1, 361):
        h = rng.standard_normal((100, 100)) @ h / 10      # the signal itself, but for a power of ten
        sizes.append(np.log10(np.linalg.norm(h) / 10) + tens)
        tops.append(np.log10(abs(h).max()) + tens)
    assert ruler.size == pytest.approx(sizes, abs=1e-9) and ruler.largest == pytest.approx(tops, abs=1e-9)
    for name, exponents in ruler.formats.items():
        up, _, down = (e * np.log10(2) for e in exponents)
        assert ruler.over[name] == next(layer for layer in range(361) if ruler.largest[layer] > up)
        half = down - np.log10(2)
        assert ruler.under[name] == next(l for l in range(361) if ruler.largest[l] - 2 * l < half)
    assert list(ruler.over.values()) == [3, 5, 5, 39, 39, 308]     # the picture's description
    assert list(ruler.under.values()) == [4, 6, 8, 41, 46, 324]


def test_the_ruler_shows_ranges_and_layers(run):
    ruler = run("gradients/exploding/ruler")
    root = {d: np.sign(d) * abs(d) ** 0.5 for d in (-300, -100, -38, -8, 0, 5, 38, 100, 300)}
    assert ruler.ax.get_xticks() == pytest.approx(list(root.values()))
    for row, (name, exponents) in enumerate(ruler.formats.items()):
        up, normal, down = (np.sign(e) * np.sqrt(abs(e) * np.log10(2)) for e in exponents)
        bar, hatched = ruler.ax.patches[2 * row:2 * row + 2]
        assert (bar.get_x(), bar.get_x() + bar.get_width()) == pytest.approx((normal, up))
        assert (hatched.get_x(), hatched.get_x() + hatched.get_width()) == pytest.approx((down, normal))
        right, left = ruler.ax.lines[2 * row:2 * row + 2]
        assert bar.get_y() + bar.get_height() / 2 == pytest.approx(row) == hatched.get_y() + hatched.get_height() / 2
        for line, end, drift in ((right, ruler.over[name], 0), (left, ruler.under[name], -2)):
            shown = [l for l in range(end) if l < 20 or l % 6 == 0]
            walk = ruler.size[shown] + drift * np.array(shown)
            assert line.get_xdata() == pytest.approx(np.sign(walk) * np.sqrt(abs(walk)))
            assert set(line.get_ydata()) == {row}
    labels = [(text.get_text(), *text.get_position()) for text in ruler.ax.texts]
    for row, (name, exponents) in enumerate(ruler.formats.items()):
        right, left = labels[2 * row:2 * row + 2]
        edges = np.sign(exponents) * np.sqrt(np.abs(exponents) * np.log10(2))
        assert right == (f"layer {ruler.over[name]}", pytest.approx(edges[0] + 0.5), row)
        assert left == (f"layer {ruler.under[name]}", pytest.approx(edges[2] - 0.5), row)
    assert labels[12][:2] == ("deviation 0.01", -np.sqrt(40)) and labels[13][:2] == ("deviation 1", np.sqrt(40))


def test_infinities_come_first_and_nan_one_layer_later(run):
    """Float16 has no infinity in layer 4, dozens in layer 5, only nan from layer 6 on."""
    end = run("gradients/exploding/end")
    rng = np.random.default_rng(1)
    h = rng.standard_normal(100).astype("float16").astype(float)
    for layer in range(1, 6):
        W = rng.standard_normal((100, 100)).astype("float16").astype(float)
        h = W @ h
        if layer < 5:
            h = h.astype("float16").astype(float)      # rounded once for each layer
            assert end.h[layer].astype(float) == pytest.approx(h, rel=2e-2, abs=0.02 * abs(h).max())
    assert abs(end.infinite[5] - (abs(h) >= 65520).sum()) <= 1
    assert end.infinite.tolist() == [0, 0, 0, 0, 0, 31, 0, 0]      # "about a third", "31 inf"
    assert end.not_a_number.tolist() == [0, 0, 0, 0, 0, 0, 100, 100]
    # a normal entry of rms 10⁵ is beyond the end with probability one half
    assert 2 * norm.sf(65504 / 1e5) == pytest.approx(0.5, abs=0.02)
    picture = np.asarray(end.ax.images[0].get_array())
    assert picture.shape == (100, 8, 3)
    purple = np.isclose(picture, [0.72, 0.38, 0.61]).all(axis=2)
    gray = np.isclose(picture, 0.75).all(axis=2)
    assert np.array_equal(purple.sum(axis=0), end.infinite) and np.array_equal(gray.sum(axis=0), end.not_a_number)
    darkness = picture[:, :5].mean(axis=(0, 2))
    assert (np.diff(darkness) < 0).all()
    for layer in (0, 3):                          # a tenth is the palest, a hundred thousand the darkest
        size = np.log10(np.clip(abs(end.h[layer].astype(float)), 0.1, 1e5))
        assert np.abs(picture[:, layer] - end.blues((size + 1) / 6)[:, :3]).mean() < 1e-3
    assert [(text.get_text(), text.get_position()[0]) for text in end.ax.texts] == [
        ("all finite", 2), ("31 inf", 5), ("all nan", 6.5)]


def test_the_gradient_of_the_weights_has_one_size_in_all_layers(run):
    """The rms of the gradient of a weight matrix is the product of those of the signal below and the gradient above."""
    weights = run("gradients/exploding/weights")
    rng = np.random.default_rng(3)
    W = rng.normal(0, 0.15, (20, 100, 100))
    x, top = rng.standard_normal(100), rng.standard_normal(100)
    P = [np.eye(100), *products(W)]
    for layer in range(20):                       # whole products in place of a recursion
        above = np.linalg.multi_dot([*W[:layer:-1], np.eye(100)]) if layer < 18 else (W[19] if layer == 18 else np.eye(100))
        h, delta = P[layer] @ x, above.T @ top
        assert weights.forward[layer] == pytest.approx(np.log10(np.linalg.norm(h) / 10), abs=1e-9)
        assert weights.backward[layer] == pytest.approx(np.log10(np.linalg.norm(delta) / 10), abs=1e-9)
        assert weights.gradient[layer] == pytest.approx(np.log10(np.linalg.norm(delta) * np.linalg.norm(h) / 100))
    assert weights.predicted == pytest.approx(19 * np.log10(1.5))
    assert (weights.lowest, weights.highest) == (min(weights.gradient), max(weights.gradient))
    assert weights.gradient == pytest.approx(np.full(20, weights.predicted), abs=0.5)
    assert weights.sd == pytest.approx(np.sqrt(21) * spread(100, 1), rel=0.01)
    assert weights.bias == pytest.approx(weights.predicted - 19 * exponent(100, 0.15) / np.log(10), rel=0.01)
    bars = weights.ax.patches
    for layer in range(20):
        blue, orange = bars[layer], bars[20 + layer]
        assert blue.get_x() + blue.get_width() / 2 == orange.get_x() + orange.get_width() / 2 == layer + 1
        assert (blue.get_y(), blue.get_height()) == pytest.approx((0, weights.forward[layer]))
        assert (orange.get_y(), orange.get_height()) == pytest.approx((weights.forward[layer], weights.backward[layer]))
    assert set(weights.ax.lines[0].get_ydata()) == {weights.predicted}
    step = np.array([[1.0, -2.0], [0.5, 3.0]])    # and the gradient is the outer product: by a difference
    g, x2 = np.array([0.3, -0.7]), np.array([2.0, 5.0])
    loss = [g @ ((step + 1e-6 * np.outer(a, b)) @ x2) for a, b in product(np.eye(2), repeat=2)]
    assert (np.array(loss) - g @ step @ x2) / 1e-6 == pytest.approx(np.outer(g, x2).ravel(), rel=1e-6)


def test_real_arithmetic_ends_in_the_layer_of_the_largest_entry(run):
    precision = run("gradients/exploding/precision")
    for back in 0, 1:
        h, size, log_largest = np.ones(100), 0.0, []
        for W in precision.W:                     # in float64, with the size kept apart
            h = (W.T if back else W) @ h
            size += np.log(abs(h).max())
            h /= abs(h).max()
            log_largest.append(size)
        depth = np.arange(1, 331)
        for bits in 16, 32, 64:
            info = np.finfo(f"f{bits // 8}")
            over = depth[log_largest > np.log(float(info.max))][0]
            under = depth[log_largest - depth * np.log(100) < np.log(float(info.smallest_subnormal)) - np.log(2)][0]
            assert precision.measured[f"float{bits} overflow"][back] == over
            # few digits are left at the lower end; float16 is added up in float32
            assert abs(precision.measured[f"float{bits} underflow"][back] - under) <= (bits > 16)
    formula = EQUATIONS["eq-exploding-depth"][1]
    for name, layers in precision.predicted.items():
        bits, end = name.removeprefix("float").split()
        info = np.finfo(f"f{int(bits) // 8}")
        limit, rate = (info.max, np.log(10)) if end == "overflow" else (info.smallest_subnormal, -np.log(10))
        assert layers == pytest.approx(float(formula.subs({M: float(limit), lambda_1: rate})))
        assert max(abs(np.array(precision.measured[name]) - layers)) < 2.5      # "more than a layer or two"
    assert kstest(precision.W[0].ravel(), "norm").pvalue > 0.001
    assert 4.5 < precision.largest_weight < 7
    assert precision.largest_weight == np.abs(precision.W).max() and precision.W.size == 3_300_000
    assert precision.sd == pytest.approx(spread(100, precision.predicted["float64 underflow"]) * np.log(10)
                                         / np.log(10), rel=0.02)


def test_the_figure_of_precision_shows_predictions_and_measurements(run):
    precision = run("gradients/exploding/precision")
    names = [label.get_text() for label in precision.ax.get_yticklabels()]
    assert names == list(reversed(precision.predicted))
    segments = [collection.get_segments()[0] for collection in precision.ax.collections]
    for row, name in enumerate(names):
        stroke, dot, square = precision.ax.lines[3 * row:3 * row + 3]
        assert stroke.get_xdata()[0] == precision.predicted[name] == segments[row][1][0] and segments[row][0][0] == 3
        assert dot.get_xdata()[0] == precision.measured[name][0] and square.get_xdata()[0] == precision.measured[name][1]
        assert stroke.get_ydata()[0] == segments[row][0][1] == row
        assert (dot.get_ydata()[0], square.get_ydata()[0]) == (row + 0.17, row - 0.17)


def test_width_512_has_room_for_28_layers_in_float32():
    assert 128 * np.log(2) / np.log(np.sqrt(512)) == pytest.approx(28.4, abs=0.05)
    assert 128 * np.log(2) / exponent(512) == pytest.approx(28.4, abs=0.1)
    h, layer, rng = np.ones(512, "float32"), 0, np.random.default_rng(0)
    with np.errstate(over="ignore", invalid="ignore"):
        while np.isfinite(h).all():
            layer += 1
            h = rng.standard_normal((512, 512), np.float32) @ h
    assert abs(layer - 28.4) < 2


def test_rows_of_a_product_become_multiples_of_one_row(run):
    pictures = run("gradients/exploding/product")
    rng = np.random.default_rng(12)
    factors = rng.standard_normal((100, 4, 4))
    for count, P in enumerate(products(factors), 1):
        if count in pictures.pictures:
            with mpmath.workdps(40):
                s = mpmath.svd_r(mpmath.matrix(P.tolist()), compute_uv=False)
            assert pictures.ratio[count] == pytest.approx(float(s[1] / s[0]), rel=1e-3)
            largest = np.array([max(row, key=abs) for row in P])
            assert pictures.pictures[count] == pytest.approx(P / abs(largest)[:, None])
            assert pictures.largest[count] == np.abs(P).max()
            if count == 100:
                assert np.ptp(P / P[0], axis=1).max() < 1e-5
    assert list(pictures.pictures) == [1, 5, 20, 100] and pictures.factors == 100
    for ax, count in zip(pictures.panels, pictures.pictures):
        assert np.array_equal(ax.images[0].get_array(), pictures.pictures[count])
        for text in ax.texts:
            column, row = text.get_position()
            assert float(text.get_text()) == pytest.approx(pictures.pictures[count][int(row), int(column)], abs=0.0501)
        assert len(ax.texts) == 16
        assert f"{count} factor" in ax.get_title()
    labels = [ax.get_xlabel() for ax in pictures.panels]
    assert labels == ["$s_2/s_1 = 0.5$", *(rf"$s_2/s_1 \approx 10^{{{k}}}$" for k in (-2, -3, -9))]
    shown = np.abs(pictures.pictures[100])        # the picture's description
    assert shown == pytest.approx(np.tile([0.5, 1, 0.7, 0.6], (4, 1)), abs=0.05)


def test_all_exponents_of_the_product(run):
    """This is the exponent of direction i of a frame that is multiplied by independent Gaussian matrices, for i up to
    the width n.

    Sampling, volumes from determinants of Gram's matrices, within four standard errors; one more by its integral.
    """
    spectrum, formula = run("gradients/exploding/spectrum"), EQUATIONS["eq-exploding-spectrum"][1]
    for place in range(4):
        assert spectrum.predicted[place] == pytest.approx(exponent(4, place=place + 1), rel=1e-12)
    W = 0.3 * np.random.default_rng(0).standard_normal((20000, 4, 4))
    gram = W.transpose(0, 2, 1) @ W
    volumes = [np.zeros(20000)] + [np.linalg.slogdet(gram[:, :k, :k])[1] / 2 for k in (1, 2, 3, 4)]
    for place, logs in enumerate(np.diff(volumes, axis=0), 1):
        assert abs(logs.mean() - float(formula.subs({n: 4, sigma: 0.3, i: place}))) < 4 * logs.std() / np.sqrt(20000)
    assert exponent(7, 0.3, 3) == pytest.approx(chi_mean(lambda r: np.log(0.3 * r), 5), abs=1e-7)
    gap = exponent(1000) - exponent(1000, place=2)
    assert gap == pytest.approx(1 / 2000, rel=0.01)     # "about 1/(2n)"
    assert spectrum.dpsi == pytest.approx([float(sp.polygamma(1, sp.Rational(k, 2))) for k in (4, 3, 2, 1)], rel=1e-12)


def test_the_frame_follows_length_area_and_volume_of_the_product(run):
    spectrum = run("gradients/exploding/spectrum")
    factors = np.random.default_rng(1).standard_normal((100, 200, 4, 4))
    first, second = np.triu_indices(4, 1)     # the six pairs of rows: 2 x 2 minors multiply like matrices
    minors = (factors[:, :, first[:, None], first] * factors[:, :, second[:, None], second]
              - factors[:, :, first[:, None], second] * factors[:, :, second[:, None], first])
    P, P2 = products(factors), products(minors)
    assert spectrum.logs.shape == (101, 200, 4) and not spectrum.logs[0].any()
    for depth in 1, 40, 100:
        r = spectrum.logs[depth]
        assert r[:, 0] == pytest.approx(np.log(np.linalg.norm(P[depth - 1][:, :, 0], axis=1)), abs=1e-8)
        assert r[:, :2].sum(axis=1) == pytest.approx(np.log(np.linalg.norm(P2[depth - 1][:, :, 0], axis=1)), abs=1e-8)
        assert r.sum(axis=1) == pytest.approx(np.linalg.slogdet(factors[:depth])[1].sum(axis=0), abs=1e-8)
    assert spectrum.measured == pytest.approx(spectrum.logs[100].mean(axis=0) / 100)
    s1, s1s2 = (np.linalg.svd(last[-1], compute_uv=False)[:, 0] for last in (P, P2))
    assert (spectrum.measured_ratio, spectrum.measured_spread) == pytest.approx((spectrum.ratios.mean(), spectrum.ratios.std()))
    assert np.median(spectrum.ratios - np.log10(s1s2 / s1**2)) == pytest.approx(0, abs=1e-4)
    lines, bands = spectrum.ax.lines, spectrum.ax.collections
    for place in range(4):
        dots, theory = lines[2 * place], lines[2 * place + 1]
        decades = spectrum.logs[::10, :, place] / np.log(10)
        assert dots.get_xdata().tolist() == theory.get_xdata().tolist() == list(range(0, 101, 10))
        assert dots.get_ydata() == pytest.approx(decades.mean(axis=1))
        assert theory.get_ydata() == pytest.approx(exponent(4, place=place + 1) / np.log(10) * np.arange(0, 101, 10))
        corners = bands[place].get_paths()[0].vertices
        for side in -1, 1:
            edge = [100, decades[-1].mean() + side * decades[-1].std()]
            assert min(np.abs(corners - edge).max(axis=1)) < 1e-9
    assert [round(lines[2 * place + 1].get_ydata()[-1]) for place in range(4)] == [24, 16, 3, -28]


def test_ratio_of_the_first_two_singular_values(run):
    """The logarithm of the ratio of the first two singular values of a product of L square Gaussian matrices has about
    this mean, once L is much larger than twice the width.

    Sampling, two thousand products of width three, within four standard errors.
    """
    spectrum, rank = run("gradients/exploding/spectrum"), run("gradients/exploding/rank")

    def formula(width, layers):
        rates = {lambda_1: exponent(width), lambda_2: exponent(width, place=2)}
        return float(EQUATIONS["eq-exploding-ratio"][1].subs({**rates, L: layers}))

    assert spectrum.predicted_ratio * np.log(10) == pytest.approx(formula(4, 100), rel=1e-12)
    assert rank.predicted * np.log(10) == pytest.approx(formula(4, 101), rel=1e-12)
    both = [sp.polygamma(1, sp.Rational(k, 2)) for k in (4, 3)]
    assert spectrum.predicted_spread == pytest.approx(np.sqrt(100 * float(sum(both)) / 4) / np.log(10), rel=1e-12)
    assert rank.sd == pytest.approx(np.sqrt(101 * float(sum(both)) / 4) / np.log(10), rel=1e-12)
    assert f"{spectrum.predicted_ratio:.1f} {spectrum.predicted_spread:.1f}" == "-8.8 2.7"
    draws, layers = 2000, 60
    P, rng = np.eye(3), np.random.default_rng(0)
    for _ in range(layers):
        P = rng.standard_normal((draws, 3, 3)) @ P
        P /= np.linalg.norm(P, axis=(1, 2), keepdims=True)
    s = np.linalg.svd(P, compute_uv=False)
    logs = np.log(s[:, 1] / s[:, 0])
    assert abs(logs.mean() - formula(3, layers)) < 4 * logs.std() / np.sqrt(draws)


def test_two_columns_of_an_orthogonal_matrix_have_the_stated_determinant():
    """The correction of the ratio: the logarithm of a 2 × 2 determinant within a random orthogonal matrix."""
    Q = np.linalg.qr(np.random.default_rng(0).standard_normal((20000, 5, 5)))[0]
    logs = np.log(abs(np.linalg.det(Q[:, :2, :2])))
    psi = [float(sp.digamma(sp.Rational(k, 2))) for k in (1, 2, 5, 4)]
    assert abs(logs.mean() - (psi[0] + psi[1] - psi[2] - psi[3]) / 2) < 4 * logs.std() / np.sqrt(20000)


@pytest.mark.parametrize("width, layers", [(300, 5), (300, 20)])
def test_few_directions_carry_the_size_of_a_wide_product(width, layers):
    """About so many directions share the squared size of a product of L wide Gaussian matrices.

    Sampling, singular values of eight products, within the next order in L/n and four standard errors.
    """
    rng, shares = np.random.default_rng(0), []
    for _ in range(8):
        P = np.eye(width)
        for _ in range(layers):
            P = rng.standard_normal((width, width)) @ P / np.sqrt(width)
        s = np.linalg.svd(P, compute_uv=False)
        shares.append(np.sum(s**2) ** 2 / np.sum(s**4))
    formula = float(EQUATIONS["eq-exploding-directions"][1].subs({n: width, L: layers}))
    allowed = 2 * layers / width + 4 * np.std(shares) / np.mean(shares) / np.sqrt(8)
    assert abs(np.mean(shares) / formula - 1) < allowed
    assert round(1000 / 101) == 10                # "about ten of a thousand"


def test_two_largest_singular_values_of_a_wide_product_are_alike():
    """The 0.8 of the text: products with a tenth as many layers as units, whose scatter and width change it by a few hundredths."""
    rng, ratios = np.random.default_rng(1), []
    for _ in range(40):
        P = np.linalg.multi_dot(rng.standard_normal((10, 100, 100)))
        s = np.linalg.svd(P, compute_uv=False)
        ratios.append(s[1] / s[0])
    assert np.mean(ratios) == pytest.approx(0.83, abs=0.04)


def test_the_second_singular_value_of_the_drawn_product_is_no_rounding(run):
    rank = run("gradients/exploding/rank")
    factors = np.random.default_rng(5).standard_normal((101, 4, 4))
    with mpmath.workdps(60):
        P = mpmath.matrix(factors[0].tolist())
        for W in factors[1:]:
            P = P * mpmath.matrix(W.tolist())
        s = mpmath.svd_r(P, compute_uv=False)
        assert rank.ratio["here"] == pytest.approx(float(s[1] / s[0]), rel=1e-5, abs=0)
        for row, column in product(range(4), repeat=2):
            assert rank.product[row, column] == pytest.approx(float(P[row, column]), rel=1e-9)


def test_rows_of_the_product_are_proportional_as_far_as_the_second_singular_value_allows(run):
    rank = run("gradients/exploding/rank")
    for name, P in ("here", rank.product), ("slides", rank.slides), ("julia", rank.julia):
        s = np.linalg.svd(P, compute_uv=False)
        assert rank.ratio[name] == pytest.approx(s[1] / s[0], rel=1e-6, abs=0)
        minors = np.outer(P[0], P[1]) - np.outer(P[1], P[0])  # every 2 x 2 determinant of two rows
        assert abs(minors).max() <= s[0] * s[1] * (1 + 1e-6)
        assert rank.rows[name] == pytest.approx(P[0] / P[1])
    assert rank.rows["slides"] == pytest.approx(np.full(4, -34.81), abs=0.005)
    assert rank.rows["julia"][[0, 1, 3]] == pytest.approx(np.full(3, rank.rows["julia"][0]), rel=1e-4)
    assert np.median(abs(rank.julia[:, [1, 3]] / rank.julia[:, [2]])) == pytest.approx(1000, rel=0.5)
    assert 0.01 < rank.rows["julia"][2] / rank.rows["julia"][0] - 1 < 0.02
    for name in "slides", "julia":                # "by one to one and a half standard deviations"
        assert 1 < (np.log10(rank.ratio[name]) - rank.predicted) / rank.sd < 1.5


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


def gelfand(W):
    """The spectral radius of each matrix as the root of the norm of a high power."""
    log_norm, power = np.zeros(len(W)), W
    for k in range(12):
        size = np.linalg.norm(power, axis=(1, 2), keepdims=True)
        log_norm += np.log(size[:, 0, 0]) / 2**k
        power = power / size @ (power / size)
    return np.exp(log_norm)


def test_the_small_matrices_that_refute_both_halves():
    A, B, S = sp.Matrix([[0, 2], [0, 0]]), sp.diag(2, 0), sp.Matrix([[2, 2], [-2, -2]])
    assert set(A.eigenvals()) == set(A.T.eigenvals()) == {0} and A * A.T == sp.diag(4, 0)
    assert set(B.eigenvals()) == {0, 2} and B * sp.diag(0, 2) == sp.zeros(2)
    assert S**2 == sp.zeros(2)
    assert (A * A.T) ** 10 * sp.Matrix([1, 1]) == sp.Matrix([4**10, 0]) and 4**10 == 1048576
    assert A.T * sp.Matrix([1, 1]) == sp.Matrix([0, 2]) and A * sp.Matrix([0, 2]) == sp.Matrix([4, 0])
    positive = np.random.default_rng(0).uniform(1, 1.2, (20, 4, 4))   # "weights all larger than +1 do explode"
    assert products(positive)[-1].min() > 4.0**19


def test_spectral_radius_is_the_wrong_test_for_a_product(run):
    radius = run("gradients/exploding/radius")
    own = gelfand(radius.W[0])                # the listing's matrices without their eigenvalues
    assert radius.radius == pytest.approx(own, rel=0.02)
    rho = gelfand(0.55 * np.random.default_rng(0).standard_normal((20000, 4, 4)))
    assert radius.radius.mean() == pytest.approx(rho.mean(), abs=4 * rho.std() / np.sqrt(500))
    assert np.mean(radius.radius > 1) == pytest.approx((rho > 1).mean(), abs=4 * 0.5 / np.sqrt(500))
    assert (rho > 1).mean() > 0.5 and exponent(4, 0.55) == pytest.approx(-0.04, abs=0.001)
    assert radius.predicted == pytest.approx(100 * exponent(4, 0.55), rel=1e-12)
    assert radius.spread == pytest.approx(spread(4, 100) * np.log(10), rel=1e-12)
    whole = products(radius.W)[99]
    assert (radius.mean_radius, radius.above) == pytest.approx((own.mean(), (own > 1).mean()), rel=5e-3)
    assert (radius.measured, radius.measured_spread) == pytest.approx((radius.logs.mean(), radius.logs.std()))
    assert radius.shrank == sum(radius.logs < 0) / 500
    assert radius.logs == pytest.approx(np.log(np.linalg.norm(whole.sum(axis=2) / 2, axis=1)), abs=1e-8)
    assert norm.sf(0, radius.predicted, radius.spread) == pytest.approx(0.16, abs=0.005)   # "five draws of six"
    rng = np.random.default_rng(1)
    rng.normal(0, 0.55, (100, 500, 4, 4))     # the matrices of width four come first
    P = products(rng.uniform(-0.5, 0.5, (100, 48, 48)))[99]
    assert radius.decades == pytest.approx(np.log10(np.linalg.norm(P.sum(axis=1)) / np.sqrt(48)), abs=1e-9)
    moment = 48 * quad(lambda w: w**2, -0.5, 0.5)[0]
    assert moment == pytest.approx(4) and radius.wide_predicted == pytest.approx(50 * np.log10(moment))


def test_a_repeated_matrix_follows_its_radius_and_fresh_ones_do_not(run):
    recurrence = run("gradients/exploding/recurrence")
    assert recurrence.drift == pytest.approx(100 * exponent(16, 0.25) / np.log(10), rel=1e-12)
    assert recurrence.spread == pytest.approx(spread(16, 100), rel=1e-12)
    rng = np.random.default_rng(1)
    fresh = np.array([rng.normal(0, 0.25, (60, 16, 16)) for _ in range(101)])
    promised = sum(np.log10(gelfand(W)) for W in fresh[:100])
    assert recurrence.radii["fresh"] == pytest.approx(promised, abs=0.3)
    one = rng.normal(0, 0.25, (60, 16, 16))
    assert recurrence.radii["repeated"] == pytest.approx(100 * np.log10(gelfand(one)), abs=0.1)
    powers = [np.linalg.matrix_power(one, k) for k in range(1, 101)]
    for kind, P in ("fresh", products(fresh[:100])), ("repeated", powers):
        h = np.sum(P, axis=3) / 4             # of an input of norm one with equal coordinates
        drawn = recurrence.decades[kind]
        assert not drawn[0].any() and np.allclose(drawn[1:], np.log10(np.linalg.norm(h, axis=2)), rtol=0, atol=1e-6)
        assert np.array_equal(recurrence.ends[kind], drawn[100])
    assert recurrence.miss == pytest.approx(np.median(abs(recurrence.ends["repeated"] - recurrence.radii["repeated"])))
    half = np.median(abs(recurrence.decades["repeated"][50] - recurrence.radii["repeated"] / 2))
    assert abs(recurrence.miss - half) < 0.1   # angles, which do not grow with depth
    wide = rng.normal(0, 0.125, (60, 64, 64))
    assert recurrence.spread_wide == pytest.approx(np.std(100 * np.log10(gelfand(wide))), abs=0.05)
    assert recurrence.spread_wide < recurrence.spread_repeated / 1.5
    for kind in "fresh", "repeated":
        mean, deviation = getattr(recurrence, f"mean_{kind}"), getattr(recurrence, f"spread_{kind}")
        assert (mean, deviation) == pytest.approx((recurrence.ends[kind].mean(), recurrence.ends[kind].std()))
    assert recurrence.promise == pytest.approx(promised.mean(), abs=0.1)


def test_the_panels_of_recurrence_show_walks_rays_and_ends(run):
    recurrence = run("gradients/exploding/recurrence")
    for ax, kind in (recurrence.left, "fresh"), (recurrence.middle, "repeated"):
        for number in range(10):
            assert ax.lines[number].get_ydata() == pytest.approx(recurrence.decades[kind][::20, number])
    assert len(recurrence.left.lines) == 11 and len(recurrence.middle.lines) == 10
    theory = recurrence.left.lines[10]
    assert list(theory.get_xdata()) == [0, 100] and list(theory.get_ydata()) == [0, recurrence.drift]
    diagonal, repeated, fresh = recurrence.right.lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata())
    for line, kind in (repeated, "repeated"), (fresh, "fresh"):
        assert np.array_equal(line.get_xdata(), recurrence.radii[kind])
        assert np.array_equal(line.get_ydata(), recurrence.ends[kind])
    everything = np.concatenate([*recurrence.ends.values(), *recurrence.radii.values()])
    low, high = diagonal.get_xdata()
    assert low < everything.min() and everything.max() < high
    for number in range(10):                   # "nearly straight rays", and fresh ones "closely along"
        ray, walk = recurrence.decades["repeated"][:, number], recurrence.decades["fresh"][:, number]
        assert abs(ray - np.linspace(ray[0], ray[-1], 101)).max() < 2
        assert abs(walk - np.linspace(0, recurrence.drift, 101)).max() < 4 * recurrence.spread


def test_powers_grow_before_they_vanish(run):
    transient = run("gradients/exploding/transient")
    T = sp.Matrix(8, 8, lambda row, column: sp.Rational(1, 2) if row == column else 10 * (column == row + 1))
    assert (transient.T == np.array(T.tolist(), float)).all() and transient.radius == 0.5
    # T^k by the binomial theorem: a half and a shift commute
    k = np.arange(1, 101)
    terms = [[float(sp.binomial(int(step), j)) * 0.5 ** (step - j) * 10.0**j for j in range(8) if j <= step] for step in k]
    largest = np.array([max(row) for row in terms])
    assert transient.largest == pytest.approx(largest)
    assert (T**5)[0, 5] == 10**5 > 65504 > max((T**4)[:])
    assert transient.overflow == 5
    assert transient.peak == np.argmax(largest) + 1 == 13
    assert transient.calm == k[largest >= 1][-1] + 1 == 59
    corner = [float(sp.binomial(int(step), 7)) * 1e7 * 0.5 ** (int(step) - 7) for step in k]
    assert largest[k > 14] == pytest.approx(np.array(corner)[k > 14])
    assert (corner[list(k).index(58)], corner[list(k).index(59)]) == pytest.approx((1.3, 0.76), abs=0.04)
    assert transient.top == pytest.approx(max(largest)) and transient.top > 1e8
    curve, radius, limit = transient.ax.lines
    assert curve.get_ydata() == pytest.approx(largest) and curve.get_xdata().tolist() == k.tolist()
    assert radius.get_ydata() == pytest.approx(0.5**k.astype(float)) and radius.get_xdata().tolist() == k.tolist()
    assert set(limit.get_ydata()) == {65504}
    corners = transient.ax.collections[0].get_paths()[0].vertices
    for step in 1, 13, 58, 59, 100:
        assert np.min(np.abs(corners - [step, max(largest[step - 1], 1)]).max(axis=1)) < 1e-3
    assert corners[:, 1].min() == 1
    assert np.min(np.abs(corners - [1, 1]).max(axis=1)) < 1e-3
    normal = np.array([[0.4, 0.3], [0.3, -0.4]])
    assert np.linalg.norm(np.linalg.matrix_power(normal, 7), 2) == pytest.approx(0.5**7)   # of a normal matrix


def test_the_first_overflow_near_the_threshold(run):
    near = run("gradients/exploding/near")
    formula = EQUATIONS["eq-exploding-depth"][1].subs({M: 65504.0, lambda_1: exponent(100, 0.11)})
    assert near.predicted == pytest.approx(float(formula), rel=1e-3)
    assert near.rate == pytest.approx(exponent(100, 0.11), rel=1e-3)
    g = np.random.default_rng(0).standard_normal((20000, 100))
    largest = np.mean(np.log(abs(g).max(axis=1)))
    assert near.ahead == pytest.approx(largest / near.rate, abs=0.2)          # "about 2.7"
    assert near.wander == pytest.approx(spread(100, near.predicted) * np.log(10) / near.rate, rel=0.01)
    # the same draws, added up as logarithms
    rng, ends = np.random.default_rng(4), []
    for _ in range(200):
        h, log, layer = rng.standard_normal(100), 0.0, 0
        while log + np.log(abs(h).max()) <= np.log(65504):
            log += np.log(0.11 * np.linalg.norm(h))
            h, layer = rng.standard_normal(100), layer + 1
        ends.append(layer)
    assert near.ends.tolist() == ends and near.measured == pytest.approx(np.mean(ends))
    assert near.measured_spread == pytest.approx(np.std(ends))
    # and by fresh walks: the size of a Gaussian vector and its direction, taken from those above, are independent
    rng, above = np.random.default_rng(0), np.log(abs(g).max(axis=1) / np.sqrt(np.mean(g**2, axis=1)))
    size = np.cumsum(np.log(0.11 * np.sqrt(rng.chisquare(100, (2000, 260)))), axis=1)
    first = np.argmax(size + rng.choice(above, size.shape) > np.log(65504), axis=1) + 1
    assert abs(first.mean() - near.measured) < 4 * first.std() / np.sqrt(200)
    counts, edges = np.histogram(ends, np.arange(80, 150, 5))
    assert [patch.get_height() for patch in near.ax.patches] == counts.tolist() and counts.sum() == 200
    assert [patch.get_x() for patch in near.ax.patches] == pytest.approx(edges[:-1])
    dashed, dotted = near.ax.lines
    assert dashed.get_xdata()[0] == near.predicted and dotted.get_xdata()[0] == near.predicted - near.ahead
    assert counts.max() < 56 < near.ax.get_ylim()[1]
    words = {text.get_text(): text.get_position()[0] for text in near.ax.texts}
    assert words[r"$\ln M/\lambda_1$"] > near.predicted and words["for the largest entry"] < near.predicted - near.ahead


def chain(w, b):
    """The loss of the chain in mpmath, by its definition."""
    x = mpmath.mpf(1) / 2
    for _ in range(50):
        x = w / (1 + mpmath.exp(-x)) + b
    return (1 / (1 + mpmath.exp(-x)) - mpmath.mpf(7) / 10) ** 2


def test_one_step_at_the_cliff_throws_the_weights_away(run):
    cliff = run("gradients/exploding/cliff")
    with mpmath.workdps(40):
        for w, b in (5.0, -1.5), (3.4, -1.2), (4.0, -2.0), (4.3, -2.0):
            loss, gradient = cliff.loss_and_gradient(np.array(w), np.array(b))
            assert float(loss) == pytest.approx(float(chain(mpmath.mpf(w), mpmath.mpf(b))), rel=1e-6)
            slopes = [mpmath.diff(lambda t: chain(t, mpmath.mpf(b)), w), mpmath.diff(lambda t: chain(mpmath.mpf(w), t), b)]
            assert gradient == pytest.approx([float(slope) for slope in slopes], rel=1e-5)
    for name, longest in ("as it is", np.inf), ("clipped", 0.1):
        path = cliff.paths[name]
        assert path.shape == (41, 2) and path[0].tolist() == [5.0, -1.5]
        steps = np.diff(path, axis=0)
        for start, step in zip(path, steps):
            gradient = cliff.loss_and_gradient(*start)[1]
            size = np.linalg.norm(gradient)
            wanted = -3 * gradient if size <= longest else -3 * longest * gradient / size
            assert step == pytest.approx(wanted, rel=1e-9, abs=1e-12)
        assert cliff.jumps[name] == pytest.approx(max(np.hypot(*steps.T)))
        assert cliff.final[name] == pytest.approx(float(cliff.loss_and_gradient(*path[-1])[0]))
    assert cliff.jumps["clipped"] == pytest.approx(0.3) and cliff.jumps["as it is"] > 9
    for ax, name, corners in zip(cliff.axes, cliff.paths, ((2.8, 8.4, -3, 7.6), (2.95, 5.45, -3, -0.6))):
        assert np.array_equal(ax.lines[0].get_xydata(), cliff.paths[name])
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert (left, right, low, high) == corners
        w, b = cliff.paths[name].T
        assert (w > left).all() and (w < right).all() and (b > low).all() and (b < high).all()
        shown = [path.vertices for path in ax.collections[0].get_paths() if len(path.vertices)]
        assert np.concatenate(shown)[:, 0].min() == pytest.approx(left)
        assert np.concatenate(shown)[:, 1].max() == pytest.approx(high)
    w, b = np.meshgrid(np.linspace(2.95, 5.45, 20), np.linspace(-3, -0.6, 20))
    assert cliff.losses == pytest.approx(cliff.loss_and_gradient(w, b)[0])
    assert cliff.levels[0] == 0 and cliff.losses.max() < cliff.levels[-1] and (np.diff(cliff.levels) > 0).all()
    for ax in cliff.axes:                       # both paths start where the label stands
        assert ax.texts[1 if ax is cliff.axes[0] else 0].get_text() == "start"


def test_clipping_needs_a_norm_that_fits():
    with np.errstate(over="ignore"):
        assert np.isinf(np.float16(256) ** 2) and np.isfinite(np.float16(255) ** 2)


def test_batch_normalization_multiplies_the_squared_gradient(run):
    """Behind batch normalization the gradient of wide plain ReLU layers grows by this factor per layer in the mean
    square, for large batches.

    Quadrature, of the mean squared slope over the variance behind a ReLU; the listing's gradient by differences.
    """
    second = quad(lambda z: z**2 * norm.pdf(z), 0, np.inf)[0]
    mean = quad(lambda z: z * norm.pdf(z), 0, np.inf)[0]
    slope = quad(norm.pdf, 0, np.inf)[0]
    formula = float(EQUATIONS["eq-exploding-batchnorm"][1])
    assert formula == pytest.approx(slope / (second - mean**2)) == pytest.approx(1.47, abs=0.005)
    assert slope / second == pytest.approx(1)     # layer normalization: the whole mean square
    batchnorm = run("gradients/exploding/batchnorm")
    assert batchnorm.predicted["batch"] == pytest.approx(formula) and batchnorm.predicted["layer"] == 1
    rng = np.random.default_rng(1)
    matrices = rng.normal(0, (2 / 256) ** 0.5, (20, 256, 256))
    X, top = rng.standard_normal((256, 256)), rng.standard_normal((256, 256))
    for name, transposed in ("batch", False), ("layer", True):
        sizes = gradient_sizes(matrices, X, top, transposed)
        assert batchnorm.measured[name] == pytest.approx((sizes[1] / sizes[20]) ** (1 / 19), rel=1e-9)
    # these gradients, of a small network, by differences
    small, X, top = rng.normal(0, 0.7, (3, 4, 4)), rng.standard_normal((5, 4)), rng.standard_normal((5, 4))
    for transposed in False, True:
        found = []
        for place in product(range(5), range(4)):
            step = np.zeros((5, 4))
            step[place] = 1e-6
            there, back = (np.sum(top * forward(small, X + side * step, transposed)[-1][0]) for side in (1, -1))
            found.append((there - back) / 2e-6)
        assert gradient_sizes(small, X, top, transposed)[0] == pytest.approx(np.mean(np.square(found)), rel=1e-4)


def forward(matrices, H, transposed):
    """Activations, standardized pre-activations and deviations of each layer; along the columns, or along the rows."""
    layers = []
    for W in matrices:
        Z = (H @ W.T).T if transposed else H @ W.T
        deviation = np.sqrt(np.mean(Z**2, axis=0) - np.mean(Z, axis=0) ** 2)
        U = (Z - np.mean(Z, axis=0)) / deviation
        H = (U.T if transposed else U) * ((U.T if transposed else U) > 0)
        layers.append((H, U, deviation))
    return layers


def gradient_sizes(matrices, X, top, transposed):
    """Mean squared gradients at the layers 0, 1, ... of the network, with the Jacobian of each column as a matrix."""
    G, sizes = top, [np.mean(top**2)]
    for W, (H, U, deviation) in zip(matrices[::-1], forward(matrices, X, transposed)[::-1]):
        G = (G * (H > 0)).T if transposed else G * (H > 0)
        n = len(G)
        columns = []
        for g, u, d in zip(G.T, U.T, deviation):
            directions = np.column_stack([np.full(n, n**-0.5), u / np.linalg.norm(u)])
            columns.append((g - directions @ (directions.T @ g)) / d)     # a projection, since u has mean zero
        G = (np.array(columns) if transposed else np.array(columns).T) @ W
        sizes.insert(0, np.mean(G**2))
    return sizes
