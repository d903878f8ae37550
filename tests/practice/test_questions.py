"""Holds the page "Questions people ask" to its claims by another road."""
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, linalg, optimize, special

from samples import are_midpoints, is_standard, rms

fan_in, fan_out, eta, beta = sp.symbols("fan_in fan_out eta beta", positive=True)
norm_w, norm_g = sp.symbols("norm_w norm_g", positive=True)

NORMS = {r"\norm{w_l}": norm_w, r"\norm{g_l}": norm_g}
EQUATIONS = {
    "eq-questions-lars": (r"\eta_l =", eta * norm_w / (norm_g + beta * norm_w), NORMS),
    "eq-questions-share": (r"\frac{\eta_l \norm{g_l}}{\eta \norm{w_l}} =", norm_g / (norm_g + beta * norm_w), NORMS),
}
NODES, WEIGHTS = special.roots_hermitenorm(200)   # an even number: symmetric, and none on a kink at 0
WEIGHTS = WEIGHTS / WEIGHTS.sum()
tanh = (np.tanh, lambda z: np.cosh(z)**-2)
sigmoid = (special.expit, lambda z: special.expit(z) * special.expit(-z))


def mean(f, q=1.0):
    """E[f(z)] for a normal z of variance q, by Gauss and Hermite."""
    return WEIGHTS @ f(math.sqrt(q) * NODES)


def relative_variance(phi, q):
    """Of phi(z)**2, for a normal z of variance q."""
    return mean(lambda z: phi(z)**4, q) / mean(lambda z: phi(z)**2, q)**2 - 1


def settled(phi, gain):
    """The q > 0 with q = gain**2 E[phi(z)**2]."""
    return optimize.brentq(lambda q: gain**2 * mean(lambda z: phi(z)**2, q) - q, 0.01, 100)


# ---- Xavier and He over thirty layers

NETS = {"ReLU, Xavier": (1, lambda z: np.maximum(z, 0)), "ReLU, He": (2, lambda z: np.maximum(z, 0)),
        "tanh, Xavier": (1, np.tanh), "tanh, He": (2, np.tanh)}


def test_tanh_settles_with_he_where_the_integral_says(run):
    run_ = run("practice/questions/activations")
    q = settled(np.tanh, math.sqrt(2))
    assert q == pytest.approx(0.618, rel=1e-3) and run_.q == pytest.approx(q, rel=1e-6)
    assert run_.predicted["tanh, He"] == pytest.approx(math.sqrt(q / 2), rel=1e-6)
    exact = 2 * mean(lambda z: tanh[1](z)**2, q)
    assert exact == pytest.approx(1.1055, rel=1e-4) and run_.chi == pytest.approx(exact, rel=1e-4)
    beyond = math.erfc(math.atanh(0.97) / math.sqrt(2 * q))
    assert run_.saturated == pytest.approx(beyond, abs=3e-4) and beyond < 0.01


def test_xavier_halves_the_second_moment_of_relu_and_he_does_not(run):
    run_ = run("practice/questions/activations")
    assert run_.depth == 30 and is_standard(run_.X)   # the page says thirty layers
    assert run_.predicted["ReLU, Xavier"] == pytest.approx(2.0**-15) and run_.predicted["ReLU, He"] == pytest.approx(1)
    assert run_.rms["ReLU, He"][-1] / run_.rms["ReLU, Xavier"][-1] == pytest.approx(2.0**15)
    assert [2.0**-5, 2.0**-30] == pytest.approx([0.03, 9.3e-10], rel=0.05, abs=0)
    q = 1.0
    for _ in range(30):
        q = mean(lambda z: np.tanh(z)**2, q)
    assert run_.predicted["tanh, Xavier"]**2 == pytest.approx(q, rel=1e-6)
    assert 0.9 / 60 < q < 1.1 / 60   # like a power of the depth


@pytest.mark.parametrize("net", NETS)
def test_each_layer_of_the_picture_is_a_composition(run, net):
    run_ = run("practice/questions/activations")
    variance, phi = NETS[net]
    h = run_.X.T
    for layer, V in enumerate(run_.V):
        h = phi(math.sqrt(variance) * (V @ h))
        assert run_.rms[net][layer] == pytest.approx(rms(h), rel=1e-9)
    exact = run_.predicted[net]
    # Given the spread of one network, which the check derives, the run is where the integral is.
    assert abs(math.log(run_.rms[net][-1] / exact)) < 2 * math.sqrt(run_.noise[net]) < 1.6


