"""The signal explorer: the claims of its page, by another road than its listings."""
import math
from itertools import product

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, special, stats

from samples import are_midpoints, is_standard, mean, rms

sigma_w, sigma_b, q, n, m, dphi2, size_h, size_delta = sp.symbols("sigma_w sigma_b q n m dphi2 size_h size_delta", positive=True)
known = sp.symbols("known", real=True)
EQUATIONS = {
    "eq-explorer-forward": (
        "q_l =", sigma_w**2 * m + sigma_b**2, {r"\E[\phi(\sqrt{q_{l-1}} u)^2]": m},
    ),
    "eq-explorer-given": (
        r"\E\!\left[\norm{W^\T\delta}^2 \;\middle|\; u, \delta\right] =",
        known**2 / size_h**2 + (n - 1) / n * sigma_w**2 * size_delta**2,
        {r"\left(u \cdot \delta\right)": known, r"\norm{h}": size_h, r"\norm{\delta}": size_delta},
    ),
    "eq-explorer-critical": (r"\sigma_b^2 =", q - m / dphi2, {r"\E[\phi(z)^2]": m, r"\E[\phi'(z)^2]": dphi2}),
    "eq-explorer-cusp": (r"\sigma_b^2 \approx", (sigma_w**2 - 1) ** 3 / 6),
}
PHI = {
    "linear": (lambda z: z, lambda z: 1.0),
    "ReLU": (lambda z: max(z, 0), lambda z: float(z > 0)),
    "tanh": (math.tanh, lambda z: math.cosh(z) ** -2),
    "sigmoid": (special.expit, lambda z: special.expit(z) * special.expit(-z)),
}


def after(name, depth, w, b=0.0):
    """q of each layer of a wide network whose input has mean square one, and chi of each."""
    phi, dphi = PHI[name]
    qs, chis = [w**2 + b**2], []
    for _ in range(depth):
        chis.append(w**2 * mean(lambda z: dphi(z) ** 2, qs[-1]))
        expression = EQUATIONS["eq-explorer-forward"][1]
        qs.append(float(expression.subs({sigma_w: w, sigma_b: b, m: mean(lambda z: phi(z) ** 2, qs[-1])})))
    return qs[:depth], chis


def test_a_unit_has_the_second_moment_of_the_recursion_over_all_signs():
    """The second moment of the pre-activations of layer l follows from that of the layer below if pre-activations are
    normal, as they are in wide layers.

    Exact, for a unit with three given inputs, the mean over all signs of its weights and its bias: no law of the
    weights but mean zero and independence is used. The next test has the normal variable, by adaptive quadrature.
    """
    h = np.array([0.3, -1.2, 2.0])
    signs = np.array(list(product([-1, 1], repeat=4)))
    z = signs[:, :3] @ h * 1.4 / math.sqrt(3) + 0.6 * signs[:, 3]
    expected = EQUATIONS["eq-explorer-forward"][1].subs({sigma_w: 1.4, sigma_b: 0.6, m: np.mean(h**2)})
    assert np.mean(z**2) == pytest.approx(float(expected))


@pytest.mark.parametrize("name", PHI)
def test_the_law_is_that_of_adaptive_quadrature(run, name):
    law = run("practice/explorer/law")
    assert list(law.activations) == list(PHI) and are_midpoints(law.t, 8)
    qs, chis = after(name, 20, 1.5, 0.3)
    assert law.q[name] == pytest.approx(qs[-1], rel=1e-5) and law.chi[name] == pytest.approx(chis[-2], rel=1e-5)
    exact = name in law.kept
    assert exact == (name in ("linear", "ReLU"))
    assert law.other_q[name] == pytest.approx(qs[-1], rel=1e-8 if exact else 0.05)
    assert law.other_chi[name] == pytest.approx(chis[-2], rel=1e-8 if exact else 0.05)
    points = np.array([-2.0, -0.3, 0.4, 1.7])
    for f, exact in zip(law.activations[name], PHI[name]):
        assert f(points) * 1.0 == pytest.approx([exact(z) for z in points])


