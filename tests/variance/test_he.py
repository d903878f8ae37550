"""He initialization: the chapter's claims, by another road than its listings take."""
from itertools import combinations, pairwise, product

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize, special, stats

from samples import are_midpoints, is_standard, rms

fan_in, n, L, n_1, n_L = sp.symbols("fan_in n L n_1 n_L", positive=True)
a = sp.symbols("a", real=True)
z2 = sp.symbols("z2", positive=True)

EQUATIONS = {
    "eq-he-variance": (r"\sigma^2 =", 2 / fan_in),
    "eq-he-half": (r"\E[\relu(z)^2] =", z2 / 2, {r"\E[z^2]": z2}),
    "eq-he-relu-variance": (r"\frac{\Var[\relu(z)]}{\E[z^2]} =", sp.Rational(1, 2) - 1 / (2 * sp.pi)),
    "eq-he-leaky": (r"\sigma^2 =", 2 / ((1 + a**2) * fan_in)),
    "eq-he-floor": (r"q_\infty =", 2 / (5 * n)),
    "eq-he-spread": (r"\beta =", 5 * L / n),
    "eq-he-ends": (
        r"\frac{\E[\delta_1^2]}{\E[\delta_L^2]} = \frac{n_2}{n_1} \cdot \frac{n_3}{n_2} \cdots \frac{n_L}{n_{L-1}} =", n_L / n_1,
    ),
}


def test_he_is_exact_at_width_two_over_all_sign_patterns():
    """Weights of the variance 2/fan_in keep the mean square of the activations of ReLU layers, on average over
    initializations and at any width.

    Exact, the mean square of each layer over all 4096 networks 2-2-2-2 with weights of one size.
    """
    sigma = np.sqrt(float(EQUATIONS["eq-he-variance"][1].subs(fan_in, 2)))
    W = sigma * np.array(list(product([-1, 1], repeat=12))).reshape(-1, 3, 2, 2)
    x = np.array([0.3, 1.7])
    h = np.tile(x, (len(W), 1))
    for layer in range(3):
        z = np.einsum("nij,nj->ni", W[:, layer], h)
        assert np.mean(z**2) == pytest.approx(2 * np.mean(x**2))
        h = np.maximum(z, 0)
        assert np.mean(h**2) == pytest.approx(np.mean(x**2))


def test_the_way_back_is_exact_although_the_gates_know_the_weights():
    """E[w w' 1(w.h > 0)] = E[w w'] / 2 at fixed h, enumerated over sign patterns."""
    w = np.array(list(product([-1.0, 1.0], repeat=5)))
    open_gate = w @ np.array([0.1, 0.9, 0.25, 0.33, 1.4]) > 0
    assert (w[open_gate].T @ w[open_gate]) / len(w) == pytest.approx(np.eye(5) / 2)


def test_a_white_gradient_keeps_its_size_and_a_constant_one_grows():
    rng = np.random.default_rng(0)
    W = rng.normal(0, np.sqrt(2 / 32), size=(6, 600, 32, 32))
    h, gates = rng.normal(size=(600, 32, 1)), []
    for w in W:
        z = w @ h
        gates.append(z > 0)
        h = np.maximum(z, 0)
    growth = {}
    for name, g in (("white", rng.normal(size=h.shape)), ("constant", np.ones_like(h))):
        start = np.mean(g**2)
        for w, gate in zip(W[::-1], gates[::-1]):
            g = w.swapaxes(1, 2) @ (gate * g)
            growth.setdefault(name, []).append(np.mean(g**2) / start)
    assert growth["white"][-1] == pytest.approx(1, abs=0.2)
    assert growth["constant"][0] == pytest.approx(1 + 1 / np.pi, abs=0.15)  # E[w 1(w.h > 0)] has the length sigma/sqrt(2 pi)
    assert growth["constant"][-1] > 2.5


