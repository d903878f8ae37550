"""Vanishing gradients: the claims of the chapter, by another road than its listings."""
from functools import cache
from itertools import product

import mpmath
import numpy as np
import pytest
import sympy as sp
from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr
from scipy.stats import norm

chi, L, l, q, q_1, s, sigma_w, m, p, a = sp.symbols("chi L l q q_1 s sigma_w m p a", positive=True)
y, z = sp.symbols("y z", real=True)
POWER = chi ** (L - l)
BOUND = s / 4
CHI = sigma_w**2 * m
SATURATED = sp.sqrt(q) / (3 * sp.sqrt(2 * sp.pi))
CENTERED = 1 / sp.sqrt(1 + q_1 * L / 2)
MSE = (p - y) * p * (1 - p)
BCE = p - y
STEPS = sp.exp(a) + 3 * a + sp.Rational(5, 2)
larger, size = sp.symbols("larger size", positive=True)   # max(z, 0) and |z|
STABLE = larger - y * z + sp.log(1 + sp.exp(-size))
EQUATIONS = {
    "eq-vanishing-power": (r"\frac{\E[\norm{\partial\loss/\partial h_l}^2]}{\E[\norm{\partial\loss/\partial h_L}^2]} =", POWER),
    "eq-vanishing-bound": (r"\norm{J_l} \le", BOUND, {"s_1(W_l)": s}),
    "eq-vanishing-chi": (r"\chi =", CHI, {r"\E[\phi'(z)^2]": m}),
    "eq-vanishing-saturated": (r"\chi \approx", SATURATED),
    "eq-vanishing-centered": (r"\frac{\norm{\partial\loss/\partial h_0}}{\norm{\partial\loss/\partial h_L}} \approx", CENTERED),
    "eq-vanishing-mse": (r"\frac{\partial\loss}{\partial z} =", MSE),
    "eq-vanishing-bce": (r"\frac{\partial\loss}{\partial z} =", BCE),
    "eq-vanishing-steps": (r"t = \int_{-a}^{0} \frac{dz}{p\,(1 - p)^2} \approx", STEPS),
    "eq-vanishing-stable": (r"\loss =", STABLE, {r"\max(z, 0)": larger, r"\abs{z}": size}),
}

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


def lines_of(ax):
    """What is drawn as lines: [(x, y)]."""
    return [tuple(np.asarray(data, float).ravel() for data in line.get_data()) for line in ax.lines]


def extent(area):
    """The corners of a filled area: its least and its largest x and y."""
    points = np.concatenate([path.vertices for path in area.get_paths()])
    return points.min(axis=0).tolist() + points.max(axis=0).tolist()


def standard_normal(values):
    """Whether these are as draws of it would be, within four standard errors of the first moments."""
    size = np.size(values)
    return (abs(np.mean(values)) < 4 / np.sqrt(size) and abs(np.var(values) - 1) < 4 * np.sqrt(2 / size)
            and abs(np.mean(np.power(values, 4)) - 3) < 4 * np.sqrt(96 / size))


