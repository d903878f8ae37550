"""Which distribution the weights come from: enumerated weights, quadrature and other generators against the listings."""
from itertools import product

import numpy as np
import pytest
import sympy as sp
from matplotlib.colors import to_rgba
from scipy import integrate, stats

sigma, m, k, r, c, N, n, gain = sp.symbols("sigma m k r c N n gain", positive=True)
fan_in, fan_out, n_max = sp.symbols("fan_in fan_out n_max", positive=True)
squares, total = sp.symbols("squares total", real=True)

EQUATIONS = {
    "eq-distributions-mean": (r"\E_W[o_i^2] =", sigma**2 * squares + m**2 * total**2, {r"\sum_j x_j^2": squares, r"\sum_j x_j": total}),
    "eq-distributions-spread": (r"V =", (2 + (k - 3) * r) / fan_out),
    "eq-distributions-largest": (r"\E[N_>] =", N * sp.erfc(sp.sqrt(sp.log(N)))),
    "eq-distributions-truncated": (r"v(c) =", 1 - 2 * c * sp.exp(-c**2 / 2) / (sp.sqrt(2 * sp.pi) * sp.erf(c / sp.sqrt(2)))),
    "eq-distributions-orthogonal": (r"f =", gain**2 * fan_in / n_max, {r"n_{\max}": n_max}),
    "eq-distributions-positive": (r"s_1 \approx", m * sp.sqrt(fan_in * fan_out)),
    "eq-distributions-relu": (r"\Var\left[\frac1n \sum_i h_i^2\right] =", 3 / (n + 2)),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}))


def density(t):
    return np.exp(-t**2 / 2) / np.sqrt(2 * np.pi)


@pytest.mark.parametrize("x", [(3, 4), (1, 1, 1), (2, -1, 0.5), (5, 0, 0)])
def test_a_mean_adds_the_square_of_a_sum(x):
    """eq-distributions-mean: Independent weights of mean m and variance σ² give each output the mean square
    σ² Σx² + m² (Σx)².

    Exact, over all patterns of weights with the values m ± σ.
    """
    outputs = [np.dot(w, x) for w in product([0.3 - 0.7, 0.3 + 0.7], repeat=len(x))]
    expected = value("eq-distributions-mean", m=0.3, sigma=0.7, squares=sum(v**2 for v in x), total=sum(x))
    assert np.mean(np.square(outputs)) == pytest.approx(expected)


@pytest.mark.parametrize("x", [(3, 4), (1, 1), (1, 2, 2), (1, 0)])
@pytest.mark.parametrize("values", [(-1, 1), (-2, -1, 1, 2), (-3, 0, 0, 0, 0, 3)])
def test_the_kurtosis_enters_the_spread_of_a_mean_square(values, x):
    """eq-distributions-spread: Over independent weights of mean zero and kurtosis k the mean square of fan_out outputs has
    the relative variance (2 + (k − 3) r)/fan_out, with r = Σx⁴/(Σx²)².

    Exact, over all rows of weights of these values. Three rows at once for two inputs of two values.
    """
    w = np.array(values)
    kurtosis = np.mean(w**4) / np.mean(w**2) ** 2
    ratio = np.sum(np.power(x, 4)) / np.sum(np.square(x)) ** 2
    one = np.array([np.dot(row, x) ** 2 for row in product(values, repeat=len(x))])
    assert one.var() / one.mean() ** 2 == pytest.approx(value("eq-distributions-spread", k=kurtosis, r=ratio, fan_out=1))
    if len(one) < 5:
        three = np.array([np.mean(rows) for rows in product(one, repeat=3)])
        assert three.var() / three.mean() ** 2 == pytest.approx(value("eq-distributions-spread", k=kurtosis, r=ratio, fan_out=3))


