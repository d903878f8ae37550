"""Breaking symmetry: the claims of the chapter, by another road than its listings."""
from fractions import Fraction
from itertools import permutations, product
from math import factorial, fsum, log

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize

delta_i, x_j, x_k, r, v, n, p, L, K = sp.symbols("delta_i x_j x_k r v n p L K", positive=True)
eta, fan_in, fan_out = sp.symbols("eta fan_in fan_out", positive=True)
slope, bend, covariance = sp.symbols("slope bend covariance")
EQUATIONS = {
    "eq-symmetry-gradient": (r"\frac{\partial \loss}{\partial w_{ij}} =", delta_i * x_j),
    "eq-symmetry-delta": (r"\delta_i =", r * v * slope, {r"\phi'(z)": slope}),
    "eq-symmetry-ratio": (r"\frac{\partial \loss/\partial w_{ij}}{\partial \loss/\partial w_{ik}} =", x_j / x_k),
    "eq-symmetry-values": ("N =", fan_in + L - 2 + fan_out),
    "eq-symmetry-rate-in": (r"\eta_w =", eta / n),
    "eq-symmetry-rate-out": (r"\eta_v =", n * eta),
    "eq-symmetry-dropout": ("w_{ij} - w_{kj} =", -eta * r * v * slope * x_j / (1 - p), {r"\phi'(z)": slope}),
    "eq-symmetry-growth": (
        r"\frac{d_{t+1}}{d_t} =", 1 + eta * v * bend * covariance, {r"\phi''(b)": bend, r"\Cov[y, x^2]": covariance},
    ),
    "eq-symmetry-start": (r"\loss_0 =", sp.log(K)),
}
TANH = np.tanh, lambda h: 1 - h**2


def equation(label, **values):
    """The right-hand side of a labelled formula, at these values of its symbols."""
    found = EQUATIONS[label][1]
    return found.subs({symbol: values[symbol.name] for symbol in found.free_symbols})


def draws(seed, *shapes):
    """Standard normal arrays, one after the other: the data of a listing, drawn again from its seed."""
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def backward(X, y, W1, W2, phi=TANH[0], dphi=TANH[1], mask=1):
    """Gradients of half the mean squared error; the derivative is written in h."""
    H = phi(X @ W1.T)
    R = (mask * H) @ W2.T - y
    return (R @ W2 * mask * dphi(H)).T @ X / len(X), R.T @ (mask * H) / len(X)


def rational(W1, W2, rate_in, rate_out, steps):
    """Gradient descent in exact arithmetic, with phi(z) = z + z**2 / 4 and three examples."""
    X = [[Fraction(*pair) for pair in row] for row in (((1, 2), (-1, 3)), ((1, 5), (2, 3)), ((-1, 1), (1, 4)))]
    y = [Fraction(1), Fraction(-1, 2), Fraction(1, 3)]
    for _ in range(steps):
        G1, G2 = [[Fraction(0)] * 2 for _ in W1], [Fraction(0)] * len(W2)
        for x, target in zip(X, y):
            z = [sum(a * b for a, b in zip(row, x)) for row in W1]
            h = [s + s * s / 4 for s in z]
            residual = sum(a * b for a, b in zip(W2, h)) - target
            for i, s in enumerate(z):
                G2[i] += residual * h[i] / 3
                for j in range(2):
                    G1[i][j] += residual * W2[i] * (1 + s / 2) * x[j] / 3
        W1 = [[w - rate_in * g for w, g in zip(*rows)] for rows in zip(W1, G1)]
        W2 = [w - rate_out * g for w, g in zip(W2, G2)]
    return W1, W2


# ---- copies

def test_copies_are_counted_by_orbits(run):
    copies = run("gradients/symmetry/copies")
    assert list(copies.measured_copies) == [1, 2, 4]
    for twins, count in copies.measured_copies.items():
        names = "a" * twins + "bcd"[: 4 - twins]
        assert count == len(set(permutations(names))) == factorial(4) // factorial(twins)
    X, y, W1, W2 = draws(0, (16, 3), (16, 1), (4, 3), (1, 4))
    G1, _ = backward(X, y, W1[[0] * 4], W2[:, [0] * 4])         # at last all units are equal
    assert np.allclose(copies.grad, G1, rtol=0, atol=1e-14)


def test_exchanging_rows_alone_changes_the_function():
    rng = np.random.default_rng(1)
    X, W1, W2 = rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
    order = [1, 0, 2, 3]
    assert np.allclose(np.tanh(X @ W1[order].T) @ W2[order], np.tanh(X @ W1.T) @ W2, rtol=0, atol=1e-14)
    assert abs(np.tanh(X @ W1[order].T) @ W2 - np.tanh(X @ W1.T) @ W2).max() > 0.01


# ---- rows and columns

def test_gradient_of_equal_units_by_symbolic_differentiation():
    """eq-symmetry-gradient: For one example the gradient of a weight into a hidden unit is the unit's δ times the input
    that the weight multiplies.

    eq-symmetry-delta: Units with equal incoming and outgoing weights, for a single output and one example, share this
    δ.

    eq-symmetry-ratio: For one example, two entries of a row of the gradient are to each other as their inputs, wherever
    the gradient is not zero.

    Symbolic, by differentiating the loss of two tanh units, to 25 digits.
    """
    w, x, out = sp.symbols("w:6"), sp.symbols("x:3"), sp.symbols("v")
    z = [sum(w[3 * i + j] * x[j] for j in range(3)) for i in range(2)]
    loss = (out * sp.tanh(z[0]) + out * sp.tanh(z[1]) - 1) ** 2 / 2
    point = {w[k]: sp.Rational(1, 2) for k in range(6)} | dict(zip(x, (2, -1, sp.Rational(1, 3)))) | {out: 3}
    G = sp.Matrix(2, 3, [sp.diff(loss, s) for s in w]).subs(point)
    s = sum(point[c] for c in x) / 2
    unit = equation("eq-symmetry-delta", r=6 * sp.tanh(s) - 1, v=3, slope=1 - sp.tanh(s) ** 2)
    for i, j in product(range(2), range(3)):
        assert abs(sp.N(G[i, j] - equation("eq-symmetry-gradient", delta_i=unit, x_j=point[x[j]]), 30)) < 1e-25
        assert abs(sp.N(G[i, j] / G[i, 0] - equation("eq-symmetry-ratio", x_j=point[x[j]], x_k=2), 30)) < 1e-25


def test_rows_stay_equal_and_columns_part_in_exact_arithmetic():
    half = Fraction(1, 2)
    W1, W2 = rational([[half] * 2] * 3, [half] * 3, Fraction(1, 4), Fraction(1, 4), steps=3)
    assert W1[0] == W1[1] == W1[2] and W2[0] == W2[1] == W2[2]
    assert W1[0][0] != W1[0][1]


