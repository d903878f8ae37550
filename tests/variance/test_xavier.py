"""Xavier initialization, by other roads: exact sums and integrals, whole batches, fractions, SciPy's quadrature."""
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
import sympy as sp
from scipy import stats
from scipy.integrate import quad
from scipy.special import polygamma

norm = NormalDist()
fan_in, fan_out, gamma, l, n_0, n_L = sp.symbols("fan_in fan_out gamma l n_0 n_L", positive=True)

EQUATIONS = {
    "eq-xavier-variance": (r"\sigma^2 =", 2 / (fan_in + fan_out)),
    "eq-xavier-limit": ("a =", sp.sqrt(6 / (fan_in + fan_out))),
    "eq-xavier-forward": (r"\frac{\Var[o_i]}{\gamma^2} =", 2 * fan_in / (fan_in + fan_out)),
    "eq-xavier-backward": (r"\frac{\Var[\partial \loss / \partial x_j]}{\E[\delta_i^2]} =", 2 * fan_out / (fan_in + fan_out)),
    "eq-xavier-telescope": (r"\prod_{l=1}^{L} \frac{n_l}{n_{l-1}} =", n_L / n_0),
    "eq-xavier-truncated": (r"\Var[u \mid \abs{u} < 2] =", 1 - 4 * sp.exp(-2) / (sp.sqrt(2 * sp.pi) * (1 - sp.erfc(sp.sqrt(2))))),
    "eq-xavier-tanh": (r"\E[h_l^2] \approx", 1 / (2 * l)),
    "eq-xavier-relu": (r"\E[h_l^2] =", gamma**2 / 2**l),
}

WIDTHS = [784, 512, 256, 128, 10]


def at(label, **values):
    expression = EQUATIONS[label][1]
    names = {symbol.name: symbol for symbol in expression.free_symbols}
    return float(expression.subs({names[name]: value for name, value in values.items() if name in names}))


def gaussian_mean(f):
    return quad(lambda u: f(u) * norm.pdf(u), -12, 12, epsabs=1e-13, epsrel=1e-12)[0]


def tanh_moments(depth):
    # The trapezoidal rule is exact to rounding for a smooth integrand that is gone at both ends.
    u, moments = np.linspace(-12, 12, 2401), [1.0]
    for _ in range(depth):
        moments.append(np.trapezoid(np.tanh(np.sqrt(moments[-1]) * u) ** 2 * np.exp(-(u**2) / 2), u) / np.sqrt(2 * np.pi))
    return moments


def test_the_factors_are_those_of_every_sum_over_sign_weights():
    """eq-xavier-forward: Under Xavier one linear layer multiplies the variance of the signal by 2 fan_in/(fan_in +
    fan_out).

    eq-xavier-backward: Under Xavier one linear layer multiplies the variance of a gradient that is independent of its
    weights by 2 fan_out/(fan_in + fan_out).

    Exact, the average over all sixty-four layers with weights ±σ.
    """
    # Weights +-sigma have the same variance, and a 2 x 3 layer has only 64 of them: the average is exact.
    sigma = np.sqrt(at("eq-xavier-variance", fan_in=3, fan_out=2))
    signs = np.array(np.meshgrid(*[[-1, 1]] * 6)).reshape(6, -1).T.reshape(-1, 2, 3)
    x, delta = np.array([0.5, -1.0, 2.0]), np.array([3.0, -1.0])  # the inputs need no mean and no independence
    forward = np.mean((sigma * signs @ x) ** 2) / np.mean(x**2)
    backward = np.mean((delta @ (sigma * signs)) ** 2) / np.mean(delta**2)
    assert forward == pytest.approx(at("eq-xavier-forward", fan_in=3, fan_out=2), rel=1e-12)
    assert backward == pytest.approx(at("eq-xavier-backward", fan_in=3, fan_out=2), rel=1e-12)


def test_the_two_factors_sum_to_two_and_agree_only_for_equal_fans():
    forward, backward = EQUATIONS["eq-xavier-forward"][1], EQUATIONS["eq-xavier-backward"][1]
    assert sp.simplify(forward + backward - 2) == 0
    assert sp.solve(sp.Eq(forward, backward), fan_in) == [fan_out]
    assert (sp.limit(forward, fan_in, 0), sp.limit(forward, fan_in, sp.oo)) == (0, 2)