def test_the_default_keeps_a_sixth_and_the_biases_put_a_floor(run):
    """eq-he-floor: Weights and biases of PyTorch's default bring the second moment of the pre-activations of ReLU
    layers of width n to rest at 2/(5n).

    Exact, the root of the map of second moments.
    """
    default = run("variance/he/default")
    assert default.bound**2 / 3 == pytest.approx(float(EQUATIONS["eq-he-leaky"][1].subs({a: sp.sqrt(5), fan_in: 512})))
    assert default.predicted_bare == pytest.approx(np.sqrt(2 * 6.0**-30), rel=1e-9, abs=0)
    q = optimize.brentq(lambda q: q / 6 + 1 / (3 * 512) - q, 0, 1)
    assert q == pytest.approx(float(EQUATIONS["eq-he-floor"][1].subs(n, 512)))
    assert default.predicted_floor == pytest.approx(np.sqrt(q))
    assert default.rms_biased == pytest.approx(np.sqrt(q), rel=0.25)
    assert default.across < 1e-9 * default.rms_biased
    assert default.rms_bare == pytest.approx(rms(default.z_bare), rel=1e-9, abs=0)
    pairs = [np.mean((u - v) ** 2) / 2 for u, v in combinations(default.z_biased, 2)]
    assert default.across == pytest.approx(np.sqrt(np.mean(pairs)), rel=1e-6, abs=0)
    assert default.beta == float(EQUATIONS["eq-he-spread"][1].subs({L: 30, n: 512}))
    assert is_standard(default.X) and default.bare.min() == default.biased.min() == 0
    u, v = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))
    assert np.all((np.maximum(u, 0) - np.maximum(v, 0)) ** 2 + (np.maximum(-u, 0) - np.maximum(-v, 0)) ** 2
                  <= (u - v) ** 2 + 1e-12)


def test_the_variance_of_a_quotient_is_five_over_n():
    """The logarithm of the mean square after L ReLU layers of width n under He's rule is about normal with the variance
    β = 5L/n and the mean −β/2, for wide layers.

    Symbolic, the variance of one layer's quotient; the next test has its logarithm, by exact sums over the number of
    open units.
    """
    g = sp.symbols("g", real=True)
    density = sp.exp(-g**2 / 2) / sp.sqrt(2 * sp.pi)
    half, fourth = (sp.integrate(g**k * density, (g, 0, sp.oo)) for k in (2, 4))
    assert (half, fourth) == (sp.Rational(1, 2), sp.Rational(3, 2))
    assert 4 / n * (fourth - half**2) == EQUATIONS["eq-he-spread"][1].subs(L, 1)
    second, fourth = (2 * sp.integrate(g**k * density, (g, 0, sp.oo)) for k in (2, 4))
    assert (fourth - second**2) / n == 2 / n   # of a linear layer


def exact_log(width):
    """Mean and variance of ln R for one layer: k open units are binomial, given k a chi-squared law."""
    k = np.arange(1, width + 1)
    p = stats.binom.pmf(k, width, 0.5)
    p = p / p.sum()
    m = np.log(4 / width) + special.digamma(k / 2)
    mu = p @ m
    return mu, p @ (special.polygamma(1, k / 2) + m**2) - mu**2


