"""Vanishing gradients: the claims of the chapter, by another road than its listings."""
from functools import cache

import numpy as np
import pytest
import sympy as sp
from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit, ndtr
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
    "eq-vanishing-power": POWER,
    "eq-vanishing-bound": (BOUND, {"s_1(W_l)": s}),
    "eq-vanishing-chi": (CHI, {r"\E[\phi'(z)^2]": m}),
    "eq-vanishing-saturated": SATURATED,
    "eq-vanishing-centered": CENTERED,
    "eq-vanishing-mse": MSE,
    "eq-vanishing-bce": BCE,
    "eq-vanishing-steps": STEPS,
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


def power(factor, layers):
    return float(POWER.subs({chi: factor, L: layers, l: 0}))


def test_the_product_has_one_factor_for_each_layer_above_the_weights(run):
    net = run("gradients/vanishing/jacobian")
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
    assert listing.kept == pytest.approx(float(slope.subs(z, 40).evalf(30)), rel=1e-12)
    assert listing.lost == 0 != listing.kept
    assert listing.tail == pytest.approx(1 / (1 + np.exp(-np.abs(listing.z))) ** 2)


def test_a_layer_shrinks_by_no_more_than_the_bound_and_meets_it_at_zero():
    rng = np.random.default_rng(0)
    W = rng.standard_normal((7, 5))
    s_1 = np.sqrt(np.linalg.eigvalsh(W.T @ W)[-1])
    bound = float(BOUND.subs(s, s_1))
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


def test_the_centered_network_is_a_tanh_network_and_decays_like_a_power(run):
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

    net = run("gradients/vanishing/bound")
    assert net.measured_kept == pytest.approx(kept(net.q_0, 30), rel=0.05)
    assert net.predicted_kept == pytest.approx(float(CENTERED.subs({q_0: net.q_0, L: 30})))
    for layers in (300, 3000):             # q_0 L = 3 each time: exact as q_0 -> 0
        small = 3 / layers
        formula = float(CENTERED.subs({q_0: small, L: layers}))
        assert formula == pytest.approx(kept(small, layers), rel=2 * small)


def test_a_sigmoid_network_is_critical_at_the_gain_that_the_listing_finds(run):
    listing = run("gradients/vanishing/critical")
    gain = brentq(lambda v: stationary(v)[1] - 1, 5, 15)
    assert listing.critical_sigma_w == pytest.approx(gain, rel=1e-4)
    assert listing.critical_q == pytest.approx(stationary(gain)[0], rel=1e-4)
    assert f"{gain:.3f} {stationary(gain)[0]:.2f}" == "10.149 45.62"
    for gain, predicted in zip(listing.gains[:, 0], listing.predicted):
        assert predicted == pytest.approx(np.sqrt(power(stationary(gain)[1], 30)), rel=2e-3)
        assert 3 * stationary(gain)[2] - 1 < 15


def test_thirty_layers_measure_the_theory(run):
    listing = run("gradients/vanishing/critical")
    for i, (low, high) in {0: (5e-20, 3e-19), 5: (0.07, 7)}.items():
        mean = listing.predicted[i]
        scatter = 30 / 256 * (3 * stationary(listing.gains[i, 0])[2] - 1)
        assert low < listing.ratio[i] < high
        assert abs(np.log(listing.ratio[i] / mean) + scatter / 4) < 2 * np.sqrt(scatter)


def test_saturated_networks_follow_the_closed_form():
    for second, tolerance in ((1e3, 0.04), (1e5, 0.004)):
        square = gaussian_mean(lambda u: expit(u) ** 2, second)
        slope = gaussian_mean(lambda u: dphi(u) ** 2, second)
        assert slope * second / square == pytest.approx(float(SATURATED.subs(q, second)), rel=tolerance)
        assert square == pytest.approx(0.5 - gaussian_mean(dphi, second), rel=1e-7)
    root = sp.solve(SATURATED - 1, q)
    assert root == [18 * sp.pi]
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


