"""How the gradient propagates: Gaussian moments, exact distributions and quadrature against the listings."""
import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize, stats

fan_in, fan_out, sigma, gamma = sp.symbols("fan_in fan_out sigma gamma", positive=True)
delta2 = sp.symbols("delta2", positive=True)

EQUATIONS = {
    "eq-backward-variance": (r"\Var[(W^\T\delta)_j] =", fan_out * sigma**2 * delta2, {r"\E[\delta_i^2]": delta2}),
    "eq-backward-feedback": (r"\E[(W^\T W x)_j^2] =", fan_out * (fan_in + fan_out + 1) * sigma**4 * gamma**2),
}


def value(name, **symbols):
    """The right-hand side of a key result at these numbers."""
    return float(EQUATIONS[name][1].subs({sp.Symbol(key, positive=True): number for key, number in symbols.items()}))


def gaussian(polynomial, sizes):
    """The expectation of a polynomial in independent normal variables of mean 0 and these standard deviations."""
    total = 0
    for powers, coefficient in sp.Poly(polynomial, *sizes).terms():
        moments = [0 if k % 2 else sp.factorial2(k - 1) * s**k for k, s in zip(powers, sizes.values())]
        total += coefficient * sp.prod(moments)
    return sp.expand(total)


def test_a_matrix_and_its_transpose_repeat_each_other_by_exactly_this_much():
    """eq-backward-variance: A gradient that is independent of weights of mean zero and variance σ², uncorrelated within
    a column, has the variance fan_out σ² E[δ_i²] after the backward pass.

    eq-backward-feedback: If the output itself is the gradient, normal weights and inputs of mean zero and variance
    γ², uncorrelated, give each coordinate that returns the second moment fan_out (fan_in + fan_out + 1) σ⁴ γ².

    Symbolic, Gaussian moments of a small matrix and vector.
    """
    rows, columns, s, g = 2, 3, sp.Symbol("sigma", positive=True), sp.Symbol("gamma", positive=True)
    W = sp.Matrix(rows, columns, sp.symbols(f"w:{rows * columns}"))
    x = sp.Matrix(sp.symbols(f"x:{columns}"))
    sizes = {**dict.fromkeys(W, s), **dict.fromkeys(x, g)}
    found = gaussian(sp.expand((W.T * W * x)[0]**2), sizes)
    assert sp.expand(found - EQUATIONS["eq-backward-feedback"][1].subs({fan_in: columns, fan_out: rows})) == 0
    delta = sp.Matrix(sp.symbols(f"d:{rows}"))
    found = gaussian(sp.expand((W.T * delta)[2]**2), {**sizes, **dict.fromkeys(delta, g)})
    assert sp.expand(found - EQUATIONS["eq-backward-variance"][1].subs({fan_out: rows, delta2: g**2})) == 0


def test_the_factors_of_the_passes_are_those_of_the_formulas(run):
    passes = run("variance/backward/passes")
    here = {"fan_out": 60, "sigma": 30**-0.5}
    free, fed = value("eq-backward-variance", delta2=1, **here), value("eq-backward-feedback", fan_in=30, gamma=1, **here)
    assert list(passes.predicted.values()) == pytest.approx([1, free, fed])
    assert (free, fed) == pytest.approx((2, 91 / 15))
    assert list(passes.measured.values()) == pytest.approx([1, free, fed], rel=0.1)
    # Each draw is a product with these matrices; another way to the same numbers is one draw at a time.
    for draw in (0, 17, 999):
        W, x, d = passes.W[draw], passes.x[draw], passes.delta[draw]
        expected = [np.vdot(W @ x, W @ x) / 60, np.vdot(d @ W, d @ W) / 30 / 2, np.vdot((W @ x) @ W, (W @ x) @ W) / 30]
        assert [values[draw] for values in passes.squares.values()] == pytest.approx(np.array(expected) / 1.5**2)
    # Along the input W x has the squared length t, a chi-squared of 60 terms; the rest adds t times one of 29 terms.
    t, rest = stats.chi2(60), stats.chi2(29)
    assert fed * 30**2 == pytest.approx(t.moment(2) + t.mean() * rest.mean())
    assert (t.moment(2), t.mean() * rest.mean()) == pytest.approx((60 * (60 + 2), 60 * (30 - 1)))
    assert np.std(passes.W) == pytest.approx(30**-0.5, rel=0.01) and np.std(passes.x) == pytest.approx(1.5, rel=0.02)
    assert passes.delta.mean() == pytest.approx(1.5, rel=0.02) and len(passes.squares["forward"]) == 1000
    assert np.var(passes.squares["forward"]) == pytest.approx((1 + 2 / 30) * (1 + 2 / 60) - 1, rel=0.25)
    dashed = [line.get_xdata()[0] for line in passes.ax.lines]
    assert dashed == pytest.approx([1, 2, 91 / 15])
    counts = [sum(bar.get_height() for bar in bars) for bars in passes.ax.containers]
    assert counts == [np.sum((0 <= values) & (values <= 12)) for values in passes.squares.values()] and len(passes.bins) == 61