def test_the_tolerance_of_the_rms_adds_up_the_noise_of_thirty_layers(run):
    """ReLU passes on all of it, so it adds up; a settled tanh passes on a share, which leaves a geometric series."""
    run_ = run("practice/questions/activations")
    assert are_midpoints(run_.u, 8)
    relu = relative_variance(lambda z: np.maximum(z, 0), 1)
    assert relu == pytest.approx(5)
    assert [run_.noise[net] for net in ("ReLU, Xavier", "ReLU, He")] == pytest.approx([30 * relu / run_.width] * 2)
    q = settled(np.tanh, math.sqrt(2))
    up, down = (math.log(mean(lambda z: np.tanh(z)**2, q * factor)) for factor in (1.01, 1 / 1.01))
    slope = (up - down) / (2 * math.log(1.01))
    assert run_.noise["tanh, He"] == pytest.approx(relative_variance(np.tanh, q) / (1 - slope**2) / run_.width, rel=0.01)


# ---- what changes with the activation

def gelu(z):
    return z * special.ndtr(z)


def silu(z):
    return z * special.expit(z)


PHIS = {"tanh": np.tanh, "sigmoid": special.expit, "ReLU": lambda z: np.maximum(z, 0), "GELU": gelu, "SiLU": silu}


@pytest.mark.parametrize(("name", "kept", "gain_back"), [
    ("tanh", 0.3943, 1.4674), ("sigmoid", 0.2934, 4.7226), ("ReLU", 0.5, math.sqrt(2)), ("GELU", 0.4252, 1.4811), ("SiLU", 0.3557, 1.6242),
])
def test_what_an_activation_keeps_and_where_ten_layers_lead(run, name, kept, gain_back):
    run_, phi = run("practice/questions/responses"), PHIS[name]
    assert mean(lambda z: phi(z)**2) == pytest.approx(kept, rel=1e-3)
    assert run_.kept[name] == pytest.approx(mean(lambda z: phi(z)**2), rel=1e-6)
    gain = 1 / math.sqrt(mean(lambda z: phi(z)**2))
    assert run_.gains[name] == pytest.approx(gain)
    slope = mean(lambda z: ((phi(z + 1e-5) - phi(z - 1e-5)) / 2e-5)**2)
    assert run_.gains_back[name] == pytest.approx(slope**-0.5, rel=1e-4)
    assert run_.gains_back[name] == pytest.approx(gain_back, rel=2e-3)
    q = gain**2
    for layer in range(10):
        assert run_.q[name][layer] == pytest.approx(q, rel=1e-5)
        q = gain**2 * mean(lambda z: phi(z)**2, q)
    assert len(run_.q[name]) == 10   # the page says ten layers
    points = np.array([-2, -0.3, 0.4, 3])
    assert run_.phis[name](points) == pytest.approx(phi(points))
    assert are_midpoints(run_.u, 8)


def test_gelu_and_silu_amplify_a_deviation_at_every_scale_and_tanh_does_not():
    """The slope of ln E[phi(z)**2] against ln q: above one, a larger signal keeps a larger share."""
    def slope(phi, q):
        up, down = (math.log(mean(lambda z: phi(z)**2, q * factor)) for factor in (1.001, 1 / 1.001))
        return (up - down) / (2 * math.log(1.001))

    for q in (0.01, 0.1, 0.5, 1, 2, 5, 20):
        assert slope(gelu, q) > 1.005 and slope(silu, q) > 1.005
        assert slope(np.tanh, q) < 1 and slope(lambda z: np.maximum(z, 0), q) == pytest.approx(1)


def test_random_biases_can_hold_gelu_at_a_stable_value():
    step = lambda q: 1.2**2 * mean(lambda z: gelu(z)**2, q) + 0.5**2
    q = optimize.brentq(lambda q: step(q) - q, 0.1, 1)
    assert q == pytest.approx(0.566, rel=0.01) and abs(step(q + 1e-4) - step(q - 1e-4)) < 0.98 * 2e-4


def test_a_network_has_the_gain_in_every_layer_or_in_all_but_the_first(run):
    run_ = run("practice/questions/responses")
    assert is_standard(run_.X)
    for name, phi in PHIS.items():
        gain = 1 / math.sqrt(mean(lambda z: phi(z)**2))
        for first, found in (gain, run_.measured), (1, run_.held):
            z = first * run_.V[0] @ run_.X.T
            for V in run_.V[1:]:
                z = gain * V @ phi(z)
            assert found[name] == pytest.approx(rms(z)**2, rel=1e-6)


