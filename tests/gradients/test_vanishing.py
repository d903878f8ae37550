"""Vanishing gradients: the claims of the chapter, by another road than its listings."""
from functools import cache

import numpy as np
import pytest
import sympy as sp
from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr
from scipy.stats import norm

chi, L, l, q, q_0, s, sigma_w, m, p, y, a = sp.symbols(
    "chi L l q q_0 s sigma_w m p y a", positive=True)
POWER = chi ** (L - l)
BOUND = s / 4
CHI = sigma_w**2 * m
SATURATED = sp.sqrt(q) / (3 * sp.sqrt(2 * sp.pi))
CENTERED = 1 / sp.sqrt(1 + 2 * q_0 * L)
MSE = (p - y) * p * (1 - p)
BCE = p - y
STEPS = sp.exp(a) + 3 * a + sp.Rational(5, 2)
EQUATIONS = {
    "eq-vanishing-power": (r"\frac{\E[\norm{\partial\loss/\partial h_l}^2]}{\E[\norm{\partial\loss/\partial h_L}^2]} =", POWER),
    "eq-vanishing-bound": (r"\norm{J_l} \le", BOUND, {"s_1(W_l)": s}),
    "eq-vanishing-chi": (r"\chi =", CHI, {r"\E[\phi'(z)^2]": m}),
    "eq-vanishing-saturated": (r"\chi \approx", SATURATED),
    "eq-vanishing-centered": (r"\frac{\norm{\partial\loss/\partial h_0}}{\norm{\partial\loss/\partial h_L}} \approx", CENTERED),
    "eq-vanishing-mse": (r"\frac{\partial\loss}{\partial z} =", MSE),
    "eq-vanishing-bce": (r"\frac{\partial\loss}{\partial z} =", BCE),
    "eq-vanishing-steps": (r"t = \int_{-a}^{0} \frac{dz}{p\,(1 - p)^2} \approx", STEPS),
}

z = sp.symbols("z", real=True)
SIGMOID = 1 / (1 + sp.exp(-z))


LEGENDRE = leggauss(60)


def gaussian_mean(f, second_moment):
    """E[f(z)] for a normal z of mean zero: Gauss-Legendre over z, in pieces."""
    sd = np.sqrt(second_moment)
    edges = sorted({v for v in (-9 * sd, -2 * sd, 0, 2 * sd, 9 * sd)}
                   | {v for v in (-40, -10, -3, 3, 10, 40) if abs(v) < 9 * sd})
    low, high = np.array(edges[:-1])[:, None], np.array(edges[1:])[:, None]
    v = (low + high) / 2 + (high - low) / 2 * LEGENDRE[0]
    density = np.exp(-v**2 / (2 * second_moment)) / np.sqrt(2 * np.pi * second_moment)
    return np.sum((high - low) / 2 * LEGENDRE[1] * f(v) * density)


def dphi(v):
    return expit(v) * expit(-v)


@cache
def stationary(gain):
    """q, chi and m of a wide sigmoid network with this sigma_w and no bias."""
    q_star = brentq(lambda v: gain**2 * gaussian_mean(lambda u: expit(u) ** 2, v) - v, 1e-6, 1e4)
    square = gaussian_mean(lambda u: dphi(u) ** 2, q_star)
    fourth = gaussian_mean(lambda u: dphi(u) ** 4, q_star)
    return q_star, float(CHI.subs({sigma_w: gain, m: square})), fourth / square**2


def sigmoid_layers(x, W, tangent=0.0, center=0.0):
    """Each h of sigmoid layers, and its derivative along a tangent at the input: from the front, not from the end."""
    layers = [(x, tangent)]
    for W_l in W:
        x, tangent = layers[-1]
        z = (x - center) @ W_l.T
        layers.append((expit(z), dphi(z) * (tangent @ W_l.T) if np.ndim(tangent) else tangent))
    return layers