def test_the_quotients_of_fans_telescope_to_the_ends(run):
    """eq-he-ends: With fan in, the mean squared gradient of a network of ReLU layers is multiplied by the last width
    over the first, on average, if the gradient at the top is white.

    Symbolic, the product of the factors of the layers; one layer exactly, over all sign patterns, in the next test.
    """
    widths = sp.symbols("n_1:6", positive=True)
    backward = sp.prod([EQUATIONS["eq-he-variance"][1].subs(fan_in, below) * above / 2 for below, above in pairwise(widths)])
    ends = EQUATIONS["eq-he-ends"][1].subs({n_1: widths[0], n_L: widths[-1]})
    assert sp.simplify(backward - ends) == 0
    fans = run("variance/he/fans")
    ratio = float(EQUATIONS["eq-he-ends"][1].subs({n_1: 32, n_L: 512}))
    assert fans.ends == ratio == 16 and fans.predicted == {"fan_in": (1, 16), "fan_out": (1 / 16, 1)}
    (keeps, grows), (falls, keeps_too) = fans.measured["fan_in"], fans.measured["fan_out"]
    assert grows == pytest.approx(ratio, rel=0.5) and falls == pytest.approx(1 / ratio, rel=0.5)
    assert [grows / keeps_too, keeps / falls] == pytest.approx([ratio, ratio], rel=1e-4)   # one set of random numbers


def test_one_layer_multiplies_a_white_gradient_by_the_quotient_of_its_widths():
    # All 1024 sign patterns of the weights between two units and five; the weights decide the gates.
    sigma = np.sqrt(float(EQUATIONS["eq-he-variance"][1].subs(fan_in, 2)))
    W = sigma * np.array(list(product([-1, 1], repeat=10))).reshape(-1, 5, 2)
    gates = W @ np.array([0.3, 1.7]) > 0
    white = np.einsum("nij,ni,ik->nkj", W, gates, np.eye(5))   # a unit vector for each unit: mean square 1/5
    assert np.mean(white**2) * 5 == pytest.approx(float(EQUATIONS["eq-he-ends"][1].subs({n_1: 2, n_L: 5})))


def test_a_stride_divides_the_outputs_that_a_pixel_feeds():
    size, kernel, stride = 60, 3, 2
    feeds = np.zeros(size)
    for start in range(0, size - kernel + 1, stride):
        feeds[start:start + kernel] += 1
    assert feeds[kernel:-kernel].mean() == pytest.approx(kernel / stride, rel=0.05)  # along one axis


def test_where_the_choice_does_not_matter():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(4, 64))
    plain = {1: X, 2: X}
    stream = rng.normal(size=(4, 512))
    growth = []
    for _ in range(6):
        G = rng.normal(size=(64, 64)) / 8
        for rule, value in plain.items():
            z = value @ (np.sqrt(rule) * G).T
            z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
            plain[rule] = np.maximum(z, 0)
        W = rng.normal(0, np.sqrt(2 / 512), size=(512, 512))
        new = stream + np.maximum(stream, 0) @ W.T
        growth.append(np.mean(new**2) / np.mean(stream**2))
        stream = new
    assert plain[1] == pytest.approx(plain[2], abs=1e-12)  # LayerNorm: He or not, the same output
    assert np.mean(growth) == pytest.approx(2, rel=0.1)  # a residual branch with He's variance doubles


def test_the_angle_between_two_inputs_shrinks_in_wide_relu_layers():
    """The cosine after one wide layer, by quadrature over the angle of the pair (z, z')."""
    for cosine in (-0.9, 0.0, 0.5, 0.9, 0.99):
        angle = np.arccos(cosine)
        overlap = integrate.quad(lambda t: np.cos(t) * np.cos(t - angle), angle - np.pi / 2, np.pi / 2)[0]
        assert overlap / (np.pi / 2) > cosine  # radius averaged out; both outputs keep one half


def test_relu_keeps_half_of_the_mean_square_of_any_symmetric_distribution(run):
    """A ReLU keeps half of the mean square of a symmetric pre-activation, whatever its distribution.

    Quadrature, for four symmetric distributions.
    """
    for law in (stats.norm(scale=3), stats.laplace(), stats.t(df=5), stats.uniform(-1, 2)):
        kept = law.expect(lambda z: np.maximum(z, 0) ** 2, lb=0)
        assert kept == pytest.approx(float(EQUATIONS["eq-he-half"][1].subs(z2, law.var())), rel=1e-6)
    moment = run("variance/he/moment")
    assert list(moment.kept) == ["normal", "uniform", "random signs", "shifted"]
    assert list(moment.kept.values())[:3] == pytest.approx([0.5] * 3, abs=1e-12)
    assert are_midpoints(moment.grid, 10)


