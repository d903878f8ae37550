"""Xavier initialization, by other roads: exact sums and integrals, whole batches, fractions, SciPy's quadrature."""
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad

norm = NormalDist()
fan_in, fan_out, gamma, l, n_0, n_L = sp.symbols("fan_in fan_out gamma l n_0 n_L", positive=True)

EQUATIONS = {
    "eq-xavier-variance": 2 / (fan_in + fan_out),
    "eq-xavier-limit": sp.sqrt(6 / (fan_in + fan_out)),
    "eq-xavier-forward": 2 * fan_in / (fan_in + fan_out),
    "eq-xavier-backward": 2 * fan_out / (fan_in + fan_out),
    "eq-xavier-telescope": n_L / n_0,
    "eq-xavier-truncated": 1 - 4 * sp.exp(-2) / (sp.sqrt(2 * sp.pi) * (1 - sp.erfc(sp.sqrt(2)))),
    "eq-xavier-tanh": 1 / (2 * l),
    "eq-xavier-relu": gamma**2 / 2**l,
}

WIDTHS = [784, 512, 256, 128, 10]


def at(label, **values):
    names = {symbol.name: symbol for symbol in EQUATIONS[label].free_symbols}
    return float(EQUATIONS[label].subs({names[name]: value for name, value in values.items() if name in names}))


def gaussian_mean(f):
    return quad(lambda u: f(u) * norm.pdf(u), -12, 12, epsabs=1e-13, epsrel=1e-12)[0]


def tanh_moments(depth):
    # The trapezoidal rule is exact to rounding for a smooth integrand that is gone at both ends.
    u, moments = np.linspace(-12, 12, 2401), [1.0]
    for _ in range(depth):
        moments.append(np.trapezoid(np.tanh(np.sqrt(moments[-1]) * u) ** 2 * np.exp(-(u**2) / 2), u) / np.sqrt(2 * np.pi))
    return moments


def test_the_factors_are_those_of_every_sum_over_sign_weights():
    # Weights +-sigma have the same variance, and a 2 x 3 layer has only 64 of them: the average is exact.
    sigma = np.sqrt(at("eq-xavier-variance", fan_in=3, fan_out=2))
    signs = np.array(np.meshgrid(*[[-1, 1]] * 6)).reshape(6, -1).T.reshape(-1, 2, 3)
    x, delta = np.array([0.5, -1.0, 2.0]), np.array([3.0, -1.0])  # the inputs need no mean and no independence
    forward = np.mean((sigma * signs @ x) ** 2) / np.mean(x**2)
    backward = np.mean((delta @ (sigma * signs)) ** 2) / np.mean(delta**2)
    assert forward == pytest.approx(at("eq-xavier-forward", fan_in=3, fan_out=2), rel=1e-12)
    assert backward == pytest.approx(at("eq-xavier-backward", fan_in=3, fan_out=2), rel=1e-12)


def test_the_two_factors_sum_to_two_and_agree_only_for_equal_fans():
    forward, backward = EQUATIONS["eq-xavier-forward"], EQUATIONS["eq-xavier-backward"]
    assert sp.simplify(forward + backward - 2) == 0
    assert sp.solve(sp.Eq(forward, backward), fan_in) == [fan_out]
    assert (sp.limit(forward, fan_in, 0), sp.limit(forward, fan_in, sp.oo)) == (0, 2)


def test_the_listing_of_the_fans_draws_these_factors(run):
    fans = run("variance/xavier/fans")
    assert fans.ratios.tolist() == [2.0**k for k in range(-4, 5)]
    for ratio, up, down in zip(fans.ratios, fans.forward, fans.backward):
        assert up == pytest.approx(at("eq-xavier-forward", fan_in=128 * ratio, fan_out=128))
        assert down == pytest.approx(at("eq-xavier-backward", fan_in=128 * ratio, fan_out=128))


def test_the_listing_draws_its_curves_through_these_factors(run):
    line = {}
    for curve in run("variance/xavier/fans").ax.get_lines():
        line[curve.get_label()] = curve.get_xydata().T
    r, up = line["signal, forward"]
    assert np.allclose(up, [at("eq-xavier-forward", fan_in=v, fan_out=1) for v in r])
    r, down = line["gradient, backward"]
    assert np.allclose(down, [at("eq-xavier-backward", fan_in=v, fan_out=1) for v in r])


def test_the_uniform_distribution_with_this_limit_has_xaviers_variance():
    a, w = sp.symbols("a w", positive=True)
    variance = sp.integrate(w**2 / (2 * a), (w, -a, a))
    assert variance == a**2 / 3
    assert sp.simplify(variance.subs(a, EQUATIONS["eq-xavier-limit"]) - EQUATIONS["eq-xavier-variance"]) == 0