def test_the_six_matrices_share_a_budget(run):
    six = run("variance/distributions/six")
    assert (six.n, six.depth, list(six.ways)) == (200, 10, ["normal", "uniform", "two values", "orthogonal", "positive", "constant"])
    for name, draw in six.ways.items():
        W = draw()
        assert W.shape == (200, 200) and np.mean(W**2) == pytest.approx(1 / 200, rel=0.06)
        assert six.entries[name] == pytest.approx(1, abs=0.06)
        assert np.sum(six.stretches[name] ** 2) == pytest.approx(200 * six.entries[name])
        if name in ("normal", "uniform", "two values"):
            assert abs(W.mean()) < 5 / 200**1.5 and 0.3 < six.sizes[name] < 3
            # The quarter circle: its mean is 8/(3π), and its median is where the area is a half.
            assert np.mean(six.stretches[name]) == pytest.approx(8 / (3 * np.pi), rel=0.03)
            assert stats.kurtosis(W, axis=None) + 3 == pytest.approx({"normal": 3, "uniform": 1.8, "two values": 1}[name], abs=0.15)
    Q = six.ways["orthogonal"]()
    assert np.abs(Q.mean(axis=0)).max() < 5 / 200                # no column leans to one sign
    assert Q @ Q.T == pytest.approx(np.eye(200), abs=1e-12) and six.sizes["orthogonal"] == pytest.approx(1)
    assert six.stretches["orthogonal"] == pytest.approx(np.ones(200))
    positive = six.ways["positive"]()
    assert positive.min() >= 0 and positive.max() == pytest.approx(np.sqrt(3 / 200), rel=1e-3)
    assert six.stretches["positive"][0] == pytest.approx(np.sqrt(3 / 4 * 200), rel=0.02) and six.stretches["positive"][1] < 1.1
    assert six.stretches["constant"][0] == pytest.approx(np.sqrt(200)) and six.stretches["constant"][1] < 1e-10
    assert six.layer == 9 and six.sizes["constant"] == pytest.approx(np.sqrt(200) ** 10 * six.alone, rel=1e-6)
    assert six.sizes["positive"] > 1e6
    for name, (above, below) in zip(six.ways, six.panels.T):
        assert above.get_title() == name and np.shape(above.images[0].get_array()) == (24, 24)
        counts = [patch.get_height() for patch in below.patches]
        edges = [patch.get_x() for patch in below.patches]
        assert edges == pytest.approx(np.linspace(-0.05, 2.25, 24), abs=1e-9)
        assert sum(counts) == np.sum(six.stretches[name] < 2.35)
        told = below.get_xlabel()
        size = six.sizes[name]
        assert told == "10 layers:\n× " + (f"$10^{{{np.log10(size):.0f}}}$" if name in ("positive", "constant") else f"{size:.2f}")
        assert [text.get_text() for text in below.texts] == ([f"one at {six.stretches[name][0]:.1f} →"] if name in ("positive", "constant") else [])


def test_one_minus_sign(run):
    signs = run("variance/distributions/signs")
    A, B = signs.matrices.values()
    assert list(A.ravel() * np.sqrt(2)) == pytest.approx([1, 1, 1, -1]) and list(B.ravel() * np.sqrt(2)) == pytest.approx([1, 1, 1, 1])
    assert A @ [3, 4] * np.sqrt(2) == pytest.approx([7, -1]) and A @ [3, -4] * np.sqrt(2) == pytest.approx([-1, 7])
    assert B @ [3, 4] * np.sqrt(2) == pytest.approx([7, 7]) and B @ [3, -4] * np.sqrt(2) == pytest.approx([-1, -1])
    assert [signs.lengths[title, name] for title in signs.matrices for name in ("(3, 4)", "(3, −4)")] == pytest.approx([5, 5, 7, 1])
    assert signs.lengths["before", "(3, 4)"] == signs.lengths["before", "(3, −4)"] == 5
    for ax, W in zip(signs.panels, (np.eye(2), A, B)):
        drawn = np.array(ax.lines[0].get_data())
        angles = np.linspace(0, 2 * np.pi, 200)
        assert drawn == pytest.approx(W @ (5 * np.array([np.cos(angles), np.sin(angles)])), abs=1e-9)
        arrows = [text for text in ax.texts if hasattr(text, "xyann")]
        assert [tuple(arrow.xy) for arrow in arrows] == [pytest.approx(tuple(W @ x)) for x in ([3, 4], [3, -4])]
        assert [arrow.arrow_patch.get_edgecolor() for arrow in arrows] == [to_rgba("C0"), to_rgba("0.45")]
        assert all(tuple(arrow.xyann) == (0, 0) for arrow in arrows)
        labels = [text for text in ax.texts if not hasattr(text, "xyann")]
        for label, arrow in zip(labels, arrows):
            ends = np.array(arrow.xy)
            away = np.array(label.get_position()) - ends
            assert 0.5 < np.hypot(*away) < 1.1 and label.get_ha() == {1: "left", 0: "center", -1: "right"}[np.sign(away[0].round(6))]
            assert label.get_color() == ("C0" if arrow is arrows[0] else "0.45")
    assert [t.get_text() for t in signs.panels[0].texts if t.get_text()] == ["(3, 4)", "(3, −4)"]
    assert [t.get_text() for t in signs.panels[2].texts if t.get_text()] == ["length 7", "length 1"]
    patterns = [np.reshape(p, (2, 2)) / np.sqrt(2) for p in product([-1, 1], repeat=4)]
    lengths = [np.sum((W @ [3, 4]) ** 2) for W in patterns]
    assert np.mean(lengths) == pytest.approx(25)
    assert [sum(np.isclose(lengths, value)) for value in (49, 25, 1)] == [4, 8, 4]
    assert sum(np.allclose(W @ W.T, np.eye(2)) for W in patterns) == 8
    assert sum(np.linalg.matrix_rank(W) == 1 for W in patterns) == 8