def test_the_centered_sigmoid_is_the_tanh_and_the_sigmoid_has_the_offset_one_half():
    z = sp.Symbol("z", real=True)
    sigmoid_ = 1 / (1 + sp.exp(-z))
    assert sp.series(sigmoid_, z, 0, 2).removeO() == sp.Rational(1, 2) + z / 4
    assert sp.series(4 * sigmoid_ - 2, z, 0, 2).removeO() == z
    assert sp.simplify((4 * sigmoid_ - 2 - 2 * sp.tanh(z / 2)).rewrite(sp.exp)) == 0


def test_what_distinguishes_two_inputs_shrinks_in_a_sigmoid_network_that_keeps_its_mean_square(run):
    """By two nearby inputs in wide layers, whose covariance is integrated."""
    factor = mean(lambda z: sigmoid[1](z)**2) / mean(lambda z: special.expit(z)**2)
    assert run("practice/questions/responses").step == pytest.approx(factor, rel=1e-4)
    c, d = 0.999, math.sqrt(1 - 0.999**2)
    u, v = np.meshgrid(NODES[::2], NODES[::2])
    w = np.outer(WEIGHTS[::2], WEIGHTS[::2]) / np.sum(WEIGHTS[::2])**2
    apart = np.sum(w * (special.expit(u) - special.expit(c * u + d * v))**2) / np.sum(w * special.expit(u)**2)
    assert apart / (2 - 2 * c) == pytest.approx(factor, rel=0.01)


# ---- LARS

def test_without_decay_the_relative_step_is_the_rate_and_with_decay_its_share():
    """eq-questions-lars: LARS gives a layer the learning rate η ‖w‖/(‖g‖ + β ‖w‖), from the norms of its weights and of
    its gradient.

    eq-questions-share: The step of LARS along the gradient has the length ‖g‖/(‖g‖ + β ‖w‖), in units of its step
    without decay.

    Symbolic: without decay the step is the same fraction of every layer. The steps of the listing have the lengths that
    follow, in the next test.
    """
    _, rate, symbols = EQUATIONS["eq-questions-lars"]
    assert sp.simplify((rate * norm_g / norm_w).subs(beta, 0)) == eta
    share = EQUATIONS["eq-questions-share"][1]
    assert sp.simplify(rate * norm_g / norm_w / eta - share) == 0
    numbers = [share.subs({beta: 5e-4, norm_w: 1, norm_g: g}) for g in (1e-3, 1e-12)]
    assert numbers == pytest.approx([2 / 3, 2e-9], rel=1e-6, abs=0)


def test_the_listing_takes_the_steps_of_the_formula(run):
    run_ = run("practice/questions/lars")
    share = sp.lambdify((norm_w, norm_g, beta), EQUATIONS["eq-questions-share"][1])
    size_w = [math.sqrt(sum(x * x for x in W.ravel())) for W in run_.W]
    size_g = [math.sqrt(sum(x * x for x in G.ravel())) for G in run_.G]
    assert np.allclose(run_.decayed, [0.01 * share(w, g, 5e-4) for w, g in zip(size_w, size_g)], rtol=1e-9, atol=0)
    assert np.allclose(run_.equal, 0.01, rtol=1e-12) and np.allclose(run_.sgd, 0.01 * np.divide(size_g, size_w), rtol=1e-9, atol=0)
    assert run_.share[1e-3] == pytest.approx(2 / 3) and run_.share[1e-12] == pytest.approx(2e-9, rel=1e-6, abs=0)
    assert (run_.depth, run_.beta) == (20, 5e-4)   # the page says twenty layers


def test_what_stays_broken_is_what_float16_empties_and_the_direction_of_the_last_step(run):
    run_ = run("practice/questions/lars")
    assert run_.lost == sum(max(map(abs, G.ravel())) <= 2.0**-25 for G in run_.G)
    first, second, *_ = linalg.svdvals(run_.G[19])
    assert run_.last == pytest.approx(second / first, rel=1e-3, abs=1e-15)
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.float64(np.inf) / np.inf)
    assert 0 * 1e30 == 0


def test_the_gradients_of_the_listing_are_difference_quotients(run):
    run_ = run("practice/questions/lars")
    rng = np.random.default_rng(9)
    rng.normal(size=run_.W.size), rng.normal(size=run_.H[0].size)
    target = rng.random((8, run_.width))
    def last(W):
        h = run_.H[0]
        for W_l in W:
            h = special.expit(h @ W_l.T)
        return h

    for layer, i, j in [(19, 3, 5), (17, 0, 31)]:
        step = np.zeros_like(run_.W)
        step[layer, i, j] = 1e-4
        up, down = (np.sum((last(run_.W + s) - target)**2) / 16 for s in (step, -step))
        assert (up - down) / 2e-4 == pytest.approx(run_.G[layer, i, j], rel=1e-4, abs=1e-11)