def test_xaviers_variance_is_the_only_one_whose_two_factors_have_the_mean_one():
    """The average of the two conditions fan_in σ² = 1 and fan_out σ² = 1 holds for the variance 2/(fan_in + fan_out),
    and for no other.

    Symbolic, solved for the variance.
    """
    variance = sp.Symbol("v", positive=True)
    assert sp.solve((fan_in + fan_out) * variance / 2 - 1, variance) == [EQUATIONS["eq-xavier-variance"][1]]


def test_the_listing_of_the_fans_draws_these_factors(run):
    fans = run("variance/xavier/fans")
    assert fans.ratios.tolist() == [2.0**k for k in range(-4, 5)]
    for ratio, up, down in zip(fans.ratios, fans.forward, fans.backward):
        assert up == pytest.approx(at("eq-xavier-forward", fan_in=128 * ratio, fan_out=128))
        assert down == pytest.approx(at("eq-xavier-backward", fan_in=128 * ratio, fan_out=128))
    assert fans.forward == pytest.approx(fans.backward[::-1])  # "read upward the second is the first"
    sizes = fans.batch, fans.fan_in, fans.fan_out  # of the last layer; the tolerance leaves out the smallest of four terms
    exact = square_of_the_size(sizes) / np.prod(sizes, dtype=float) ** 2 - 1
    assert fans.error**2 == pytest.approx(exact - 2 / np.prod(sizes, dtype=float), rel=1e-9)


def test_the_listing_draws_its_curves_through_these_factors(run):
    line = {}
    for curve in run("variance/xavier/fans").ax.get_lines():
        line[curve.get_label()] = curve.get_xydata().T
    r, up = line["signal, forward"]
    assert (r[0], r[-1]) == pytest.approx((1 / 16, 16))  # from the first marker to the last
    assert np.allclose(up, [at("eq-xavier-forward", fan_in=v, fan_out=1) for v in r])
    r, down = line["gradient, backward"]
    assert np.allclose(down, [at("eq-xavier-backward", fan_in=v, fan_out=1) for v in r])


def test_the_uniform_distribution_with_this_limit_has_xaviers_variance():
    """eq-xavier-limit: Uniform weights between −a and a have Xavier's variance for a = √(6/(fan_in + fan_out)).

    Symbolic, the integral over the density.
    """
    a, w = sp.symbols("a w", positive=True)
    variance = sp.integrate(w**2 / (2 * a), (w, -a, a))
    assert variance == a**2 / 3
    assert sp.simplify(variance.subs(a, EQUATIONS["eq-xavier-limit"][1]) - EQUATIONS["eq-xavier-variance"][1]) == 0


def test_the_factors_of_the_stack_are_exact_fractions(run):
    """eq-xavier-telescope: With the variance 1/fan_in in every layer, the factors of the gradient cancel up to the last
    width over the first.

    Exact, fractions.
    """
    stack = run("variance/xavier/stack")
    assert [*stack.fan_in, stack.fan_out[-1]] == [stack.fan_in[0], *stack.fan_out] == stack.widths == WIDTHS
    layers = [(Fraction(m), Fraction(n)) for m, n in zip(WIDTHS, WIDTHS[1:])]
    exact = {"Xavier": lambda m, n: 2 / (m + n), "fan_in": lambda m, n: 1 / m, "fan_out": lambda m, n: 1 / n}
    for name, rule in exact.items():
        forward = backward = Fraction(1)
        for m, n in layers:
            forward, backward = forward * m * rule(m, n), backward * n * rule(m, n)
        assert stack.forward[name] == pytest.approx(float(forward))
        assert stack.backward[name] == pytest.approx(float(backward))
        assert forward / backward == Fraction(WIDTHS[0], WIDTHS[-1])  # whatever the variances
    assert stack.forward["geometric"] == pytest.approx(78.4**0.5)
    assert stack.backward["geometric"] == pytest.approx(78.4**-0.5)
    assert round(stack.forward["Xavier"], 2) == 3.99 and round(stack.backward["Xavier"], 3) == 0.051
    assert 1 / stack.backward["Xavier"] < 1 / stack.backward["fan_in"]  # "its worse factor is nearer to one"
    for k, (m, n) in enumerate(layers):  # neither of the two is bounded, where Xavier's factor is below two
        assert m * stack.rules["geometric"][k] == pytest.approx(float(m / n) ** 0.5)
        assert m * (1 / m + 1 / n) / 2 == (m + n) / (2 * n)  # the harmonic mean, the average of the two wanted variances
    assert stack.forward["geometric"] * stack.backward["geometric"] == pytest.approx(1)
    for name in stack.rules:  # all rules scale the same draws, so all their measurements miss by the same few percent
        misses = [stack.measured[name][0] / stack.forward[name], stack.measured[name][1] / stack.backward[name]]
        assert misses == pytest.approx([stack.measured["fan_in"][0]] * 2) and abs(misses[0] - 1) < 0.1
    there, back = (at("eq-xavier-forward", fan_in=m, fan_out=n) for m, n in [(4, 1), (1, 4)])
    assert there * back == pytest.approx(16 / 25) and stack.fifty == pytest.approx((16 / 25) ** 25)
    assert stack.backward["fan_in"] == pytest.approx(at("eq-xavier-telescope", n_0=WIDTHS[0], n_L=WIDTHS[-1]))