def power(factor, layers, start=0):
    return float(POWER.subs({chi: factor, L: layers, l: start}))


def test_the_mean_square_of_a_gradient_is_a_power_of_chi():
    """eq-vanishing-power: Through L − l layers with independent weights, each with the same factor χ, the mean square
    of the gradient is multiplied by this power.

    eq-vanishing-chi: By this factor a wide layer multiplies the mean square of the gradient, between layers of equal
    width, for independent weights of variance σ_w²/fan_in and mean zero.

    Sampling, four thousand ReLU networks of six layers, within four standard errors; another test takes sigmoid
    networks, within four standard deviations of a draw.
    """
    # ReLU layers, narrow ones: their slopes are coin flips whatever the weights, so the power is exact
    draws, width, layers, below, variance = 4000, 16, 6, 2, 1.5
    rng = np.random.default_rng(0)
    h, J, upper = rng.standard_normal((draws, width, 1)), np.eye(width), np.eye(width)
    for layer in range(layers):
        W = rng.standard_normal((draws, width, width)) * np.sqrt(variance / width)
        h = W @ h
        J = (h > 0) * W @ J
        h = np.maximum(h, 0)
        if layer >= below:                                    # from the layer `below` to the last
            upper = (h > 0) * W @ upper
    factor = float(EQUATIONS["eq-vanishing-chi"][1].subs({sigma_w: np.sqrt(variance), m: 0.5}))
    for start, jacobian in ((0, J), (below, upper)):
        kept = np.mean(np.sum(jacobian**2, axis=2), axis=1)   # for a gradient along each output, in turn
        predicted = float(EQUATIONS["eq-vanishing-power"][1].subs({chi: factor, L: layers, l: start}))
        assert abs(kept.mean() - predicted) < 4 * kept.std() / np.sqrt(draws)
        assert kept.std() < 20 * predicted


def test_the_product_has_one_factor_for_each_layer_above_the_weights(run):
    net = run("gradients/vanishing/jacobian")
    assert len(set(net.widths)) == len(net.widths) == net.depth + 1 and [len(x) for x in net.h] == net.widths
    assert all(own == pytest.approx(h) for own, h in zip((h for h, _ in sigmoid_layers(net.x, net.W)), net.h))
    outputs = net.widths[-1]
    for output in range(outputs):          # backpropagation, which forms no tensor
        gradient = np.eye(outputs)[output]
        backward_steps = 0
        for k in range(net.depth, net.layer, -1):
            gradient = net.W[k - 1].T @ (net.dphi[k - 1] * gradient)
            backward_steps += 1
        delta = net.dphi[net.layer - 1] * gradient
        assert backward_steps == len(net.factors) == net.depth - net.layer
        assert net.derivative[output] == pytest.approx(np.outer(delta, net.h[net.layer - 1]), rel=1e-12)


def test_the_derivative_in_the_weights_is_a_tensor_or_a_kronecker_product(run):
    net = run("gradients/vanishing/jacobian")
    fan_out, fan_in = net.W[net.layer - 1].shape
    assert net.v.shape == (fan_out, fan_out, fan_in)
    matrix = np.kron(np.diag(net.dphi[net.layer - 1]), net.h[net.layer - 1])
    assert np.array_equal(net.v.reshape(fan_out, fan_out * fan_in), matrix)


def test_the_derivative_agrees_with_central_differences(run):
    net = run("gradients/vanishing/jacobian")
    step = 1e-5
    for j, k in np.ndindex(*net.W[net.layer - 1].shape):
        ends = []
        for sign in (1, -1):
            moved = [W.copy() for W in net.W]
            moved[net.layer - 1][j, k] += sign * step
            ends.append(net.forward(net.x, moved)[-1])
        assert net.derivative[:, j, k] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-10)