def test_four_inputs_show_the_shape_and_a_hundred_do_not(run):
    lengths = run("variance/distributions/lengths")
    assert (lengths.layers, lengths.widths) == (1000, (4, 100))
    kurtoses = {"two values": 1, "uniform": 9 / 5, "normal": 3, "nine in ten zero": 10}
    for row, width in zip(lengths.panels, (4, 100)):
        for ax, (name, kurtosis) in zip(row, kurtoses.items()):
            key = f"{name}, {width}"
            assert lengths.predicted[key] == pytest.approx(np.sqrt(value("eq-distributions-spread", k=kurtosis, r=1 / width, fan_out=width)))
            assert lengths.measured[key] == pytest.approx(lengths.predicted[key], rel=0.2)
            assert lengths.tolerance[key] < 0.5 * lengths.predicted[key]
            assert ax.lines[0].get_xdata() == [1, 1]
            assert ax.texts[0].get_text() == f"±{lengths.measured[key]:.2f}\n(±{lengths.predicted[key]:.2f})"
            drawn = sum(patch.get_height() for patch in ax.patches)
            assert drawn >= (995 if width == 100 else 900)
            assert ax.patches[0].get_x() == pytest.approx(0 if width == 4 else 0.4, abs=1e-9)
            assert len(ax.patches) == (35 if width == 4 else 30)
            assert ax.patches[-1].get_x() + ax.patches[-1].get_width() == pytest.approx(3 if width == 4 else 1.6)
    for name, (draw, kurtosis) in lengths.shapes.items():
        assert kurtosis == pytest.approx(kurtoses[name])
        w = draw((400, 500))
        assert np.mean(w**2) == pytest.approx(1, abs=0.05) and abs(np.mean(w)) < 0.015
        assert np.mean(w**4) == pytest.approx(kurtosis, rel=0.06)
    # The last fourth root: an exact spread of 4 standard errors, from the draws themselves.
    last = lengths.mean_square
    error = np.std((last - 1) ** 2) / (2 * lengths.predicted["nine in ten zero, 100"] * np.sqrt(1000))
    assert lengths.tolerance["nine in ten zero, 100"] == pytest.approx(6 * error)
    assert last == pytest.approx(np.mean(np.sum(lengths.W, axis=2) ** 2, axis=1))
    assert [text.get_text() for text in (lengths.panels[0, j].title for j in range(4))] == list(kurtoses)