def test_signal_and_gradient_pass_the_stack_as_predicted(run):
    stack = run("variance/xavier/stack")
    rng = np.random.default_rng(0)  # the layers applied one by one to a batch, not their product
    up, down = rng.standard_normal((400, WIDTHS[0])), rng.standard_normal((400, WIDTHS[-1]))
    weights = [np.sqrt(2 / (m + n)) * rng.standard_normal((n, m)) for m, n in zip(WIDTHS, WIDTHS[1:])]
    for W in weights:
        up = up @ W.T
    for W in weights[::-1]:
        down = down @ W
    spread = np.sqrt(stack.draws) * stack.error  # of one draw; an extra percent for the finite batches
    assert np.mean(up**2) == pytest.approx(stack.forward["Xavier"], rel=4 * np.hypot(spread, 0.02))
    assert np.mean(down**2) == pytest.approx(stack.backward["Xavier"], rel=4 * np.hypot(spread, 0.02))


def square_of_the_size(widths):
    """E[|P|_F^4] of a product of Gaussian matrices with variance 1, input width first."""
    t, s = widths[0] ** 2, widths[0]
    for n in widths[1:]:
        t, s = n**2 * t + 2 * n * s, n * t + n * (n + 1) * s
    return t


def test_the_error_of_the_stack_is_the_spread_of_a_product(run):
    rng = np.random.default_rng(1)  # the recursion against 20,000 small products
    P = rng.standard_normal((20_000, 2, 3)) @ rng.standard_normal((20_000, 3, 4))
    size = np.sum(P**2, axis=(1, 2))
    assert np.mean(size) == pytest.approx(24, rel=0.03)
    assert np.mean(size**2) == pytest.approx(square_of_the_size([4, 3, 2]), rel=0.1)
    relative = square_of_the_size(WIDTHS) / float(np.prod(WIDTHS, dtype=float)) ** 2 - 1
    stack = run("variance/xavier/stack")
    assert stack.error == pytest.approx(np.sqrt(relative / stack.draws))
    assert stack.error < 0.05