def test_the_slope_of_the_sigmoid_is_a_quarter_at_zero_and_smaller_elsewhere(run):
    slope = sp.diff(SIGMOID, z)
    assert sp.simplify(slope - SIGMOID * SIGMOID.subs(z, -z)) == 0
    assert sp.simplify(sp.Rational(1, 4) - slope - (SIGMOID - sp.Rational(1, 2)) ** 2) == 0
    assert sp.diff(slope, z, 2).subs(z, 0) == -sp.Rational(1, 8)
    listing = run("gradients/vanishing/slope")
    assert listing.slope == pytest.approx(dphi(listing.z), rel=1e-13)
    assert listing.edge == pytest.approx(brentq(lambda v: dphi(v) - 0.025, 1, 9), rel=1e-10)
    assert listing.far == 40 and listing.kept == pytest.approx(float(slope.subs(z, 40).evalf(30)), rel=1e-12, abs=0)
    assert listing.lost == 0 != listing.kept
    assert listing.tail == pytest.approx(1 / (1 + np.exp(-np.abs(listing.z))) ** 2)
    assert listing.z == pytest.approx(np.linspace(-8, 8, 161))
    # the second derivative of the slope is h' (1 - 6 h'), at most 1/8 in size for h' up to 1/4
    assert sp.simplify(sp.diff(slope, z, 2) - slope * (1 - 6 * slope)) == 0


def test_the_figure_of_the_slope(run):
    listing = run("gradients/vanishing/slope")
    curve, bell, marks, quarter = listing.ax.lines
    assert curve.get_ydata() == pytest.approx(expit(np.linspace(-8, 8, 161)))
    assert bell.get_ydata() == pytest.approx(dphi(np.linspace(-8, 8, 161)))
    assert set(quarter.get_ydata()) == {0.25} == {max(bell.get_ydata())}
    at, height = marks.get_data()
    assert sorted(np.round(at, 1)) == [-3.6, 0, 3.6] and height == pytest.approx(dphi(np.array(at)))


def test_a_layer_shrinks_by_no_more_than_the_bound_and_meets_it_at_zero():
    """The largest stretch of a sigmoid layer is at most a quarter of the largest singular value of its weights, and
    reaches it where all pre-activations are zero.

    Exact, from eigenvalues, to rounding.
    """
    rng = np.random.default_rng(0)
    W = rng.standard_normal((7, 5))
    s_1 = np.sqrt(np.linalg.eigvalsh(W.T @ W)[-1])
    bound = float(EQUATIONS["eq-vanishing-bound"][1].subs(s, s_1))
    for scale in (0, 0.1, 1, 10):
        J = np.diag(dphi(scale * rng.standard_normal(7))) @ W
        stretch = np.sqrt(np.linalg.eigvalsh(J.T @ J)[-1])
        assert stretch <= bound * (1 + 1e-12)
        assert scale or stretch == pytest.approx(bound, rel=1e-12)


def test_networks_under_the_bound_shrink_at_the_rate_of_theory(run):
    net = run("gradients/vanishing/bound")
    for name, gain in {"Gaussian, 1 / sqrt(n)": 1, "orthogonal": 1, "4 x orthogonal": 4}.items():
        assert net.per_layer[name] == pytest.approx(np.sqrt(stationary(gain)[1]), rel=0.06), name
    assert net.bound["orthogonal"] == pytest.approx(1 / 4)
    assert net.bound["4 x orthogonal, centered"] == pytest.approx(1)
    assert net.bound["Gaussian, 1 / sqrt(n)"] == pytest.approx(2 / 4, rel=0.06)    # s_1 -> 2
    for name, steepest in net.steepest.items():
        assert 0.9 * net.bound[name] < steepest <= net.bound[name] * (1 + 1e-12)


