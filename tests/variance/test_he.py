"""He initialization: the chapter's claims, by another road than its listings take."""
from itertools import pairwise, product

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize, special, stats

fan_in, fan_out, n, L, n_1, n_L = sp.symbols("fan_in fan_out n L n_1 n_L", positive=True)
a = sp.symbols("a", real=True)
z2, phi2, dphi2 = sp.symbols("z2 phi2 dphi2", positive=True)

EQUATIONS = {
    "eq-he-variance": 2 / fan_in,
    "eq-he-forward": (z2 / (fan_in * phi2), {r"\E[z^2]": z2, r"\E[\phi(z)^2]": phi2}),
    "eq-he-backward": (1 / (fan_out * dphi2), {r"\E[\phi'(z)^2]": dphi2}),
    "eq-he-half": (z2 / 2, {r"\E[z^2]": z2}),
    "eq-he-relu-variance": sp.Rational(1, 2) - 1 / (2 * sp.pi),
    "eq-he-leaky": 2 / ((1 + a**2) * fan_in),
    "eq-he-floor": 2 / (5 * n),
    "eq-he-spread": 5 * L / n,
    "eq-he-ends": n_L / n_1,
}

SELU = 1.6732632423543772, 1.0507009873554805
PHI = {
    "ReLU": lambda z: max(z, 0),
    "leaky": lambda z: max(z, 0.1 * z),
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "GELU": lambda z: z * special.ndtr(z),
    "SiLU": lambda z: z * special.expit(z),
    "ELU": lambda z: z if z > 0 else np.expm1(z),
    "SELU": lambda z: SELU[1] * (z if z > 0 else SELU[0] * np.expm1(z)),
}
DPHI = {
    "ReLU": lambda z: float(z > 0),
    "leaky": lambda z: 1 if z > 0 else 0.1,
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "sigmoid": lambda z: special.expit(z) * special.expit(-z),
    "GELU": lambda z: special.ndtr(z) + z * stats.norm.pdf(z),
    "SiLU": lambda z: special.expit(z) * (1 + z * special.expit(-z)),
    "ELU": lambda z: 1 if z > 0 else np.exp(z),
    "SELU": lambda z: SELU[1] * (1 if z > 0 else SELU[0] * np.exp(z)),
}


def mean(f, q=1.0):
    """E[f(z)] for z normal with mean 0 and variance q, by adaptive quadrature on each side of a kink at 0."""
    def integrand(t):
        return f(np.sqrt(q) * t) * np.exp(-t * t / 2) / np.sqrt(2 * np.pi)
    return sum(integrate.quad(integrand, *side, epsabs=1e-12)[0] for side in [(-12, 0), (0, 12)])


def after_layers(f, gain, depth):
    """q of each layer's pre-activation, from inputs of second moment 1."""
    q = [gain**2]
    while len(q) < depth:
        q.append(gain**2 * mean(lambda z: f(z) ** 2, q[-1]))
    return q


def test_relu_keeps_half_of_the_second_moment_of_any_symmetric_law(run):
    for law in (stats.norm(scale=3), stats.laplace(), stats.t(df=5), stats.uniform(-1, 2)):
        kept = law.expect(lambda z: np.maximum(z, 0) ** 2, lb=0)
        assert kept == pytest.approx(float(EQUATIONS["eq-he-half"][0].subs(z2, law.var())), rel=1e-6)
    assert set(run("variance/he/moment").second) == {"normal", "uniform", "signs", "shifted"}


def test_the_shares_of_the_variance_are_those_of_exact_integrals(run):
    z = sp.symbols("z", real=True)
    density = sp.exp(-z**2 / 2) / sp.sqrt(2 * sp.pi)
    first, second = (sp.integrate(z**k * density, (z, 0, sp.oo)) for k in (1, 2))
    assert first == 1 / sp.sqrt(2 * sp.pi)
    assert sp.simplify(second - first**2 - EQUATIONS["eq-he-relu-variance"]) == 0
    moment = run("variance/he/moment")
    assert moment.variance["normal"] == pytest.approx(float(second - first**2), abs=1e-6)
    assert moment.predicted_variance == pytest.approx(float(second - first**2))
    shifted = integrate.quad(lambda t: max(t + 1, 0) ** 2 * stats.norm.pdf(t), -1, 12)[0] / 2
    assert moment.second["shifted"] == pytest.approx(shifted, abs=1e-5)
    signs = [np.dot(s, range(1, 9)) for s in product([-1, 1], repeat=8)]
    relu = [max(s, 0) for s in signs]
    assert moment.variance["signs"] == pytest.approx(np.var(relu) / np.var(signs))