def test_equal_units_are_one_unit_with_other_rates_in_exact_arithmetic():
    """eq-symmetry-rate-in: Under gradient descent equal units train as a single unit whose incoming weights have this
    learning rate.

    eq-symmetry-rate-out: Under gradient descent equal units train as a single unit whose outgoing weight, the sum of
    theirs, has this learning rate.

    Exact, in rational arithmetic, for three steps of three units.
    """
    half, rate = Fraction(1, 2), Fraction(1, 4)
    W1, W2 = rational([[half] * 2] * 3, [half] * 3, rate, rate, steps=3)
    rates = [Fraction(int(q.p), int(q.q)) for q in
             (equation(label, eta=sp.Rational(1, 4), n=sp.Integer(3)) for label in ("eq-symmetry-rate-in", "eq-symmetry-rate-out"))]
    one, outgoing = rational([[half] * 2], [3 * half], *rates, steps=3)
    assert one[0] == W1[0] and outgoing[0] == 3 * W2[0]


def test_one_step_from_distinct_outgoing_weights_parts_the_rows_in_proportion():
    half, outgoing = Fraction(1, 2), [Fraction(k, 10) for k in (1, 2, 3)]
    W1, _ = rational([[half] * 2] * 3, outgoing, Fraction(1, 4), Fraction(1, 4), steps=1)
    assert len({tuple(row) for row in W1}) == 3
    moved = [row[0] - half for row in W1]
    assert moved[1] == 2 * moved[0] and moved[2] == 3 * moved[0]


def test_rows_of_the_listing_by_matrix_products(run):
    rows = run("gradients/symmetry/rows")
    X, y = draws(9, (16, 3), (16, 1))
    for start, found in (([0.5] * 4, rows.equal), ([0.1, 0.2, 0.3, 0.4], rows.distinct)):
        W1, W2 = np.full((4, 3), 0.5), np.array([start])
        for _ in range(200):
            G1, G2 = backward(X, y, W1, W2)
            W1, W2 = W1 - 0.1 * G1, W2 - 0.1 * G2
        assert np.allclose(found, W1, rtol=0, atol=1e-10)
    assert rows.row_spread == 0 and (rows.equal == rows.equal[0]).all()
    assert np.allclose(rows.single, rows.equal[:1], rtol=0, atol=1e-12)
    assert rows.column_spread == pytest.approx(np.ptp(rows.single), abs=1e-10)
    assert rows.distinct_spread == pytest.approx(np.ptp(W1, axis=0).max(), abs=1e-10)
    # the figure: three tables that show the numbers in their cells, three different ones and twelve
    for ax, W1, different in zip(rows.panels, (np.full((4, 3), 0.5), rows.equal, rows.distinct), (1, 3, 12), strict=True):
        image, = ax.images
        assert np.array_equal(image.get_array(), W1) and image.get_clim() == (-1.2, 1.2) and abs(W1).max() < 1.2
        assert {text.get_position(): text.get_text() for text in ax.texts} == {
            (j, i): f"{W1[i, j]:.2f}" for i, j in np.ndindex(4, 3)}
        assert len(np.unique(W1)) == different
        for text in ax.texts:
            j, i = text.get_position()
            assert (text.get_color() == "#ffffff") == (abs(W1[i, j]) > 0.7)


def test_the_step_on_paper_in_exact_arithmetic(run):
    """The by-hand network, in fractions: two ReLU units that are on, input (1, 2), target 1/2, rate 1/10."""
    twins = run("gradients/symmetry/twins")
    x, target, rate, half = (1, 2), Fraction(1, 2), Fraction(1, 10), Fraction(1, 2)
    expected = {"before": ([[half, half]] * 2, [half, half])}
    for name, v in (("after one step", [half, half]), ("after one step\nfrom 0.6 and 0.4", [Fraction(3, 5), Fraction(2, 5)])):
        h = [half * x[0] + half * x[1]] * 2
        r = v[0] * h[0] + v[1] * h[1] - target
        assert (h[0], r) == (Fraction(3, 2), 1)
        expected[name] = ([[half - rate * r * out * inp for inp in x] for out in v], [out - rate * r * h[0] for out in v])
    assert expected["after one step"] == ([[Fraction(9, 20), Fraction(2, 5)]] * 2, [Fraction(7, 20)] * 2)
    assert expected["after one step\nfrom 0.6 and 0.4"][0] == [
        [Fraction(11, 25), Fraction(19, 50)], [Fraction(23, 50), Fraction(21, 50)]]
    assert list(twins.nets) == list(expected)
    for ax, (name, (W1, v)), looks in zip(twins.panels, expected.items(), ("C0", "C0", "C2"), strict=True):
        found = twins.nets[name]
        assert np.allclose(found[0], np.array(W1, float), rtol=0, atol=1e-15)
        assert np.allclose(found[1], np.array(v, float), rtol=0, atol=1e-15)
        # the figure: a line for each weight, as thick as the weight, with its number; the second unit in its own color if it differs
        wires = [(list(line.get_xdata()), list(line.get_ydata()), line.get_linewidth(), line.get_color()) for line in ax.lines
                 if line.get_linestyle() == "-" and len(line.get_xdata()) == 2]
        assert [wire[:2] for wire in wires] == [
            ends for i in range(2) for ends in [([0, 1], [0, i]), ([0, 1], [1, i]), ([1, 2], [i, 0.5])]]
        assert [wire[2] for wire in wires] == pytest.approx([9 * float(w) for i in range(2) for w in (*W1[i], v[i])])
        assert [wire[3] for wire in wires] == ["C0"] * 3 + [looks] * 3
        assert [text.get_text() for text in ax.texts][:6] == [f"{float(w):.2f}" for i in range(2) for w in (*W1[i], v[i])]
        units = [line for line in ax.lines if line.get_markersize() == 19]
        assert [(list(u.get_xdata()), list(u.get_ydata()), u.get_color()) for u in units] == [([1], [0], "C0"), ([1], [1], looks)]
        ends = [line for line in ax.lines if line.get_markersize() == 13]
        assert [(list(e.get_xdata()), list(e.get_ydata())) for e in ends] == [([0, 0, 2], [0, 1, 0.5])]
    assert [text.get_text() for text in twins.panels[0].texts][6:] == ["1", "2"]