def test_the_number_of_weights_beyond_the_root_of_the_logarithm(run):
    """Of N normal weights N erfc(√ln N) are expected beyond σ√(2 ln N).

    eq-distributions-largest: by quadrature of both tails.
    """
    for count in (3, 100, 10**6):
        edge = np.sqrt(2 * np.log(count))
        tails = 2 * integrate.quad(density, edge, edge + 30)[0]
        assert count * tails == pytest.approx(value("eq-distributions-largest", N=count), rel=1e-6)
        assert count * tails < 1
    largest = run("variance/distributions/largest")
    assert largest.N == 10**6 and largest.bound == pytest.approx(stats.norm.isf(largest.beyond / 2 / 10**6))
    assert largest.beyond == pytest.approx(value("eq-distributions-largest", N=10**6))
    assert largest.largest["two values"] == 1 and largest.largest["uniform"] == pytest.approx(np.sqrt(3), rel=1e-4)
    assert largest.largest["truncated"] == pytest.approx(2 / 0.8796, rel=1e-3)
    # Half of all maxima are below the median: between its 0.05 % and 99.95 % points.
    low, high = stats.norm.isf((1 - np.array([0.0005, 0.9995]) ** 1e-6) / 2)
    assert low < largest.largest["normal"] < high
    low, high = stats.t(3).isf((1 - np.array([0.0005, 0.9995]) ** 1e-6) / 2) / np.sqrt(3)
    assert low < largest.largest["Student t, nu = 3"] < high
    half = np.median(np.abs(largest.weights["Student t, nu = 3"]))
    assert half == pytest.approx(stats.t(3).ppf(0.75) / np.sqrt(3), rel=0.01)
    for name, w in largest.weights.items():
        if name != "Student t, nu = 3":
            assert np.var(w) == pytest.approx(1, abs=0.01) and np.max(np.abs(w)) == largest.largest[name]


def test_fixed_limits_leave_small_deviations_alone(run):
    """eq-distributions-truncated: A standard normal number kept only between −c and c has the variance
    1 − 2 c exp(−c²/2)/(√(2π) erf(c/√2)).

    By quadrature.
    """
    def second(limit):
        return integrate.quad(lambda u: u**2 * density(u), -limit, limit)[0] / integrate.quad(density, -limit, limit)[0]

    cut = run("variance/distributions/cut")
    assert (cut.asked, cut.limit) == ((0.5, 1, 2, 8), 2)
    for limit in (0.25, 1, 2, 4):
        assert second(limit) == pytest.approx(value("eq-distributions-truncated", c=limit), rel=1e-7) == pytest.approx(cut.left(limit))
    assert cut.two == pytest.approx(np.sqrt(second(2))) == pytest.approx(0.8796, abs=1e-4)
    assert cut.most == pytest.approx(np.sqrt(integrate.quad(lambda w: w**2 / 4, -2, 2)[0]))
    for ax, std in zip(cut.panels, cut.asked):
        assert cut.predicted[std] == pytest.approx(stats.truncnorm(-2 / std, 2 / std, scale=std).std(), rel=1e-6)
        assert cut.got[std] == pytest.approx(cut.predicted[std], rel=0.01)
        assert cut.errors[std] < 0.003 * std
        assert ax.get_xlabel() == f"got {cut.got[std]:.3f}" and ax.get_title() == f"asked for {std}"
        where, height = ax.lines[0].get_data()
        assert height == pytest.approx(stats.truncnorm(-2 / std, 2 / std, scale=std).pdf(where), rel=2e-3)
        bars = [patch.get_height() for patch in ax.patches]
        middles = [patch.get_x() + patch.get_width() / 2 for patch in ax.patches]
        assert middles == pytest.approx(np.linspace(-1.95, 1.95, 40))
        assert sum(bars) * 0.1 == pytest.approx(1)
        assert bars[20] == pytest.approx(stats.truncnorm(-2 / std, 2 / std, scale=std).pdf(0.05), rel=0.1)
    error = np.std(cut.kept**2) / (2 * cut.predicted[8] * np.sqrt(len(cut.kept)))
    assert cut.errors[8] == pytest.approx(error)
    assert np.abs(cut.kept).max() < 2