def test_the_shares_of_the_variance_are_those_of_exact_integrals(run):
    """Of the variance of a normal pre-activation of mean zero a ReLU keeps the share 1/2 − 1/(2π).

    Symbolic, exact integrals.
    """
    z = sp.symbols("z", real=True)
    density = sp.exp(-z**2 / 2) / sp.sqrt(2 * sp.pi)
    first, second = (sp.integrate(z**k * density, (z, 0, sp.oo)) for k in (1, 2))
    assert first == 1 / sp.sqrt(2 * sp.pi)
    assert sp.simplify(second - first**2 - EQUATIONS["eq-he-relu-variance"][1]) == 0
    moment = run("variance/he/moment")
    assert moment.variance["normal"] == pytest.approx(float(second - first**2), abs=1e-6)
    assert moment.variance["uniform"] == pytest.approx(5 / 16, abs=1e-5)
    shifted = integrate.quad(lambda t: max(t + 1, 0) ** 2 * stats.norm.pdf(t), -1, 12)[0] / 2
    assert moment.kept["shifted"] == pytest.approx(shifted, abs=1e-5)
    first = stats.norm.expect(lambda t: t + 1, lb=-1)
    assert moment.variance["shifted"] == pytest.approx(2 * shifted - first**2, abs=1e-5)
    signs = [np.dot(s, range(1, 9)) for s in product([-1, 1], repeat=8)]
    relu = [max(s, 0) for s in signs]
    assert moment.variance["random signs"] == pytest.approx(np.var(relu) / np.var(signs))


def test_the_small_histograms_show_what_each_value_adds_to_the_mean_square(run):
    moment = run("variance/he/moment")
    means = {"normal": 1, "uniform": 4 / 3, "shifted": 2}
    for ax, name in zip(moment.panels, moment.kept):
        left, right = ([patch.get_height() for patch in bars] for bars in ax.containers)
        share = {"random signs": 0.5}.get(name, moment.kept[name])
        assert [sum(left), sum(right)] == pytest.approx([1 - share, share], abs=0.015)   # little lies beyond ±4
        assert ax.get_title() == name and ax.get_xlabel() == f"keeps {share:.2f}"
        if name in means:   # one bar: the integral of z² times the density
            density = {"normal": stats.norm(), "uniform": stats.uniform(-2, 4), "shifted": stats.norm(1)}[name].pdf
            bar = integrate.quad(lambda z: z**2 * density(z), 1, 1.2)[0] / means[name]
            assert right[25] == pytest.approx(bar, rel=0.02)


def test_the_leaky_slope_keeps_its_share_and_the_default_is_a_sixth():
    """The variance 2/((1 + a²) fan_in) keeps the mean square through leaky ReLU layers with the slope a on the negative
    side, where pre-activations are symmetric.

    Exact: three units feed two, over every sign of the six weights.
    """
    signs = np.array(list(product([-1, 1], repeat=6))).reshape(-1, 2, 3)
    for slope in (0.0, 0.1, 0.5, 1.0):
        x = np.array([0.3, 1.7, -0.4])
        sigma = np.sqrt(float(EQUATIONS["eq-he-leaky"][1].subs({a: slope, fan_in: 3})))
        z = sigma * signs @ x
        assert np.mean(np.where(z > 0, z, slope * z) ** 2) == pytest.approx(np.mean(x**2))
    assert EQUATIONS["eq-he-leaky"][1].subs(a, 0) == EQUATIONS["eq-he-variance"][1]
    assert EQUATIONS["eq-he-leaky"][1].subs(a, sp.sqrt(5)) == EQUATIONS["eq-he-variance"][1] / 6
    half_slope = EQUATIONS["eq-he-leaky"][1].subs(a, sp.Rational(1, 2))   # of the exercise on the absolute value
    assert half_slope == sp.Rational(8, 5) / fan_in and EQUATIONS["eq-he-leaky"][1].subs(a, 1) == 1 / fan_in


