"""Holds the page "Twelve questions, answered by runs" to its claims by another road."""
import math

import numpy as np
import pytest
import sympy as sp
from scipy import linalg, optimize, special

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


def rms(x):
    return np.linalg.norm(x) / math.sqrt(np.size(x))


def is_standard(x):
    """Whether a normal sample has mean 0 and second moment 1, within four standard errors."""
    return abs(np.mean(x)) < 4 / math.sqrt(x.size) and abs(rms(x)**2 - 1) < 4 * math.sqrt(2 / x.size)


def are_midpoints(z, end):
    """Whether z are the midpoints of equal cells between -end and end."""
    half = np.diff(z) / 2
    return np.allclose(half, half[0]) and np.allclose([z[0] - half[0], z[-1] + half[0]], [-end, end])


def relative_variance(phi, q):
    """Of phi(z)**2, for a normal z of variance q."""
    return mean(lambda z: phi(z)**4, q) / mean(lambda z: phi(z)**2, q)**2 - 1


def settled(phi, gain):
    """The q > 0 with q = gain**2 E[phi(z)**2]."""
    return optimize.brentq(lambda q: gain**2 * mean(lambda z: phi(z)**2, q) - q, 0.01, 100)


# ---- S02: is Xavier outdated

def test_tanh_settles_where_the_integral_says(run):
    run_ = run("practice/questions/activations")
    for net, gain, q_exact, rms, chi in [("tanh He", math.sqrt(2), 0.618, 0.556, 1.1055),
                                         ("tanh 5/3", 5 / 3, 1.17848, 0.65135, 1.2098)]:
        q = settled(np.tanh, gain)
        assert q == pytest.approx(q_exact, rel=1e-3) and run_.q_star[net] == pytest.approx(q, rel=1e-6)
        assert math.sqrt(q) / gain == pytest.approx(rms, abs=1e-3)
        assert run_.rms[net] == pytest.approx(math.sqrt(q) / gain, rel=1e-6)
        exact = gain**2 * mean(lambda z: tanh[1](z)**2, q)
        assert exact == pytest.approx(chi, rel=1e-4) and run_.chi[net] == pytest.approx(exact, rel=1e-3)
        assert run_.measured_rms[net] == pytest.approx(rms, rel=0.1)
        assert run_.measured_chi[net] == pytest.approx(chi, rel=0.04)


def test_the_tolerance_of_the_rms_adds_up_the_noise_of_thirty_layers(run):
    """ReLU passes on all of it, so it adds up; a settled tanh passes on a share, which leaves a geometric series."""
    run_ = run("practice/questions/activations")
    assert run_.depth == 30 and are_midpoints(run_.u, 8)   # the page says thirty layers
    relu = relative_variance(lambda z: np.maximum(z, 0), 1)
    assert relu == pytest.approx(5)
    assert [run_.noise[net] for net in ("ReLU Xavier", "ReLU He")] == pytest.approx([30 * relu / run_.width] * 2)
    for net, gain in ("tanh 5/3", 5 / 3), ("tanh He", math.sqrt(2)):
        q = settled(np.tanh, gain)
        up, down = (math.log(mean(lambda z: np.tanh(z)**2, q * factor)) for factor in (1.01, 1 / 1.01))
        slope = (up - down) / (2 * math.log(1.01))
        assert run_.noise[net] == pytest.approx(relative_variance(np.tanh, q) / (1 - slope**2) / run_.width, rel=1e-3)


def test_the_network_and_its_gradient_are_a_composition_and_its_difference_quotient(run):
    """Of the last network, tanh with He's rule: forward from the inputs, backward from layer 30 to layer 10."""
    run_ = run("practice/questions/activations")
    assert is_standard(run_.X) and is_standard(run_.top)

    def output(h, layers):
        for V in layers:
            h = np.tanh(math.sqrt(2) * (V @ h))
        return h

    at_ten = output(run_.X.T, run_.V[:10])
    assert rms(output(at_ten, run_.V[10:])) == pytest.approx(run_.measured_rms["tanh He"], rel=1e-6)
    along = np.random.default_rng(0).normal(size=at_ten.shape)
    ahead, behind = (output(at_ten + side * along, run_.V[10:]) for side in (1e-6, -1e-6))
    assert np.sum(run_.top.T * (ahead - behind)) / 2e-6 == pytest.approx(np.sum(run_.g.T * along), rel=1e-5)
    assert 20 * math.log(run_.measured_chi["tanh He"]) == pytest.approx(2 * math.log(rms(run_.g)))