def test_sixteen_copies_bend_once_and_sixteen_units_follow_the_wave(run):
    fits = run("gradients/symmetry/fits")
    x = np.arange(-16, 17) / 8
    y = np.sin(3 * x) + x * 4 / 5
    assert np.allclose(fits.x, x, rtol=0, atol=1e-15) and np.allclose(fits.y, y, rtol=0, atol=1e-15)
    w, b, v = draws(8, 16, 16, 16)
    for theta, one, name in ((np.stack([2 * w, 2 * b, v / 4]), False, "sixteen different units"),
                             (np.array([[2 * w[0]], [2 * b[0]], [v[0] / 4]]) * np.ones(16), True, "sixteen copies of one unit")):
        for _ in range(4000):
            H = np.tanh(np.column_stack([x, np.ones(33)]) @ theta[:2])                       # (batch, width)
            r = H @ theta[2] - y
            D = np.outer(r, theta[2]) * (1 - H**2)
            theta = theta - np.stack([x @ D, D.sum(axis=0), r @ H]) / (20 * 33)
        units = np.tanh(np.outer(x, theta[0]) + theta[1]) * theta[2]
        assert np.allclose(fits.terms[name], units, rtol=0, atol=1e-6)
        assert fits.loss[name] == pytest.approx(((units.sum(axis=1) - y) ** 2).mean() / 2, abs=1e-7)
        assert (np.ptp(fits.terms[name], axis=1).max() == 0) == one
        network = fits.terms[name].sum(axis=1)
        turns = np.count_nonzero(np.diff(np.sign(np.diff(network))))
        assert turns == (0 if one else 4) and (not one or network[0] < network[-1])
    assert np.count_nonzero(np.diff(np.sign(np.diff(y)))) == 4
    # the figure: gray units, dots, and their sum
    for ax, units in zip(fits.panels, fits.terms.values(), strict=True):
        *single, data, network = ax.lines
        assert len(single) == 16 and all(np.array_equal(line.get_ydata(), units[:, i]) for i, line in enumerate(single))
        assert np.array_equal(data.get_ydata(), fits.y) and np.array_equal(network.get_ydata(), units.sum(axis=1))
        assert all(np.array_equal(line.get_xdata(), fits.x) for line in ax.lines)


def test_copies_make_one_journey_and_different_units_spread_out(run):
    arrows = run("gradients/symmetry/arrows")
    X, W1, W2 = draws(3, (200, 2), (16, 2), 16)
    y = np.abs(X[:, 0]) - np.abs(X[:, 1])
    for start, path, final in (((0.2 * W1, 0.2 * W2), arrows.different, arrows.free_loss),
                               ((np.array([[0.4, 0.3]] * 16), np.full(16, 0.1)), arrows.copies, arrows.stuck_loss)):
        A, v = start
        assert np.array_equal(path[0], A) and len(path) == 1001
        for _ in range(1000):
            H = np.clip(X @ A.T, 0, None)
            r = H @ v - y
            A, v, loss = A - (np.outer(r, v) * (H > 0)).T @ X / 2000, v - r @ H / 2000, r @ r / 400
        assert np.allclose(path[-1], A, rtol=0, atol=1e-9) and final == pytest.approx(loss, abs=1e-9)
    assert (arrows.copies == arrows.copies[:, :1]).all() and arrows.ranks == [1, 2]
    # the one direction is near the horizontal axis; the many reach both ends of both axes
    assert abs(arrows.copies[-1, 0, 1]) < 0.1 * arrows.copies[-1, 0, 0]
    ends = arrows.different[-1]
    angles = np.degrees(np.arctan2(ends[:, 1], ends[:, 0]))
    assert all(min(abs((angles - axis + 180) % 360 - 180)) < 10 for axis in (0, 90, 180, 270))
    # the figure: the path of each unit, an arrow at its end, a dot at its start
    for ax, path in zip(arrows.panels, (arrows.copies, arrows.different), strict=True):
        *traces, dots = ax.lines
        assert len(traces) == len(ax.texts) == 16
        for i, (trace, arrow) in enumerate(zip(traces, ax.texts)):
            assert np.array_equal(trace.get_xydata(), path[:, i]) and np.array_equal(arrow.xy, path[-1, i])
            assert any(np.array_equal(arrow.xyann, point) for point in path[:-1, i])
        assert np.array_equal(dots.get_xydata(), path[0])


def test_different_biases_part_the_rows_and_equal_ones_do_not():
    X, y = draws(2, (16, 3), 16)
    for b, parted in ((np.array([0, 0.1, 0.2, 0.3]), True), (np.full(4, 0.2), False)):
        W1, v = np.full((4, 3), 0.5), np.full(4, 0.5)
        for _ in range(200):
            H = np.tanh((X[:, None] * W1).sum(axis=2) + b)
            r = ((H * v).sum(axis=1) - y)[:, None]
            D = r * v * (1 - H**2)
            W1, b, v = W1 - 0.1 * (D[..., None] * X[:, None]).mean(axis=0), b - 0.1 * D.mean(axis=0), v - 0.1 * (r * H).mean(axis=0)
        assert np.ptp(W1, axis=0).max() > 0.1 if parted else np.ptp(W1, axis=0).max() == 0