def test_the_four_outputs_and_the_bell_lose_half(run):
    halves = run("variance/he/halves")
    assert sorted(halves.outputs) == [-7, -1, 1, 7] and (halves.before, halves.after) == (25, 12.5)
    assert np.var([7, 1, 0, 0]) == 8.5 and np.mean(np.square([4, 0, 0, -4])) == 8   # the student's number, and constant inputs
    area = integrate.quad(lambda z: z**2 * stats.norm.pdf(z), 0, 4)[0]
    assert [halves.lost, halves.rest] == pytest.approx([area, area], rel=2e-3)
    bars = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in halves.few.patches}
    assert bars == pytest.approx({-7: 49, -1: 1, 1: 1, 7: 49})
    assert [text.get_position() for text in halves.few.texts] == [(o, o**2 + 1.5) for o in halves.outputs]
    z, curve = halves.many.lines[0].get_data()
    assert np.allclose(z, np.linspace(-4, 4, 401)) and curve == pytest.approx(z**2 * stats.norm.pdf(z))
    left, right = (area.get_paths()[0].vertices for area in halves.many.collections)
    assert right[:, 0].min() < 0.03 and left[:, 0].max() > -0.03
    assert left[:, 0].max() <= 1e-9 and right[:, 0].min() >= -1e-9 and left[:, 0].min() == -4 and right[:, 0].max() == 4


def test_the_cloud_folds_as_four_quadrants_do(run):
    plane = run("variance/he/plane")
    both, mean_of_one = 1 / 4, stats.norm.expect(lambda t: np.maximum(t, 0))   # independent signs; E[max(g, 0)]
    error = 4 / np.sqrt(plane.draws)
    assert plane.draws == 4000 and plane.origin == np.mean((plane.z <= 0).all(axis=1))
    assert plane.kept == pytest.approx((rms(plane.h) / rms(plane.z)) ** 2)
    assert plane.origin == pytest.approx(both, abs=error) and plane.kept == pytest.approx(0.5, abs=error)
    assert plane.predicted_mean == pytest.approx(np.sqrt(plane.q) * mean_of_one)
    assert plane.measured_mean == pytest.approx(plane.predicted_mean, abs=error)
    assert plane.q == pytest.approx(rms(plane.x) ** 2) and is_standard(plane.x) and is_standard(plane.W * 10)
    assert plane.z == pytest.approx(np.einsum("duf,f->du", plane.W, plane.x))
    for ax, points in (plane.before, plane.z), (plane.after, np.where(plane.z > 0, plane.z, 0)):
        *groups, star = ax.lines
        shown = {count: points[:plane.shown][(plane.z[:plane.shown] > 0).sum(axis=1) == count] for count in range(3)}
        for count, line in enumerate(groups):
            assert np.array_equal(np.transpose(line.get_data()), shown[count])
        assert np.ravel(star.get_data()) == pytest.approx(points.mean(axis=0))
    assert plane.after.texts[-1].xy == (plane.measured_mean, plane.measured_mean)


def test_thirty_layers_follow_the_powers_of_the_mean_square(run):
    depth = run("variance/he/depth")
    lost = float(EQUATIONS["eq-he-relu-variance"][1])
    assert depth.predicted == pytest.approx({"linear": 2.0**-15, "He": 1, "student": (0.5 / lost) ** 15})
    assert 0.5 / lost == pytest.approx(np.pi / (np.pi - 1)) and depth.measured["student"] > 100
    common = {depth.measured[name] / depth.predicted[name] for name in depth.rules}   # one draw, three scales
    assert max(common) == pytest.approx(min(common))
    assert depth.beta == float(EQUATIONS["eq-he-spread"][1].subs({L: depth.depth, n: depth.width}))
    assert is_standard(depth.X) and is_standard(depth.G) and min(h[30].min() for h in depth.H.values()) == 0
    assert [ax.get_title().partition(":")[0] for ax in depth.panels] == ["1/fan_in", "2/fan_in", f"{1 / lost:.2f}/fan_in"]
    h = depth.X.T
    for G in depth.G:
        h = (2 / depth.width) ** 0.5 * G @ h
        h[h < 0] = 0
    assert rms(h) == pytest.approx(depth.measured["He"])