def test_stretches_are_those_of_real_derivatives(run):
    net = run("gradients/vanishing/bound")
    assert np.shape(net.J) == (30, 48, 48) and [center for _, center in net.nets.values()] == [0, 0, 0, 1 / 2]
    for name, (W, center) in net.nets.items():
        derivative = sigmoid_layers(net.x, W, np.eye(48), center)[-1][1]      # a row for each direction
        assert net.per_layer[name] ** 60 == pytest.approx(np.sum(derivative**2) / 48, rel=1e-9, abs=0)
        largest = []
        for (h, _), W_l in zip(sigmoid_layers(net.x, W, center=center)[1:], W):
            J = dphi(logit(h))[:, None] * W_l
            largest.append(np.sqrt(np.linalg.eigvalsh(J.T @ J)[-1]))
        assert net.steepest[name] == pytest.approx(np.mean(largest), rel=1e-9)
        sizes = [np.sqrt(np.linalg.eigvalsh(W_l.T @ W_l)[-1]) for W_l in W]
        assert net.bound[name] == pytest.approx(np.mean(sizes) / 4, rel=1e-9)
    assert net.measured_kept == pytest.approx(net.per_layer["4 x orthogonal, centered"] ** 30)
    # "near one half": u of the first layer, whose second moment is (2 * 0.1)**2 on average
    assert net.q_0 == pytest.approx(np.mean((net.Q[0] @ (2 * net.x - 1)) ** 2))
    assert net.q_0 == pytest.approx(4 * 0.1**2, rel=4 * np.sqrt(2 / 48)) and abs(np.mean(net.x) - 0.5) < 4 * 0.1 / np.sqrt(48)


def test_the_centered_network_is_a_tanh_network_and_decays_like_a_power(run):
    """A centered sigmoid network with orthogonal weights times four keeps about this share of the gradient, for inputs
    so near one half that q₀ is small.

    Quadrature, layer by layer, within a relative 2q₀.
    """
    assert sp.simplify((2 * SIGMOID - 1 - sp.tanh(z / 2)).rewrite(sp.exp)) == 0
    nodes, weights = hermegauss(60)
    weights = weights / weights.sum()

    def kept(start, layers):
        squared, second = 1.0, start       # second moment of u, in u -> Q tanh(u)
        for _ in range(layers):
            t = np.tanh(np.sqrt(second) * nodes)
            squared *= weights @ (1 - t**2) ** 2
            second = weights @ t**2
        return np.sqrt(squared)

    net, centered = run("gradients/vanishing/bound"), EQUATIONS["eq-vanishing-centered"][1]
    assert net.measured_kept == pytest.approx(kept(net.q_0, 30), rel=0.05)
    assert net.predicted_kept == pytest.approx(float(centered.subs({q_0: net.q_0, L: 30})))
    assert 0.4 < net.measured_kept < 0.6 and 0.5e-18 < 4.0**-30 < 2e-18     # "half of the gradient", not 10**-18
    for layers in (300, 3000):             # q_0 L = 3 each time: exact as q_0 -> 0
        small = 3 / layers
        formula = float(centered.subs({q_0: small, L: layers}))
        assert formula == pytest.approx(kept(small, layers), rel=2 * small)


def test_a_sigmoid_network_is_critical_at_the_gain_that_the_listing_finds(run):
    listing = run("gradients/vanishing/critical")
    gain = brentq(lambda v: stationary(v)[1] - 1, 5, 15)
    assert listing.critical_sigma_w == pytest.approx(gain, rel=1e-4)
    assert listing.q_0[5, 0] == pytest.approx(stationary(gain)[0], rel=1e-4)
    assert f"{gain:.3f} {stationary(gain)[0]:.2f}" == "10.149 45.62"
    assert np.all(np.diff(listing.phi) >= 0)   # the sigmoid, not its mirror image
    assert np.delete(listing.gains, 5).tolist() == [1, 2, 4, 6, 8, 12] and listing.gains[5] == listing.critical_sigma_w
    for gain, second, predicted, scatter in np.hstack([listing.gains, listing.q_0, listing.predicted, listing.scatter]):
        exact = stationary(gain)
        assert second == pytest.approx(exact[0], rel=1e-3)
        assert predicted == pytest.approx(np.sqrt(power(exact[1], 30)), rel=2e-3, abs=0)
        assert scatter == pytest.approx((3 * exact[2] - 1) * 30 / 256, rel=1e-3)
    # "from two at scale one to almost fifteen at scale twelve"
    assert 3 * stationary(1)[2] - 1 == pytest.approx(2, abs=0.1)
    assert 14 < 3 * stationary(12)[2] - 1 < 15