@pytest.mark.parametrize("rule", ["momentum", "Adam", "weight decay", "minibatches", "dropout of inputs"])
def test_no_rule_that_treats_all_weights_alike_parts_the_units(rule):
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(32, 3)), rng.normal(size=32)
    theta, m, s = np.full((4, 4), 0.5), 0, 0      # a unit is a row: its three weights in, one out
    for t in range(1, 101):
        batch = rng.integers(32, size=4) if rule == "minibatches" else np.arange(32)
        x = X[batch, None] * (2 * rng.integers(2, size=(32, 1, 3)) if rule == "dropout of inputs" else 1)
        h = np.tanh((x * theta[:, :3]).sum(axis=2))
        residual = ((h * theta[:, 3]).sum(axis=1) - y[batch])[:, None]
        into = (residual * theta[:, 3] * (1 - h**2))[..., None] * x
        g = np.column_stack([into.mean(axis=0), (residual * h).mean(axis=0)])
        if rule == "momentum":
            g = m = 0.9 * m + g
        elif rule == "Adam":
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            g = (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
        elif rule == "weight decay":
            g = g + 0.1 * theta
        theta = theta - 0.02 * g
    assert np.ptp(theta, axis=0).max() == 0 and np.ptp(theta[0]) > 0.01


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_a_deep_constant_network_keeps_few_numbers(run, depth):
    """A constant network of two or more matrices, without biases, holds at most this many different numbers in all its
    matrices together, however long it trains.

    Exact, by counting after training networks of two, three and five matrices.
    """
    rng = np.random.default_rng(depth)
    X, Y = rng.normal(size=(8, 1, 5)), rng.normal(size=(8, 2))
    sizes = [5] + [3] * (depth - 1) + [2]
    W = [np.full(shape, 0.3) for shape in zip(sizes[1:], sizes)]
    for _ in range(20):
        H = [X[:, 0]]
        for layer, M in enumerate(W):
            z = (H[-1][:, None] * M).sum(axis=2)
            H.append(np.tanh(z) if layer < depth - 1 else z)
        delta = H.pop() - Y
        for layer in reversed(range(depth)):
            G = (delta[:, :, None] * H[layer][:, None]).mean(axis=0)
            delta = (delta[:, :, None] * W[layer]).sum(axis=1) * (1 - H[layer] ** 2)
            W[layer] = W[layer] - 0.1 * G
    assert sum(np.unique(M).size for M in W) == equation("eq-symmetry-values", fan_in=5, L=depth, fan_out=2)
    layers = run("gradients/symmetry/layers")
    assert sum(layers.distinct) == equation("eq-symmetry-values", fan_in=layers.x.size, L=3, fan_out=layers.y.size)


def test_gradients_of_a_constant_network_are_those_of_one_unit_a_layer(run):
    layers = run("gradients/symmetry/layers")
    x, y = draws(0, 3, 2)
    first = np.tanh(x.sum() / 2)                            # what each unit of a layer says
    second = np.tanh(4 * first / 2)
    error = 4 * second / 2 - y
    into = error.sum() / 2 * (1 - second**2)
    below = 4 * into / 2 * (1 - first**2)
    for G, expected in zip(layers.gradient, (below * x, into * first, (error * second)[:, None]), strict=True):
        assert np.allclose(G, expected, rtol=0, atol=1e-13)


def test_distinct_weights_in_the_last_matrix_part_the_last_hidden_layer_only():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(8, 1, 3)), rng.normal(size=(8, 1))
    W = [np.full((4, 3), 0.5), np.full((4, 4), 0.5), np.array([[0.1, 0.2, 0.3, 0.4]])]
    for _ in range(100):
        H = [X[:, 0]]
        for layer, M in enumerate(W):
            z = (H[-1][:, None] * M).sum(axis=2)
            H.append(np.tanh(z) if layer < 2 else z)
        delta = H.pop() - y
        for layer in (2, 1, 0):
            G = (delta[:, :, None] * H[layer][:, None]).mean(axis=0)
            delta = (delta[:, :, None] * W[layer]).sum(axis=1) * (1 - H[layer] ** 2)
            W[layer] = W[layer] - 0.1 * G
    first, second = (np.ptp(M, axis=0).max() for M in W[:2])
    assert first == 0 < 0.01 < second


def test_columns_stay_equal_if_the_data_treat_two_inputs_alike():
    x = np.random.default_rng(5).normal(size=(8, 3))
    X, y = np.vstack([x, x[:, [1, 0, 2]]]), np.tile(x.prod(axis=1) + x[:, 2], 2)[:, None]
    W1, W2 = np.full((4, 3), 0.5), np.full((1, 4), 0.5)
    for _ in range(50):
        G1, G2 = backward(X, y, W1, W2)
        W1, W2 = W1 - 0.1 * G1, W2 - 0.1 * G2
    assert np.allclose(W1[:, 0], W1[:, 1], atol=1e-12) and abs(W1[:, 0] - W1[:, 2]).min() > 0.01


def test_mirror_images_stay_mirror_images():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
    W1, W2 = np.array([[0.5] * 3, [-0.5] * 3]), np.array([[0.5, -0.5]])
    for _ in range(50):
        G1, G2 = backward(X, y, W1, W2)
        W1, W2 = W1 - 0.1 * G1, W2 - 0.1 * G2
    assert np.allclose(W1[0], -W1[1], atol=1e-12) and abs(W1[0] - 0.5).max() > 0.01


# ---- dropout

@pytest.mark.parametrize("drop", [0.2, 0.5])
def test_dropout_parts_a_kept_twin_from_a_dropped_one_by_the_formula(drop):
    """After one step on one example the incoming weights of a unit that dropout kept differ by this amount from those
    of an equal one that it dropped.

    Exact, by differences of the loss, within a relative 1e-6, for two drop probabilities.
    """
    x, y, rate = np.array([[0.7, -1.2, 0.4]]), 0.3, 0.1
    W1, W2, mask = np.full((2, 3), 0.5), np.full((1, 2), 0.5), np.array([[1, 0]]) / (1 - drop)

    def loss(W):
        return ((mask * np.tanh(x @ W.T) * W2).sum() - y) ** 2 / 2

    numeric = np.zeros((2, 3))
    for i, j in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[i, j] = 1e-6
        numeric[i, j] = (loss(W1 + step) - loss(W1 - step)) / 2e-6
    after = W1 - rate * numeric
    h = np.tanh(0.5 * x.sum())
    for j in range(3):
        predicted = equation("eq-symmetry-dropout", eta=rate, r=0.5 * h / (1 - drop) - y, v=0.5, slope=1 - h**2,
                             x_j=x[0, j], p=drop)
        assert after[0, j] - after[1, j] == pytest.approx(float(predicted), rel=1e-6)


STARTS = [("tanh", .5, .5, True), ("tanh", .5, 0, True), ("tanh", 0, .5, True), ("tanh", 0, 0, False),
          ("sigmoid", 0, 0, True), ("ReLU", .5, 0, True), ("ReLU", 0, .5, False), ("ReLU", 0, 0, False)]
PHI = {"tanh": TANH, "sigmoid": (lambda z: (1 + np.tanh(z / 2)) / 2, lambda h: h * (1 - h)),
       "ReLU": (lambda z: z.clip(0), lambda h: h > 0)}


@pytest.mark.parametrize("name, w1, w2, parts", STARTS)
def test_dropout_parts_two_units_for_some_pair_of_masks_or_for_none(name, w1, w2, parts):
    X, y = np.array([[0.7, 1.2, -0.4]]), np.array([[0.9]])
    parted = []
    for masks in product(product((0, 2), repeat=2), repeat=2):      # all masks of two units in two steps
        W1, W2 = np.full((2, 3), float(w1)), np.full((1, 2), float(w2))
        for mask in masks:
            G1, G2 = backward(X, y, W1, W2, *PHI[name], mask=np.array(mask))
            W1, W2 = W1 - 0.1 * G1, W2 - 0.1 * G2
        parted.append(np.ptp(np.vstack([W1.T, W2]), axis=1).max() > 1e-6)
        if masks[0][0] == masks[0][1] and masks[1][0] == masks[1][1]:
            assert not parted[-1]
    assert any(parted) == parts