# ---- fans, and what is close to one

def test_xaviers_factor_depends_on_the_ratio_of_the_fans_alone(run):
    """Exact, for uniform weights: the second moment is an integral."""
    run_ = run("practice/questions/fans")
    x, r = sp.symbols("x r", positive=True)
    ratio = sp.integrate(x**2, (x, -1, 1)) / 2 * 6 / (fan_in + fan_out) * fan_in
    assert sp.simplify(ratio.subs(fan_out, r * fan_in) - 2 / (1 + r)) == 0
    for shape in run_.predicted:
        a, b = map(int, shape.split(" to "))
        exact = float(ratio.subs({fan_in: a, fan_out: b}))
        assert run_.predicted[shape] == pytest.approx(exact) and (exact == 1) == (a == b)
        assert run_.measured[shape] == pytest.approx(exact, rel=0.1)
    assert run_.predicted["784 to 10"] == pytest.approx(1.97, abs=0.01) and len(run_.predicted) == 5
    assert rms(run_.X @ run_.W.T)**2 == pytest.approx(run_.measured["784 to 10"])
    assert is_standard(run_.X) and is_standard(run_.W * math.sqrt(794 / 2))


def test_the_sizes_of_six_inputs_and_a_mean_of_three():
    assert [math.sqrt(1 / 6), 3**2 + 1] == pytest.approx([0.41, 10], rel=0.01)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (4, 2), (6, 3), (3, 2)])
def test_a_unit_of_a_transposed_convolution_hears_a_share_of_the_kernel(kernel, stride):
    """By counting: each of many inputs writes to `kernel` neighboring outputs, one in `stride`; away from the borders."""
    heard = np.zeros(stride * 200 + kernel)
    for place in range(200):
        heard[stride * place:stride * place + kernel] += 1
    inner = heard[stride * 50:stride * 150]
    assert inner.mean() == kernel / stride and (stride > 1 or (inner == kernel).all())


def test_one_input_and_no_biases_make_two_shapes_of_relu():
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 200)[:, None]
    w = rng.normal(size=(1, 256))
    assert np.linalg.matrix_rank(np.maximum(x @ w, 0)) == 2
    assert np.linalg.matrix_rank(np.maximum(x @ w + rng.normal(size=256), 0)) > 50


def test_features_of_scales_one_and_a_thousand_have_a_condition_number_of_a_million():
    x = np.array([[a, 1000 * b] for a in (-1, 1) for b in (-1, 1)])
    assert np.linalg.cond(x.T @ x / 4) == pytest.approx(1e6)


# ---- minibatches and dropout

def test_four_equal_units_are_one_unit_with_four_times_the_rates(run):
    run_ = run("practice/questions/dropout")
    rng = np.random.default_rng(3)
    rng.normal(size=(64, 3)), rng.normal(0, 1, (4, 3)), rng.normal(size=4)
    w, v = np.full(3, 0.5), 4 * 0.5
    for _ in range(300):
        batch = rng.integers(64, size=8)
        rng.random((8, 4))
        x = run_.X[batch]
        h = np.tanh(x @ w)
        r = v * h - run_.y[batch]
        w, v = w - 0.2 * (r * v / 4 * (1 - h**2)) @ x / 8, v - 4 * 0.2 * r @ h / 8
    assert np.mean((v * np.tanh(run_.X @ w) - run_.y)**2) / 2 == pytest.approx(run_.loss["all ½, minibatches"], rel=1e-9)
    assert run_.spread["all ½, minibatches"] == 0 == run_.spread["all 0, dropout"]
    assert run_.loss["all 0, dropout"] == pytest.approx(np.mean(run_.y**2) / 2)