def test_truncation_leaves_the_published_share_of_the_variance(run):
    """eq-xavier-truncated: A standard normal variable that is drawn again beyond two standard deviations has the
    variance 1 − 4 exp(−2) / (√(2π) (1 − erfc √2)).

    Quadrature, and the constant of Keras and JAX.
    """
    listing = run("variance/xavier/distributions")
    exact = at("eq-xavier-truncated")
    assert exact == pytest.approx(quad(lambda u: u**2 * norm.pdf(u), -2, 2)[0] / (norm.cdf(2) - norm.cdf(-2)))
    assert listing.truncated_variance == pytest.approx(exact, rel=1e-12)
    assert listing.truncated_std == pytest.approx(0.87962566103423978, rel=1e-12)  # the constant in Keras and JAX
    assert listing.share_kept == pytest.approx(norm.cdf(2) - norm.cdf(-2))
    assert listing.fifty_layers == pytest.approx(exact**25)
    assert listing.predicted == {"normal": 1, "uniform": 1, "truncated": listing.truncated_variance,
                                 "truncated, corrected": pytest.approx(1, rel=1e-4)}   # by the four digits of its deviation
    assert listing.limit == pytest.approx(at("eq-xavier-limit", fan_in=100, fan_out=50)) == pytest.approx(0.2)
    assert listing.sigma**2 == pytest.approx(at("eq-xavier-variance", fan_in=100, fan_out=50))
    # The tolerance is that of a normal sample; a truncated normal and a uniform variable have a smaller kurtosis.
    kept = len(listing.samples["truncated"])
    assert listing.error == pytest.approx(stats.chi2(kept).std() / kept)
    fourth = quad(lambda u: u**4 * norm.pdf(u), -2, 2)[0] / (norm.cdf(2) - norm.cdf(-2))
    assert fourth / exact**2 < 3 and 3 + stats.uniform.stats(moments="k") < 3
    assert kept / len(listing.samples["normal"]) == pytest.approx(listing.share_kept, rel=0.002)
    assert len(listing.samples["normal"]) == len(listing.samples["uniform"]) == 400_000


def test_keras_formula_is_the_formula_of_the_paper(run):
    listing = run("variance/xavier/names")
    for shape in [(100, 50), (784, 10), (3, 3), (1, 4096)]:
        paper = at("eq-xavier-limit", fan_in=shape[0], fan_out=shape[1])
        assert listing.limits(*shape)["Xavier"] == pytest.approx(paper)
    assert listing.dense["Xavier"] == pytest.approx(0.2) and listing.dense["PyTorch"] == pytest.approx(0.1)


def test_each_name_has_its_own_variance(run):
    predicted = run("variance/xavier/names").predicted
    for shape, factor in predicted.items():
        m, n = map(int, shape.split("-"))
        assert factor == pytest.approx({"LeCun": 1, "Xavier": 2 * m / (m + n), "He": 2, "PyTorch": 1 / 3})
    listing = run("variance/xavier/names")
    sizes = listing.batch, 784, 10  # of the last layer, with normal weights, whose squares scatter more than these
    exact = square_of_the_size(sizes) / np.prod(sizes, dtype=float) ** 2 - 1
    assert listing.error**2 == pytest.approx(exact - 2 / np.prod(sizes, dtype=float), rel=1e-9)
    assert len(listing.measured) == 12
    assert round(predicted["784-256"]["Xavier"], 2) == 1.51 and round(predicted["784-10"]["Xavier"], 2) == 1.97
    limits = run("variance/xavier/names").limits(784, 10)
    assert limits["He"] == pytest.approx(np.sqrt(6 / 784)) and limits["LeCun"] == pytest.approx(np.sqrt(3 / 784))


def test_mixing_variance_and_standard_deviation_costs_powers_of_the_width(run):
    listing = run("variance/xavier/conventions")
    assert listing.predicted == {"right": 1, "sigma taken for a variance": 4, "variance passed as scale": 1 / 16}
    for name, power in {"right": 1, "sigma taken for a variance": Fraction(1, 2), "variance passed as scale": 2}.items():
        std = sp.sqrt(sp.Rational(2, 512)) ** sp.Rational(power)
        assert float(std * sp.sqrt(256)) == pytest.approx(listing.predicted[name])
        assert listing.scales[name] == pytest.approx(float(std))
        assert listing.measured[name] ** listing.depth == pytest.approx(listing.total[name], rel=1e-9, abs=0)
    assert listing.depth == 10
    assert listing.error == pytest.approx(np.sqrt(10 * polygamma(1, 256 / 2)) / 2 / 10, rel=0.01)  # ln of a chi-squared