def test_listing_agrees_which_starts_dropout_can_part(run):
    breakers = run("gradients/symmetry/breakers")
    expected = {(name, w1, w2): parts for name, w1, w2, parts in STARTS}
    assert [rate for *_, rate in breakers.starts] == [0.2, 0] + [0.2] * 6 + [0]   # W2 is frozen in the second and the last
    for (name, w1, w2, rate), row in zip(breakers.starts, breakers.table, strict=True):
        h = PHI[name][0](np.array([-1.0, 0.7]) * w1)
        signal = bool((rate * h).any() or (w2 * PHI[name][1](h)).any())
        assert row[0] == signal == (expected[name, w1, w2] and (rate > 0 or w2 > 0))
    # the figure: a bar for each start, and words where it has no length
    assert [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in breakers.ax.patches] == [
        (pytest.approx(row), dropout) for row, (*_, dropout, _) in enumerate(breakers.table)]
    assert all(bar.get_height() == pytest.approx(0.6) for bar in breakers.ax.patches)
    assert [text.get_text() for text in breakers.ax.texts if text.get_ha() == "left"] == ["0: nothing moves"] * 3
    assert [text.get_position()[1] for text in breakers.ax.texts if text.get_ha() == "left"] == [6, 7, 8]
    assert [text.get_text() for text in breakers.ax.texts if text.get_ha() == "right"] == [
        f"{name}, $W_1={w1}$, $W_2={w2}$" + (" frozen" if rate == 0 else "") for name, w1, w2, rate in breakers.starts]
    assert all(0.1 < row[2] < 0.7 for row in breakers.table[:6])


def test_spreads_of_the_listing_by_matrix_products(run):
    breakers = run("gradients/symmetry/breakers")
    rng = np.random.default_rng(0)
    rng.normal(size=(64, 3))
    for (name, w1, w2, rate), row in zip(breakers.starts, breakers.table, strict=True):
        for drop, spread in zip((0, 0.5), row[1:3], strict=True):
            W1, W2 = np.full((4, 3), float(w1)), np.full((1, 4), float(w2))
            for batch in rng.integers(64, size=(50, 8)):
                mask = (rng.random((8, 4)) >= drop) / (1 - drop)
                G1, G2 = backward(breakers.X[batch], breakers.y[batch], W1, W2, *PHI[name], mask=mask)
                W1, W2 = W1 - 0.2 * G1, W2 - rate * G2
            assert spread == pytest.approx(np.ptp(W1, axis=0).max(), abs=1e-9)
        assert row[3] == pytest.approx(abs(W1 - w1).max(), abs=1e-9)


def test_dead_relu_units_move_if_the_kink_has_another_derivative():
    X, y, W1, W2 = np.array([[0.7, 1.2, -0.4]]), np.array([[0.9]]), np.zeros((2, 3)), np.full((1, 2), 0.5)
    relu = PHI["ReLU"][0]
    assert not backward(X, y, W1, W2, *PHI["ReLU"])[0].any()
    assert backward(X, y, W1, W2, relu, lambda h: np.where(h > 0, 1, 0.5))[0].all()


def test_a_tanh_network_of_zeros_learns_only_its_output_bias():
    w, c, x, y = sp.symbols("w:4"), sp.Symbol("c"), sp.symbols("x:2"), sp.Symbol("y")
    loss = (w[2] * sp.tanh(w[0] * x[0] + w[1] * x[1] + w[3]) + c - y) ** 2
    at_zero = {s: 0 for s in (*w, c)}
    assert all(sp.diff(loss, s).subs(at_zero) == 0 for s in w)
    assert sp.diff(loss, c).subs(at_zero) == -2 * y


# ---- rounding

def test_growth_of_the_gap_is_the_negative_curvature_between_the_twins(run):
    """On symmetric inputs with an even target, where twins rest with incoming weights of zero and the target's mean as
    their output, each step multiplies a small difference between these weights by this factor.

    Exact, by the curvature of the loss between the twins, for a bump; another test takes a bowl.
    """
    rounding = run("gradients/symmetry/rounding")
    x, y = rounding.x[:, 0], 1 / (1 + rounding.x[:, 0] ** 2)

    def loss(units):
        w, b, out = units
        z = x[:, None] * w + b
        return ((z / np.sqrt(1 + z**2) @ out - y) ** 2).mean() / 2

    point, step = np.repeat([0, rounding.b, rounding.v], 2), 1e-4
    shifts = step * np.eye(6)
    H = np.array([[(loss((point + a + b).reshape(3, 2)) - loss((point + a - b).reshape(3, 2))
                    - loss((point - a + b).reshape(3, 2)) + loss((point - a - b).reshape(3, 2))) / (4 * step**2)
                   for a in shifts] for b in shifts])
    values, vectors = np.linalg.eigh(H)
    assert abs(vectors[:, 0]) == pytest.approx([0.5**0.5, 0.5**0.5, 0, 0, 0, 0], abs=1e-4)
    growth = equation("eq-symmetry-growth", eta=1, v=rounding.v, bend=-3 * rounding.b * (1 + rounding.b**2) ** -2.5,
                      covariance=np.mean(y * x**2) - y.mean() * np.mean(x**2))
    assert 1 - values[0] == pytest.approx(float(growth), abs=1e-6)
    assert rounding.measured_growth == pytest.approx(float(growth), abs=1e-5)
    assert rounding.predicted_growth == pytest.approx(float(growth), abs=1e-12)
    assert rounding.stuck_loss == pytest.approx(y.var() / 2, abs=1e-12) and rounding.free_loss < 0.002
    # the figure: the gap, and a straight line of this slope that it follows for over 300 steps
    predicted, measured = rounding.ax.lines
    assert np.array_equal(measured.get_ydata(), rounding.gap) and len(rounding.gap) == 360
    assert [list(line.get_xdata()) for line in rounding.ax.lines] == [list(range(360))] * 2
    assert np.allclose(np.diff(np.log(predicted.get_ydata())), float(sp.log(growth)), rtol=1e-9)
    assert abs(np.log(measured.get_ydata() / predicted.get_ydata()))[20:310].max() < 1
    assert rounding.gap[359] < rounding.gap[350] * float(growth)  # nine steps in the place of one: it levels off
    assert rounding.gap[100] == predicted.get_ydata()[100]
    assert 0.5e-16 < rounding.first_gap == rounding.gap[0] and rounding.last_gap == rounding.gap[359]


def test_the_gap_of_rounding_dies_out_for_a_bowl_in_place_of_the_bump():
    x = (np.arange(16) - 7.5) / 4
    y = x**2 / 4
    units = np.array([[0.5, 0.5 + 1e-9], [0, 0], [0.5, 0.5]])
    gaps = []
    for _ in range(400):
        w, b, v = units
        z = x[:, None] * w + b
        r = (z / np.sqrt(1 + z**2) @ v - y)[:, None]
        slope = (1 + z**2) ** -1.5
        units = units - np.stack([r * v * slope * x[:, None], r * v * slope, r * z / np.sqrt(1 + z**2)]).mean(axis=1)
        gaps.append(abs(units[0, 0] - units[0, 1]))
    _, b, v = units[:, 0]
    factor = float(equation("eq-symmetry-growth", eta=1, v=v, bend=-3 * b * (1 + b**2) ** -2.5,
                            covariance=np.cov(y, x**2, ddof=0)[0, 1]))
    assert (gaps[100] / gaps[60]) ** (1 / 40) == pytest.approx(factor, abs=1e-4) and factor < 1
    assert gaps[-1] < 1e-15 and abs(np.diff(units[1:])).min() > 1e-9       # of b and v nothing dies out