def test_training_is_descent_along_the_complex_step_derivative_of_the_masked_loss(run):
    """All four runs, on the random numbers of the listing; a step of the size 1e-30 in the imaginary direction."""
    run_, rng = run("practice/questions/dropout"), np.random.default_rng(3)
    X = rng.normal(size=(64, 3))
    y = np.array([math.sin(2 * x[0]) + x[1] for x in X])   # the page says so
    random = np.append(rng.normal(size=12) / math.sqrt(3), rng.normal(size=4) / math.sqrt(4))

    def loss(w, x, y, mask):   # w: (..., 16)
        h = np.tanh(np.einsum("...uf,bf->...bu", w[..., :12].reshape(*w.shape[:-1], 4, 3), x))
        return np.mean((np.einsum("bu,...bu,...u->...b", mask, h, w[..., 12:]) - y)**2, axis=-1) / 2

    for name, w, p in [("all ½, minibatches", np.full(16, 0.5), 0), ("all ½, dropout", np.full(16, 0.5), 0.5),
                       ("all 0, dropout", np.zeros(16), 0.5), ("random, minibatches", random, 0)]:
        for _ in range(300):
            batch = rng.integers(64, size=8)
            mask = np.where(rng.random((8, 4)) < p, 0, 1 / (1 - p))   # its mean is 1
            w = w - 0.2 * loss(w + 1e-30j * np.eye(16), X[batch], y[batch], mask).imag / 1e-30
        W = w[:12].reshape(4, 3)
        assert run_.loss[name] == pytest.approx(loss(w, X, y, np.ones((64, 4))), rel=1e-6)
        assert run_.spread[name] == pytest.approx(max(abs(a - b).max() for a in W for b in W), rel=1e-6, abs=1e-12)


def test_one_step_of_dropout_moves_a_kept_unit_and_leaves_a_dropped_one():
    x, y, W1, W2 = np.array([1.0, -2.0]), 0.3, np.full((2, 2), 0.5), np.full(2, 0.5)
    mask = np.array([2.0, 0.0])

    def loss(W):
        return (mask * np.tanh(W.reshape(2, 2) @ x) @ W2 - y)**2 / 2

    gradient = optimize.approx_fprime(W1.ravel(), loss, 1e-7).reshape(2, 2)
    assert np.abs(gradient[0]).min() > 0.01 and not gradient[1].any()


def test_relu_units_with_incoming_weights_of_zero_stay_there_whatever_the_mask():
    """The gradients of one step, of the usual ReLU with slope zero at zero."""
    x, W1, v, mask = np.array([1.0, -2.0]), np.zeros((2, 2)), np.full(2, 0.5), np.array([2.0, 0.0])
    z = W1 @ x
    r = mask * np.maximum(z, 0) @ v - 0.3
    assert not np.outer(r * mask * v * (z > 0), x).any() and not (r * mask * np.maximum(z, 0)).any()


# ---- the other invariances

def test_signs_scales_and_keys_change_and_the_outputs_do_not():
    rng = np.random.default_rng(5)
    w, x, b, v, a = rng.normal(size=4), rng.normal(size=4), 2.3, -1.2, 2.5
    assert -v * np.tanh(-w @ x - b) == pytest.approx(v * np.tanh(w @ x + b))
    assert v / a * max(a * (w @ x) + a * b, 0) == pytest.approx(v * max(w @ x + b, 0)) and w @ x + b > 0
    Q, K, M = rng.normal(size=(3, 4, 4))
    assert (M @ Q @ x) @ (np.linalg.inv(M).T @ K @ w) == pytest.approx((Q @ x) @ (K @ w))


def test_one_matrix_for_queries_and_keys_makes_no_negative_score_of_a_token_with_itself():
    rng = np.random.default_rng(2)
    x, W, V = rng.normal(size=(200, 16)), *rng.normal(size=(2, 8, 16))
    assert np.einsum("ti,ki,kj,tj->t", x, W, W, x).min() >= 0 > np.einsum("ti,ki,kj,tj->t", x, W, V, x).min()


# ---- sigmoid at the output

def test_cross_entropy_cancels_the_slope_and_the_squared_error_keeps_it():
    z, y = sp.symbols("z y", real=True)
    p = 1 / (1 + sp.exp(-z))
    entropy = -y * sp.log(p) - (1 - y) * sp.log(1 - p)
    assert sp.simplify(sp.diff(entropy, z) - (p - y)) == 0
    assert sp.simplify(sp.diff((p - y)**2 / 2, z) - (p - y) * p * (1 - p)) == 0


# ---- normalization

def normalize(z):
    return (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)