def test_the_gradient_of_thirty_layers_is_a_derivative(run):
    listing = run("gradients/vanishing/critical")
    start = listing.h[0]
    z_1 = listing.gains * (start @ listing.G[0].T)
    assert np.mean(z_1**2, axis=1) == pytest.approx(listing.q_0[:, 0], rel=4 * np.sqrt(2 / 256))
    direction = np.random.default_rng(0).standard_normal(256)
    for gain, x, gradient in zip(listing.gains, start, listing.gradient):
        _, moved = sigmoid_layers(x, gain * listing.G, direction)[-1]
        assert gradient @ direction == pytest.approx(moved.sum() / np.sqrt(256), rel=1e-9, abs=0)
    assert listing.ratio[:, 0] == pytest.approx(np.sqrt(np.sum(listing.gradient**2, axis=1)), rel=1e-9, abs=0)
    assert listing.G.std() * 16 == pytest.approx(1, rel=0.01) and abs(listing.G.mean()) < 1e-3


def test_thirty_layers_measure_the_theory(run):
    listing = run("gradients/vanishing/critical")
    for place, (low, high) in {0: (5e-20, 3e-19), 5: (0.07, 7)}.items():
        scatter = 30 / 256 * (3 * stationary(listing.gains[place, 0])[2] - 1)
        assert low < listing.ratio[place, 0] < high
        # the median of a logarithmic normal variable with this mean square; its logarithm has the variance scatter / 4
        typical = np.log(power(stationary(listing.gains[place, 0])[1], 30) * np.exp(-scatter / 2)) / 2
        assert listing.error[place, 0] == pytest.approx(np.log(listing.ratio[place, 0]) - typical, abs=5e-3)
        assert abs(np.log(listing.ratio[place, 0]) - typical) < 4 * np.sqrt(scatter / 4)


def test_the_figure_of_the_factor_per_layer(run):
    listing = run("gradients/vanishing/critical")
    bound, theory, measured, one = listing.ax.lines
    assert set(one.get_ydata()) == {1}
    # the largest singular value of a square Gaussian matrix is near 2 sigma_w
    assert bound.get_ydata() == pytest.approx(bound.get_xdata() * np.linalg.norm(listing.G[0], 2) / 4, rel=0.05)
    for gain in 1, 4, 10.149, 12:
        assert np.interp(gain, *theory.get_data()) == pytest.approx(np.sqrt(stationary(gain)[1]), rel=1e-3)
    assert measured.get_xdata().ravel().tolist() == listing.gains.ravel().tolist()
    assert measured.get_ydata() ** 30 == pytest.approx(listing.ratio[:, 0], rel=1e-9, abs=0)
    # seven markers, on the curve or just below
    assert len(listing.gains) == 7
    distance = measured.get_ydata() / listing.predicted[:, 0] ** (1 / 30)
    assert 0.95 < min(distance) <= max(distance) < 1.01
    assert listing.ratio[5] < listing.predicted[5]             # "below the predicted mean, as here"