def test_the_ridges_are_histograms_of_sizes_in_decades(run):
    depth = run("variance/he/depth")
    for ax, h in zip(depth.panels, depth.H.values()):
        assert len(ax.collections) == 16
        for number, ridge in enumerate(ax.collections):
            sizes = np.log10(h[2 * number][h[2 * number] > 0])
            foot, drawn = 30 - 2 * number, ridge.get_paths()[0].vertices   # layer 0 on top
            top = {round(x, 6): max(drawn[np.isclose(drawn[:, 0], x), 1]) for x in drawn[:, 0]}
            assert drawn[:, 1].min() == pytest.approx(foot) and len(top) > 8
            for end, height in list(top.items())[2:8]:
                share = np.mean((sizes >= end - 0.25) & (sizes < end))
                assert height == pytest.approx(foot + 36 * share, abs=1e-3)
        assert list(ax.get_yticks()) == [0, 10, 20, 30]


def test_each_layer_of_the_default_is_drawn_as_told_and_its_maps_show_it(run):
    default, rng = run("variance/he/default"), np.random.default_rng(6)
    assert np.array_equal(default.X, rng.standard_normal((24, 512)))
    bare = biased = default.X
    for _ in range(30):
        W, b = rng.uniform(-(512**-0.5), 512**-0.5, (512, 512)), rng.uniform(-(512**-0.5), 512**-0.5, 512)
        z_bare, z_biased = np.einsum("ij,bj->bi", W, bare), np.einsum("ij,bj->bi", W, biased) + b
        bare, biased = np.where(z_bare > 0, z_bare, 0), np.where(z_biased > 0, z_biased, 0)
    assert default.z_bare == pytest.approx(z_bare, rel=1e-6, abs=1e-18) and default.z_biased == pytest.approx(z_biased)
    for ax, layer in zip(default.panels, (1, 3, 6, 30)):
        image = ax.images[0]
        assert ax.get_title() == f"layer {layer}" and np.array_equal(image.get_array(), default.maps[layer][:, :60])
        assert image.get_clim() == pytest.approx((0, np.quantile(default.maps[layer][:, :60], 0.98)))


def test_the_gates_return_what_a_loop_over_networks_does(run):
    gates = run("variance/he/gates")
    assert gates.W.std() ** 2 == pytest.approx(float(EQUATIONS["eq-he-variance"][1].subs(fan_in, 3)), rel=0.01)
    alive = []
    for network in range(300):
        h, masks = np.array([0.3, -1.0, 0.6]), []
        for W in gates.W[:, network]:
            z = W @ h
            masks.append(z > 0)
            h = z * masks[-1]
        back = np.eye(3)
        for W, mask in zip(gates.W[::-1, network], masks[::-1]):
            back = W.T @ (mask[:, None] * back)
        assert gates.constant[network] == pytest.approx(np.mean(back.sum(axis=1) ** 2))
        alive.append(all(mask.any() for mask in masks))
    assert alive == gates.alive[:300].tolist()
    # The rule, exactly: over all signs of nine weights of one size, a layer returns half of the squares of a white gradient.
    signs = np.array(list(product([-1, 1], repeat=9))).reshape(-1, 3, 3)
    open_ = signs @ np.array([0.3, -1.0, 0.6]) > 0
    assert np.mean(open_.any(axis=1)) == pytest.approx(1 - 2.0**-3)
    assert np.mean((signs**2 * open_[:, :, None]).sum(axis=1)) == pytest.approx(1.5)
    assert gates.predicted_alive == pytest.approx((8 / 7) ** 4)
    assert gates.measured == pytest.approx(1, abs=0.05) and gates.measured_alive == pytest.approx((8 / 7) ** 4, rel=0.05)
    assert gates.networks == 200_000 and gates.measured_constant == pytest.approx(np.average(gates.constant))
    assert gates.measured_constant > 1.5 and gates.independent[~gates.alive].max() == 0