@pytest.mark.parametrize("fans", [(5, 2), (4, 4), (2, 5)])
def test_a_rectangular_orthogonal_matrix_keeps_one_direction(run, fans):
    """eq-distributions-orthogonal: A matrix of perpendicular unit vectors, times a gain, multiplies the mean square of
    uncorrelated inputs by gain² fan_in/max(fan_in, fan_out).

    Cut from square matrices of SciPy's generator. The mean over white inputs is the trace of WᵀW.
    """
    columns, rows = fans
    W = 1.3 * stats.ortho_group(max(fans), seed=4).rvs()[:rows, :columns]
    expected = value("eq-distributions-orthogonal", gain=1.3, fan_in=columns, n_max=max(fans))
    assert np.trace(W.T @ W) / rows == pytest.approx(expected)
    assert np.trace(W @ W.T) / columns == pytest.approx(value("eq-distributions-orthogonal", gain=1.3, fan_in=rows, n_max=max(fans)))
    if rows >= columns:                                       # it widens: for every input
        for x in np.random.default_rng(1).standard_normal((5, columns)):
            assert np.mean((W @ x) ** 2) / np.mean(x**2) == pytest.approx(expected)
    rectangles = run("variance/distributions/rectangles")
    assert list(rectangles.measured) == [(400, 100), (200, 200), (100, 400)]
    Q = rectangles.W                                          # the last one, from 100 to 400, its columns the nearest to those of G
    assert Q.shape == (400, 100) and abs(Q.T @ Q - np.eye(100)).max() < 1e-12
    assert np.abs(Q.mean(axis=0)).max() < 5 / 400
    stretch = Q.T @ rectangles.G                              # symmetric and positive: the other factor of a polar decomposition
    assert abs(stretch - stretch.T).max() < 1e-9 and np.linalg.eigvalsh(stretch).min() > 0
    assert abs(rectangles.G.mean()) < 5 / 200 and abs(rectangles.X.mean()) < 0.02 and abs(rectangles.delta.mean()) < 0.02
    assert rectangles.measured[400, 100] == pytest.approx((1, 0.25), rel=0.02)
    assert rectangles.measured[200, 200] == pytest.approx((1, 1), rel=1e-9)
    assert rectangles.measured[100, 400] == pytest.approx((0.25, 1), rel=0.02)
    assert rectangles.X.shape == (1000, 100) and rectangles.delta.shape == (1000, 400)
    assert np.sqrt(stats.beta(50, 150).var()) * 4 == pytest.approx(0.123, abs=0.001)


@pytest.mark.parametrize("shape", [(300, 500), (400, 400)])
def test_a_mean_is_one_large_singular_value(shape):
    """eq-distributions-positive: Weights of mean m give a wide matrix a singular value of about m √(fan_in fan_out).

    Found by squaring the matrix again and again, and bounded on both sides.
    """
    rng = np.random.default_rng(8)
    W = rng.uniform(0, 1, shape)
    v = rng.uniform(size=shape[1])
    for _ in range(50):
        v = W.T @ (W @ v)
        v /= np.sqrt(v @ v)
    top = np.sqrt(np.sum((W @ v) ** 2))
    predicted = value("eq-distributions-positive", m=0.5, fan_in=shape[1], fan_out=shape[0])
    assert top == pytest.approx(predicted, rel=0.01)
    rest = np.linalg.norm(W - 0.5, 2)
    assert abs(W.sum()) / np.sqrt(W.size) <= top + 1e-9 and top <= predicted + rest
    assert rest == pytest.approx((np.sqrt(shape[0]) + np.sqrt(shape[1])) / np.sqrt(12), rel=0.03)