def test_saturated_networks_follow_the_closed_form():
    """In a stationary sigmoid network without bias χ comes close to this as the second moment q grows.

    Quadrature, at two large values of q, within a relative 0.04 and 0.004.
    """
    saturated = EQUATIONS["eq-vanishing-saturated"][1]
    for second, tolerance in ((1e3, 0.04), (1e5, 0.004)):
        square = gaussian_mean(lambda u: expit(u) ** 2, second)
        slope = gaussian_mean(lambda u: dphi(u) ** 2, second)
        assert slope * second / square == pytest.approx(float(saturated.subs(q, second)), rel=tolerance)
        assert square == pytest.approx(0.5 - gaussian_mean(dphi, second), rel=1e-7)
    root = sp.solve(saturated - 1, q)
    assert root == [18 * sp.pi] and sp.sqrt(2 * root[0]) == 6 * sp.sqrt(sp.pi)
    assert f"{6 * np.sqrt(np.pi):.1f}" == "10.6"
    h = sp.symbols("h")
    assert sp.integrate(h * (1 - h), (h, 0, 1)) == sp.Rational(1, 6)


def test_one_layer_scatters_as_the_text_says():
    rng = np.random.default_rng(1)
    n, draws = 100, 2000
    slope = np.where(rng.random((draws, n)) < 0.5, 1.0, 0.0)   # ReLU: m = 2
    g = rng.standard_normal((draws, n))
    u = slope * g / np.linalg.norm(g, axis=1, keepdims=True) * np.sqrt(n)
    squared = 2 / n * np.sum(u**2, axis=1) * rng.chisquare(n, draws) / n
    assert np.mean(squared) == pytest.approx(1, abs=0.02)
    assert np.var(squared) == pytest.approx((3 * 2 - 1) / n, rel=0.15)


@cache
def difference_map(gain, layers):
    """1 - c of two wide inputs, layer by layer, from uncorrelated ones, without cancellation."""
    second = stationary(gain)[0]
    g = np.linspace(-8, 8, 401)
    weights = norm.pdf(g) / norm.pdf(g).sum()
    d, path = 1.0, []
    for _ in range(layers):
        path.append(d)
        u = np.sqrt(second) * g[:, None]
        v = np.sqrt(second) * ((1 - d) * g[:, None] + np.sqrt(d * (2 - d)) * g[None, :])
        d = gain**2 * (weights @ (expit(u) - expit(v)) ** 2 @ weights) / (2 * second)
    return np.array(path)


def test_inputs_become_alike_as_the_correlation_map_says(run):
    listing = run("gradients/vanishing/spread")
    plain, critical = (np.sqrt(difference_map(gain, 20)) for gain in (1, 10.149))
    batch = np.sqrt(31 / 32)               # the listing's variance divides by 32
    assert listing.plain[1:3] == pytest.approx(batch * plain[1:3], rel=0.1)
    assert listing.critical[:20] == pytest.approx(batch * critical, rel=0.35)
    assert plain[19] / plain[9] == pytest.approx(listing.predicted_fall, rel=0.01)
    assert listing.q == pytest.approx([stationary(gain)[0] for gain in (1, 10.149)], rel=1e-3)
    assert listing.chi == pytest.approx([stationary(gain)[1] for gain in (1, 10.149)], rel=1e-3)
    assert 3 * stationary(1)[2] - 1 < 2.1


def test_the_spread_is_that_of_a_batch_in_two_networks(run):
    listing = run("gradients/vanishing/spread")
    rng = np.random.default_rng(4)
    G, X = rng.standard_normal((30, 192, 192)) / np.sqrt(192), rng.standard_normal((32, 192))
    for gain, second, drawn in (1, 0.2647, listing.plain), (10.149, 45.62, listing.critical):
        h = sigmoid_layers(X * np.sqrt(second) / gain, gain * G)
        z = [gain * x @ W.T for x, W in zip((x for x, _ in h), G)]
        # over all pairs: the variance is half of the mean square difference
        pairs = [np.mean((v[:, None] - v) ** 2) / 2 for v in z[:12]]    # further on, rounding begins to matter
        assert drawn[:12] ** 2 == pytest.approx(np.array(pairs) / [np.mean(v**2) for v in z[:12]], rel=1e-6, abs=0)
        assert len(drawn) == 30
    saturated = np.mean([dphi(v) < dphi(0) / 10 for v in z])
    assert listing.measured_saturated == pytest.approx(saturated, abs=1e-9)