def test_the_bounds_of_the_law_are_standard_errors(run):
    """Of the last activation, sigmoid, from the fourth moments."""
    law, (phi, dphi) = run("practice/explorer/law"), PHI["sigmoid"]
    assert is_standard(law.z / math.sqrt(law.below)) and law.z.size == law.draws
    for error, f in zip(law.errors, (phi, dphi)):
        second, fourth = (mean(lambda z: f(z) ** k, law.below) for k in (2, 4))
        assert error == pytest.approx(math.sqrt(fourth / second**2 - 1) / math.sqrt(law.draws), rel=0.05)


def test_the_mean_of_hundred_networks_is_the_theory(run):
    layers = run("practice/explorer/layers")
    assert (layers.draws, layers.n, layers.depth) == (100, 64, 30)   # the page says so in words
    assert are_midpoints(layers.t, 8) and is_standard(layers.G * math.sqrt(64))
    assert set(np.unique(layers.white)) == {-1, 1} and abs(layers.white.mean()) < 4 / math.sqrt(6400)
    for number, (name, w) in enumerate({"ReLU": math.sqrt(2), "tanh": 5 / 3}.items()):
        qs, chis = after(name, 30, w)
        back = np.append(np.cumprod(chis[-2::-1])[::-1], 1)
        assert layers.predicted[f"{name} forward"] == pytest.approx(qs[-1], rel=1e-3)
        assert layers.predicted[f"{name} backward"] == pytest.approx(back[0], rel=1e-2)
        for axes, theory, places in zip(layers.axes, (qs, back[::-1]), (range(1, 31), range(30, 0, -1))):
            lines = axes.lines[13 * number:13 * (number + 1)]
            assert all(np.array_equal(line.get_xdata(), places) for line in lines)
            assert lines[-1].get_ydata() == pytest.approx(np.sqrt(theory), rel=1e-2)
            assert lines[-1].get_label() == name
            ends = np.array([line.get_ydata()[-1] for line in lines[:-1]])
            assert abs(np.log(ends / lines[-1].get_ydata()[-1])).max() < 4


@pytest.mark.parametrize("place, name, gain", [(0, "ReLU", math.sqrt(2)), (13, "tanh", 5 / 3)])
def test_a_thin_line_is_one_network_and_its_gradient_a_difference_quotient(run, place, name, gain):
    layers, phi = run("practice/explorer/layers"), np.vectorize(PHI[name][0], otypes=[float])

    def output(z, matrices):
        for W in matrices:
            z = W @ phi(z)
        return z

    for k in 0, 11:
        W = gain * layers.G[:, k]
        first = W[0] @ layers.white[k]
        assert rms(output(first, W[1:])) == pytest.approx(layers.axes[0].lines[place + k].get_ydata()[-1])
        ahead, behind = (output(first + side * 1e-6 * np.eye(64), W[1:]) for side in (1, -1))
        gradient = np.sum(layers.white[k] * (ahead - behind), axis=0) / 2e-6
        assert rms(gradient) == pytest.approx(layers.axes[1].lines[place + k].get_ydata()[-1], rel=1e-4)


def test_measured_and_variance_are_those_of_the_logarithms(run):
    """Of the last rows, and for ReLU near the five times depth over width that the page speaks of."""
    layers = run("practice/explorer/layers")
    logs = np.log(np.mean(layers.delta[-1] ** 2, axis=(1, 2)))
    assert layers.variance["tanh backward"] == pytest.approx(np.var(logs))
    assert layers.measured["tanh backward"] == pytest.approx(math.exp(np.mean(logs) + np.var(logs) / 2))
    assert layers.error == pytest.approx(math.sqrt(np.var(logs) / 100 + np.var(logs) ** 2 / 200))
    for way in "forward", "backward":
        assert layers.variance[f"ReLU {way}"] == pytest.approx(5 * 30 / 64, rel=0.6)
    assert layers.variance["tanh forward"] < 0.2 < 1 < layers.variance["tanh backward"]