def test_a_gamma_of_zero_learns_and_what_lies_before_it_waits():
    """By differences of the loss of one block, h + gamma * normalize(h @ w)."""
    rng = np.random.default_rng(1)
    h, target, w = rng.normal(size=(16, 4)), rng.normal(size=(16, 4)), rng.normal(size=(4, 4))
    loss = lambda gamma, w: np.sum((h + gamma * normalize(h @ w) - target)**2) / 2
    by = lambda f: (f(1e-5) - f(-1e-5)) / 2e-5
    step = np.outer([1, 0, 0, 0], [0, 1, 0, 0])
    found = by(lambda e: loss(np.array([0, e, 0, 0]), w))
    assert found == pytest.approx(np.sum((h - target) * normalize(h @ w), axis=0)[1]) and abs(found) > 0.1
    assert by(lambda e: loss(np.zeros(4), w + e * step)) == 0
    assert by(lambda e: loss(np.array([0, e, 0, 0]), 0 * w)) == 0   # with a matrix of zeros neither learns
    assert abs(by(lambda e: loss(np.ones(4), w + e * step))) > 0.01


def test_gammas_near_zero_make_the_end_of_a_normalized_stack_fifty_times_smaller_once():
    rng = np.random.default_rng(3)
    start, along = rng.normal(size=(2, 256, 64))
    W = rng.normal(0, 1 / 8, (5, 64, 64))

    def stack(h, gammas):
        for V, gamma in zip(W, gammas):
            z = np.maximum(h, 0) @ V
            h = gamma * (z - z.mean(axis=0)) / z.std(axis=0)
            yield h

    changes = {}
    for around in (0, 1):
        gammas = rng.normal(around, 0.02, (5, 64))
        sizes = [rms(h) for h in stack(start, gammas)]
        assert sizes == pytest.approx([1] * 5, rel=0.02) if around else sizes == pytest.approx([0.02] * 5, rel=0.5)
        *_, up = stack(start + 1e-6 * along, gammas)
        *_, down = stack(start - 1e-6 * along, gammas)
        changes[around] = rms(up - down)   # a random gradient at the top shrinks as a random step at the start does
    assert 0.01 < changes[0] / changes[1] < 0.05


# ---- attention, embeddings and stacked matrices

def test_scores_have_the_variance_of_all_sign_patterns(run):
    patterns = np.array(list(itertools.product([-1, 1], repeat=6)))
    scores = [q @ k for q in patterns[:, :3] for k in patterns[:, 3:]]
    assert np.var(scores) == 3   # d independent products of unit variance
    run_ = run("practice/questions/attention")
    assert run_.d == 512 and is_standard(run_.K) and is_standard(run_.Q) and run_.K.shape == (32, 512)
    assert np.allclose(run_.scores, [[sum(a * b for a, b in zip(q, k)) for k in run_.K] for q in run_.Q])
    for name, scale in ("not divided", 1), ("divided by √d", math.sqrt(512)), ("divided by d", 512):
        P = special.softmax(run_.scores / scale, axis=1)
        assert run_.largest[name] == pytest.approx(np.mean(np.max(P, axis=1)))
    assert np.allclose(run_.P, P)


def test_a_packed_matrix_has_half_of_the_variance():
    d = 512
    packed = 6 / (d + 3 * d) / 3
    assert packed * 2 == pytest.approx(6 / (d + d) / 3) == pytest.approx(1 / d) and packed == pytest.approx(1 / (2 * d))


def test_the_first_loss_of_normal_logits_of_variance_one():
    rng = np.random.default_rng(4)
    losses = [special.logsumexp(s) - s[0] for s in rng.normal(size=(200, 32000))]
    assert np.mean(losses) == pytest.approx(math.log(32000) + 0.5, abs=4 / math.sqrt(200))
    wide = [special.logsumexp(s) - s[0] for s in rng.normal(0, math.sqrt(512), size=(200, 32000))]
    assert np.mean(wide) > 80


def test_a_block_of_stacked_orthonormal_columns_has_a_mean_square_of_a_quarter():
    rng = np.random.default_rng(5)
    W = linalg.qr(rng.normal(size=(256, 64)), mode="economic")[0]
    blocks = W.reshape(4, 64, 64)
    assert np.allclose(sum(B.T @ B for B in blocks), np.eye(64))
    squares = [linalg.svdvals(B)**2 for B in blocks]
    assert np.mean(squares) == pytest.approx(1 / 4) and max(map(max, squares)) < 1
    assert math.sqrt(max(map(max, squares))) == pytest.approx(math.sqrt(3) / 2, abs=0.03) == pytest.approx(0.87, abs=0.03)
    assert min(s.min() for s in squares) < 0.01   # the weakest direction is nearly lost


def test_a_larger_slope_makes_a_smaller_gain():
    """Of a leaky ReLU, by integration of what it keeps."""
    for s, gain in (0, math.sqrt(2)), (1, 1 / math.sqrt(3)), (2, 0.31):
        a = s * math.sqrt(5)
        kept = mean(lambda z: np.where(z > 0, z, a * z)**2)
        assert kept**-0.5 == pytest.approx(math.sqrt(2 / (1 + 5 * s**2))) == pytest.approx(gain, rel=0.01)