def test_feedback_is_what_returns_along_the_input_and_the_rest():
    rng = np.random.default_rng(0)
    W, x = rng.standard_normal((5, 3)), rng.standard_normal(3)
    along = W @ x / np.linalg.norm(x)
    rest = W - np.outer(along, x) / np.linalg.norm(x)
    assert W.T @ W @ x == pytest.approx(x * np.sum(along**2) + np.linalg.norm(x) * along @ rest)


def test_feedback_more_than_doubles_the_factor_of_a_square_layer_at_every_width():
    promised = fan_out * fan_in * sigma**4 * gamma**2
    factor = (EQUATIONS["eq-backward-feedback"][1] / promised).subs(fan_out, fan_in)
    assert sp.cancel(factor - 2) == 1 / fan_in


def trace_of_square(width, layers):
    """E tr((P P^T)^2) / width for a product of square Gaussian layers with unit factor: moments of Wishart matrices."""
    n = width
    moments = np.array([n**2, n], dtype=float)          # tr(S)^2 and tr(S^2) of the identity
    step = np.array([[n**2, 2 * n], [n, n * (n + 1)]]) / n**2
    return (np.linalg.matrix_power(step, layers) @ moments)[1] / n


def test_feedback_adds_one_per_layer(run):
    feedback = run("variance/backward/feedback")
    exact = np.array([trace_of_square(150, layers) for layers in range(1, 9)])
    assert [trace_of_square(10**6, layers) for layers in range(1, 9)] == pytest.approx(list(feedback.predicted), rel=1e-4)
    assert feedback.measured == pytest.approx(exact, rel=0.3) and feedback.independent == pytest.approx(np.ones(8), abs=0.3)
    assert feedback.measured[0] == pytest.approx(2 + 1 / 150, rel=0.06)
    # The last of the draws, in another order of the same products.
    assert feedback.fed[-1, -1] == pytest.approx(np.mean((feedback.product.T @ (feedback.product @ feedback.x)) ** 2))
    assert feedback.size[-1, -1] == pytest.approx(np.linalg.norm(feedback.product @ feedback.x) ** 2 / 150)
    assert feedback.free[-1, -1] == pytest.approx(np.linalg.norm(feedback.other @ feedback.product) ** 2 / 150)
    assert feedback.size.mean() == pytest.approx(1, abs=0.15) and feedback.fed.shape == (40, 8)
    assert feedback.fed.mean(axis=0) / feedback.size.mean(axis=0) == pytest.approx(feedback.measured)
    heights = [[bar.get_height() for bar in bars] for bars in feedback.ax.containers]
    assert heights == [list(feedback.measured), list(feedback.independent)]
    places, marks = feedback.ax.lines[0].get_data()
    assert list(marks) == list(range(2, 10)) and list(places) == pytest.approx([layer - 0.2 for layer in range(1, 9)])
    for bars, shift in zip(feedback.ax.containers, (-0.2, 0.2)):
        assert [bar.get_x() + bar.get_width() / 2 for bar in bars] == pytest.approx([n + shift for n in range(1, 9)])


def test_rows_and_columns_share_one_sum_of_squares(run):
    matrix = run("variance/backward/matrix")
    total = np.vdot(matrix.W, matrix.W)
    assert matrix.W.shape == (24, 8) and matrix.W.std() == pytest.approx(8**-0.5, rel=0.2)
    assert matrix.rows.sum() == pytest.approx(total) and matrix.columns.sum() == pytest.approx(total)
    assert matrix.rows[5] == pytest.approx(np.linalg.norm(matrix.W[5]) ** 2)
    assert matrix.columns[5] == pytest.approx(np.linalg.norm(matrix.W[:, 5]) ** 2)
    assert matrix.predicted == {"rows": 1, "columns": 3}
    assert matrix.measured == pytest.approx({"rows": total / 24, "columns": total / 8})
    assert [bar.get_width() for bar in matrix.right.patches] == list(matrix.rows)
    assert [bar.get_height() for bar in matrix.below.patches] == list(matrix.columns)
    assert np.array_equal(matrix.grid.images[0].get_array(), matrix.W)