def test_what_is_known_of_a_matrix_is_what_conditioning_its_entries_says():
    """If u = W h and δ are known, and the entries of W were independent and normal with variance σ_w²/n, the expected
    squared length of Wᵀδ is (u·δ)²/‖h‖² + (n − 1)/n σ_w² ‖δ‖².

    Exact, the conditional mean and covariance of all nine entries of a matrix, given the three equations W h = u.
    """
    h, u, delta, w = np.array([0.4, -1.0, 2.0]), np.array([1.1, 0.3, -0.7]), np.array([0.5, 2.0, 1.0]), 1.3
    variance, equations = w**2 / 3, np.kron(np.eye(3), h)            # equations @ W.ravel() = u
    weights = variance * equations.T @ np.linalg.inv(variance * equations @ equations.T)
    center = (weights @ u).reshape(3, 3)
    covariance = variance * (np.eye(9) - weights @ equations)
    assert center == pytest.approx(np.outer(u, h) / (h @ h))          # the matrix in the text, less what is fresh
    across = np.eye(3) - np.outer(h, h) / (h @ h)
    assert covariance == pytest.approx(variance * np.kron(np.eye(3), across))
    columns = np.kron(delta, np.eye(3))                               # columns @ W.ravel() = W.T @ delta
    length = np.sum((center.T @ delta) ** 2) + np.trace(columns @ covariance @ columns.T)
    values = {known: u @ delta, size_h: np.linalg.norm(h), size_delta: np.linalg.norm(delta), sigma_w: w, n: 3}
    assert length == pytest.approx(float(EQUATIONS["eq-explorer-given"][1].subs(values)))


def test_networks_drawn_here_have_the_moments_of_the_law(run):
    """Each network by itself, its gradient through the product of its Jacobians."""
    sampling, rng, found = run("practice/explorer/sampling"), np.random.default_rng(0), []
    assert (sampling.n, sampling.depth, sampling.sigma_w, sampling.sigma_b) == (4, 4, 1.5, 0.3)
    for _ in range(4000):
        h, J = np.ones(4), np.eye(4)
        for layer in range(4):
            W = rng.normal(0, 1.5 / 2, (4, 4))
            J = W @ np.diag(1 - h**2) @ J if layer else J    # of z with respect to the first layer's
            z = W @ h + rng.normal(0, 0.3, 4)
            h = np.tanh(z)
        found.append([np.log(z @ z), np.log(np.sum((J.T @ z) ** 2))])
    x, y = np.transpose(found)
    exact = np.array([x, y, x**2, x * y, y**2])
    error = 4 * exact.std(axis=1) * math.sqrt(1 / 4000 + 1 / sampling.draws)
    for law in "given", "matrices":
        assert np.all(abs(sampling.mean[law] - exact.mean(axis=1)) < error)
        assert (sampling.forward[law], sampling.backward[law]) == tuple(sampling.mean[law][:2])
    assert sampling.mean["independent"][1] < y.mean() - error[1]
    assert sampling.error == pytest.approx(exact.std(axis=1) * math.sqrt(2 / sampling.draws), rel=0.1)


def test_a_fresh_product_has_the_length_of_a_matrix_times_a_vector(run):
    sampling = run("practice/explorer/sampling")
    x = np.broadcast_to(np.array([[1.0], [2.0], [0.0], [-2.0]]), (sampling.draws, 4, 1))
    fresh = sampling.fresh(x) / (1.5 * math.sqrt(9 / 4))
    assert is_standard(fresh)