def test_twins_stay_equal_in_any_order_if_each_sum_is_rounded_once(run):
    rounding = run("gradients/symmetry/rounding")
    x, y = rounding.x[:, 0], rounding.y[:, 0]
    units = [np.array([0.5, 0, 0.5])] * 2
    for _ in range(60):
        z = [w * x + b for w, b, _ in units]
        s = [1 / np.sqrt(1 + t * t) for t in z]
        residual = units[0][2] * z[0] * s[0] + units[1][2] * z[1] * s[1] - y
        terms = [np.array([residual * u[2] * q**3 * x, residual * u[2] * q**3, residual * t * q])
                 for u, t, q in zip(units, z, s)]
        sums = [[fsum(row) / 16 for row in terms[0]], [fsum(row[::-1]) / 16 for row in terms[1]]]
        units = [u - np.array(g) for u, g in zip(units, sums)]
    assert (units[0] == units[1]).all()
    assert rounding.gap[60] > rounding.gap[0] == 2.0**-54


# ---- biases, a last layer of zeros, Adam

def test_zero_biases_leave_one_input_two_functions(run):
    kinks = run("gradients/symmetry/kinks")
    rng = np.random.default_rng(0)
    w, v = np.sqrt(2) * rng.standard_normal(64), rng.standard_normal(64) / np.sqrt(32)
    spread = np.abs(w) * rng.uniform(-1, 1, 64)
    X, V = rng.standard_normal((256, 10)), rng.standard_normal((64, 10))
    x = -1 + 2 * np.arange(64) / 63
    assert np.allclose(kinks.x, x, rtol=0, atol=1e-15) and np.allclose(kinks.y, np.sin(2 * np.pi * x), rtol=0, atol=1e-14)
    assert np.allclose(kinks.random, spread) and abs(kinks.random / kinks.w).max() < 1       # bends inside of the data
    for name, b, rank in (("zero biases", 0 * w, 2), ("random biases", spread, 53)):
        H = np.clip(np.outer(x, w) + b, 0, None)
        eigenvalues = np.linalg.eigvalsh(H.T @ H)[::-1]
        assert np.allclose(kinks.s[name][:2] ** 2, eigenvalues[:2], rtol=1e-9) and len(kinks.s[name]) == 64
        assert kinks.rank[name] == np.linalg.matrix_rank(H, tol=1e-8) == rank
        left = theta, m, s = np.stack([w, b, v]), np.zeros((3, 64)), np.zeros((3, 64))
        for t in range(1, 301):
            theta, m, s = left
            on = np.outer(x, theta[0]) + theta[1] > 0
            H = np.where(on, np.outer(x, theta[0]) + theta[1], 0)
            r = H @ theta[2] - kinks.y
            D = np.outer(r, theta[2]) * on
            g = np.stack([x @ D, D.sum(axis=0), r @ H]) / 64
            m, s = m + (g - m) / 10, s + (g * g - s) / 1000
            left = theta - 0.01 * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), m, s
        w_end, b_end, v_end = left[0]
        network = np.clip(np.outer(x, w_end) + b_end, 0, None) @ v_end
        assert np.allclose(kinks.fits[name], network, rtol=0, atol=1e-4)
        assert kinks.loss[name] == pytest.approx(((network - kinks.y) ** 2).mean() / 2, abs=1e-4)
    assert kinks.loss["zero biases"] > 50 * kinks.loss["random biases"]
    assert np.allclose(kinks.X, X) and kinks.rank["ten inputs"] == np.linalg.matrix_rank(np.clip(X @ V.T, 0, None)) == 64
    # the columns are multiples of max(x, 0) and of max(-x, 0), and the network is straight along rays
    H = np.clip(np.outer(x, w), 0, None)
    basis = np.column_stack([np.clip(x, 0, None), np.clip(-x, 0, None)])
    assert np.allclose(basis @ np.stack([np.clip(w, 0, None), np.clip(-w, 0, None)]), H, rtol=0, atol=1e-14)
    f = [np.clip(a * X[:5] @ V.T, 0, None) @ v for a in (1, 3.5)]
    assert np.allclose(f[1], 3.5 * f[0], rtol=1e-12)
    # the figure: the wave dashed, the network over it, the singular values below; three straight pieces on the left
    for curve, bars, name in zip(kinks.top, kinks.bottom, kinks.fits, strict=True):
        wave, network = curve.lines
        assert np.array_equal(wave.get_ydata(), kinks.y) and np.array_equal(network.get_ydata(), kinks.fits[name])
        assert all(np.array_equal(line.get_xdata(), kinks.x) for line in curve.lines)
        assert [bar.get_height() for bar in bars.patches] == list(kinks.s[name])
        assert [bar.get_x() + bar.get_width() / 2 for bar in bars.patches] == pytest.approx(range(1, 65))
        low, high = bars.get_ylim()
        visible = sum(low < bar.get_height() < high for bar in bars.patches)
        assert visible == kinks.rank[name]
    bends = abs(np.diff(kinks.fits["zero biases"], 2))
    bent = x[1:-1][bends > 1e-6]
    assert abs(bent).max() < 0.25 and bent.min() < -0.15 < 0.15 < bent.max()


def test_a_layer_of_zeros_trains_if_the_other_is_random(run):
    last = run("gradients/symmetry/last")
    X, W1, W2 = draws(4, (32, 3), (8, 3), (1, 8))
    y = np.tanh(X @ [1, -1, 0])[:, None]
    for name, first, second in (("both random", 1, 1), ("last zero", 1, 0), ("first zero", 0, 1), ("both zero", 0, 0)):
        A, B = first * W1 / 3**0.5, second * W2 / 8**0.5
        for step in range(300):
            loss = ((np.tanh(X @ A.T) @ B.T - y) ** 2).mean() / 2
            if step == 0:
                assert last.at_first[name] == pytest.approx(loss, rel=1e-12)
            G1, G2 = backward(X, y, A, B)
            if step == 0 and name == "last zero":
                assert not G1.any() and len(np.unique(G2)) == 8
            A, B = A - 0.3 * G1, B - 0.3 * G2
        assert last.at_last[name] == pytest.approx(loss, rel=1e-6)
        assert (loss < 0.001) == bool(first or second)