def test_the_factors_of_the_stack_are_exact_fractions(run):
    stack = run("variance/xavier/stack")
    layers = [(Fraction(m), Fraction(n)) for m, n in zip(WIDTHS, WIDTHS[1:])]
    exact = {"Xavier": lambda m, n: 2 / (m + n), "fan_in": lambda m, n: 1 / m, "fan_out": lambda m, n: 1 / n,
             "harmonic": lambda m, n: (m + n) / (2 * m * n)}
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
    listing = run("variance/xavier/distributions")
    exact = at("eq-xavier-truncated")
    assert exact == pytest.approx(quad(lambda u: u**2 * norm.pdf(u), -2, 2)[0] / (norm.cdf(2) - norm.cdf(-2)))
    assert listing.truncated_variance == pytest.approx(exact, rel=1e-12)
    assert listing.truncated_std == pytest.approx(0.87962566103423978, rel=1e-12)  # the constant in Keras and JAX
    assert listing.share_kept == pytest.approx(norm.cdf(2) - norm.cdf(-2))
    assert listing.fifty_layers == pytest.approx(exact**25)
    assert listing.predicted == {"normal": 1, "uniform": 1, "truncated": listing.truncated_variance,
                                 "truncated, corrected": 1}
    assert listing.limit == pytest.approx(at("eq-xavier-limit", fan_in=100, fan_out=50)) == pytest.approx(0.2)
    assert listing.sigma**2 == pytest.approx(at("eq-xavier-variance", fan_in=100, fan_out=50))


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
        assert listing.measured[name] ** listing.depth == pytest.approx(listing.total[name])
    assert listing.depth == 10


def test_a_gradient_that_depends_on_the_weights_has_the_moment_of_wisharts_law(run):
    listing = run("variance/xavier/dependence")
    predicted = listing.predicted
    # 32 layers and 64 examples each: a few percent, so ten are loose; a wrong distribution of W is far outside
    assert all(listing.measured[key] == pytest.approx(predicted[key], rel=0.1) for key in predicted)
    for m, n in [(64, 64), (128, 32), (32, 128)]:
        # E[(W'W)^2] entry by entry: sum over i, k, a of E[w_ia w_ib w_kb w_kc], normal, with Isserlis' pairings
        # (i = k or not) x (the middle index equals the outer one or not).
        sigma2 = 2 / (m + n)
        diagonal = sigma2**2 * (n * (3 + (m - 1)) + n * (n - 1))
        assert predicted[f"{m}-{n} of the loss"] == pytest.approx(diagonal / (m * sigma2))
        assert predicted[f"{m}-{n} independent"] == pytest.approx(at("eq-xavier-backward", fan_in=m, fan_out=n))
    assert predicted["64-64 of the loss"] == pytest.approx(129 / 64)


def test_tanh_decays_like_one_over_twice_the_depth(run):
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


def test_the_expansion_of_tanh_squared_has_these_coefficients():
    u, q = sp.symbols("u q", positive=True)
    series = sp.series(sp.tanh(u) ** 2, u, 0, 8).removeO()
    moment = {2: 1, 4: 3, 6: 15}
    mean = sum(series.coeff(u, k) * moment[k] * q ** (k // 2) for k in moment)
    assert sp.expand(mean) == q - 2 * q**2 + sp.Rational(17, 3) * q**3
    slope = sp.series((1 - sp.tanh(u) ** 2) ** 2, u, 0, 3).removeO()
    assert slope.coeff(u, 0) + slope.coeff(u, 2) * q == 1 - 2 * q


def test_relu_halves_the_second_moment_under_xavier(run):
    depth = run("variance/xavier/depth")
    assert depth.measured["tanh"][0] == depth.measured["ReLU"][0] == pytest.approx(1, abs=4 * np.sqrt(2 / (512 * 32)))
    half = gaussian_mean(lambda u: max(u, 0) ** 2)
    assert half == pytest.approx(0.5, rel=1e-9)
    for k in (1, 5, 20, 100):
        assert depth.predicted["ReLU"][k] == pytest.approx(half**k, rel=1e-6)
        assert depth.predicted["ReLU"][k] == pytest.approx(at("eq-xavier-relu", gamma=1, l=k))


def test_the_gradient_of_the_tanh_stack_shrinks_by_the_product_of_its_slopes(run):
    depth = run("variance/xavier/depth")
    slopes = [gaussian_mean(lambda u: (1 - np.tanh(np.sqrt(q) * u) ** 2) ** 2) for q in tanh_moments(19)]
    assert depth.gradient == pytest.approx(np.prod(slopes), rel=1e-6)
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