def test_a_gradient_that_depends_on_the_weights_has_the_moment_of_wisharts_law(run):
    listing = run("variance/xavier/dependence")
    predicted = listing.predicted
    # one layer and 1000 examples: a percent or two, so ten are loose; a wrong distribution of W is far outside
    assert all(listing.measured[key] == pytest.approx(predicted[key], rel=0.1) for key in predicted)
    assert listing.independent == pytest.approx(at("eq-xavier-backward", fan_in=128, fan_out=512))  # of the last one
    assert list(predicted) == ["256-256", "512-128", "128-512"] and listing.X.shape == (1000, 128)
    assert abs(listing.X.mean()) < 5 / np.sqrt(listing.X.size)
    for m, n in [(256, 256), (512, 128), (128, 512)]:
        # E[(W'W)^2] entry by entry: sum over i, k, a of E[w_ia w_ib w_kb w_kc], normal, with Isserlis' pairings
        # (i = k or not) x (the middle index equals the outer one or not).
        sigma2 = 2 / (m + n)
        diagonal = sigma2**2 * (n * (3 + (m - 1)) + n * (n - 1))
        assert predicted[f"{m}-{n}"] == pytest.approx(diagonal / (m * sigma2))
    assert predicted["256-256"] == pytest.approx(513 / 256)
    rng = np.random.default_rng(2)  # the same for narrow layers, whose average differs more from the independent one's
    W = rng.normal(0, np.sqrt(2 / 40), (4000, 32, 8))
    x = rng.standard_normal((4000, 8, 16))
    ratios = np.mean((np.swapaxes(W, 1, 2) @ (W @ x)) ** 2, axis=(1, 2)) / (8 * 2 / 40)
    assert ratios.mean() == pytest.approx(at("eq-xavier-backward", fan_in=8, fan_out=32) * 41 / 8, abs=5 * ratios.std() / 4000**0.5)


def test_tanh_decays_like_one_over_twice_the_depth(run):
    """In very wide tanh layers under Xavier the second moment of the activations falls like 1/(2l), for deep layers.

    Quadrature, a hundred layers and the next term of the expansion.
    """
    depth = run("variance/xavier/depth")
    moments = tanh_moments(100)
    assert moments[1] == pytest.approx(gaussian_mean(lambda u: np.tanh(u) ** 2), rel=1e-10)
    assert np.allclose(depth.predicted["tanh"], moments, rtol=1e-6)
    assert [round(moments[k], 4) for k in (1, 5, 10, 20, 50, 100)] == [0.3943, 0.1034, 0.0522, 0.0259, 0.0102, 0.0051]
    # 1/m_l = 2l - (5/6) ln l + O(1), from tanh(z)^2 = z^2 - 2z^4/3 + 17z^6/45
    rest = [1 / moments[k] - 1 / at("eq-xavier-tanh", l=k) + 5 / 6 * np.log(k) for k in (25, 50, 100)]
    assert abs(rest[2] - rest[1]) < abs(rest[1] - rest[0]) < 0.01
    assert moments[100] == pytest.approx(at("eq-xavier-tanh", l=100), rel=0.02)
    assert all(b < a for a, b in zip(moments, moments[1:]))
    assert moments[1] > 1 / 4 > moments[2]  # "it passes" one quarter in its second layer