def test_the_mean_square_of_a_gradient_is_a_power_of_chi():
    """eq-vanishing-power: Through L − l layers with independent weights, each with the same factor χ, the mean square
    of the gradient is multiplied by this power.

    eq-vanishing-chi: By this factor a wide layer multiplies the mean square of the gradient, between layers of equal
    width, for independent weights of variance σ_w²/n and mean zero, and a gradient of uncorrelated entries at the top.

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


def test_a_gradient_that_knows_the_network_breaks_the_formula():
    """The condition at the top: for the loss ½|h_L|² five wide ReLU layers with χ = 1 give 2L + 1 = 11, not 1."""
    rng, width, grown = np.random.default_rng(1), 300, []
    for _ in range(60):
        h, on, W = rng.standard_normal(width), [], rng.standard_normal((5, width, width)) * np.sqrt(2 / width)
        for W_l in W:
            on.append(W_l @ h > 0)
            h = np.maximum(W_l @ h, 0)
        gradient = h
        for W_l, open_ in zip(W[::-1], on[::-1]):
            gradient = W_l.T @ (open_ * gradient)
        grown.append(gradient @ gradient / (h @ h))
    assert np.mean(grown) > 5 and abs(np.mean(grown) - 11) < 4 * np.std(grown) / np.sqrt(60) + 1


def test_the_chains_by_hand():
    def chain(weight, bias, layers):
        """The pre-activation, output, slope and factor of each layer of single units."""
        h, rows = 0.5, []
        for _ in range(layers):
            v = weight * h + bias
            h = expit(v)
            rows.append((v, h, dphi(v), weight * dphi(v)))
        return np.array(rows)

    assert 0.25**20 == pytest.approx(9e-13, rel=0.02) and 4.0**-30 == pytest.approx(1e-18, rel=0.2)
    assert np.prod(chain(1, 0, 20)[:, 3]) < 0.25**20
    first, second, *_, last = chain(4, 0, 40)
    assert first == pytest.approx([2, 0.881, 0.105, 0.42], abs=5e-4)
    assert second == pytest.approx([3.52, 0.971, 0.028, 0.11], abs=5e-3) and last[3] == pytest.approx(0.076, abs=5e-4)
    assert chain(4, -2, 20) == pytest.approx(np.tile([0, 0.5, 0.25, 1], (20, 1)))
    assert np.prod(chain(2, -1, 10)[:, 3]) == 1 / 1024


def test_the_gradients_of_the_ribbons_are_derivatives(run):
    listing = run("gradients/vanishing/ribbons")
    assert list(listing.sizes) == [1, 4, 10] and len(listing.G) == 30
    direction = np.random.default_rng(0).standard_normal(256)
    for scale, size in listing.sizes.items():
        layers = sigmoid_layers(listing.x, scale * listing.G, direction)
        gradient = listing.top
        for W, (h, _), at in zip(scale * listing.G[::-1], layers[:0:-1], range(1, 31)):
            gradient = (gradient * dphi(logit(np.clip(h, 1e-300, 1 - 1e-16)))) @ W
            assert size[at] ** 2 * (listing.top @ listing.top) == pytest.approx(gradient @ gradient, rel=1e-3)
        assert gradient @ direction == pytest.approx(layers[-1][1] @ listing.top, rel=1e-3)
        # the factors of layers with the second moments that these inputs have, and four deviations of the logarithm
        second, mean, scatter = scale**2, 1.0, 0.0
        for _ in range(30):
            square = gaussian_mean(lambda u: dphi(u) ** 2, second)
            scatter += (3 * gaussian_mean(lambda u: dphi(u) ** 4, second) / square**2 - 1) / 256
            mean *= scale**2 * square
            second = scale**2 * gaussian_mean(lambda u: expit(u) ** 2, second)
        assert abs(np.log(size[-1] ** 2 / mean) + scatter / 2) < 4 * np.sqrt(1.3 * scatter)
        assert size[0] == 1 and len(size) == 31 and listing.arrives[scale] == size[-1]
    assert listing.sizes[1][-1] < 4.0**-30 and listing.sizes[1][4] < 0.005 and listing.sizes[4][12] < 0.01
    assert 0.3 < listing.sizes[10][-1] < 0.7                    # "keeps about half of its width"
    assert standard_normal(listing.G * 16) and standard_normal(listing.x) and standard_normal(listing.top)
    assert stationary(1)[1] == pytest.approx(0.056, abs=5e-4) and stationary(4)[1] == pytest.approx(0.40, abs=5e-3)
    assert stationary(10)[1] == pytest.approx(0.99, abs=5e-3)
    for ax, size in zip(listing.panels, listing.sizes.values()):
        (ribbon,), (center,) = ax.collections, ax.lines
        assert set(center.get_ydata()) == {0}
        drawn = {tuple(point) for point in ribbon.get_paths()[0].vertices.round(12)}
        wanted = {(30 - at, sign * half) for at, half in enumerate(size) for sign in (1, -1)}
        assert {(x, round(float(half), 12)) for x, half in wanted} == drawn


def test_the_product_has_one_factor_for_each_layer_above_the_weights(run):
    net = run("gradients/vanishing/jacobian")
    assert len(set(net.widths)) == len(net.widths) == net.depth + 1 and [len(x) for x in net.h] == net.widths
    assert all(own == pytest.approx(h) for own, h in zip((h for h, _ in sigmoid_layers(net.x, net.W)), net.h))
    outputs = net.widths[-1]
    for output in range(outputs):          # backpropagation, which forms no tensor
        gradient = np.eye(outputs)[output]
        backward_steps = 0
        for k in range(net.depth, net.layer, -1):
            gradient = net.W[k - 1].T @ (net.slopes[k - 1] * gradient)
            backward_steps += 1
        delta = net.slopes[net.layer - 1] * gradient
        assert backward_steps == len(net.factors) == net.depth - net.layer
        assert net.derivative[output] == pytest.approx(np.outer(delta, net.h[net.layer - 1]), rel=1e-12)


def test_the_derivative_in_the_weights_is_a_tensor_or_a_kronecker_product(run):
    net = run("gradients/vanishing/jacobian")
    fan_out, fan_in = net.W[net.layer - 1].shape
    assert net.v.shape == (fan_out, fan_out, fan_in)
    matrix = np.kron(np.diag(net.slopes[net.layer - 1]), net.h[net.layer - 1])
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
    assert net.by_step == max(abs(net.exact.min()), abs(net.exact.max())) == pytest.approx(net.largest, rel=1e-12)


def test_the_slope_of_the_sigmoid_is_a_quarter_at_zero_and_smaller_elsewhere(run):
    slope = sp.diff(SIGMOID, z)
    assert sp.simplify(slope - SIGMOID * SIGMOID.subs(z, -z)) == 0
    assert sp.simplify(sp.Rational(1, 4) - slope - (SIGMOID - sp.Rational(1, 2)) ** 2) == 0
    assert sp.diff(slope, z, 2).subs(z, 0) == -sp.Rational(1, 8)
    listing = run("gradients/vanishing/slope")
    assert listing.slope == pytest.approx(dphi(listing.z), rel=1e-13)
    assert listing.edge == pytest.approx(brentq(lambda v: dphi(v) - 0.025, 1, 9), rel=1e-10)
    # the second derivative of the slope is h' (1 - 6 h'), at most 1/8 in size for h' up to 1/4
    assert sp.simplify(sp.diff(slope, z, 2) - slope * (1 - 6 * slope)) == 0


def test_larger_weights_leave_fewer_units_responsive(run):
    listing = run("gradients/vanishing/slope")
    assert list(listing.q) == [1, 4, 10] == list(listing.responsive)
    for gain, second in listing.q.items():
        assert second == pytest.approx(stationary(gain)[0], rel=1e-6)
        share = 1 - 2 * ndtr(-brentq(lambda v: dphi(v) - 0.025, 1, 9) / np.sqrt(stationary(gain)[0]))
        assert listing.responsive[gain] == pytest.approx(share, abs=0.005)
        assert listing.size[gain] ** 2 == pytest.approx(second)


def test_the_figure_of_the_slope(run):
    listing = run("gradients/vanishing/slope")
    z_drawn = np.linspace(-16, 16, 321)
    curve, *tangents, _, _ = lines_of(listing.top)
    assert curve[0] == pytest.approx(z_drawn) and curve[1] == pytest.approx(expit(z_drawn))
    assert len(tangents) == 7
    for (x, height), at in zip(tangents, (-8, -5, -2.5, 0, 2.5, 5, 8)):
        assert np.mean(x) == pytest.approx(at) and np.mean(height) == pytest.approx(expit(at))
        assert np.diff(height) / np.diff(x) == pytest.approx(dphi(at))
        # of about one length on the page, where z has 32 units to 7 inches and h one to 2.2
        assert np.hypot(np.diff(x) / 32 * 7, np.diff(height) * 2.2) == pytest.approx(0.6, abs=0.2)
    for ax in (listing.top, listing.below):
        assert [x[0] for x, _ in lines_of(ax)[-2:]] == pytest.approx([-listing.edge, listing.edge])
    pale, full = listing.below.collections[::2], listing.below.collections[1::2]
    for outer, inner, row, second in zip(pale, full, (2.4, 1.2, 0), listing.q.values()):
        assert extent(outer) == pytest.approx([-16, row, 16, row + 1])
        assert extent(inner) == pytest.approx([-3.6, row, 3.6, row + 1])
        bell = {round(x, 3): height for x, height in outer.get_paths()[0].vertices if height > row}
        assert [bell[x] - row for x in (0.2, 0.8, 1.6)] == pytest.approx(
            [norm.pdf(x, 0, np.sqrt(second)) / norm.pdf(0, 0, np.sqrt(second)) for x in (0.2, 0.8, 1.6)])
        inside = {round(x, 3): height for x, height in inner.get_paths()[0].vertices if height > row}
        assert all(bell[x] == pytest.approx(height) for x, height in inside.items() if x in bell) and len(inside) > 30


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
    # an orthogonal matrix changes no length: q of the first layer is 16 times the mean square about one half
    assert net.q_1 == pytest.approx(16 * np.mean((net.x - 0.5) ** 2))
    assert standard_normal((net.x - 0.5) / 0.1) and standard_normal(net.G)


def test_the_centered_network_is_a_tanh_network_and_decays_like_a_power(run):
    """A centered sigmoid network with orthogonal weights times four keeps about this share of the gradient, for inputs
    so near one half that q₁ is small, in wide layers.

    Quadrature, layer by layer, within a relative q₁/2.
    """
    assert sp.simplify((2 * SIGMOID - 1 - sp.tanh(z / 2)).rewrite(sp.exp)) == 0
    nodes, weights = hermegauss(60)
    weights = weights / weights.sum()

    def kept(start, layers):
        squared, second = 1.0, start / 4   # second moment of u = z / 2, in u -> Q tanh(u)
        for _ in range(layers):
            t = np.tanh(np.sqrt(second) * nodes)
            squared *= weights @ (1 - t**2) ** 2
            second = weights @ t**2
        return np.sqrt(squared)

    net, centered = run("gradients/vanishing/bound"), EQUATIONS["eq-vanishing-centered"][1]
    assert net.measured_kept == pytest.approx(kept(net.q_1, 30), rel=0.05)
    assert net.predicted_kept == pytest.approx(float(centered.subs({q_1: net.q_1, L: 30})))
    assert 0.4 < net.measured_kept < 0.6 and 0.5e-18 < 4.0**-30 < 2e-18     # "half of the gradient", not 10**-18
    for layers in (300, 3000):             # q_1 L = 12 each time: exact as q_1 -> 0
        small = 12 / layers
        formula = float(centered.subs({q_1: small, L: layers}))
        assert formula == pytest.approx(kept(small, layers), rel=small / 2)


def test_a_sigmoid_network_is_critical_at_the_gain_that_the_listing_finds(run):
    listing = run("gradients/vanishing/critical")
    gain = brentq(lambda v: stationary(v)[1] - 1, 5, 15)
    assert listing.critical_sigma_w == pytest.approx(gain, rel=1e-4)
    assert listing.second[5] == pytest.approx(stationary(gain)[0], rel=1e-4)
    assert f"{gain:.3f} {stationary(gain)[0]:.2f}" == "10.149 45.62"
    assert f"{gain / np.sqrt(256):.2f}" == "0.63" and listing.n == 256
    assert np.delete(listing.scales, 5).tolist() == [1, 2, 4, 6, 8, 12] and listing.scales[5] == listing.critical_sigma_w
    for gain, second, predicted, scatter in zip(listing.scales, listing.second, listing.predicted, listing.scatter):
        exact = stationary(gain)
        assert second == pytest.approx(exact[0], rel=1e-3)
        assert predicted == pytest.approx(np.sqrt(power(exact[1], 30)), rel=2e-3, abs=0)
        assert scatter == pytest.approx((3 * exact[2] - 1) * 30 / 256, rel=1e-3)
    # "from two at scale 1 to almost fifteen at scale 12", and chi "a little below 1/16"
    assert 3 * stationary(1)[2] - 1 == pytest.approx(2, abs=0.1)
    assert 14 < 3 * stationary(12)[2] - 1 < 15
    assert 0.8 / 16 < stationary(1)[1] < 1 / 16
    rising = [stationary(gain)[1] for gain in (1, 2, 4, 6, 8, 10, 12)]
    assert rising == sorted(rising)


def test_the_gradient_of_thirty_layers_is_a_derivative(run):
    listing = run("gradients/vanishing/critical")
    direction = np.random.default_rng(0).standard_normal(256)
    for gain, second, measured in zip(listing.scales, listing.second, listing.measured):
        x = listing.start * np.sqrt(second) / gain
        layers = sigmoid_layers(x, gain * listing.G, direction)
        z_1 = logit(layers[1][0])
        assert np.mean(z_1**2) == pytest.approx(second, rel=4 * np.sqrt(4 / 256))
        gradient = listing.top
        for W, (h, _) in zip(gain * listing.G[::-1], layers[:0:-1]):
            gradient = (h - h**2) * gradient @ W
        assert gradient @ direction == pytest.approx(layers[-1][1] @ listing.top, rel=1e-6, abs=0)
        assert measured**2 == pytest.approx(gradient @ gradient / (listing.top @ listing.top), rel=1e-6, abs=0)
    assert standard_normal(listing.G * 16) and standard_normal(listing.top) and standard_normal(listing.start)
    assert len(listing.G) == 30


def test_thirty_layers_measure_the_theory(run):
    listing = run("gradients/vanishing/critical")
    for place in range(7):
        _, factor, fourth = stationary(listing.scales[place])
        scatter = 30 / 256 * (3 * fourth - 1)
        # the median of a logarithmic normal variable with this mean square; its logarithm has the variance scatter / 4
        typical = np.log(power(factor, 30) * np.exp(-scatter / 2)) / 2
        assert listing.error[place] == pytest.approx(np.log(listing.measured[place]) - typical, abs=5e-3)
        assert abs(np.log(listing.measured[place]) - typical) < 4 * np.sqrt(scatter / 4)


def test_the_figure_of_the_factor_per_layer(run):
    listing = run("gradients/vanishing/critical")
    theory, measured, bound = lines_of(listing.ax)
    # the largest singular value of a square Gaussian matrix is near 2 sigma_w
    assert bound[1] == pytest.approx(bound[0] * np.linalg.norm(listing.G[0], 2) / 4, rel=0.05)
    for gain in 1, 4, 10.149, 12:
        assert np.interp(gain, *theory) == pytest.approx(np.sqrt(stationary(gain)[1]), rel=1e-3)
    assert measured[0].tolist() == listing.scales.tolist()
    assert measured[1] ** 30 == pytest.approx(listing.measured, rel=1e-9, abs=0)
    distance = measured[1] / listing.predicted ** (1 / 30)
    assert 0.95 < min(distance) <= max(distance) < 1.03      # "seven dots lie on it"
    (growth,) = listing.ax.collections
    assert extent(growth)[1::2] == [1, 1.5]


def test_saturated_networks_follow_the_closed_form():
    """In a stationary sigmoid network without bias χ comes close to this as the second moment q grows.

    Quadrature, at two large values of q, within a relative 0.04 and 0.004.
    """
    saturated = EQUATIONS["eq-vanishing-saturated"][1]
    for second, tolerance in ((1e3, 0.04), (1e5, 0.004)):
        square = gaussian_mean(lambda u: expit(u) ** 2, second)
        slope = gaussian_mean(lambda u: dphi(u) ** 2, second)
        assert slope * second / square == pytest.approx(float(saturated.subs(q, second)), rel=tolerance)
        assert slope == pytest.approx(1 / (6 * np.sqrt(2 * np.pi * second)), rel=tolerance)
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
    g /= np.linalg.norm(g, axis=1, keepdims=True)
    assert np.mean(g**4) == pytest.approx(3 / n**2, rel=0.05)
    kept = 2 * np.sum(slope * g**2, axis=1)
    assert np.var(kept) == pytest.approx(3 * (2 - 1) / n, rel=0.15)
    squared = kept * rng.chisquare(n, draws) / n
    assert np.mean(squared) == pytest.approx(1, abs=0.02)
    assert np.var(squared) == pytest.approx((3 * 2 - 1) / n, rel=0.15)


@cache
def tanh_network(gain, bias):
    """q and chi of a wide tanh network, at rest."""
    q_star = brentq(lambda v: gain**2 * gaussian_mean(lambda u: np.tanh(u) ** 2, v) + bias**2 - v, bias**2, 1e3)
    return q_star, gain**2 * gaussian_mean(lambda u: np.cosh(u) ** -4.0, q_star)


def test_a_circle_shrinks_lasts_or_tangles_as_chi_says(run):
    listing = run("gradients/vanishing/circle")
    assert list(listing.chi) == [0.8, 1.3956, 2.5] and (listing.depth, listing.sigma_b) == (20, 0.3)
    g, weights = hermegauss(80)
    weights = weights / weights.sum()
    for gain, factor in listing.chi.items():
        second, exact = tanh_network(gain, 0.3)
        assert factor == pytest.approx(exact, rel=1e-6)
        # the map of the correlation of two inputs, averaged over all angles of a circle: the spread of wide networks
        angles = np.arange(16) * np.pi / 16 + np.pi / 32
        c, theory = np.cos(angles), []
        common = (second - 0.09) * c + 0.09                # of two pre-activations of layer 1
        for _ in range(20):
            theory.append(np.sqrt(1 - np.mean(common) / second))
            c = common / second
            u, v = np.sqrt(second) * g[:, None, None], np.sqrt(second) * g[None, :, None]
            pair = weights @ (np.tanh(u) * np.tanh(c * u + np.sqrt(1 - c**2) * v)).transpose(2, 0, 1) @ weights
            common = gain**2 * pair + 0.09
        assert listing.spread[gain][1:] == pytest.approx(theory, rel=0.35 if gain < 2 else 0.05)
        assert listing.spread[gain][1:4] == pytest.approx(theory[:3], rel=0.15)
        assert listing.spread[gain][0] == pytest.approx(1) and len(listing.spread[gain]) == 21
    assert f"{listing.chi[0.8]:.2f} {listing.chi[1.3956]:.2f} {listing.chi[2.5]:.2f}" == "0.50 1.00 1.59"
    assert standard_normal(listing.G * np.sqrt(listing.n)) and standard_normal(listing.b / 0.3)


def test_the_drawn_circles_are_those_of_the_layers(run):
    listing = run("gradients/vanishing/circle")
    turn = np.arange(73) * 2 * np.pi / 72
    assert listing.angles == pytest.approx(turn)
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    for row, gain in zip(listing.panels, listing.shapes):
        second, _ = tanh_network(gain, 0.3)
        h = ring @ listing.plane.T * np.sqrt(300 * (second - 0.09)) / gain
        layers = [h]
        for W, b in zip(gain * listing.G, listing.b):
            layers.append(np.einsum("ij,kj->ki", W, h) + b)
            h = np.tanh(layers[-1])
        for ax, layer in zip(row, (0, 2, 5, 10, 20)):
            values = layers[layer]
            size, apart = np.sqrt(np.mean(values**2)), values - np.mean(values[:-1], axis=0)
            assert np.sqrt(np.mean(apart**2)) / size == pytest.approx(listing.spread[gain][layer], rel=0.01)
            left, _, right = np.linalg.svd(apart.T @ ring, full_matrices=False)
            wanted = apart @ left @ right / size / np.sqrt(300)
            arcs = lines_of(ax)
            assert len(arcs) == 12 and all(len(x) == 7 for x, _ in arcs)
            drawn = np.concatenate([np.column_stack(arc)[:-1] for arc in arcs])
            assert drawn == pytest.approx(wanted[:-1], abs=1e-6)
            for arc, following in zip(arcs, arcs[1:] + arcs[:1]):           # each begins where the one before ends
                assert [line[-1] for line in arc] == pytest.approx([line[0] for line in following], abs=1e-6)
    assert [ax.get_title() for ax in listing.panels[0]] == ["inputs", "layer 2", "layer 5", "layer 10", "layer 20"]
    assert [row[0].get_ylabel() for row in listing.panels] == [r"$\chi$ = 0.50", r"$\chi$ = 1.00", r"$\chi$ = 1.59"]
    assert listing.left == {gain: listing.spread[gain][-1] for gain in (0.8, 1.3956, 2.5)}
    first = lines_of(listing.panels[0][0])
    assert np.hypot(*first[3]) == pytest.approx(np.ones(7))


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
    plain, critical = (np.sqrt(difference_map(gain, 60)) for gain in (1, 10.149))
    batch = np.sqrt(31 / 32)               # the listing's variance divides by 32
    assert listing.spread[1][1:3] == pytest.approx(batch * plain[1:3], rel=0.1)
    assert listing.spread[10.149][:20] == pytest.approx(batch * critical[:20], rel=0.35)
    assert plain[19] / plain[9] == pytest.approx(listing.predicted_fall, rel=0.01)
    assert listing.chi == pytest.approx(stationary(1)[1], rel=1e-3)
    assert 3 * stationary(1)[2] - 1 < 2.1
    # "it keeps falling", like one over the root of the layer
    assert critical[[9, 19, 29, 59]] == pytest.approx([0.195, 0.124, 0.097, 0.066], abs=0.002)


def test_the_spread_is_that_of_a_batch_in_two_networks(run):
    listing = run("gradients/vanishing/spread")
    rng = np.random.default_rng(4)
    G, X = rng.standard_normal((30, 192, 192)) / np.sqrt(192), rng.standard_normal((32, 192))
    assert list(listing.spread) == [1, 10.149]
    for gain, second in (1, 0.2647), (10.149, 45.62):
        h = sigmoid_layers(X * np.sqrt(second) / gain, gain * G)
        z = [gain * x @ W.T for x, W in zip((x for x, _ in h), G)]
        # over all pairs: the variance is half of the mean square difference
        pairs = [np.mean((v[:, None] - v) ** 2) / 2 for v in z[:12]]    # further on, rounding begins to matter
        drawn = listing.spread[gain]
        assert drawn[:12] ** 2 == pytest.approx(np.array(pairs) / [np.mean(v**2) for v in z[:12]], rel=1e-6, abs=0)
        assert len(drawn) == 30 and second == pytest.approx(stationary(gain)[0], rel=1e-3)
    assert listing.measured_fall == pytest.approx(listing.spread[1][19] / listing.spread[1][9])
    assert listing.left == listing.spread[10.149][-1]


def test_the_layer_in_which_all_inputs_become_one(run):
    listing = run("gradients/vanishing/spread")
    reach = brentq(lambda layer: np.sqrt(power(stationary(1)[1], layer, 1)) - 2.0**-53, 2, 60)
    assert listing.predicted == pytest.approx(reach, abs=0.02)
    assert -36.84 / np.log(0.236) == pytest.approx(25.5, abs=0.05) and np.sqrt(0.0557) == pytest.approx(0.236, abs=5e-4)
    falling = listing.spread[1]
    assert listing.measured == 26
    assert all(falling[layer] < falling[layer - 1] / 2 for layer in range(1, 26)) and not falling[26] < falling[25] / 2


def test_the_figure_of_the_spread(run):
    listing = run("gradients/vanishing/spread")
    theory, plain, critical = lines_of(listing.ax)
    for x, _ in theory, plain, critical:
        assert x.tolist() == list(range(1, 31))
    decay = [np.sqrt(power(stationary(1)[1], layers)) for layers in range(30)]
    assert theory[1] == pytest.approx(decay, rel=0.02, abs=0)
    assert np.array_equal(plain[1], listing.spread[1]) and np.array_equal(critical[1], listing.spread[10.149])
    # down to ten to the minus fifteen at layer 25, and then a floor; the other remains near a tenth
    assert 1e-16 < plain[1][24] < 5e-15 and max(plain[1][25:]) / min(plain[1][25:]) < 10
    assert 0.03 < critical[1][29] < 0.3
    band, = listing.ax.patches
    assert band.get_extents().transformed(listing.ax.transData.inverted()).y1 == pytest.approx(2.0**-52)


def test_more_than_half_of_the_critical_units_are_saturated(run):
    listing = run("gradients/vanishing/units")
    share = 2 * ndtr(-brentq(lambda v: dphi(v) - 0.025, 1, 9) / np.sqrt(stationary(10.149)[0]))
    assert listing.predicted == pytest.approx(share, abs=1e-4)
    assert share > 0.5
    rng = np.random.default_rng(4)
    G, x = rng.standard_normal((30, 192, 192)) / np.sqrt(192), rng.standard_normal(192)
    assert standard_normal(G * np.sqrt(192))
    assert list(listing.slopes) == [1, 10.149]
    for gain, slopes in listing.slopes.items():
        layers = sigmoid_layers(x * np.sqrt(stationary(gain)[0]) / gain, gain * G)[1:]
        assert slopes == pytest.approx(np.array([dphi(logit(h)) for h, _ in layers]), abs=1e-3)
    saturated = listing.slopes[10.149] < dphi(0) / 10
    assert listing.measured == pytest.approx(np.count_nonzero(saturated) / (30 * 192))
    assert listing.measured == pytest.approx(share, abs=0.035)
    squares = listing.slopes[10.149] ** 2
    assert listing.carried == pytest.approx(1 - np.sum(squares[saturated]) / np.sum(squares))
    second = stationary(10.149)[0]
    inner = gaussian_mean(lambda u: dphi(u) ** 2 * (dphi(u) >= 0.025), second) / gaussian_mean(lambda u: dphi(u) ** 2, second)
    assert listing.carried == pytest.approx(inner, abs=0.004) and inner > 0.99
    for ax, slopes in zip(listing.panels, listing.slopes.values()):
        shown = ax.images[0].get_array()                    # a column for each layer, the largest slope on top
        assert shown.shape == (48, 30) and shown[-1].tolist() == slopes.min(axis=1).tolist()   # every fourth unit
        assert shown[0].tolist() == [sorted(row)[-4] for row in slopes.tolist()]
        assert np.all(np.diff(shown, axis=0) <= 0)


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


def test_the_cross_entropy_from_the_logit_is_the_same_and_overflows_nowhere(run):
    """This is the cross-entropy of a sigmoid output, as a function of its logit.

    In arithmetic of five hundred digits, to fifty.
    """
    stable = EQUATIONS["eq-vanishing-stable"][1].subs({larger: sp.Max(z, 0), size: sp.Abs(z)})
    entropy = -y * sp.log(SIGMOID) - (1 - y) * sp.log(1 - SIGMOID)
    with mpmath.workdps(500):              # the probability alone needs four hundred digits
        for value in (-900, -3, 0, 2, 40, 800):
            for label in (0, 1 / mpmath.mpf(3), 1):
                one, other = (sp.lambdify([z, y], form, "mpmath")(mpmath.mpf(value), label) for form in (stable, entropy))
                assert abs(one - other) < 1e-50
    listing = run("gradients/vanishing/stable")
    assert list(listing.from_z) == [5, 40, 800, -800]
    for logit_, loss in listing.from_z.items():
        assert loss == pytest.approx(float(stable.subs({z: sp.Rational(logit_), y: int(logit_ < 0)}).evalf(30)), rel=1e-14)
    assert listing.from_p[5] == pytest.approx(listing.from_z[5], rel=1e-12)
    assert all(np.isinf(listing.from_p[logit_]) for logit_ in (40, 800, -800))
    slope = sp.diff(SIGMOID, z).subs(z, 40)
    assert listing.h == expit(40) and listing.rest == pytest.approx(np.exp(40), rel=1e-15)
    assert listing.kept == pytest.approx(float(slope.evalf(30)), rel=1e-12, abs=0) and listing.lost == 0


def test_small_tanh_weights_lose_the_scale_and_sigmoids_the_difference(run):
    listing = run("gradients/vanishing/rescale")
    assert 2.0**-30 == pytest.approx(9e-10, rel=0.04)
    direction = np.random.default_rng(0).standard_normal(300)
    h = listing.X
    moved = direction
    for number, W in enumerate(listing.G / 2):
        v = np.einsum("ij,kj->ki", W, h)
        h, moved = np.tanh(v), np.cosh(v[0]) ** -2.0 * (W @ moved)
    gradient = listing.top
    h_all = [listing.X[0]]
    for W in listing.G / 2:
        h_all.append(np.tanh(W @ h_all[-1]))
    for W, out in zip(listing.G[::-1] / 2, h_all[:0:-1]):
        gradient = (gradient - out**2 * gradient) @ W
    assert gradient @ direction == pytest.approx(moved @ listing.top, rel=1e-9)
    kept, apart = np.sqrt(gradient @ gradient / (listing.top @ listing.top)), np.sqrt(np.sum((h[0] - h[1]) ** 2) / np.sum(h**2))
    assert (listing.arrives["tanh"], listing.apart["tanh"]) == pytest.approx((kept, apart), rel=1e-10)
    assert listing.X.shape == (2, 300) and len(listing.G) == 30 and listing.X.std() == pytest.approx(0.1, rel=0.05)
    assert 0.4 < listing.apart["tanh"] < np.sqrt(2)                     # "by their own size"
    one = sigmoid_layers(listing.X[0], listing.G, direction)
    gradient = listing.top
    for W, (out, _) in zip(listing.G[::-1], one[:0:-1]):
        gradient = (gradient * out * (1 - out)) @ W
    assert listing.arrives["sigmoid"] == pytest.approx(np.linalg.norm(gradient) / np.linalg.norm(listing.top), rel=1e-9, abs=0)
    theory = np.sqrt(gaussian_mean(lambda u: dphi(u) ** 2, 0.01) * power(stationary(1)[1], 29))
    assert listing.arrives["sigmoid"] == pytest.approx(theory, rel=4 * np.sqrt(30 * 2.1 / 300) / 2, abs=0)
    assert listing.apart["sigmoid"] < 1e-15
    assert standard_normal(listing.G * np.sqrt(300)) and standard_normal(10 * listing.X) and standard_normal(listing.top)


def test_the_derivative_is_the_sum_over_open_paths(run):
    listing = run("gradients/vanishing/wiring")
    assert listing.open_paths == [90, 48, 72] and (listing.width, listing.depth) == (6, 4)
    assert listing.W.std() == pytest.approx(np.sqrt(2 / 6), rel=0.12) and standard_normal(listing.W / np.sqrt(2 / 6))
    assert listing.v.min() < 0 < listing.v.max() and listing.paths == len(list(product(range(6), repeat=4)))
    for x, on, count, by_paths, by_backprop in zip(
            listing.X, listing.patterns, listing.open_paths, listing.by_paths, listing.by_backprop):
        h = x
        for W, open_ in zip(listing.W, on):
            assert np.array_equal(open_, W @ h > 0)
            h = open_ * (W @ h)
        assert count == np.prod([np.count_nonzero(row) for row in on])
        for derivative in by_paths, by_backprop:            # of a network that is linear along its inputs
            assert derivative @ x == pytest.approx(listing.v @ h)
            for place in range(6):
                tiny = np.array(x, complex)
                tiny[place] += 1e-30j
                for W in listing.W:
                    tiny = np.where((W @ tiny).real > 0, W @ tiny, 0)
                assert derivative[place] == pytest.approx((listing.v @ tiny).imag / 1e-30, rel=1e-9)


def test_the_figure_of_the_paths(run):
    listing = run("gradients/vanishing/wiring")
    for ax, on in zip(listing.panels, listing.patterns):
        drawn = lines_of(ax)
        edges = {(int(x[0]), int(unit[0]), int(unit[1])) for x, unit in drawn[:-8]}
        wanted = {(layer + 1, one, other) for layer, one, other in product(range(3), range(6), range(6))
                  if on[layer][one] and on[layer + 1][other]}
        assert edges == wanted and all(np.diff(x) == 1 for x, _ in drawn[:-8])
        for layer in range(4):
            (lit_x, lit), (dark_x, dark) = drawn[-8 + 2 * layer:][:2]
            assert set(lit) == set(np.flatnonzero(on[layer])) and set(dark) == set(range(6)) - set(lit)
            assert set(lit_x) | set(dark_x) == {layer + 1}


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
    # ReLU networks without bias are linear along their inputs
    assert np.sum(listing.gradient * listing.X, axis=1) == pytest.approx(np.sum(listing.V * h, axis=1), abs=1e-9)
    _, sigmoid = sigmoid_layers(listing.X, listing.G, direction)[-1]
    for name, gradient, moved in ("ReLU", listing.gradient, relu), ("sigmoid", listing.faint, sigmoid):
        along = np.sum(listing.V * moved, axis=1)
        assert np.sum(gradient * direction, axis=1) == pytest.approx(along, rel=1e-6, abs=1e-9 * abs(along).max())
        assert listing.ratio[name] ** 2 == pytest.approx(np.sum(gradient**2) / np.sum(listing.V**2), rel=1e-9, abs=0)
    assert (listing.first, listing.last) == (listing.agree[0], listing.agree[19])
    for layer in 0, 19:
        on = listing.on[layer]
        assert listing.agree[layer] == pytest.approx(1 - np.logical_xor(on[::2], on[1::2]).sum() / (32 * 128))
        assert listing.off_for_all[layer] == np.sum(on.sum(axis=0) == 0) / 128
    assert standard_normal(listing.X) and standard_normal(listing.V) and standard_normal(listing.G * np.sqrt(128))


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
    shown = listing.ax.images[0].get_array()
    assert shown.shape == (128, 20) and np.all(np.diff(shown, axis=0) <= 0)
    assert np.array_equal(np.sort(shown, axis=0).T, np.sort(np.count_nonzero(listing.on, axis=1) / 64, axis=1))
    # "on for about half of the examples" in the first layer, "for all of them or for none" in most units of the last
    assert 0.25 < shown[:, 0].min() <= shown[:, 0].max() < 0.75
    assert np.mean((shown[:, -1] == 0) | (shown[:, -1] == 1)) > 0.5