def test_positive_weights_make_all_inputs_alike(run):
    positive = run("variance/distributions/positive")
    assert positive.n == 200 and positive.X.shape == (12, 200) and positive.a == pytest.approx(np.sqrt(3) * np.sqrt(2 / 200))
    both, one = positive.ways.values()
    for draw, low in ((both, -positive.a), (one, 0)):
        W = draw()
        assert W.shape == (200, 200) and np.mean(W**2) == pytest.approx(2 / 200, rel=0.05)
        assert W.min() == pytest.approx(low, abs=1e-3) and W.max() == pytest.approx(positive.a, abs=1e-3)
    # An output of the layer for inputs of one sign: m times their sum, n times if all are equal.
    assert positive.predicted == pytest.approx(200 * integrate.quad(lambda w: w / positive.a, 0, positive.a)[0]) == pytest.approx(np.sqrt(300))
    sizes = positive.sizes["between 0 and a"]
    assert len(sizes) == 6 and sizes[0] == pytest.approx(1, abs=0.06)
    assert positive.grown["between 0 and a"] ** 3 == pytest.approx(sizes[5] / sizes[2])
    assert positive.grown["between 0 and a"] == pytest.approx(positive.predicted, rel=0.02)
    assert 0.7 < positive.grown["between −a and a"] < 1.4 and 0.3 < positive.sizes["between −a and a"][5] < 3
    assert positive.alike["between 0 and a"] > 0.999 and 0.2 < positive.alike["between −a and a"] < 0.95
    for row, name in zip(positive.panels, positive.ways):
        for ax, layer in zip(row, (0, 1, 2, 5)):
            drawn = np.array(ax.images[0].get_array())
            assert drawn.shape == (12, 30)
            size = positive.sizes[name][layer]
            assert ax.get_xlabel() == (f"size {size:,.0f}" if layer == 5 and name == "between 0 and a" else f"size {size:.1f}")
            assert ax.get_title() == ({0: "input"}.get(layer, f"layer {layer}") if name == "between −a and a" else "")
            if layer == 0:
                own = np.sqrt(np.mean(positive.X**2, axis=1, keepdims=True))
                assert drawn == pytest.approx((positive.X / own)[:, :30])
            if layer == 5 and name == "between 0 and a":
                alive = drawn.any(axis=1)
                assert drawn[alive] == pytest.approx(np.ones((alive.sum(), 30)), abs=0.25) and not drawn[~alive].any()
    alive = positive.H[5].any(axis=1)
    assert sum(alive) == 10 and np.array_equal(alive, positive.H[1].any(axis=1))   # lost at once, as the text says
    assert np.array_equal(positive.sizes["between 0 and a"], [np.sqrt(np.mean(H**2)) for H in positive.H])
    rows = positive.H[5][alive]
    cosines = [np.dot(u, v) / np.sqrt(np.dot(u, u) * np.dot(v, v)) for u in rows for v in rows]
    assert positive.alike["between 0 and a"] == pytest.approx(min(cosines))
    assert len(positive.H) == 6
    assert positive.H[5] == pytest.approx(np.maximum(positive.H[5], 0))


def test_only_a_stream_for_each_name_survives_a_new_layer(run):
    seeds = run("variance/distributions/seeds")
    one, same, own = seeds.ways
    assert (seeds.before, seeds.after) == ("abcd", "abNcd")
    assert seeds.kept == {one: ["a", "b"], same: list("abcd"), own: list("abcd")}
    assert seeds.copies == {one: [], same: list("bcd"), own: []}
    assert seeds.pairs[one] == [(0, 0), (1, 1), (2, 2), (3, 3)]         # N has what c had
    assert len(seeds.pairs[same]) == 20 and seeds.pairs[own] == [(0, 0), (1, 1), (2, 3), (3, 4)]
    for draw in seeds.ways.values():
        w = draw("abcd")
        again = draw("abcd")
        assert list(w) == list("abcd") and all(len(w[name]) == 9 and np.array_equal(w[name], again[name]) for name in w)
        assert not np.array_equal(draw("a", seed=8)["a"], w["a"])
        assert np.min([draw("a", seed=s)["a"] for s in range(20)]) < 0    # normal numbers have both signs
    for ax, way in zip(seeds.panels, seeds.ways):
        old, new = seeds.ways[way]("abcd"), seeds.ways[way]("abNcd")
        shown = [np.array(image.get_array())[:, 0] for image in ax.images]
        assert np.array_equal(shown, [*old.values(), *new.values()])
        places = [tuple(image.get_extent()) for image in ax.images]
        expected = [(x, x + 0.7, 1.6, 2.6) for x in range(4)] + [(x, x + 0.7, 0, 1) for x in range(5)]
        assert np.array(places) == pytest.approx(np.array(expected))
        assert [text.get_text() for text in ax.texts] == list("abcdabNcd")
        assert [text.get_position() for text in ax.texts] == [pytest.approx(p) for p in
                                                             [(x + 0.35, 2.67) for x in range(4)] + [(x + 0.35, -0.07) for x in range(5)]]
        lines = [tuple(np.ravel(line.get_xydata())) for line in ax.lines]
        assert lines == [pytest.approx((i + 0.35, 1.57, j + 0.35, 1.03)) for i, j in seeds.pairs[way]]
        assert [text.get_va() for text in ax.texts] == ["bottom"] * 4 + ["top"] * 5