def test_the_expansion_of_tanh_squared_has_these_coefficients():
    u, q = sp.symbols("u q", positive=True)
    series = sp.series(sp.tanh(u) ** 2, u, 0, 8).removeO()
    moment = {2: 1, 4: 3, 6: 15}
    mean = sum(series.coeff(u, k) * moment[k] * q ** (k // 2) for k in moment)
    assert sp.expand(mean) == q - 2 * q**2 + sp.Rational(17, 3) * q**3
    slope = sp.series((1 - sp.tanh(u) ** 2) ** 2, u, 0, 3).removeO()
    assert slope.coeff(u, 0) + slope.coeff(u, 2) * q == 1 - 2 * q


def test_relu_halves_the_second_moment_under_xavier(run):
    """In ReLU layers under Xavier, equally wide, the second moment halves in every layer, on average over the weights.

    Quadrature, for up to a hundred layers.
    """
    depth = run("variance/xavier/depth")
    assert (depth.depth, depth.shown) == (20, (5, 10, 20))  # as in the text
    assert (len(depth.predicted["ReLU"]), len(depth.predicted["tanh"])) == (101, 101)
    assert depth.phi["ReLU"](np.array([-1, 2])).tolist() == [0, 2]
    assert depth.measured["tanh"][0] == depth.measured["ReLU"][0] == pytest.approx(1, abs=4 * np.sqrt(2 / (512 * 32)))
    half = gaussian_mean(lambda u: max(u, 0) ** 2)
    # A wide layer's mean square is an average of squares: their relative variance, which for tanh is below the identity's.
    assert depth.v["ReLU"] == pytest.approx(gaussian_mean(lambda u: max(u, 0) ** 4) / half**2 - 1)
    assert depth.v["tanh"] == pytest.approx(gaussian_mean(lambda u: u**4) - 1)
    for q in depth.predicted["tanh"][:20]:
        tanh2 = [gaussian_mean(lambda u, k=k: np.tanh(np.sqrt(q) * u) ** k) for k in (2, 4)]
        assert tanh2[1] / tanh2[0] ** 2 - 1 < depth.v["tanh"]
    assert half == pytest.approx(0.5, rel=1e-9)
    for k in (1, 5, 20, 100):
        assert depth.predicted["ReLU"][k] == pytest.approx(half**k, rel=1e-6, abs=0)
        assert depth.predicted["ReLU"][k] == pytest.approx(at("eq-xavier-relu", gamma=1, l=k), rel=1e-9, abs=0)
    # In exact numbers, with other inputs: weights +-1 / 2 have Xavier's variance for four inputs and four units.
    gamma, x = 3, 3 * np.array([1, -1, 1, 1])
    rows = np.array(np.meshgrid(*[[-1, 1]] * 4)).reshape(4, -1).T / 2
    first = np.maximum(rows @ x, 0)                            # what a unit can be, all equally likely
    assert np.mean(first**2) == pytest.approx(at("eq-xavier-relu", gamma=gamma, l=1))
    layer = np.array(np.meshgrid(*[first] * 4)).reshape(4, -1)
    assert np.mean(np.maximum(rows @ layer, 0) ** 2) == pytest.approx(at("eq-xavier-relu", gamma=gamma, l=2))


def test_the_figure_of_the_stacks_shows_both_recursions_and_their_measurements(run):
    depth = run("variance/xavier/depth")
    tanh, tanh_marks, relu, relu_marks = depth.ax.lines
    assert tanh.get_ydata() ** 2 == pytest.approx(tanh_moments(20), rel=1e-6)
    assert relu.get_ydata() ** 2 == pytest.approx([at("eq-xavier-relu", gamma=1, l=k) for k in range(21)])
    for name, marks in (("tanh", tanh_marks), ("ReLU", relu_marks)):
        assert marks.get_label() == name and marks.get_ydata() ** 2 == pytest.approx(depth.measured[name])
    assert all(line.get_marker() == "None" for line in (tanh, relu))
    assert tanh.get_ydata()[-1] == pytest.approx(0.16, abs=0.005)  # as the alternative text says
    assert relu.get_ydata()[-1] == pytest.approx(0.001, rel=0.05)


def test_the_gradient_of_the_tanh_stack_shrinks_by_the_product_of_its_slopes(run):
    depth = run("variance/xavier/depth")
    slopes = [gaussian_mean(lambda u: (1 - np.tanh(np.sqrt(q) * u) ** 2) ** 2) for q in tanh_moments(19)]
    assert depth.gradient == pytest.approx(np.prod(slopes), rel=1e-6)
    kept = np.cumprod(depth.slopes)
    assert [k * kept[k - 1] for k in (20, 50, 100)] == pytest.approx([10 * kept[9]] * 3, rel=0.02)  # "falls like 1/l"
    rng = np.random.default_rng(3)  # and by a real backward pass
    n, h, kept = 256, rng.standard_normal((64, 256)), []
    for _ in range(20):
        W = rng.standard_normal((n, n)) / np.sqrt(n)
        h = np.tanh(h @ W.T)
        kept.append((W, h))
    delta = rng.standard_normal(h.shape)
    for W, h in reversed(kept):
        delta = (delta * (1 - h**2)) @ W
    # relative variance about 2 L^2/n^2 + 2 L/(64 n), as for the signal; four standard deviations
    assert abs(np.log(np.mean(delta**2) / depth.gradient)) < 4 * np.sqrt(2 * 400 / n**2 + 40 / (64 * n))


def test_the_tug_of_war_shows_the_factors_of_each_rule(run):
    tug = run("variance/xavier/tug")
    layers = [(Fraction(m), Fraction(n)) for m, n in zip([256, 512, 1024, 512, 128, 64], [512, 1024, 512, 128, 64, 256])]
    exact = {"divide by fan_in": lambda m, n: 1 / m, "divide by fan_out": lambda m, n: 1 / n, "Xavier": lambda m, n: 2 / (m + n)}
    for ax, (name, rule) in zip(tug.axes, exact.items()):
        forward, backward = ([float(fan * rule(m, n)) for (m, n), fan in zip(layers, fans)] for fans in zip(*layers))
        assert tug.forward[name] == pytest.approx(forward) and tug.backward[name] == pytest.approx(backward)
        blue, orange = ([bar.get_height() for bar in bars] for bars in ax.containers)
        assert 2.0 ** np.array(blue) == pytest.approx(forward) and 2.0 ** np.array(orange) == pytest.approx(backward)
        assert [bar.get_x() + bar.get_width() / 2 for bar in ax.containers[0]] == pytest.approx([k - 0.19 for k in range(6)])
    assert at("eq-xavier-forward", fan_in=512, fan_out=128) == pytest.approx(tug.forward["Xavier"][3])
    assert tug.worst == pytest.approx(2.5)   # of Xavier, the last: 512 to 128 backward, 64 to 256 forward


def test_the_two_wishes_meet_at_xaviers_variance(run):
    wishes = run("variance/xavier/wishes")
    assert wishes.xavier == pytest.approx(at("eq-xavier-variance", fan_in=2, fan_out=8)) == pytest.approx(1 / 5)
    assert wishes.predicted == pytest.approx({
        "forward": at("eq-xavier-forward", fan_in=2, fan_out=8), "backward": at("eq-xavier-backward", fan_in=2, fan_out=8)})
    forward, backward, average, one, *dots = (line.get_xydata() for line in wishes.ax.lines)
    assert forward[:, 1] == pytest.approx(2 * forward[:, 0]) and backward[:, 1] == pytest.approx(8 * backward[:, 0])
    assert average[:, 1] == pytest.approx((forward[:, 1] + backward[:, 1]) / 2) and set(one[:, 1]) == {1}
    assert np.concatenate(dots) == pytest.approx(np.array([[1 / 2, 1], [1 / 8, 1], [1 / 5, 1]]))
    assert (wishes.variance[0], wishes.variance[-1], len(wishes.variance)) == pytest.approx((0.05, 0.6, 50))


def test_the_map_of_layers_shows_their_smaller_factor(run):
    shapes = run("variance/xavier/shapes")
    assert shapes.shapes["MNIST classifier: head"] == (128, 10) and shapes.shapes["VGG: first 3×3"] == (3 * 9, 64 * 9)
    for name, (m, n) in shapes.shapes.items():
        factors = at("eq-xavier-forward", fan_in=m, fan_out=n), at("eq-xavier-backward", fan_in=m, fan_out=n)
        assert shapes.smaller[name] == pytest.approx(min(factors)) and max(factors) < 2
    for (m, n), line in zip(shapes.shapes.values(), shapes.ax.lines):
        assert line.get_xydata().tolist() == [[m, n]]
        assert line.get_color() == ("C0" if m <= n else "C1")
    for j, i in [(0, 59), (30, 10), (59, 59)]:
        pair = shapes.fans[i], shapes.fans[j]
        assert shapes.worse[j, i] == pytest.approx(1 - abs(pair[0] - pair[1]) / sum(pair))
    assert shapes.factors == pytest.approx(np.array([256, 20]) / 138)
    assert shapes.shapes == {
        "GPT-2: attention output": (768, 768), "GPT-2: MLP in": (768, 4 * 768), "GPT-2: MLP out": (4 * 768, 768),
        "VGG: first 3×3": (27, 576), "VGG: last 3×3": (512 * 9, 512 * 9), "ResNet-50: head": (2048, 1000),
        "MNIST classifier: head": (128, 10),
    }


def test_the_tails_hold_a_quarter_of_the_variance(run):
    tails = run("variance/xavier/tails")
    law = stats.truncnorm(-2, 2)
    assert tails.predicted_variance == pytest.approx(law.var()) == pytest.approx(at("eq-xavier-truncated"))
    assert tails.predicted_share == pytest.approx(1 - 2 * stats.norm.sf(2)) == pytest.approx(21 / 22, abs=1e-4)
    assert tails.measured_share == pytest.approx(tails.predicted_share, abs=0.002)
    assert tails.measured_variance == pytest.approx(law.var(), rel=0.01)
    assert tails.measured_variance == pytest.approx(np.vdot(tails.kept, tails.kept) / len(tails.kept))
    assert stats.norm.expect(lambda u: u**2, lb=2) * 2 == pytest.approx(0.26, abs=0.002)   # "a quarter"
    assert stats.kstest(tails.kept[:5000], law.cdf).pvalue > 1e-4 and tails.draws == 400_000
    curve = tails.ax.lines[0].get_xydata()
    assert curve[:, 1] == pytest.approx(curve[:, 0] ** 2 * stats.norm.pdf(curve[:, 0])) and abs(curve[0, 0]) == curve[-1, 0] == 4.5
    spans = [path.get_paths()[0].get_extents() for path in tails.ax.collections]
    assert (spans[0].x0, spans[0].x1, spans[1].x0, spans[2].x1) == pytest.approx((-2, 2, 2, -2))
    assert [span.y0 for span in spans] == pytest.approx([0, 0, 0])


def test_five_tanh_layers_shrink_under_the_older_rule(run):
    glorot = run("variance/xavier/glorot")
    for (name, limit), gain in zip(glorot.limits.items(), (1 / 3, 1)):
        assert limit**2 / 3 == pytest.approx(gain / 800)
        q = 1.0
        for _ in range(5):
            q = gaussian_mean(lambda u, q=q: np.tanh(np.sqrt(gain * q) * u) ** 2)
        assert glorot.predicted[name] == pytest.approx(np.sqrt(q), rel=1e-6)
        assert len(glorot.signals[name]) == len(glorot.gradients[name]) == 6
        rms = [np.linalg.norm(h) / np.sqrt(h.size) for h in glorot.signals[name]]
        assert glorot.axes[0, 1].collections and rms[-1] == pytest.approx(np.sqrt(q), rel=0.15) and rms[0] == pytest.approx(1, abs=0.02)
        back = [np.linalg.norm(d) / np.sqrt(d.size) for d in glorot.gradients[name]]
        assert glorot.measured[name] == pytest.approx([rms[5], back[0]])
        slopes, m = 1.0, 1.0
        for _ in range(5):
            slopes *= gain * gaussian_mean(lambda u, m=m: (1 - np.tanh(np.sqrt(gain * m) * u) ** 2) ** 2)
            m = gaussian_mean(lambda u, m=m: np.tanh(np.sqrt(gain * m) * u) ** 2)
        assert back[0] / back[-1] == pytest.approx(np.sqrt(slopes), rel=0.15)
        # A complex step through the last matrices that were drawn tells the derivative without differences.
        if name == "Xavier":
            direction = np.random.default_rng(0).standard_normal(glorot.X.shape)
            h = glorot.X + 1e-30j * direction
            for layer, W in enumerate(glorot.W, 1):
                h = np.tanh(np.einsum("bj,ij->bi", h, W))
                assert h.real[:3] == pytest.approx(glorot.signals[name][layer][:3], abs=1e-9)
            assert np.sum(glorot.top * h.imag) / 1e-30 == pytest.approx(np.sum(glorot.gradients[name][0] * direction), rel=1e-9)
    heights = [path.get_paths()[0].get_extents() for path in glorot.axes[0, 1].collections]
    assert [extent.y0 for extent in heights] == [-1, -2, -3, -4, -5]
    assert [extent.height for extent in heights] == pytest.approx([0.9] * 5)
    lower = [path.get_paths()[0].get_extents().y0 for path in glorot.axes[1, 0].collections]
    assert lower == [0, -1, -2, -3, -4]