def test_under_one_percent_of_tanh_units_is_saturated_with_he(run):
    q = settled(np.tanh, math.sqrt(2))
    exact = math.erfc(math.atanh(0.97) / math.sqrt(2 * q))
    assert run("practice/questions/activations").saturated == pytest.approx(exact, abs=3e-4)
    assert exact < 0.01


def test_xavier_halves_the_second_moment_of_relu_and_he_does_not(run):
    run_ = run("practice/questions/activations")
    assert run_.rms["ReLU Xavier"] == pytest.approx(2.0**-15) and run_.rms["ReLU He"] == pytest.approx(1)
    assert run_.measured_rms["ReLU He"] / run_.measured_rms["ReLU Xavier"] == pytest.approx(2.0**15)
    assert run_.chi["ReLU Xavier"] == pytest.approx(0.5) and run_.chi["ReLU He"] == pytest.approx(1)
    assert [2.0**-20, 2.0**-10, 2.0**-50] == pytest.approx([9.5e-7, 9.8e-4, 8.9e-16], rel=0.01, abs=0)


def test_tanh_with_xavier_decays_like_one_over_twice_the_depth(run):
    q = 1.0
    for _ in range(30):
        q = mean(lambda z: np.tanh(z)**2, q)
    assert run("practice/questions/activations").rms["tanh Xavier"]**2 == pytest.approx(q, rel=1e-6)
    assert 0.9 / 60 < q < 1.1 / 60


# ---- S12: what changes with the activation

@pytest.mark.parametrize(("name", "phi", "kept", "kept_back"), [
    ("tanh", tanh, 0.3943, 0.4644), ("sigmoid", sigmoid, 0.2934, 0.04484), ("ReLU", None, 0.5, 0.5),
    ("4 sigmoid - 2", (lambda z: 2 * np.tanh(z / 2), lambda z: np.cosh(z / 2)**-2), 0.6941, 0.7174),
])
def test_what_an_activation_keeps(run, name, phi, kept, kept_back):
    run_ = run("practice/questions/responses")
    phi, dphi = phi or (lambda z: np.maximum(z, 0), lambda z: z > 0)
    assert mean(lambda z: phi(z)**2) == pytest.approx(kept, rel=1e-3)
    assert mean(lambda z: dphi(z)**2) == pytest.approx(kept_back, rel=1e-3)
    assert run_.kept[name] == pytest.approx(mean(lambda z: phi(z)**2), rel=1e-6)
    assert run_.kept_back[name] == pytest.approx(mean(lambda z: dphi(z)**2), rel=1e-4)
    assert run_.q[f"{name}, corrected"] == pytest.approx(1, rel=1e-6)
    q = 1.0
    for _ in range(run_.depth - 1):
        q = mean(lambda z: phi(z)**2, q)
    assert run_.q[f"{name}, plain"] == pytest.approx(q, rel=1e-5)


def test_the_networks_of_the_listing_are_compositions(run):
    """Of the last network, ReLU corrected, and of the first layer with plain ReLU."""
    run_ = run("practice/questions/responses")
    points = np.array([-2, -0.3, 0.4, 3])
    assert [phi(points).tolist() for phi in run_.phis.values()] == [pytest.approx(values.tolist()) for values in (
        np.tanh(points), special.expit(points), 2 * np.tanh(points / 2), points * (points > 0))]
    assert is_standard(run_.X) and are_midpoints(run_.u, 8)
    z = run_.V[0] @ run_.X.T
    assert run_.measured_kept == pytest.approx(np.sum(z[z > 0]**2) / z.size)
    for V in run_.V[1:]:
        z = math.sqrt(2) * V @ (z * (z > 0))
    assert run_.measured_q["ReLU, corrected"] == pytest.approx(rms(z)**2, rel=1e-4)
    middle = z.mean(axis=1, keepdims=True)
    assert run_.between["ReLU, corrected"] == pytest.approx(rms(z - middle)**2, rel=1e-4)


def test_the_tolerance_of_ten_layers_is_a_bound(run):
    run_ = run("practice/questions/responses")
    assert run_.depth == 10   # the page says ten layers
    bounds = {"ReLU": 5, "tanh": 2, "sigmoid": 2, "4 sigmoid - 2": 2}
    for name, phi in run_.phis.items():
        for q in (1e-4, 0.1, 0.5, 1, 2):
            assert relative_variance(phi, q) <= bounds[name] + 1e-9
        for rule in "plain", "corrected":
            assert run_.error[f"{name}, {rule}"]**2 == pytest.approx(bounds[name] * 10 / run_.width)


