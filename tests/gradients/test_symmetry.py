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
    X, y = draws(2, (16, 3), (16, 1))
    for start, path in (([0.5] * 4, rows.constant), ([0.1, 0.2, 0.3, 0.4], rows.distinct)):
        W1, W2 = np.full((4, 3), 0.5), np.array([start])
        for _ in range(200):
            G1, G2 = backward(X, y, W1, W2)
            W1, W2 = W1 - 0.1 * G1, W2 - 0.1 * G2
        assert np.allclose(path[-1], W1, rtol=0, atol=1e-10) and len(path) == 201
    assert rows.row_spread == 0 and all((step == step[0]).all() for step in rows.constant)
    assert [np.array_equal(rows.last[name], path[200]) for name, path in
            (("equal", rows.constant), ("single", rows.single), ("distinct", rows.distinct))] == [True] * 3
    # the figure: four lines for each input, solid, dashed and dotted; equal rows lie on each other
    for ax, path, curves in zip(rows.axes, (rows.constant, rows.distinct), (3, 12), strict=True):
        for line, (j, i) in zip(ax.lines, product(range(3), range(4)), strict=True):
            assert np.array_equal(line.get_ydata(), path[:, i, j]) and line.get_linestyle() == ("-", "--", ":")[j]
        assert len({line.get_ydata().tobytes() for line in ax.lines}) == curves
    assert rows.column_spread == pytest.approx(np.ptp(rows.single[-1]), abs=1e-10)
    assert rows.distinct_spread == pytest.approx(np.ptp(W1, axis=0).max(), abs=1e-10)


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
    assert [rate for *_, rate in breakers.starts] == [0.2, 0] + [0.2] * 6      # eight starts, W2 frozen in the second
    for name, w1, w2, rate in breakers.starts:
        h = PHI[name][0](np.array([-1.0, 0.7]) * w1)
        signal = bool((rate * h).any() or (w2 * PHI[name][1](h)).any())
        assert signal == expected[name, w1, w2]


def test_spreads_of_the_listing_by_matrix_products(run):
    breakers = run("gradients/symmetry/breakers")
    rng = np.random.default_rng(0)
    rng.normal(size=(64, 3))
    for (name, w1, w2, rate), row in zip(breakers.starts, breakers.table, strict=True):
        for drop, spread in zip((0, 0.5), row[:2], strict=True):
            W1, W2 = np.full((4, 3), float(w1)), np.full((1, 4), float(w2))
            for batch in rng.integers(64, size=(50, 8)):
                mask = (rng.random((8, 4)) >= drop) / (1 - drop)
                G1, G2 = backward(breakers.X[batch], breakers.y[batch], W1, W2, *PHI[name], mask=mask)
                W1, W2 = W1 - 0.2 * G1, W2 - rate * G2
            assert spread == pytest.approx(np.ptp(W1, axis=0).max(), abs=1e-9)
        assert row[2] == pytest.approx(abs(W1 - w1).max(), abs=1e-9)


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