def test_the_conditions_give_the_rules_for_relu_and_leaky_relu():
    z = sp.symbols("z", real=True)
    density = sp.exp(-z**2 / 2) / sp.sqrt(2 * sp.pi)
    both = sp.integrate(z**2 * density, (z, 0, sp.oo)) * (1 + a**2)
    slopes = sp.integrate(density, (z, 0, sp.oo)) * (1 + a**2)
    forward, backward = EQUATIONS["eq-he-forward"][0], EQUATIONS["eq-he-backward"][0]
    assert sp.simplify(forward.subs({z2: 1, phi2: both}) - EQUATIONS["eq-he-leaky"]) == 0
    assert sp.simplify(backward.subs({dphi2: slopes, fan_out: fan_in}) - EQUATIONS["eq-he-leaky"]) == 0
    assert EQUATIONS["eq-he-leaky"].subs(a, 0) == EQUATIONS["eq-he-variance"]
    assert EQUATIONS["eq-he-leaky"].subs(a, sp.sqrt(5)) == EQUATIONS["eq-he-variance"] / 6


def test_he_is_exact_at_width_two_over_all_sign_patterns():
    """All 4096 networks 2-2-2-2 with weights of one size: the mean square of each layer, enumerated."""
    sigma = np.sqrt(float(EQUATIONS["eq-he-variance"].subs(fan_in, 2)))
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


def test_thirty_layers_follow_the_powers_of_the_second_moment(run):
    depth = run("variance/he/depth")
    assert depth.predicted["Xavier"] == pytest.approx(2.0**-15)
    assert depth.predicted["He"] == pytest.approx(1)
    assert depth.predicted["matched"] == pytest.approx((np.pi / (np.pi - 1)) ** 15)
    for name, rms in depth.measured.items():
        share = rms**2 / depth.predicted[name] ** 2
        assert share == pytest.approx((depth.measured["He"]) ** 2)  # one draw, three scales
    sd = np.sqrt(float(EQUATIONS["eq-he-spread"].subs({L: depth.depth, n: depth.width})))
    assert abs(np.log(depth.measured["He"] ** 2) + sd**2 / 2) < 4 * sd


def test_the_default_keeps_a_sixth_and_the_biases_put_a_floor(run):
    default = run("variance/he/default")
    assert default.bound**2 / 3 == pytest.approx(float(EQUATIONS["eq-he-leaky"].subs({a: sp.sqrt(5), fan_in: 512})))
    assert default.predicted_bare == pytest.approx(np.sqrt(2 * 6.0**-30))
    q = optimize.brentq(lambda q: q / 6 + 1 / (3 * 512) - q, 0, 1)
    assert q == pytest.approx(float(EQUATIONS["eq-he-floor"].subs(n, 512)))
    assert default.predicted_floor == pytest.approx(np.sqrt(q))
    assert default.rms_biased == pytest.approx(np.sqrt(q), rel=0.25)
    assert default.across < 1e-9 * default.rms_biased
    u, v = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))
    assert np.all((np.maximum(u, 0) - np.maximum(v, 0)) ** 2 + (np.maximum(-u, 0) - np.maximum(-v, 0)) ** 2
                  <= (u - v) ** 2 + 1e-12)


@pytest.mark.parametrize("name", PHI)
def test_gains_are_those_of_adaptive_quadrature(run, name):
    gain, phi, dphi = run("variance/he/gain"), PHI[name], DPHI[name]
    assert gain.forward[name] == pytest.approx(mean(lambda z: phi(z) ** 2) ** -0.5, abs=1e-5)
    assert gain.backward[name] == pytest.approx(mean(lambda z: dphi(z) ** 2) ** -0.5, abs=1e-5)
    up, down = (mean(lambda z: phi(z) ** 2, q) for q in (1.001, 0.999))
    assert gain.slope[name] == pytest.approx(gain.forward[name] ** 2 * (up - down) / 0.002, abs=1e-4)


@pytest.mark.parametrize("name", ["GELU", "SiLU"])
def test_no_gain_makes_gelu_or_silu_stable(name):
    share = [mean(lambda z: PHI[name](z) ** 2, q) / q for q in (0.01, 0.1, 0.5, 1, 2, 10, 100)]
    assert all(below < above for below, above in pairwise(share))


@pytest.mark.parametrize("name, gain, q_star, std, chi", [
    ("five_thirds", 5 / 3, 1.17848, 0.65135, 1.2098),
    ("He", 2**0.5, 0.6180, 0.5559, 1.1055),
])
def test_tanh_settles_where_the_root_of_the_map_is(run, name, gain, q_star, std, chi):
    settling = run("variance/he/settling")
    root = optimize.brentq(lambda q: gain**2 * mean(lambda z: np.tanh(z) ** 2, q) - q, 0.1, 3)
    assert root == pytest.approx(q_star, abs=1e-4)
    assert settling.q[name] == pytest.approx(root, abs=1e-5)
    assert settling.predicted_rms[name] == pytest.approx(np.sqrt(root) / gain, abs=1e-5)
    assert np.sqrt(root) / gain == pytest.approx(std, abs=1e-4)
    assert settling.chi[name] == pytest.approx(gain**2 * mean(lambda z: DPHI["tanh"](z) ** 2, root), abs=1e-4)
    assert settling.chi[name] == pytest.approx(chi, abs=1e-4)
    assert settling.measured_rms[name] == pytest.approx(std, rel=0.1)


def test_tanh_at_gain_one_decays_like_one_over_twice_the_depth(run):
    q = after_layers(np.tanh, 1.0, 200)
    assert run("variance/he/settling").q["Xavier"] == pytest.approx(q[29], rel=1e-4)
    assert 2 * 200 * q[-1] == pytest.approx(1, abs=0.05)