def test_on_the_critical_line_the_recursion_rests_where_chi_is_one():
    """With the variance q − E[φ(z)²]/E[φ'(z)²] of the biases, and σ_w² E[φ'(z)²] = 1, the second moment of the
    pre-activations of wide layers rests at q, and the factor on the squared gradient is one.

    Quadrature, the recursion iterated until it rests.
    """
    phi, dphi = PHI["tanh"]
    for rests in 0.3, 1.0, 4.0:
        square, slope = mean(lambda z: phi(z) ** 2, rests), mean(lambda z: dphi(z) ** 2, rests)
        b = math.sqrt(EQUATIONS["eq-explorer-critical"][1].subs({q: rests, m: square, dphi2: slope}))
        qs, chis = after("tanh", 60, slope**-0.5, b)
        assert qs[-1] == pytest.approx(rests, rel=1e-4) and chis[-1] == pytest.approx(1, rel=1e-4)


def test_the_critical_line_leaves_xavier_along_a_cusp():
    """eq-explorer-cusp: For tanh the critical line leaves σ_w = 1, σ_b = 0 along the curve σ_b² ≈ (σ_w² − 1)³/6.

    Symbolic, both expectations as series in q, from the moments of a normal variable.
    """
    z = sp.symbols("z")

    def series(f):
        terms = sp.Poly(sp.series(f, z, 0, 9).removeO(), z).terms()
        return sum(c * sp.factorial2(k - 1) * q ** (k // 2) for (k,), c in terms)

    m_q, dphi2_q = series(sp.tanh(z) ** 2), series(sp.diff(sp.tanh(z), z) ** 2)
    line = EQUATIONS["eq-explorer-critical"][1].subs({m: m_q, dphi2: dphi2_q})
    cusp = EQUATIONS["eq-explorer-cusp"][1].subs(sigma_w, 1 / sp.sqrt(dphi2_q))
    assert sp.limit(line / cusp, q, 0) == 1
    assert sp.limit(1 / dphi2_q, q, 0) == 1 and sp.limit(line, q, 0) == 0   # where it begins


def test_the_phase_diagram_has_its_lines_where_the_recursion_says(run):
    phase = run("practice/explorer/phase")
    assert are_midpoints(phase.t, 8) and phase.phases == {"ordered": 0.8, "critical": 1, "chaotic": 1.25}
    u, weight = np.polynomial.legendre.leggauss(400)   # for z between -12 and 12, good to nine digits
    u, weight = 12 * u, 12 * weight * stats.norm.pdf(12 * u)

    def at_rest(w, b):
        """q and chi of layer 60."""
        q = w**2 + b**2
        for _ in range(59):
            q = w**2 * weight @ np.tanh(np.sqrt(q) * u) ** 2 + b**2
        return q, w**2 * weight @ np.cosh(np.sqrt(q) * u) ** -4.0

    for (name, chi), line, point in zip(phase.phases.items(), phase.ax.lines[::2], phase.ax.lines[1::2]):
        for w, b in line.get_xydata()[200::60]:
            assert at_rest(w, b)[1] == pytest.approx(chi, rel=2e-3), (name, w, b)
        assert line.get_label() == str(chi) and np.all(np.diff(line.get_ydata()) > 0)
        (w, b), = point.get_xydata()
        assert at_rest(w, b) == pytest.approx((phase.q[phase.on], chi), rel=1e-3)
        assert phase.measured[name] == pytest.approx(chi, rel=0.15)
    ordered, chaotic = [(text.get_position(), text.get_text()) for text in phase.ax.texts]
    for (w, b), words in (ordered, chaotic):
        assert words.startswith("ordered" if at_rest(w, b)[1] < 1 else "chaotic")
    assert ordered[1].startswith("ordered") and chaotic[1].startswith("chaotic")


def test_the_tolerance_of_the_phases_is_the_scatter_of_a_squared_gradient(run):
    phase = run("practice/explorer/phase")
    slope, fourth = (mean(lambda z: math.cosh(z) ** -k, phase.q[phase.on]) for k in (4, 8))
    assert phase.spread == pytest.approx((3 * fourth / slope**2 - 1) / phase.width, rel=1e-3)
    assert set(phase.signs) == {-1, 1} and abs(phase.signs.mean()) < 4 / math.sqrt(phase.width)
    assert phase.depth == 20   # the page says so in words
    assert rms(phase.h) == pytest.approx(math.sqrt(mean(lambda z: math.tanh(z) ** 2, phase.q[phase.on])), rel=0.1)
    assert phase.measured["chaotic"] ** 20 == pytest.approx(rms(phase.v) ** 2)
    off = math.log(phase.measured["chaotic"] / 1.25) + phase.spread / 2
    assert phase.off == pytest.approx(off)


def test_three_scales_of_one_network(run):
    glance = run("practice/explorer/glance")
    ends = {"twice": 2.0**15, "He": 1.0, "half": 2.0**-15}
    assert glance.predicted == pytest.approx(ends) and list(glance.variances) == list(ends)
    assert [(text.get_text(), *text.get_position()) for text in glance.ax.texts] == [(name, 31, ends[name]) for name in ends]
    assert glance.beta == 5 * 30 / glance.width
    for (name, end), theory, points in zip(ends.items(), glance.ax.lines[::2], glance.ax.lines[1::2]):
        assert np.array_equal(theory.get_xdata(), range(31)) and np.array_equal(points.get_xdata(), range(31))
        assert theory.get_ydata() == pytest.approx(end ** (np.arange(31) / 30))
        assert points.get_ydata()[0] == 1
        assert points.get_ydata()[-1] == glance.measured[name]
        assert glance.measured[name] / glance.measured["He"] == pytest.approx(end)   # homogeneous
    assert is_standard(glance.G * math.sqrt(glance.width)) and np.all(glance.h["half"] >= 0)
    assert glance.off == pytest.approx(2 * math.log(glance.measured["half"] * 2**15))
    assert 0.3 < glance.measured["He"] < 3


def test_the_waterfall_shows_the_distributions_of_each_layer(run):
    waterfall = run("practice/explorer/waterfall")
    assert waterfall.predicted == pytest.approx({"half of He": 2.0**-15, "He": 1, "twice He": 2.0**15})
    half = integrate.quad(lambda z: max(z, 0) ** 2 * stats.norm.pdf(z), 0, 12)[0]
    fourth = integrate.quad(lambda z: max(z, 0) ** 4 * stats.norm.pdf(z), 0, 12)[0]
    assert waterfall.beta == pytest.approx((fourth / half**2 - 1) * 30 / 400)
    for ax, (name, h) in zip(waterfall.axes, waterfall.signals.items()):
        assert len(h) == 31 and h[0] == pytest.approx(np.abs(waterfall.X))
        factor = waterfall.variances[name]
        for layer in (1, 30):
            z = np.einsum("bj,ij->bi", h[layer - 1], waterfall.layers[layer - 1]) * np.sqrt(factor)
            np.testing.assert_allclose(h[layer], np.where(z > 0, z, 0), rtol=1e-6, atol=1e-12)
        sizes = [np.linalg.norm(values) / np.sqrt(values.size) for values in (h[0], h[-1])]
        assert waterfall.measured[name] == pytest.approx(sizes[1] / sizes[0])
        # One layer doubles the mean square or halves it, or keeps it, within the scatter of a layer.
        steps = np.diff([2 * np.log(np.linalg.norm(values)) for values in h]) - np.log(factor / 2)
        assert np.abs(steps).max() < 6 * np.sqrt(5 / 400)
        ridges = [path.get_paths()[0].get_extents() for path in ax.collections]
        assert [ridge.y0 for ridge in ridges] == pytest.approx([-layer for layer in range(31)])
        assert [ridge.height for ridge in ridges] == pytest.approx([3.2] * 31)
        low, high = (patch.get_extents().transformed(ax.transData.inverted()) for patch in ax.patches)
        assert (low.x1, high.x0) == pytest.approx((np.log10(2.0**-24), np.log10(65504)), abs=1e-6)
    assert waterfall.layers.std() == pytest.approx(1 / 20, rel=0.01) and waterfall.X.shape == (16, 400)