def test_the_gains_of_both_conditions_undo_what_an_activation_keeps(run):
    run_ = run("practice/questions/responses")
    for name in run_.phis:
        assert run_.gains[name]**2 * run_.kept[name] == pytest.approx(1)
        assert run_.gains_back[name]**2 * run_.kept_back[name] == pytest.approx(1)


def test_the_centered_sigmoid_is_the_tanh_and_the_sigmoid_has_the_offset_one_half():
    z = sp.Symbol("z", real=True)
    sigmoid_ = 1 / (1 + sp.exp(-z))
    assert sp.series(sigmoid_, z, 0, 2).removeO() == sp.Rational(1, 2) + z / 4
    assert sp.series(4 * sigmoid_ - 2, z, 0, 2).removeO() == z
    assert sp.simplify((4 * sigmoid_ - 2 - 2 * sp.tanh(z / 2)).rewrite(sp.exp)) == 0


def test_the_difference_between_inputs_goes_through_a_sigmoid_as_a_gradient_does(run):
    run_ = run("practice/questions/responses")
    factor = run_.kept_back["sigmoid"] / run_.kept["sigmoid"]
    assert factor == pytest.approx(0.1528, rel=1e-3)
    assert math.log(run_.between["sigmoid, corrected"]) == pytest.approx(9 * math.log(factor), abs=1)


# ---- S06: LARS

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
    predicted = run_.lr * np.array([share(w, g, run_.beta) for w, g in zip(size_w, size_g)])
    assert np.allclose(run_.decayed, predicted) and np.allclose(run_.equal, run_.lr)
    assert np.allclose(run_.sgd, run_.lr * np.divide(size_g, size_w))
    assert run_.share[1e-3] == pytest.approx(2 / 3) and run_.share[1e-12] == pytest.approx(2e-9, rel=1e-6, abs=0)
    assert (run_.depth, run_.beta) == (20, 5e-4)   # the page says twenty layers


def test_what_stays_broken_is_what_float16_empties_and_the_direction_of_the_last_step(run):
    run_ = run("practice/questions/lars")
    assert run_.lost == sum(max(map(abs, G.ravel())) <= 2.0**-25 for G in run_.G)
    first, second, *_ = linalg.svdvals(run_.G[19])
    assert run_.last == pytest.approx(second / first, rel=1e-3, abs=1e-15)
    assert run_.flat[:, 19] == pytest.approx(second / first, rel=1e-3, abs=1e-15)
    assert run_.flat.shape == (3, 20)


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


def test_half_of_the_smallest_float16_rounds_to_zero_and_more_does_not():
    smallest = np.nextafter(np.float16(0), np.float16(1))
    assert float(smallest) == 2.0**-24
    assert np.float16(2.0**-25) == 0 and np.float16(2.0**-25 * 1.001) == smallest


# ---- S07 and S10: fans, and what is close to one

@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 4), (5, 1, 2)])
def test_the_error_of_a_measured_variance_is_exact(run, shape):
    a, b, c = shape
    # E[o^2 o'^2] for every pair of the b c outputs: the same one, the same unit or example, nothing in common
    same, half, none = 3 * a * (a + 2), a * (a + 2), a * a
    pairs = b * c * (same + (b - 1 + c - 1) * half + (b - 1) * (c - 1) * none)
    run_ = run("practice/questions/fans")
    assert run_.error(a, b, c)**2 == pytest.approx(pairs / (a * b * c)**2 - 1)
    for n, draws in (6, 100), (60, 10), (600, 1):
        assert run_.tolerance[n] == pytest.approx(4 * run_.error(n, n, run_.batch) / math.sqrt(draws))


def test_xavier_keeps_the_variance_only_between_equal_fans(run):
    run_ = run("practice/questions/fans")
    x = sp.symbols("x")
    ratio = sp.integrate(x**2, (x, -1, 1)) / 2 * 6 / (fan_in + fan_out) * fan_in    # of the uniform weights
    for net, up in run_.up.items():
        n, k = map(int, net.split(" to "))
        exact = float(ratio.subs({fan_in: n, fan_out: k}))
        assert up == pytest.approx(exact) and 0 < exact < 2 and (exact == 1) == (n == k)
        assert run_.down[net] == pytest.approx(2 - exact)
    assert [run_.up["784 to 256"], run_.up["784 to 10"]] == pytest.approx([1.51, 1.97], abs=0.01)
    assert run_.up["256 to 256"] == pytest.approx(1)