def test_more_than_half_of_the_critical_units_are_saturated(run):
    listing = run("gradients/vanishing/spread")
    edge = brentq(lambda v: dphi(v) - 0.025, 1, 9)
    share = 2 * ndtr(-edge / np.sqrt(stationary(10.149)[0]))
    assert listing.predicted_saturated == pytest.approx(share, abs=1e-4)
    assert share > 0.5
    assert listing.measured_saturated == pytest.approx(share, abs=0.025)


def test_cross_entropy_cancels_the_slope_that_the_squared_error_keeps(run):
    squared = (SIGMOID - y) ** 2 / 2
    entropy = -y * sp.log(SIGMOID) - (1 - y) * sp.log(1 - SIGMOID)
    for loss, formula in ((squared, MSE), (entropy, BCE)):
        assert sp.simplify(sp.diff(loss, z) - formula.subs(p, SIGMOID)) == 0
    listing = run("gradients/vanishing/logit")
    at = {p: SIGMOID.subs(z, -10).evalf(20), y: 1}
    assert listing.at_start["mse"] == pytest.approx(float(MSE.subs(at)), rel=1e-12)
    assert listing.at_start["bce"] == pytest.approx(float(BCE.subs(at)), rel=1e-12)
    assert listing.slope_mse == pytest.approx(float(MSE.subs(at)), abs=1e-9)


def test_a_wrong_confident_output_needs_twenty_thousand_steps_of_squared_error(run):
    listing = run("gradients/vanishing/logit")
    flow = {"mse": lambda v: 1 / (expit(-v) ** 2 * expit(v)), "bce": lambda v: 1 / expit(-v)}
    for loss, tolerance in (("mse", 1e-3), ("bce", 1e-3)):
        time = quad(flow[loss], -10, 0, epsrel=1e-12)[0]
        assert listing.predicted[loss] == pytest.approx(time, abs=tolerance)
    assert listing.predicted["mse"] == pytest.approx(float(STEPS.subs(a, 10)))
    # gradient descent against the flow: + ln(last gradient / first) / 2, then the next integer
    late = listing.predicted["mse"] + np.log(0.125 / 4.54e-5) / 2
    assert listing.measured["mse"] == np.ceil(late)
    assert listing.measured["bce"] == np.ceil(listing.predicted["bce"] + np.log(0.5) / 2)


def test_relu_keeps_the_gradient_and_sigmoid_loses_it(run):
    listing = run("gradients/vanishing/paths")
    assert power(2 * 0.5, 20) == listing.predicted["ReLU"] == 1
    assert listing.predicted["sigmoid"] == pytest.approx(np.sqrt(power(stationary(1)[1], 20)), rel=2e-3)
    first = gaussian_mean(lambda v: dphi(v) ** 2, 1)          # its inputs have q = 1
    theory = np.sqrt(first * power(stationary(1)[1], 19))
    assert listing.ratio["sigmoid"] == pytest.approx(theory, rel=0.35)
    assert 0.3 < listing.ratio["ReLU"] < 3
    assert set(np.unique(listing.on)) == {False, True}


def test_examples_switch_on_different_halves_at_first_and_similar_ones_later(run):
    listing = run("gradients/vanishing/paths")
    c, agree, off = 0.0, [], []
    for _ in range(20):
        agree.append(1 - np.arccos(c) / np.pi)
        off.append(quad(lambda u: ndtr(-np.sqrt(c / (1 - c)) * u) ** 64 * norm.pdf(u), -12, 12)[0])
        c = (np.sqrt(1 - c**2) + c * (np.pi - np.arccos(c))) / np.pi
    assert listing.agree[[0, -1]] == pytest.approx([agree[0], agree[-1]], abs=0.1)
    assert off[0] == pytest.approx(0.5**64)
    assert listing.off_for_all[[0, -1]] == pytest.approx([0, off[-1]], abs=0.2)
    half = quad(lambda v: norm.pdf(v), 0, np.inf)[0]
    assert listing.on.mean() == pytest.approx(half, abs=0.04)