def test_what_is_printed_are_the_ends_of_what_was_computed(run):
    run_ = run("practice/questions/activations")
    assert [run_.last[net] for net in NETS] == [run_.rms[net][29] for net in NETS]
    run_ = run("practice/questions/attention")
    assert list(run_.scatter.values()) == pytest.approx([math.sqrt(run_.scores.var()) / k for k in (1, math.sqrt(512), 512)])
    run_ = run("practice/questions/lars")
    assert list(run_.ends.values()) == [(size[0], size[19]) for size in (run_.sgd, run_.equal, run_.decayed)]
    assert list(run_.layers) == list(range(1, 21))
    run_ = run("practice/questions/responses")
    assert all(ends == (run_.q[name][0], run_.q[name][9]) for name, ends in run_.ends.items())


# ---- numbers of the short answers

def test_a_variance_in_place_of_a_deviation_costs_a_factor_of_128_per_layer():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 256))
    z = x @ rng.normal(0, 2 / 256, (256, 4000))
    assert np.mean(np.maximum(z, 0)**2) == pytest.approx(1 / 128, rel=0.03)


def test_the_habit_of_two_hundredths():
    assert [768 * 0.02**2, 2500 * 0.02**2] == pytest.approx([0.31, 1], rel=0.01)


def test_averaging_four_relu_neighbors_leaves_about_half():
    """Against the moments of the positive half of a normal distribution, from quadrature over four of them."""
    first, second = (integrate.quad(lambda z: z**k * math.exp(-z**2 / 2) / math.sqrt(2 * math.pi), 0, np.inf)[0] for k in (1, 2))
    exact = (4 * second + 12 * first**2) / 16   # of the square of a sum of four: four squares, twelve products
    assert exact == pytest.approx(0.24, abs=0.005) == 1 / (2 * math.pi) + (1 / 2 - 1 / (2 * math.pi)) / 4
    rng = np.random.default_rng(2)
    z = np.maximum(rng.normal(size=(4, 200_000)), 0)
    assert np.mean(z.mean(axis=0)**2) == pytest.approx(exact, rel=0.02) and np.mean(z.max(axis=0)**2) > 0.5


def test_slopes_of_leaky_units():
    assert 2 / (1 + 0.01**2) == pytest.approx(2, rel=1.01e-4) and 2 / (1 + 0.25**2) == pytest.approx(1.88, abs=0.005)
    assert (1.4142 / 1.5335)**2 == pytest.approx(0.85, abs=0.005)


def test_he_takes_more_and_more_from_gelu_layers():
    q, factors = 1.0, []
    for _ in range(40):
        factors.append(2 * mean(lambda z: gelu(z)**2, q) / q)
        q *= factors[-1]
    assert factors == sorted(factors, reverse=True) and factors[0] == pytest.approx(0.85, abs=0.005)
    assert factors[-1] == pytest.approx(1 / 2, abs=0.005)


def test_below_root_two_biases_hold_gelu_and_silu_and_above_two_they_do_not():
    for phi in (gelu, silu):
        for gain in (1, 1.2, 1.4):
            step = lambda q: gain**2 * mean(lambda z: phi(z)**2, q) + 1 / 4
            for q in (0.01, 1, 30):
                for _ in range(3000):
                    q = step(q)
                assert step(q) == pytest.approx(q, rel=1e-3)
        q = 1.0
        for _ in range(100):
            q = 2.1**2 * mean(lambda z: phi(z)**2, q) + 1 / 4
        assert q > 1e3


def test_four_times_xavier_flattens_sigmoid_units_and_loses_what_differs():
    q = 16.0   # standardized inputs, equal fans
    for _ in range(20):
        assert q >= 16 / 4
        q = 16 * mean(lambda z: special.expit(z)**2, q)
    assert 16 * mean(lambda z: sigmoid[1](z)**2, q) < 0.5   # a difference between two inputs fades
    assert 16 * sigmoid[1](0.0)**2 == 1   # and would stay without the offset


def test_a_line_search_from_the_worst_start_is_no_faster_than_the_best_fixed_rate():
    for kappa in (10, 100):
        eigenvalues, e = np.array([1, kappa]), np.array([kappa, 1.0])
        for _ in range(20):
            g = eigenvalues * e
            after = e - g @ g / (g @ (eigenvalues * g)) * g
            assert np.linalg.norm(after) / np.linalg.norm(e) == pytest.approx((kappa - 1) / (kappa + 1))
            e = after