def test_backward_factors_telescope(run):
    funnel = run("variance/backward/funnel")
    factors = [256 / 64, 128 / 256, 512 / 128]
    assert funnel.predicted == pytest.approx(np.prod(factors)) == 8
    assert funnel.measured == pytest.approx(np.mean(funnel.squares)) == pytest.approx(8, rel=0.2)
    assert len(funnel.squares) == 60 and funnel.widths == [64, 256, 128, 512]
    assert funnel.W.shape == (256, 64) and funnel.W.std() == pytest.approx(64**-0.5, rel=0.02)   # of the lowest layer
    assert funnel.squares[-1] == pytest.approx(np.linalg.norm(funnel.delta) ** 2 / 64 / funnel.start)
    shown = [float(text.get_text().removeprefix("× ")) for text in funnel.ax.texts if text.get_text().startswith("×")]
    assert shown == factors
    corners = [patch.get_xy()[:4].tolist() for patch in funnel.ax.patches[:3]]
    assert corners[1] == [[1, -256], [1, 256], [2, 128], [2, -128]]
    heights = [line.get_ydata().tolist() for line in funnel.ax.lines]
    assert heights == [[-width, width] for width in funnel.widths]
    # Another way: each network's factor is a product of quadratic forms, whose mean is exact for any widths.
    rng, kept = np.random.default_rng(0), []
    for _ in range(300):
        product = np.linalg.multi_dot([rng.normal(0, fan**-0.5, (out, fan)) for fan, out in ((128, 512), (256, 128), (64, 256))])
        kept.append(np.vdot(product, product) / 64)
    assert np.mean(kept) == pytest.approx(8, rel=0.03)


def mean_squares(signals):
    """The mean square of each array, from its norm."""
    return np.array([np.linalg.norm(signal)**2 / np.size(signal) for signal in signals])


def test_tanh_at_five_thirds_keeps_activations_and_grows_gradients(run):
    listing = run("variance/backward/lanes")

    def average(function, q):
        return integrate.quad(lambda g: function(np.sqrt(q) * g) * stats.norm.pdf(g), -12, 12, epsabs=1e-13)[0]

    q = optimize.brentq(lambda q: (5 / 3)**2 * average(lambda z: np.tanh(z)**2, q) - q, 0.5, 3, xtol=1e-13)
    chi = (5 / 3)**2 * average(lambda z: (1 - np.tanh(z)**2)**2, q)
    assert listing.predicted_rms == pytest.approx(0.6 * np.sqrt(q), rel=1e-6) == pytest.approx(0.65135, abs=1e-5)
    assert listing.predicted_growth == pytest.approx(chi, rel=1e-6) == pytest.approx(1.2098, abs=1e-4)
    assert listing.measured_rms == pytest.approx(0.65135, rel=0.01)
    assert listing.measured_growth == pytest.approx(chi, rel=0.03)
    assert (listing.depth, listing.gain) == (50, 5 / 3)
    assert chi**(50 / 2) == pytest.approx(10**2, rel=0.2)       # "two decades over fifty layers"
    # One squared gradient of a wide layer, a sum of independent terms, each a squared normal times a squared slope.
    fourth = (5 / 3)**4 * average(lambda z: (1 - np.tanh(z)**2)**4, q)
    exact = 3 * fourth / chi**2 - 1
    bound = 3 / (chi / (5 / 3)**2) - 1                          # a fourth power of the slope is at most its square
    assert exact / 300 < listing.v == pytest.approx(bound / 300, rel=1e-6)


def test_relu_factors_agree_for_a_symmetric_pre_activation_only():
    for shift, agree in ((0, True), (1, False)):
        z = stats.norm(shift)
        forward = integrate.quad(lambda u: u**2 * z.pdf(u), 0, 20)[0] / z.moment(2)
        backward = z.sf(0)
        assert (abs(forward - backward) < 1e-6) == agree
        assert not agree or backward == pytest.approx(1 / 2)


def test_the_tanh_network_sends_back_the_derivative(run):
    listing = run("variance/backward/lanes")
    top, back = listing.back[0], listing.back[::-1]
    direction = np.random.default_rng(0).standard_normal(back[0].shape)
    h = listing.h[0] + 1e-30j * direction                       # a complex step: the derivative without differences
    for W in listing.W:
        h = np.tanh(np.einsum("ij,bj->bi", W, h))
    assert np.sum(top * h.imag) / 1e-30 == pytest.approx(np.sum(back[0] * direction), rel=1e-9)
    assert h.real == pytest.approx(listing.h[-1], abs=1e-9)
    assert listing.measured_growth == pytest.approx((np.linalg.norm(back[0]) / np.linalg.norm(top))**(1 / 25))
    assert listing.measured_rms == pytest.approx(np.sqrt(mean_squares(listing.h[1:]).mean()))


def test_the_two_lanes_show_the_signals(run):
    lanes = run("variance/backward/lanes")
    forward, backward = ([bar.get_height() for bar in ax.patches] for ax in (lanes.top, lanes.low))
    assert forward == pytest.approx(np.sqrt(mean_squares(lanes.h))) and len(forward) == 51
    assert backward == pytest.approx(np.sqrt(mean_squares(lanes.back[::-1])))
    assert forward == pytest.approx([0.65135] * 51, rel=0.05)               # "the same size in every layer"
    assert 50 < backward[0] / backward[-1] < 200                            # "a hundred times"
    assert lanes.low.get_yscale() == "log"