def test_under_a_cauchy_distribution_one_weight_carries_the_sum(run):
    """The sum of squares over its largest term, on average: by quadrature over the largest of a hundred."""
    shares = run("variance/distributions/shares")
    assert (shares.n, shares.units) == (100, 2000)

    def expected(law):
        w = np.geomspace(1e-6, law.isf(1e-9), 400_000)            # the sizes that the largest may have
        p = 2 * law.pdf(w)
        below = integrate.cumulative_simpson(p, x=w, initial=0)
        squares = integrate.cumulative_simpson(p * w**2, x=w, initial=0)
        ratio = 1 + 99 * squares / np.maximum(below, 1e-300) / w**2     # given that the largest is w, the others are below it
        return integrate.trapezoid(100 * p * below**99 * ratio, w)

    laws = {"normal": stats.norm, "Student t, 3": stats.t(3), "Cauchy": stats.cauchy}
    for name, law in laws.items():
        w = shares.draws[name]
        assert w.shape == (2000, 100)
        ratios = np.sum(w**2, axis=1) / np.max(w**2, axis=1)
        assert np.mean(ratios) == pytest.approx(expected(law), abs=5 * ratios.std() / np.sqrt(2000) + 1e-3)
        assert shares.shares[name][0] == pytest.approx(np.mean(1 / ratios))
        assert shares.spreads[name] == pytest.approx(np.std(1 / ratios))
    assert expected(stats.cauchy) == pytest.approx(2, abs=0.05)   # 1/(1 − α) of a stable sum with α = 1/2
    assert set(np.unique(shares.draws["two values"])) == {-1, 1}
    assert -1 <= shares.draws["uniform"].min() < -0.999 and 0.999 < shares.draws["uniform"].max() <= 1
    assert shares.largest == shares.shares["Cauchy"][0]
    for y, (name, share) in enumerate(shares.shares.items()):
        assert share == pytest.approx(np.sort(share)[::-1]) and sum(share) == pytest.approx(1)
        bars = shares.ax.patches[100 * y:100 * y + 100]
        assert [bar.get_width() for bar in bars] == pytest.approx(list(share))
        assert [bar.get_x() for bar in bars] == pytest.approx(list(np.concatenate([[0], np.cumsum(share)[:-1]])), abs=1e-9)
        assert bars[0].get_y() + 0.4 == pytest.approx(y)
        assert {bar.get_facecolor() for bar in bars} == {to_rgba("C0"), to_rgba("#a9cce3")}
        assert shares.ax.texts[y].get_text() == f"largest: {share[0]:.0%}" and shares.ax.texts[y].get_position() == (1.01, y)