def test_adam_moves_by_signs_first_and_drops_one_of_the_two_factors(run):
    adam = run("gradients/symmetry/adam")
    X, y = draws(2, (16, 3), (16, 1))
    G1, G2 = backward(X, y, np.full((4, 3), 0.5), np.full((1, 4), 0.5))
    assert np.allclose(adam.g, np.column_stack([G1, G2[0]]), rtol=0, atol=1e-14)
    assert np.allclose(adam.after_one[:, :3], 0.5 - np.sign(G1) / 100, rtol=0, atol=1e-7)
    signs = np.sign(G1[0])
    assert signs[0] == signs[2] == -signs[1] and abs(adam.after_one[0, 0] - adam.after_one[0, 2]) < 1e-8
    for width, out, rate_out, end in ((4, 0.5, 0.01, adam.after_all), (1, 2, 0.04, adam.single)):
        W1, W2 = np.full((width, 3), 0.5), np.full((1, width), float(out))
        m = s = np.zeros((width, 4))
        for t in range(1, 101):
            G1, G2 = backward(X, y, W1, W2)
            g = np.column_stack([G1, G2[0]])
            m, s = m + (g - m) / 10, s + (g * g - s) / 1000
            move = m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
            W1, W2 = W1 - 0.01 * move[:, :3], W2 - rate_out * move[:, 3]
        assert np.allclose(end, np.column_stack([W1, W2[0]]), rtol=0, atol=1e-7)
    assert np.allclose(adam.single[0], adam.after_all[0] * [1, 1, 1, 4], rtol=0, atol=1e-5)
    for row, of in zip(adam.rows.values(), (adam.g, adam.after_one, adam.after_all, adam.single), strict=True):
        assert np.array_equal(row, of[0])
    assert (adam.after_all == adam.after_all[0]).all() and np.ptp(adam.after_all[0, :3]) > 0.1
    # with the rate of gradient descent for the incoming weights, a quarter, the single unit would not follow
    assert abs(adam.single[0, :3] - 0.5).min() > 0.01


# ---- other symmetries

@pytest.mark.parametrize("kind, size", [("filters", 3), ("heads", 6)])
def test_parts_have_the_gradient_that_the_listing_uses(run, kind, size):
    parts = run("gradients/symmetry/parts")
    part, theta = getattr(parts, kind), np.random.default_rng(4).normal(size=(3, size))
    assert parts.apart[kind] == 0
    exact = part(theta)[1]
    for i, j in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[i, j] = 1e-6
        numeric = (part(theta + step)[0] - part(theta - step)[0]) / 2e-6
        assert np.allclose(numeric[:, i], exact[:, i, j], rtol=0, atol=1e-8)
        assert not np.delete(numeric, i, axis=1).any()


def test_a_hundred_steps_of_twins_beside_a_third_by_sums_over_indices(run):
    parts = run("gradients/symmetry/parts")
    T, y, _, (twin, third) = draws(0, (32, 6, 3), 32, (2, 3), (2, 6))
    theta, v = first, _ = np.array([twin, twin, third]), np.ones(3)
    for _ in range(100):
        q, u = theta[:, :3], theta[:, 3:]
        weights = np.exp(np.einsum("btj,pj->bpt", T, q))
        weights /= weights.sum(axis=2)[..., None]
        mean = np.einsum("bpt,btj->bpj", weights, T)                     # what the heads look at
        h = np.einsum("bpj,pj->bp", mean, u)
        covariance = np.einsum("bpt,bti,btj->bpij", weights, T, T) - np.einsum("bpi,bpj->bpij", mean, mean)
        r = h @ v - y
        into = np.concatenate([np.einsum("bpij,pj->bpi", covariance, u), mean], axis=2)
        theta, v = theta - 0.1 / 32 * np.einsum("b,p,bpk->pk", r, v, into), v - 0.1 / 32 * r @ h
    assert np.allclose(parts.theta, theta, rtol=0, atol=1e-10) and np.allclose(parts.v, v, rtol=0, atol=1e-10)
    assert (parts.theta[0] == parts.theta[1]).all()
    assert parts.moved == pytest.approx(abs(theta - first).min(), abs=1e-10)


def test_an_embedding_of_equal_vectors_separates_tokens_and_not_dimensions():
    rng = np.random.default_rng(5)
    tokens, y = rng.integers(5, size=40), rng.normal(size=40)
    table, out = np.full((5, 4), 0.5), np.full(4, 0.5)       # (vocabulary, dimensions)
    for _ in range(50):
        h = np.tanh(table[tokens])
        residual = ((h * out).sum(axis=1) - y)[:, None]
        grad = np.zeros_like(table)
        np.add.at(grad, tokens, residual * out * (1 - h**2) / 40)
        table, out = table - 0.5 * grad, out - 0.5 * (residual * h).mean(axis=0)
    assert np.ptp(table, axis=1).max() == 0 and len(np.unique(table[:, 0])) == 5


def scores(X, target, Q, K):
    """Gradients of half the squared error of the scores X Q^T K X^T."""
    R = X @ Q.T @ K @ X.T - target
    return K @ X.T @ R.T @ X, Q @ X.T @ R @ X


def test_queries_and_keys_have_a_gauge_that_holds_them_where_a_direction_is_missing():
    rng = np.random.default_rng(6)
    X, target, M = rng.normal(size=(5, 3)), rng.normal(size=(5, 5)), np.array([[2.0, 1, 0], [0, 1, 1], [0, 0, 1]])
    Q, K = rng.normal(size=(2, 3, 3))
    assert np.allclose(X @ (M @ Q).T @ (np.linalg.inv(M).T @ K) @ X.T, X @ Q.T @ K @ X.T, atol=1e-11)
    assert not any(g.any() for g in scores(X, target, 0 * Q, 0 * K))
    u = rng.normal(size=3)
    lacking = np.eye(3) - np.outer(u, u) / (u @ u)
    for one, two, held in ((lacking @ Q, lacking @ K, True), (lacking @ Q, K, False), (Q, lacking @ K, False)):
        pull = max(abs(u @ g).max() for g in scores(X, target, one, two))
        assert pull < 1e-12 if held else pull > 1e-3


def test_queries_and_keys_that_lack_different_directions_are_not_held():
    """A point that a change which is not orthogonal fixes, and that descent leaves: W_Q = (1, 0), W_K = (0, 1)."""
    Q, K, M = sp.Matrix([1, 0]), sp.Matrix([0, 1]), sp.Matrix([[1, 1], [0, 1]])
    assert M * Q == Q and M.inv().T * K == K and M.T * M != sp.eye(2)
    a, b, c, d = sp.symbols("a:d")
    loss = (a * c + b * d - 1) ** 2 / 2
    assert [sp.diff(loss, s).subs({a: 1, b: 0, c: 0, d: 1}) for s in (a, b, c, d)] == [0, -1, -1, 0]
    q, k = np.array([1.0, 0]), np.array([0, 1.0])
    for _ in range(200):
        r = q @ k - 1
        q, k = q - 0.1 * r * k, k - 0.1 * r * q
    assert q @ k == pytest.approx(1, abs=1e-6)