def test_blocks_double_and_with_a_divided_branch_stay_below_e(run):
    residual, rng = run("variance/he/residual"), np.random.default_rng(30)
    assert residual.predicted == {"plain": 2.0**24, "divided": pytest.approx(np.exp(24 * np.log1p(1 / 24)))}
    assert residual.predicted["divided"] < np.e
    X = rng.standard_normal((16, 400))
    for name, scale in ("plain", 1.0), ("divided", 24**-0.5):
        h = X.T
        for _ in range(24):
            h = h + scale * rng.normal(0, np.sqrt(2 / 400), (400, 400)) @ np.where(h > 0, h, 0)
        assert residual.measured[name] == pytest.approx((rms(h) / rms(X)) ** 2)
    # Exact, one block of two units over all signs: the branch adds the mean square, and its cross term is zero.
    signs = np.array(list(product([-1, 1], repeat=4))).reshape(-1, 2, 2)
    h = np.array([[0.8, -0.8], [-0.8, 0.8]])   # a symmetric signal
    new = h[:, None] + np.einsum("nij,bj->bni", signs, np.maximum(h, 0))
    assert np.mean(new**2) == pytest.approx(2 * np.mean(h**2))


def test_the_log_of_the_length_is_about_normal_with_beta(run):
    for width in (256, 1024):
        beta = float(EQUATIONS["eq-he-spread"][1].subs({L: 1, n: width}))
        mu, var = exact_log(width)
        assert mu == pytest.approx(-beta / 2, rel=2.5 / width)
        assert var == pytest.approx(beta, rel=5 / width)
    spread = run("variance/he/spread")
    mu, var = (30 * value for value in exact_log(64))
    assert spread.last.mean() == pytest.approx(mu, abs=4 * np.sqrt(var / 1500))
    assert spread.last.var() == pytest.approx(var, rel=4 * np.sqrt(2 / 1500))
    assert spread.beta == float(EQUATIONS["eq-he-spread"][1].subs({L: 30, n: 64}))
    assert (spread.predicted_mean, np.log(spread.predicted_median)) == pytest.approx((-75 / 64, -75 / 64))
    assert (spread.measured_mean, spread.measured_variance) == pytest.approx((np.average(spread.last), np.std(spread.last) ** 2))
    assert np.log(spread.high / spread.low) == pytest.approx(2 * 1.645 * np.sqrt(var), rel=0.15)
    rng, logs = np.random.default_rng(64), [np.zeros(1500)]
    for _ in range(30):
        g = rng.standard_normal((1500, 64))
        logs.append(logs[-1] + np.log((g**2 * (g > 0)).sum(axis=1) / 32))
    assert spread.logs.T == pytest.approx(np.array(logs))
    assert [spread.low, spread.median, spread.high] == pytest.approx(np.percentile(np.exp(logs[-1]), [5, 50, 95]), rel=0.01)


def test_given_its_input_a_layer_of_matrices_has_the_same_quotients(run):
    """He layers with matrices, 24 wide, against the exact mean and variance of a layer without any."""
    rng, width = np.random.default_rng(5), 24
    h = np.ones((2000, width))
    for W in rng.normal(0, np.sqrt(2 / width), size=(4, 2000, width, width)):
        h = np.maximum(np.einsum("nij,nj->ni", W, h), 0)
    logs, (mu, var) = np.log(np.mean(h**2, axis=1)), exact_log(width)
    assert logs.mean() == pytest.approx(4 * mu, abs=4 * np.sqrt(4 * var / 2000))
    assert logs.var() == pytest.approx(4 * var, rel=0.2)