def test_a_corrected_truncated_normal_reaches_further():
    inside = integrate.quad(lambda u: u**2 * math.exp(-u**2 / 2), -2, 2)[0] / integrate.quad(lambda u: math.exp(-u**2 / 2), -2, 2)[0]
    assert 2 / math.sqrt(inside) == pytest.approx(2.27, abs=0.005)


def test_a_relu_behind_the_branch_needs_the_number_of_blocks_as_a_divisor():
    ends = {}
    for blocks in (25, 100, 400):
        for divisor in (math.sqrt(blocks), blocks):
            mean_, square = 0.0, 1.0
            for _ in range(blocks):
                up = math.sqrt(square / math.pi)
                mean_, square = mean_ + up / divisor, square + 2 * mean_ * up / divisor + square / divisor**2
            ends[blocks, divisor] = square
    assert max(ends[n, n] for n in (25, 100, 400)) < 1.4
    assert ends[25, 5] > 50 and ends[100, 10] > 1e4 and ends[400, 20] > 1e9


def test_a_gated_unit_is_steeper_than_a_square():
    silu = lambda z: z * special.expit(z)
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 400_000))
    assert np.mean((a * silu(b))**2) == pytest.approx(mean(lambda z: silu(z)**2), rel=0.03) == pytest.approx(0.36, rel=0.02)
    for scale in (0.1, 1, 10):
        twice, once = (s**2 * mean(lambda z: silu(s * z)**2) for s in (2 * scale, scale))
        assert math.sqrt(twice / once) > 4


def test_the_argument_of_a_sine_network_settles():
    """By a simulation with the limits of the paper, and by the fixed point."""
    q = optimize.brentq(lambda q: 1 - math.exp(-2 * q) - q, 0.1, 2)
    assert q == pytest.approx(0.80, abs=0.005)
    rng = np.random.default_rng(4)
    h = np.sin(30 * rng.uniform(-1, 1, (300, 2)) @ rng.uniform(-1 / 2, 1 / 2, (2, 512)))
    for _ in range(6):
        limit = math.sqrt(6 / 512) / 30
        z = 30 * h @ rng.uniform(-limit, limit, (512, 512))
        h = np.sin(z)
    assert np.mean(z**2) == pytest.approx(q, rel=0.05)


def test_an_open_forget_gate():
    assert special.expit(1) == pytest.approx(0.73, abs=0.002) and special.expit(0) == 0.5


def test_selu_with_three_quarters_settles_at_a_fifth():
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    selu = lambda z: scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
    q = 1.0
    for _ in range(200):
        q = 0.75**2 * mean(lambda z: selu(z)**2, q)
    assert math.sqrt(mean(lambda z: selu(z)**2, q)) == pytest.approx(0.2, abs=0.01)


def test_two_matrices_of_zeros_in_a_row_get_no_gradient_and_one_does():
    """By differences of a squared error."""
    rng = np.random.default_rng(5)
    x, target = rng.normal(size=(8, 3)), rng.normal(size=(8, 3))
    loss = lambda first, second: np.sum((x @ first @ second - target)**2)
    zero, step, other = np.zeros((3, 3)), np.eye(3), rng.normal(size=(3, 3))
    by = lambda f: (f(1e-5) - f(-1e-5)) / 2e-5
    assert by(lambda e: loss(e * step, zero)) == by(lambda e: loss(zero, e * step)) == 0
    assert abs(by(lambda e: loss(other, e * step))) > 0.01 and by(lambda e: loss(other + e * step, zero)) == 0


def test_a_sum_of_two_branches():
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(2, 100_000))
    assert rms(a + b) == pytest.approx(math.sqrt(2), rel=0.02) and rms(a + a) == pytest.approx(2 * rms(a))


def test_a_sixth_of_the_size_after_five_layers_and_a_growth_of_shortcuts():
    assert 2**-2.5 == pytest.approx(1 / 6, abs=0.02)
    for blocks in (1, 12, 96):
        assert 1 + 2 * blocks * (1 / math.sqrt(2 * blocks))**2 == pytest.approx(2)


def test_the_steps_of_a_units_weights_add_up():
    """A step of fixed size along the signs of the inputs moves an output by the sum of their sizes."""
    rng = np.random.default_rng(7)
    moved = {n: 0.001 * np.sum(np.abs(rng.normal(size=n))) for n in (1000, 4000)}
    assert moved[4000] / moved[1000] == pytest.approx(4, rel=0.1)