def test_a_constant_head_keeps_scores_of_one_dimension_and_a_random_one_does_not():
    rng = np.random.default_rng(7)
    X, target = rng.normal(size=(5, 3)), rng.normal(size=(5, 5))
    for start, rank in ((np.full((2, 3, 3), 0.5), 1), (rng.normal(size=(2, 3, 3)), 3)):
        Q, K = start
        for _ in range(100):
            gradient = scores(X, target, Q, K)
            Q, K = Q - 1e-3 * gradient[0], K - 1e-3 * gradient[1]
        assert np.linalg.matrix_rank(Q.T @ K, tol=1e-9) == rank and abs(Q - start[0]).max() > 0.01


def test_fixed_points_of_sign_and_scale_have_no_gradient_and_other_points_do(run):
    inv = run("gradients/symmetry/invariances")
    assert inv.pull["constant"] == 0 and (inv.W_Q == 0.5).all()
    X, y, V1, V2, W1, W2, target, W_K = draws(0, (16, 3), (16, 1), *[(4, 3), (1, 4)] * 2, (3, 3), (3, 3))
    assert (inv.W1 == W1).all() and (inv.W2 == W2).all()
    # the listing's own gradients, by differences of half the mean squared error
    for plain, (*_, phi, dphi) in zip((np.tanh, lambda z: z * (z > 0)), inv.PHI.values(), strict=True):
        def loss(flat):
            return ((plain(X @ flat[:12].reshape(4, 3).T) @ flat[12:] - y[:, 0]) ** 2).mean() / 2

        point = np.append(V1, V2)
        numeric = [(loss(point + step) - loss(point - step)) / 2e-6 for step in 1e-6 * np.eye(16)]
        error, *exact = inv.backward(V1, V2, phi, dphi)
        assert np.allclose(np.concatenate([g.ravel() for g in exact]), numeric, rtol=0, atol=1e-8)
        assert (error**2).mean() / 2 == pytest.approx(loss(point))
    for phi, dphi in (TANH, PHI["ReLU"]):
        W1, W2 = np.random.default_rng(8).normal(size=(4, 3)), np.random.default_rng(9).normal(size=(1, 4))
        W1[0], W2[0, 0] = 0, 0
        G1, G2 = backward(inv.X, inv.y, W1, W2, phi, dphi)
        assert not G1[0].any() and not G2[0, 0] and G1[1:].any(axis=1).any()
        W2[0, 0] = 0.5                                       # a tanh unit leaves zero if only one of the two is zero
        assert backward(inv.X, inv.y, W1, W2, phi, dphi)[0][0].any() == (phi is np.tanh)
    r = inv.W_Q.T @ W_K - target
    G_Q, G_K = scores(np.eye(3), target, inv.W_Q, W_K)
    assert np.hypot(np.linalg.norm(inv.u @ G_Q), np.linalg.norm(inv.u @ G_K)) == pytest.approx(inv.pull["random"])
    assert np.allclose(r, inv.r)


# ---- regression

def test_regression_reaches_the_optimum_of_other_solvers(run):
    """Softmax regression whose classes have equal rows starts with this cross-entropy, whatever the data.

    Symbolic, for two and seven classes, and numerically for three.
    """
    regression = run("gradients/symmetry/regression")
    X, Y, label = regression.X, regression.Y, regression.label[:, 0]
    sides = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)            # equal signs are class 0, of the others x says which
    assert np.array_equal(label, np.where(sides != 1, 0, np.where(X[:, 0] > 0, 2, 1)))
    assert (Y.argmax(axis=1) == label).all() and (Y.sum(axis=1) == 1).all() and X.shape == (60, 3)
    best, (linear,), *_ = np.linalg.lstsq(X, label)
    linear /= 120
    assert np.allclose(regression.A, [best], rtol=0, atol=1e-6)

    def cross_entropy(flat):
        Z = X @ flat.reshape(3, 3).T
        return (np.log(np.exp(Z).sum(axis=1)) - Z[Y]).mean()

    softmax = minimize(cross_entropy, np.zeros(9)).fun
    for start in ("zero", "constant", "random"):
        assert regression.loss[start][:2] == pytest.approx([linear, softmax], abs=5e-5)
    for constant in (0, 0.5, -2):
        first = cross_entropy(np.full(9, float(constant)))
        assert first == pytest.approx(float(equation("eq-symmetry-start", K=3)))
    for classes in (2, 7):                                  # the cross-entropy of equal rows, in exact arithmetic
        z = [sum(w * x for w, x in zip((2, -3, 5), (1, 4, 2)))] * classes
        first = -sp.log(sp.exp(z[0]) / sum(sp.exp(s) for s in z))
        assert sp.simplify(first - equation("eq-symmetry-start", K=classes)) == 0
    assert regression.loss["zero"][2] == pytest.approx(log(3))


def test_constant_hidden_layer_ends_where_a_single_unit_ends(run):
    regression = run("gradients/symmetry/regression")
    X, Y, (plane, random) = regression.X, regression.Y, draws(0, (60, 2), (4, 3))
    assert np.array_equal(X, np.column_stack([plane, np.ones(60)]))
    w, out = np.full(3, 0.5), np.full(3, 2.0)      # four units of one half each, and their rates
    for _ in range(149):
        h = np.tanh(X @ w)
        P = np.exp(np.outer(h, out))
        P /= P.sum(axis=1, keepdims=True)
        R = P - Y
        w, out = w - ((R @ out) * (1 - h**2)) @ X / 60 / 4, out - 4 * (h @ R) / 60
    Z = np.outer(np.tanh(X @ w), out)
    loss = (np.log(np.exp(Z).sum(axis=1)) - Z[Y]).mean()
    assert regression.loss["constant"][2] == pytest.approx(loss, abs=1e-9)
    assert regression.loss["random"][2] < loss / 2
    W1, W2 = random, random.T
    for _ in range(149):
        H = np.tanh(X @ W1.T)
        P = np.exp(H @ W2.T)
        R = P / P.sum(axis=1, keepdims=True) - Y
        W1, W2 = W1 - (R @ W2 * (1 - H**2)).T @ X / 60, W2 - R.T @ H / 60
    Z = np.tanh(X @ W1.T) @ W2.T
    assert regression.loss["random"][2] == pytest.approx((np.log(np.exp(Z).sum(axis=1)) - Z[Y]).mean(), abs=1e-9)
