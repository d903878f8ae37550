"""He initialization: the chapter's claims, by another road than its listings take."""
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize, special, stats

fan_in, fan_out, n, L, n_1, n_L = sp.symbols("fan_in fan_out n L n_1 n_L", positive=True)
a = sp.symbols("a", real=True)
z2, phi2, dphi2 = sp.symbols("z2 phi2 dphi2", positive=True)

EQUATIONS = {
    "eq-he-variance": (r"\sigma^2 =", 2 / fan_in),
    "eq-he-forward": (r"\sigma^2 =", z2 / (fan_in * phi2), {r"\E[z^2]": z2, r"\E[\phi(z)^2]": phi2}),
    "eq-he-backward": (r"\sigma^2 =", 1 / (fan_out * dphi2), {r"\E[\phi'(z)^2]": dphi2}),
    "eq-he-half": (r"\E[\relu(z)^2] =", z2 / 2, {r"\E[z^2]": z2}),
    "eq-he-relu-variance": (r"\frac{\Var[\relu(z)]}{\E[z^2]} =", sp.Rational(1, 2) - 1 / (2 * sp.pi)),
    "eq-he-leaky": (r"\sigma^2 =", 2 / ((1 + a**2) * fan_in)),
    "eq-he-floor": (r"q_\infty =", 2 / (5 * n)),
    "eq-he-spread": (r"\beta =", 5 * L / n),
    "eq-he-ends": (
        r"\frac{\E[\delta_1^2]}{\E[\delta_L^2]} = \frac{n_2}{n_1} \cdot \frac{n_3}{n_2} \cdots \frac{n_L}{n_{L-1}} =", n_L / n_1,
    ),
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


def rms(x):
    return np.linalg.norm(x) / np.sqrt(np.size(x))


def is_standard(x):
    """Whether a normal sample has mean 0 and second moment 1, within four standard errors."""
    return abs(np.mean(x)) < 4 / np.sqrt(x.size) and abs(rms(x) ** 2 - 1) < 4 * np.sqrt(2 / x.size)


def are_midpoints(z, end):
    """Whether z are the midpoints of equal cells between -end and end."""
    half = np.diff(z) / 2
    return np.allclose(half, half[0]) and np.allclose([z[0] - half[0], z[-1] + half[0]], [-end, end])


def test_relu_keeps_half_of_the_second_moment_of_any_symmetric_law(run):
    """A ReLU keeps half of the second moment of a symmetric pre-activation, whatever its distribution.

    Quadrature, for four symmetric laws.
    """
    for law in (stats.norm(scale=3), stats.laplace(), stats.t(df=5), stats.uniform(-1, 2)):
        kept = law.expect(lambda z: np.maximum(z, 0) ** 2, lb=0)
        assert kept == pytest.approx(float(EQUATIONS["eq-he-half"][1].subs(z2, law.var())), rel=1e-6)
    moment = run("variance/he/moment")
    assert set(moment.second) == {"normal", "uniform", "signs", "shifted"}
    assert moment.predicted == float(EQUATIONS["eq-he-half"][1].subs(z2, 1))
    assert are_midpoints(moment.z, 10)


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
    assert moment.predicted_variance == pytest.approx(float(second - first**2))
    assert moment.shares(np.array([1.0, 4.0]), np.array([0.5, 0.5])) == (1, 1)   # nothing to cut off
    shifted = integrate.quad(lambda t: max(t + 1, 0) ** 2 * stats.norm.pdf(t), -1, 12)[0] / 2
    assert moment.second["shifted"] == pytest.approx(shifted, abs=1e-5)
    first = stats.norm.expect(lambda t: t + 1, lb=-1)
    assert moment.variance["shifted"] == pytest.approx(2 * shifted - first**2, abs=1e-5)
    signs = [np.dot(s, range(1, 9)) for s in product([-1, 1], repeat=8)]
    relu = [max(s, 0) for s in signs]
    assert moment.variance["signs"] == pytest.approx(np.var(relu) / np.var(signs))


def test_the_conditions_give_the_rules_for_relu_and_leaky_relu():
    """eq-he-leaky: The variance 2/((1 + a²) fan_in) keeps the mean square through leaky ReLU layers with the slope a on
    the negative side, where pre-activations are symmetric.

    Symbolic, exact integrals put into both conditions.
    """
    z = sp.symbols("z", real=True)
    density = sp.exp(-z**2 / 2) / sp.sqrt(2 * sp.pi)
    both = sp.integrate(z**2 * density, (z, 0, sp.oo)) * (1 + a**2)
    slopes = sp.integrate(density, (z, 0, sp.oo)) * (1 + a**2)
    forward, backward = EQUATIONS["eq-he-forward"][1], EQUATIONS["eq-he-backward"][1]
    assert sp.simplify(forward.subs({z2: 1, phi2: both}) - EQUATIONS["eq-he-leaky"][1]) == 0
    assert sp.simplify(backward.subs({dphi2: slopes, fan_out: fan_in}) - EQUATIONS["eq-he-leaky"][1]) == 0
    assert EQUATIONS["eq-he-leaky"][1].subs(a, 0) == EQUATIONS["eq-he-variance"][1]
    assert EQUATIONS["eq-he-leaky"][1].subs(a, sp.sqrt(5)) == EQUATIONS["eq-he-variance"][1] / 6


@pytest.mark.parametrize("name", ["ReLU", "tanh", "sigmoid"])
def test_the_conditions_pass_on_the_second_moments_over_all_sign_patterns(name):
    """eq-he-forward: The variance E[z²]/(fan_in E[φ(z)²]) passes the second moment of the pre-activations on, for any
    activation φ, if the weights have mean zero and are independent of each other and of the input.

    eq-he-backward: The variance 1/(fan_out E[φ'(z)²]) passes the mean squared gradient on, if weights of mean zero,
    independent of each other, are independent of gradient and slope, and these two of each other.

    Exact: three units feed two, with every order of three pre-activations and every sign of the six weights.
    """
    phi, dphi = np.vectorize(PHI[name], otypes=[float]), np.vectorize(DPHI[name], otypes=[float])
    z, delta = np.array(list(permutations([-1.3, 0.4, 2.0]))), np.array([0.7, -1.1])
    signs = np.array(list(product([-1, 1], repeat=6))).reshape(-1, 2, 3)
    values = {fan_in: 3, fan_out: 2, z2: np.mean(z**2), phi2: np.mean(phi(z) ** 2), dphi2: np.mean(dphi(z) ** 2)}
    forward, backward = (np.sqrt(float(EQUATIONS[label][1].subs(values))) for label in ("eq-he-forward", "eq-he-backward"))
    up = forward * np.einsum("nij,pj->npi", signs, phi(z))
    assert np.mean(up**2) == pytest.approx(np.mean(z**2))
    down = backward * np.einsum("nij,i->nj", signs, delta)[:, None] * dphi(z)
    assert np.mean(down**2) == pytest.approx(np.mean(delta**2))


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


def test_thirty_layers_follow_the_powers_of_the_second_moment(run):
    depth = run("variance/he/depth")
    assert depth.predicted["Xavier"] == pytest.approx(2.0**-15)
    assert depth.predicted["He"] == pytest.approx(1)
    assert depth.predicted["matched"] == pytest.approx((np.pi / (np.pi - 1)) ** 15)
    for name, rms in depth.measured.items():
        share = rms**2 / depth.predicted[name] ** 2
        assert share == pytest.approx((depth.measured["He"]) ** 2)  # one draw, three scales
    assert np.exp(depth.log_ratio) == pytest.approx(share)
    assert depth.beta == float(EQUATIONS["eq-he-spread"][1].subs({L: depth.depth, n: depth.width}))
    assert abs(np.log(depth.measured["He"] ** 2) + depth.beta / 2) < 4 * np.sqrt(depth.beta)
    assert depth.measured["matched"] > 100
    assert is_standard(depth.X) and min(h.min() for h in depth.H.values()) == 0


def test_the_figure_of_thirty_layers_shows_straight_lines_and_one_draw_about_them(run):
    depth = run("variance/he/depth")
    lines = [line.get_data() for line in depth.ax.lines]
    layers = np.arange(31)
    for theory, measured, factor in zip(lines[::2], lines[1::2], (0.5, 1, np.pi / (np.pi - 1))):
        assert np.array_equal([theory[0], measured[0]], [layers, layers])
        assert theory[1] == pytest.approx(factor ** (layers / 2), rel=1e-9, abs=0)
        assert measured[1][0] == pytest.approx(rms(depth.X))
        betas = 5 * layers[1:] / depth.width
        assert np.all(np.abs(2 * np.log(measured[1] / theory[1])[1:] + betas / 2) < 4 * np.sqrt(betas))


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


@pytest.mark.parametrize("name", PHI)
def test_gains_are_those_of_adaptive_quadrature(run, name):
    gain, phi, dphi = run("variance/he/gain"), PHI[name], DPHI[name]
    points = np.array([-3, -1.2, -0.1, 0.1, 0.7, 2])
    assert gain.activations[name](points) == pytest.approx([phi(z) for z in points])
    assert set(gain.activations) == set(PHI) and are_midpoints(gain.z, 10)
    assert gain.forward[name] == pytest.approx(mean(lambda z: phi(z) ** 2) ** -0.5, abs=1e-5)
    assert gain.backward[name] == pytest.approx(mean(lambda z: dphi(z) ** 2) ** -0.5, abs=1e-5)
    up, down = (mean(lambda z: phi(z) ** 2, q) for q in (1.001, 0.999))
    assert gain.slope[name] == pytest.approx(gain.forward[name] ** 2 * (up - down) / 0.002, abs=1e-4)
    corrects, amplifies = name in ("tanh", "sigmoid", "ELU", "SELU"), name in ("GELU", "SiLU")
    assert (gain.slope[name] < 0.99, gain.slope[name] > 1.01) == (corrects, amplifies)


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
    plateau = settling.ax.lines[2 * list(settling.gains).index(name)].get_ydata()
    assert plateau[7:] == pytest.approx(plateau[-1], rel=0.01)   # about eight layers
    assert plateau[-1] == settling.predicted_rms[name]


def test_tanh_at_gain_one_decays_like_one_over_twice_the_depth(run):
    q = np.array(after_layers(np.tanh, 1.0, 200))
    settling = run("variance/he/settling")
    assert settling.q["Xavier"] == pytest.approx(q[29], rel=1e-4)
    assert settling.predicted_rms["Xavier"] == pytest.approx(np.sqrt(q[30]), rel=1e-4)
    layers, theory = settling.ax.lines[0].get_data()
    assert np.array_equal(layers, np.arange(1, 31)) and theory == pytest.approx(np.sqrt(q[1:31]), rel=1e-4)
    assert 2 * 200 * q[-1] == pytest.approx(1, abs=0.05)


def test_the_tolerance_of_the_plateau_is_a_geometric_series(run):
    """One layer's noise in ln of the mean square; the map's slope in logarithms passes it on."""
    settling = run("variance/he/settling")
    q = settling.q["five_thirds"]
    up, down = (np.log(mean(lambda z: np.tanh(z) ** 2, q * factor)) for factor in (1.01, 1 / 1.01))
    slope = (up - down) / (2 * np.log(1.01))
    new = (mean(lambda z: np.tanh(z) ** 4, q) / mean(lambda z: np.tanh(z) ** 2, q) ** 2 - 1) / settling.width
    assert settling.noise == pytest.approx(new / (1 - slope**2), rel=1e-3)
    assert are_midpoints(settling.z, 8)


def test_the_markers_are_those_of_the_network(run):
    settling = run("variance/he/settling")
    assert is_standard(settling.X)
    h = settling.X.T
    for W in settling.G:
        h = np.tanh(5 / 3 * (W @ h))
    assert rms(h) == pytest.approx(settling.measured_rms["five_thirds"])
    markers = [line.get_ydata() for line in settling.ax.lines[1::2]]
    assert [line[-1] for line in markers] == list(settling.measured_rms.values())
    assert np.all(np.diff(settling.ax.lines[0].get_ydata()) < 0)   # gain one has no plateau
    for theory, measured in zip(settling.ax.lines[::2], markers):
        assert measured == pytest.approx(theory.get_ydata(), rel=0.25)


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


def test_a_step_through_the_chain_rule_is_a_difference_quotient(run):
    # Of the last network, 4 sigmoid - 2 = 2 tanh(z/2), on the inputs and the steps of the listing.
    step = run("variance/he/step")
    assert is_standard(step.X) and is_standard(step.V) and are_midpoints(step.t, 8)

    def output(h):
        for W in step.G:
            h = 2 * np.tanh(W @ h / 2)
        return h

    ahead, behind = (output((step.X + side * step.V).T) for side in (1e-5, -1e-5))
    assert step.v.T == pytest.approx((ahead - behind) / 2e-5, abs=1e-6)
    assert step.rms["centered"] == pytest.approx(rms(ahead), rel=1e-4)
    assert step.step["centered"] == pytest.approx(rms(ahead - behind) / 2e-5, rel=1e-6)
    assert step.sigmoid(np.array([-2, 0.3])) == pytest.approx(special.expit([-2, 0.3]))
    assert step.sd**2 == pytest.approx(float(EQUATIONS["eq-he-spread"][1].subs({L: 10, n: step.width})))


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


def test_the_log_of_the_length_is_about_normal_with_beta(run):
    for width in (256, 1024):
        beta = float(EQUATIONS["eq-he-spread"][1].subs({L: 1, n: width}))
        mu, var = exact_log(width)
        assert mu == pytest.approx(-beta / 2, rel=2.5 / width)
        assert var == pytest.approx(beta, rel=5 / width)
    spread = run("variance/he/spread")
    mu, var = (30 * value for value in exact_log(64))
    assert spread.mean == pytest.approx(mu, abs=4 * np.sqrt(var / 1000))
    assert spread.variance == pytest.approx(var, rel=0.2)
    assert spread.beta == float(EQUATIONS["eq-he-spread"][1].subs({L: 30, n: 64}))
    assert np.log(spread.median) == pytest.approx(-spread.beta / 2, abs=0.3)
    assert np.log(spread.high / spread.low) == pytest.approx(2 * 1.645 * np.sqrt(var), rel=0.15)
    mu, var = (15 * value for value in exact_log(32))
    assert spread.real.mean() == pytest.approx(mu, abs=4 * np.sqrt(var / 200))
    assert spread.law.mean() == pytest.approx(mu, abs=4 * np.sqrt(var / 1000))
    assert (spread.draws, spread.depth, spread.n) == (1000, 30, 64)   # the page says so in words
    assert spread.predicted_mean == -spread.beta / 2


def test_the_matrices_and_the_law_give_the_logarithms_of_the_same_random_numbers(run):
    spread, rng = run("variance/he/spread"), np.random.default_rng(64)
    h = np.ones((200, 32))
    for W in rng.normal(0, 1 / 4, size=(15, 200, 32, 32)):
        h = np.einsum("nij,nj->ni", W, h)
        h[h < 0] = 0
    assert spread.h == pytest.approx(h[:, :, None])
    assert np.exp(spread.real) * 32 == pytest.approx(np.linalg.norm(h, axis=1) ** 2)
    for logs, size in (spread.law, (1000, 15, 32)), (spread.last, (1000, 30, 64)):
        z = rng.normal(0, np.sqrt(2), size)
        assert np.exp(logs) == pytest.approx(np.prod(np.mean(z**2 * (z > 0), axis=2), axis=1))


def test_the_figure_of_the_spread_shows_log_normal_quantiles_and_shares_of_the_networks(run):
    spread = run("variance/he/spread")
    betas = [float(EQUATIONS["eq-he-spread"][1].subs({L: l, n: 64})) for l in range(1, 31)]
    for share, theory, sample in zip((0.95, 0.5, 0.05), spread.ax.lines[::2], spread.ax.lines[1::2]):
        assert np.allclose([theory.get_xdata(), sample.get_xdata()], betas)
        law = stats.lognorm(np.sqrt(betas), scale=np.exp(-np.array(betas) / 2))
        assert theory.get_ydata() == pytest.approx(law.ppf(share), rel=1e-3)
        assert np.mean(np.exp(spread.logs) < sample.get_ydata(), axis=0) == pytest.approx(share, abs=0.002)
        # four standard errors of a quantile, and the next orders of the theory
        assert np.all(np.abs(np.log(sample.get_ydata() / law.ppf(share))) < 0.3 * np.sqrt(betas) + 0.05)
        assert np.all(np.diff(theory.get_ydata()) * (1 if share > 0.5 else -1) > 0)
        assert sample.get_label() == f"{round(100 * share)} % below"
        assert sample.get_ydata()[-1] == {0.95: spread.high, 0.5: spread.median, 0.05: spread.low}[share]


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
    ratio = float(EQUATIONS["eq-he-ends"][1].subs({n_1: 64, n_L: 1024}))
    assert fans.ends == ratio == 16
    assert fans.gradient["fan_in"] == pytest.approx(ratio, rel=0.5)
    assert fans.forward["fan_out"] == pytest.approx(1 / ratio, rel=0.5)
    assert fans.gradient["fan_in"] / fans.gradient["fan_out"] == pytest.approx(ratio, rel=1e-4)
    assert fans.forward["fan_in"] / fans.forward["fan_out"] == pytest.approx(ratio, rel=1e-4)


def test_one_layer_multiplies_a_white_gradient_by_the_quotient_of_its_widths():
    # All 1024 sign patterns of the weights between two units and five; the weights decide the gates.
    sigma = np.sqrt(float(EQUATIONS["eq-he-variance"][1].subs(fan_in, 2)))
    W = sigma * np.array(list(product([-1, 1], repeat=10))).reshape(-1, 5, 2)
    gates = W @ np.array([0.3, 1.7]) > 0
    white = np.einsum("nij,ni,ik->nkj", W, gates, np.eye(5))   # a unit vector for each unit: mean square 1/5
    assert np.mean(white**2) * 5 == pytest.approx(float(EQUATIONS["eq-he-ends"][1].subs({n_1: 2, n_L: 5})))


def test_the_gradient_through_the_fans_is_a_difference_quotient(run):
    # Of one network and one input, of the last mode.
    fans = run("variance/he/fans")
    W, x, top = [w[0].astype(float) for w in fans.W], fans.first[0, 0].astype(float), fans.last[0, 0]
    assert fans.widths == [64 * 2**k for k in range(5)]   # the page says so in words
    assert is_standard(fans.last) and is_standard(fans.first)

    def output(z):
        for w in W:
            z = w @ np.maximum(z, 0)
        return z

    assert fans.z[-1][0, 0] == pytest.approx(output(x), abs=1e-4)
    for i in np.argmax(x), np.argmin(x), np.argmin(np.abs(x - 0.5)):
        step = 1e-6 * np.eye(64)[i]
        assert fans.delta[0, 0, i] == pytest.approx(top @ (output(x + step) - output(x - step)) / 2e-6, abs=1e-4)
    assert fans.forward["fan_out"] == pytest.approx((rms(fans.z[-1]) / rms(fans.first)) ** 2)
    assert fans.gradient["fan_out"] == pytest.approx((rms(fans.delta) / rms(fans.last)) ** 2)
    noise = sum(EQUATIONS["eq-he-spread"][1].subs({L: 1, n: width}) for width in fans.widths[:-1])
    assert fans.tolerance == pytest.approx(4 * np.sqrt(float(noise) / fans.nets))


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