def test_orthogonal_weights_leave_three_fifths_of_the_spread(run):
    """For a random orthogonal matrix the mean square behind √2 Q and a ReLU has the mean 1 and the variance 3/(n + 2).

    eq-distributions-relu: by quadrature over the circle and over the sphere.
    """
    def mean_square(*u):
        return sum(2 * v**2 for v in u if v > 0) / len(u)

    def circle(power):
        quarter = np.pi / 2
        return sum(integrate.quad(lambda t: mean_square(np.sqrt(2) * np.cos(t), np.sqrt(2) * np.sin(t)) ** power, j * quarter, (j + 1) * quarter)[0]
                   for j in range(4)) / (2 * np.pi)

    def sphere(power):
        nodes, weights = np.polynomial.legendre.leggauss(12)
        total = 0
        for j, half in product(range(4), (0, 1)):             # octant by octant, where it is smooth
            for z, wz in zip((nodes + 1) / 2 - half, weights / 2):
                for t, wt in zip((nodes + 1) * np.pi / 4 + j * np.pi / 2, weights * np.pi / 4):
                    s = np.sqrt(3 * (1 - z**2))
                    total += wz * wt * mean_square(s * np.cos(t), s * np.sin(t), np.sqrt(3) * z) ** power
        return total / (4 * np.pi)

    for size, average in ((2, circle), (3, sphere)):
        assert average(1) == pytest.approx(1, rel=1e-5)
        assert average(2) - 1 == pytest.approx(value("eq-distributions-relu", n=size), rel=1e-4)
    fourth = integrate.quad(lambda z: (np.sqrt(2) * max(z, 0)) ** 4 * density(z), -12, 12, points=[0])[0]
    assert fourth - 1 == pytest.approx(5)
    relu = run("variance/distributions/relu")
    assert (relu.n, relu.layers) == (50, 4000) and relu.Q @ relu.Q.T == pytest.approx(np.eye(50), abs=1e-12)
    assert relu.predicted == pytest.approx({"normal": np.sqrt(5 / 50), "orthogonal": np.sqrt(value("eq-distributions-relu", n=50))})
    for name, values in relu.mean_square.items():
        assert len(values) == 4000
        assert relu.mean[name] == pytest.approx(1, abs=0.03) and np.mean(values) == relu.mean[name]
        assert relu.spread[name] == pytest.approx(relu.predicted[name], rel=0.06)
    assert relu.mean_square["orthogonal"][-1] == pytest.approx(2 * np.sum(np.maximum(relu.Q @ relu.x, 0) ** 2) / 50)
    assert relu.mean_square["normal"][-1] == pytest.approx(2 * np.sum(np.maximum(relu.G @ relu.x, 0) ** 2) / 50**2)


def test_the_three_numbers_tell_the_calls_apart(run):
    calls = run("variance/distributions/calls")
    plain, cut, orthogonal, rand = calls.found.values()
    assert plain[0] == pytest.approx(0.05, rel=0.01) and cut[0] == pytest.approx(0.05, rel=0.01) and orthogonal[0] == pytest.approx(400**-0.5, rel=1e-3)
    assert rand[0] == pytest.approx(0.05 / np.sqrt(12), rel=0.01)
    assert rand[1] == pytest.approx(np.sqrt(3) * 400, rel=0.01)          # a mean of √3 deviations, over 400² weights
    assert rand[2] == pytest.approx(np.sqrt(3) * 400 / (2 * np.sqrt(400)), rel=0.01)
    assert plain[2] == pytest.approx(1, abs=0.05) and cut[2] == pytest.approx(1, abs=0.05) and orthogonal[2] == pytest.approx(0.5, rel=1e-3)
    assert plain[3] > 4 and cut[3] == pytest.approx(2 / 0.8796, rel=0.01) and max(abs(v[1]) for v in (plain, cut, orthogonal)) < 5


def test_a_skew_adds_up_behind_relus():
    """Two signs of one skewed shape, and a symmetric one, through twenty ReLU layers with He's variance."""
    rng = np.random.default_rng(6)
    factors = {}
    for name, draw in {"right": lambda: rng.exponential(size=(100, 100)) - 1, "left": lambda: 1 - rng.exponential(size=(100, 100)),
                       "symmetric": lambda: rng.laplace(size=(100, 100)) / np.sqrt(2)}.items():
        found = []
        for _ in range(150):
            h = x = rng.standard_normal(100)
            for _ in range(20):
                h = np.maximum(np.sqrt(2 / 100) * draw() @ h, 0)
            found.append((h @ h) / (x @ x))
        factors[name] = np.mean(found)
    assert factors["right"] > 3 and factors["left"] < 0.3 and 0.5 < factors["symmetric"] < 2


def test_one_weight_in_a_hundred():
    values, weights = np.array([-1, 0, 1]), np.array([0.005, 0.99, 0.005])
    assert np.sum(weights * values**2) == pytest.approx(1 / 100)
    assert np.sum(weights * values**4) / np.sum(weights * values**2) ** 2 == pytest.approx(100)
    spread = value("eq-distributions-spread", k=100, r=1 / 100, fan_out=1) / value("eq-distributions-spread", k=3, r=1 / 100, fan_out=1)
    assert np.sqrt(spread) == pytest.approx(1.22, abs=0.005)
    assert stats.binom(100, 0.01).pmf(0) == pytest.approx(0.37, abs=0.005)