def test_entries_shrink_and_the_matrix_does_not(run):
    run_ = run("practice/questions/fans")
    for n in (6, 60, 600):
        assert run_.entry[n] * math.sqrt(n) == pytest.approx(1, abs=4 / math.sqrt(1200 * n))
        assert run_.square[n] == pytest.approx(1, abs=4 * math.sqrt(2 / (600 * n)))
    assert run_.square[600] == pytest.approx(np.mean(linalg.svdvals(run_.W[0])**2))
    assert run_.after_relu[600] == pytest.approx(2 * np.sum(run_.z[run_.z > 0]**2) / run_.z.size)
    assert [math.sqrt(1 / 6), math.sqrt(2 / 6), 0.25**20] == pytest.approx([0.41, 0.58, 9.1e-13], rel=0.01, abs=0)


# ---- S09: minibatches and dropout

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
    assert np.mean((v * np.tanh(run_.X @ w) - run_.y)**2) / 2 == pytest.approx(run_.loss["half, minibatches"], rel=1e-9)
    assert run_.spread["half, minibatches"] == 0 == run_.spread["zero, dropout"]
    assert run_.loss["zero, dropout"] == pytest.approx(np.mean(run_.y**2) / 2)


def test_training_is_descent_along_the_complex_step_derivative_of_the_masked_loss(run):
    """All four runs, on the random numbers of the listing; a step of the size 1e-30 in the imaginary direction."""
    run_, rng = run("practice/questions/dropout"), np.random.default_rng(3)
    X = rng.normal(size=(64, 3))
    y = np.array([math.sin(2 * x[0]) + x[1] for x in X])   # the page says so
    random = np.append(rng.normal(size=12) / math.sqrt(3), rng.normal(size=4) / math.sqrt(4))

    def loss(w, x, y, mask):   # w: (..., 16)
        h = np.tanh(np.einsum("...uf,bf->...bu", w[..., :12].reshape(*w.shape[:-1], 4, 3), x))
        return np.mean((np.einsum("bu,...bu,...u->...b", mask, h, w[..., 12:]) - y)**2, axis=-1) / 2

    for name, w, p in [("half, minibatches", np.full(16, 0.5), 0), ("half, dropout", np.full(16, 0.5), 0.5),
                       ("zero, dropout", np.zeros(16), 0.5), ("random", random, 0)]:
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


# ---- S03: the other invariances

def test_signs_scales_and_keys_change_and_the_outputs_do_not():
    rng = np.random.default_rng(5)
    w, x, b, v, a = rng.normal(size=4), rng.normal(size=4), 2.3, -1.2, 2.5
    assert -v * np.tanh(-w @ x - b) == pytest.approx(v * np.tanh(w @ x + b))
    assert v / a * max(a * (w @ x) + a * b, 0) == pytest.approx(v * max(w @ x + b, 0)) and w @ x + b > 0
    Q, K, M = rng.normal(size=(3, 4, 4))
    assert (M @ Q @ x) @ (np.linalg.inv(M).T @ K @ w) == pytest.approx((Q @ x) @ (K @ w))


# ---- S08: sigmoid at the output

def test_cross_entropy_cancels_the_slope_and_the_squared_error_keeps_it():
    z, y = sp.symbols("z y", real=True)
    p = 1 / (1 + sp.exp(-z))
    entropy = -y * sp.log(p) - (1 - y) * sp.log(1 - p)
    assert sp.simplify(sp.diff(entropy, z) - (p - y)) == 0
    assert sp.simplify(sp.diff((p - y)**2 / 2, z) - (p - y) * p * (1 - p)) == 0


@pytest.mark.parametrize("listing", ["practice/questions/linear_torch", "practice/questions/linear_jax", "practice/questions/linear_keras"])
def test_the_defaults_of_frameworks_are_a_sixth_a_half_and_xaviers_share_of_he(run, listing):
    layer = run(listing)
    share = {"torch": 1 / 6, "jax": 1 / 2, "keras": layer.fan_in / (layer.fan_in + layer.fan_out)}[listing.rpartition("_")[2]]
    assert layer.predicted["default"] / layer.predicted["He"] == pytest.approx(share)
    assert layer.measured["default"] / layer.measured["He"] == pytest.approx(share, rel=0.03)   # two variances of 131072 draws each