def test_the_figure_of_the_spread(run):
    listing = run("gradients/vanishing/spread")
    theory, plain, critical = listing.ax.lines
    for line in theory, plain, critical:
        assert line.get_xdata().tolist() == list(range(1, 31))
    decay = [np.sqrt(power(stationary(1)[1], layers)) for layers in range(30)]
    assert theory.get_ydata() == pytest.approx(decay, rel=0.02, abs=0)
    assert np.array_equal(plain.get_ydata(), listing.plain) and np.array_equal(critical.get_ydata(), listing.critical)
    # down to ten to the minus fifteen at layer 25, and then a floor; the other remains near a tenth
    assert 1e-16 < listing.plain[24] < 5e-15 and max(listing.plain[25:]) / min(listing.plain[25:]) < 10
    assert 0.03 < listing.critical[29] < 0.3


def test_more_than_half_of_the_critical_units_are_saturated(run):
    listing = run("gradients/vanishing/spread")
    edge = brentq(lambda v: dphi(v) - 0.025, 1, 9)
    share = 2 * ndtr(-edge / np.sqrt(stationary(10.149)[0]))
    assert listing.predicted_saturated == pytest.approx(share, abs=1e-4)
    assert share > 0.5
    assert listing.measured_saturated == pytest.approx(share, abs=0.025)


def test_cross_entropy_cancels_the_slope_that_the_squared_error_keeps(run):
    """eq-vanishing-mse: This is the gradient of half the squared error by the logit of a sigmoid output.

    eq-vanishing-bce: This is the gradient of the cross-entropy by the logit of a sigmoid output.

    Symbolic.
    """
    squared = (SIGMOID - y) ** 2 / 2
    entropy = -y * sp.log(SIGMOID) - (1 - y) * sp.log(1 - SIGMOID)
    mse, bce = EQUATIONS["eq-vanishing-mse"][1], EQUATIONS["eq-vanishing-bce"][1]
    for loss, formula in ((squared, mse), (entropy, bce)):
        assert sp.simplify(sp.diff(loss, z) - formula.subs(p, SIGMOID)) == 0
    listing = run("gradients/vanishing/logit")
    at = {p: SIGMOID.subs(z, -10).evalf(20), y: 1}
    assert listing.at_start["mse"] == pytest.approx(float(mse.subs(at)), rel=1e-12)
    assert listing.at_start["bce"] == pytest.approx(float(bce.subs(at)), rel=1e-12)
    assert listing.slope_mse == pytest.approx(float(mse.subs(at)), rel=1e-5)
    assert listing.slope_bce == pytest.approx(float(bce.subs(at)), rel=1e-5)


def test_a_wrong_confident_output_needs_twenty_thousand_steps_of_squared_error(run):
    """Gradient flow on half the squared error takes this time from the logit −a to zero where the label is one, up to
    terms of order exp(−a).

    Quadrature, at a = 10.
    """
    listing = run("gradients/vanishing/logit")
    flow = {"mse": lambda v: 1 / (expit(-v) ** 2 * expit(v)), "bce": lambda v: 1 / expit(-v)}
    for loss, tolerance in (("mse", 1e-3), ("bce", 1e-3)):
        time = quad(flow[loss], -10, 0, epsrel=1e-12)[0]
        assert listing.predicted[loss] == pytest.approx(time, abs=tolerance)
    assert listing.predicted["mse"] == pytest.approx(float(EQUATIONS["eq-vanishing-steps"][1].subs(a, 10)))
    # gradient descent against the flow: + ln(last gradient / first) / 2, then the next integer
    late = listing.predicted["mse"] + np.log(0.125 / 4.54e-5) / 2
    assert listing.measured["mse"] == np.ceil(late)
    assert listing.measured["bce"] == np.ceil(listing.predicted["bce"] + np.log(0.5) / 2)