def test_a_step_is_passed_on_by_chi(run):
    step = run("variance/he/step")
    centered = (lambda z: 2 * np.tanh(z / 2), lambda z: 4 * DPHI["sigmoid"](z))
    kept = mean(lambda z: special.expit(z) ** 2) ** -0.5
    for name, (phi, dphi), gain in [("sigmoid", (PHI["sigmoid"], DPHI["sigmoid"]), 1), ("centered", centered, 1),
                                    ("kept", (PHI["sigmoid"], DPHI["sigmoid"]), kept),
                                    ("tanh", (PHI["tanh"], DPHI["tanh"]), 5 / 3)]:
        qs = after_layers(phi, gain, 10)
        factor = np.prod([gain**2 * mean(lambda z: dphi(z) ** 2, q) for q in qs])
        assert step.predicted[name] == pytest.approx(np.sqrt(factor), rel=1e-4)
        assert step.step[name] == pytest.approx(np.sqrt(factor), rel=0.5)
        assert step.rms[name] == pytest.approx(np.sqrt(mean(lambda z: phi(z) ** 2, qs[-1])), rel=0.15)


def test_a_gradient_on_the_way_back_changes_like_the_step(run):
    rng = np.random.default_rng(0)
    h, delta, kept = rng.normal(size=(8, 200)), rng.normal(size=(8, 200)), []
    for _ in range(10):
        W = rng.normal(0, 5 / 3 / np.sqrt(200), size=(200, 200))
        z = h @ W.T
        kept.append((W, z))
        h = np.tanh(z)
    for W, z in reversed(kept):
        delta = (delta * DPHI["tanh"](z)) @ W
    assert np.sqrt(np.mean(delta**2)) == pytest.approx(run("variance/he/step").predicted["tanh"], rel=0.5)


def test_the_variance_of_a_quotient_is_five_over_n():
    g = sp.symbols("g", real=True)
    density = sp.exp(-g**2 / 2) / sp.sqrt(2 * sp.pi)
    half, fourth = (sp.integrate(g**k * density, (g, 0, sp.oo)) for k in (2, 4))
    assert (half, fourth) == (sp.Rational(1, 2), sp.Rational(3, 2))
    assert 4 / n * (fourth - half**2) == EQUATIONS["eq-he-spread"].subs(L, 1)


def exact_log(width):
    """Mean and variance of ln R for one layer: k open units are binomial, given k a chi-squared law."""
    k = np.arange(1, width + 1)
    p = stats.binom.pmf(k, width, 0.5)
    p = p / p.sum()
    m = np.log(4 / width) + special.digamma(k / 2)
    mu = p @ m
    return mu, p @ (special.polygamma(1, k / 2) + m**2) - mu**2


def test_the_log_of_the_length_is_about_normal_with_beta(run):
    for width in (256, 1024):
        beta = float(EQUATIONS["eq-he-spread"].subs({L: 1, n: width}))
        mu, var = exact_log(width)
        assert mu == pytest.approx(-beta / 2, rel=2.5 / width)
        assert var == pytest.approx(beta, rel=5 / width)
    spread = run("variance/he/spread")
    mu, var = (30 * value for value in exact_log(64))
    assert spread.mean == pytest.approx(mu, abs=4 * np.sqrt(var / 1000))
    assert spread.variance == pytest.approx(var, rel=0.2)
    assert spread.beta == float(EQUATIONS["eq-he-spread"].subs({L: 30, n: 64}))
    assert np.log(spread.median) == pytest.approx(-spread.beta / 2, abs=0.3)
    assert np.log(spread.high / spread.low) == pytest.approx(2 * 1.645 * np.sqrt(var), rel=0.15)
    mu, var = (15 * value for value in exact_log(32))
    assert spread.real.mean() == pytest.approx(mu, abs=4 * np.sqrt(var / 200))
    assert spread.law.mean() == pytest.approx(mu, abs=4 * np.sqrt(var / 1000))


def test_the_quotients_of_fans_telescope_to_the_ends(run):
    widths = sp.symbols("n_1:6", positive=True)
    backward = sp.prod([EQUATIONS["eq-he-variance"].subs(fan_in, below) * above / 2 for below, above in pairwise(widths)])
    ends = EQUATIONS["eq-he-ends"].subs({n_1: widths[0], n_L: widths[-1]})
    assert sp.simplify(backward - ends) == 0
    fans = run("variance/he/fans")
    ratio = float(EQUATIONS["eq-he-ends"].subs({n_1: 64, n_L: 1024}))
    assert fans.ends == ratio == 16
    assert fans.gradient["fan_in"] == pytest.approx(ratio, rel=0.5)
    assert fans.forward["fan_out"] == pytest.approx(1 / ratio, rel=0.5)
    assert fans.gradient["fan_in"] / fans.gradient["fan_out"] == pytest.approx(ratio, rel=1e-4)
    assert fans.forward["fan_in"] / fans.forward["fan_out"] == pytest.approx(ratio, rel=1e-4)


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