def test_the_figure_of_the_spread_shows_shares_of_the_networks_and_the_theory(run):
    spread = run("variance/he/spread")
    layers = np.arange(31)
    median, theory, mean = spread.fan.lines
    assert np.array_equal(median.get_xdata(), layers) and set(mean.get_ydata()) == {1}
    assert theory.get_ydata() == pytest.approx(np.exp(-2.5 * layers / 64))
    for layer in (1, 12, 30):
        assert np.mean(spread.logs[:, layer] < np.log(median.get_ydata()[layer])) == pytest.approx(0.5, abs=0.001)
        for share, area in zip((0.05, 0.25), spread.fan.collections):
            at = area.get_paths()[0].vertices
            low, high = (edge(at[at[:, 0] == layer, 1]) for edge in (min, max))
            assert np.mean(spread.logs[:, layer] < np.log(low)) == pytest.approx(share, abs=0.002)
            assert np.mean(spread.logs[:, layer] > np.log(high)) == pytest.approx(share, abs=0.002)
    ends = spread.ends[:, 1]
    assert [ends.min(), ends.max()] == pytest.approx([np.exp(spread.last.min()), np.exp(spread.last.max())], rel=1e-6)
    assert spread.fan.get_yscale() == "log" and set(spread.side.lines[0].get_ydata()) == {1}


def test_the_gradient_through_the_fans_is_a_difference_quotient(run):
    # Of one network and one input, of the last mode.
    fans = run("variance/he/fans")
    W, x, top = [w[0] for w in fans.W], fans.first[0, 0], fans.last[0, 0]
    assert fans.widths == [32 * 2**k for k in range(5)]   # the page says so in words
    assert is_standard(fans.last) and is_standard(fans.first) and all(is_standard(g) for g in fans.G)

    def output(z):
        for w in W:
            z = w @ np.maximum(z, 0)
        return z

    assert fans.z[-1][0, 0] == pytest.approx(output(x))
    for i in np.argmax(x), np.argmin(x), np.argmin(np.abs(x - 0.5)):
        step = 1e-6 * np.eye(32)[i]
        assert fans.delta[0, 0, i] == pytest.approx(top @ (output(x + step) - output(x - step)) / 2e-6, abs=1e-6)
    assert fans.measured["fan_out"] == pytest.approx(((rms(fans.z[-1]) / rms(fans.first)) ** 2, (rms(fans.delta) / rms(fans.last)) ** 2))
    noise = sum(EQUATIONS["eq-he-spread"][1].subs({L: 1, n: width}) for width in fans.widths[:-1])
    assert fans.tolerance == pytest.approx(4 * np.sqrt(float(noise) / fans.networks))


def test_answers_to_the_exercises():
    outputs = [s @ np.array([1, 2, 2]) for s in np.array(list(product([-1, 1], repeat=3)))]
    relu = np.maximum(outputs, 0)
    assert (np.mean(relu**2), np.mean(relu), np.var(relu)) == (4.5, 1.25, 2.9375)
    assert np.sqrt(float(EQUATIONS["eq-he-variance"][1].subs(fan_in, 800))) == pytest.approx(0.05)
    p = sp.symbols("p", positive=True)
    assert sp.simplify((1 - p) / (1 - p) ** 2 - 1 / (1 - p)) == 0   # survivors, each divided by 1 - p
    beta = (np.log(2) / stats.norm.ppf(0.95)) ** 2
    assert beta == pytest.approx(0.1775, abs=1e-4) and 5 * 50 / 0.1775 == pytest.approx(1408, abs=1)