def test_relu_keeps_the_gradient_and_sigmoid_loses_it(run):
    listing = run("gradients/vanishing/paths")
    assert power(2 * 0.5, 20) == listing.predicted["ReLU"] == 1
    assert listing.predicted["sigmoid"] == pytest.approx(np.sqrt(power(stationary(1)[1], 20)), rel=2e-3, abs=0)
    first = gaussian_mean(lambda v: dphi(v) ** 2, 1)          # its inputs have q = 1
    theory = np.sqrt(first * power(stationary(1)[1], 19))
    assert listing.ratio["sigmoid"] == pytest.approx(theory, rel=0.35, abs=0)
    assert 0.3 < listing.ratio["ReLU"] < 3
    assert set(np.unique(listing.on)) == {False, True}
    for sd, fourth in zip(listing.sd, (2, stationary(1)[2])):    # of the slope, over its square
        assert sd == pytest.approx(np.sqrt(20 * (3 * fourth - 1) / 128) / 2, rel=0.02)


def test_gradients_of_both_networks_are_derivatives(run):
    listing = run("gradients/vanishing/paths")
    assert (listing.depth, listing.batch) == (20, 64)
    direction = np.random.default_rng(0).standard_normal((64, 128))
    h, relu = listing.X, direction
    for number, W in enumerate(listing.G):
        z = h @ (np.sqrt(2) * W.T)
        assert np.array_equal(listing.on[number], z > 0)
        h, relu = np.maximum(z, 0), (z > 0) * (relu @ (np.sqrt(2) * W.T))
    assert np.allclose(listing.h, h)
    _, sigmoid = sigmoid_layers(listing.X, listing.G, direction)[-1]
    for name, gradient, moved in ("ReLU", listing.gradient, relu), ("sigmoid", listing.faint, sigmoid):
        along = np.sum(listing.V * moved, axis=1)
        assert np.sum(gradient * direction, axis=1) == pytest.approx(along, rel=1e-6, abs=1e-9 * abs(along).max())
        assert listing.ratio[name] ** 2 == pytest.approx(np.sum(gradient**2) / np.sum(listing.V**2), rel=1e-9, abs=0)
    for layer in 0, 19:
        on = listing.on[layer]
        assert listing.agree[layer] == pytest.approx(1 - np.logical_xor(on[::2], on[1::2]).sum() / (32 * 128))
        assert listing.off_for_all[layer] == np.sum(on.sum(axis=0) == 0) / 128
    for drawn in listing.X, listing.V, listing.G * np.sqrt(128):
        assert abs(drawn.mean()) < 4 / np.sqrt(drawn.size) and drawn.std() == pytest.approx(1, abs=4 / np.sqrt(2 * drawn.size))


def test_examples_switch_on_different_halves_at_first_and_similar_ones_later(run):
    listing = run("gradients/vanishing/paths")
    c, agree, off = 0.0, [], []
    for _ in range(20):
        agree.append(1 - np.arccos(c) / np.pi)
        off.append(quad(lambda u: ndtr(-np.sqrt(c / (1 - c)) * u) ** 64 * norm.pdf(u), -12, 12)[0])
        c = (np.sqrt(1 - c**2) + c * (np.pi - np.arccos(c))) / np.pi
    assert listing.agree[[0, -1]] == pytest.approx([agree[0], agree[-1]], abs=0.1)
    assert off[0] == pytest.approx(0.5**64, rel=1e-6, abs=0)
    assert listing.off_for_all[[0, -1]] == pytest.approx([0, off[-1]], abs=0.2)
    half = quad(lambda v: norm.pdf(v), 0, np.inf)[0]
    assert listing.on.mean() == pytest.approx(half, abs=0.04)
