"""Repairs after a bad start: brute force, enumerated masks, finite differences and a second training program against the listings."""
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy as sp
from matplotlib.colors import to_rgba

eta, c, norm_w, norm_u, u, epsilon, theta, p, fan_in, square = sp.symbols("eta c norm_w norm_u u epsilon theta p fan_in square", positive=True)
g, size = sp.symbols("g_i size", real=True)

EQUATIONS = {
    "eq-afterwards-trust": (r"\Delta w =", -eta * norm_w / norm_u * u, {r"\norm{w}": norm_w, r"\norm{u}": norm_u}),
    "eq-afterwards-steps": (r"t \ge", sp.log(c) / sp.log(1 + eta)),
    "eq-afterwards-adam": (r"\Delta w_i =", -eta * g / (size + epsilon), {r"\abs{g_i}": size}),
    "eq-afterwards-turn": (r"\tan\alpha =", eta * sp.sin(theta) / norm_w**2, {r"\norm{w}": norm_w, r"\theta": theta}),
    "eq-afterwards-dropout": (r"\E[\tilde h^2] = (1 - p)\,\frac{\E[h^2]}{(1 - p)^2} =", square / (1 - p), {r"\E[h^2]": square}),
    "eq-afterwards-corrected": (r"\sigma^2 =", 2 * (1 - p) / fan_in),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[str(symbol)] for symbol in expression.free_symbols}))


# The result


@pytest.mark.parametrize("factor", [1, 1000, Fraction(1, 10**9)])
def test_a_trust_ratio_moves_by_a_fraction_of_the_weights(factor):
    """eq-afterwards-trust: The step has the length η‖w‖ and the direction −u, whatever the length of u.

    Exact, with Pythagorean triples.
    """
    w, direction = (6, 8), (5 * factor, -12 * factor)
    step = [EQUATIONS["eq-afterwards-trust"][1].subs({eta: Fraction(1, 10), norm_w: 10, norm_u: 13 * factor, u: a}) for a in direction]
    assert sum(a**2 for a in step) == sp.Rational(1, 100) * sum(a**2 for a in w)
    assert step[0] * direction[1] == step[1] * direction[0] and step[0] < 0 < step[1]


@pytest.mark.parametrize("shortage, rate, steps", [(10, "1/10", 25), (100, "1/100", 463), (100, "1/10", 49), (8, "1/10", 22)])
def test_weights_that_are_too_short_need_so_many_steps(shortage, rate, steps):
    """eq-afterwards-steps: With a trust ratio of η, weights c times too short need at least ln c/ln(1 + η) steps.

    By counting, in exact fractions, with every step along the weights themselves, which lengthens them most.
    """
    length, count = Fraction(1), 0
    while length < shortage:
        length, count = length * (1 + Fraction(rate)), count + 1
    assert count == steps == int(np.ceil(value("eq-afterwards-steps", c=shortage, eta=Fraction(rate))))
    for angle in np.linspace(0, np.pi, 7):                   # no direction lengthens more
        assert np.linalg.norm([1 + 0.1 * np.cos(angle), 0.1 * np.sin(angle)]) <= 1.1 + 1e-12


@pytest.mark.parametrize("gradient", ["3", "-1/1000", "1/1000000000"])
def test_the_first_step_of_adam(gradient):
    """Adam's first step moves a weight by −η g/(|g| + ε).

    Its recursion with corrected averages, in exact fractions.
    """
    gradient, first, second = Fraction(gradient), Fraction(9, 10), Fraction(999, 1000)
    m, v = (1 - first) * gradient, (1 - second) * gradient**2
    step = -sp.Rational(1, 10) * (m / (1 - first)) / (sp.sqrt(v / (1 - second)) + sp.Rational(1, 10**8))
    assert float(step) == pytest.approx(value("eq-afterwards-adam", eta=0.1, g_i=gradient, size=abs(gradient), epsilon=1e-8), rel=1e-14)


def test_adam_in_the_dark():
    share = -value("eq-afterwards-adam", eta=1, g_i=1e-9, size=1e-9, epsilon=1e-8)
    lit = -value("eq-afterwards-adam", eta=1, g_i=1e-6, size=1e-6, epsilon=1e-8)
    assert share == pytest.approx(0.091, abs=5e-4) and lit == pytest.approx(0.990, abs=5e-4)


def loss_of_direction(w):
    return 1 - w[0] / np.sqrt(w @ w)


def slopes(function, at, step):
    """Central differences with respect to each entry."""
    found = np.empty_like(at)
    for place in np.ndindex(at.shape):
        shift = np.zeros_like(at)
        shift[place] = step
        found[place] = (function(at + shift) - function(at - shift)) / (2 * step)
    return found


@pytest.mark.parametrize("degrees, length", [(-75, 0.1), (40, 1), (-10, 3)])
def test_a_step_behind_a_normalization_turns_by_this_angle(degrees, length):
    """eq-afterwards-turn: Behind a normalization a step of descent on 1 − cos θ turns the weights by α with tan α = η sin θ/‖w‖².

    Finite differences of the loss, and the angle between the vectors.
    """
    angle = np.radians(degrees)
    w = length * np.array([np.cos(angle), np.sin(angle)])
    new = w - 0.3 * slopes(loss_of_direction, w, 1e-5 * length)
    turned = np.arctan2(abs(w[0] * new[1] - w[1] * new[0]), w @ new)
    assert np.tan(turned) == pytest.approx(value("eq-afterwards-turn", eta=0.3, theta=abs(angle), norm_w=length), rel=1e-6)


@pytest.mark.parametrize("dropped, kept", [(1, 1), (1, 3), (2, 1)])
def test_dropout_and_its_correction(dropped, kept):
    """eq-afterwards-dropout: Inverted dropout keeps the mean and divides the mean square by 1 − p.

    eq-afterwards-corrected: In a ReLU layer followed by dropout, the variance 2(1 − p)/fan_in keeps the mean square of the
    signal, and with equal fans that of the gradient.

    Exact: all masks, and all signs of two by two weights, in fractions.
    """
    outcomes = [0] * dropped + [Fraction(dropped + kept, kept)] * kept      # each equally likely
    rate = Fraction(dropped, dropped + kept)
    assert sum(outcomes) / Fraction(len(outcomes)) == 1
    mean_square = sum((3 * a) ** 2 for a in outcomes) / Fraction(len(outcomes))
    assert mean_square == Fraction(*sp.nsimplify(EQUATIONS["eq-afterwards-dropout"][1].subs({square: 9, p: sp.Rational(rate.numerator, rate.denominator)})).as_numer_denom())
    variance = value("eq-afterwards-corrected", p=rate, fan_in=2)
    x, delta, forward, backward = (3, 1), (5, 2), [], []
    for signs in product([-1, 1], repeat=4):
        z = [signs[0] * x[0] + signs[1] * x[1], signs[2] * x[0] + signs[3] * x[1]]
        for masks in product(outcomes, repeat=2):
            h = [max(a, 0) * mask for a, mask in zip(z, masks)]
            forward.append(sum(a**2 for a in h))
            for other in (1, -1):                             # above, weights of mean zero
                arriving = [d * mask * (a > 0) for d, a, mask in zip((delta[0], other * delta[1]), z, masks)]
                back = [arriving[0] * signs[j] + arriving[1] * signs[2 + j] for j in (0, 1)]
                backward.append(sum(a**2 for a in back))
    assert variance * float(np.mean([float(a) for a in forward])) == pytest.approx(sum(a**2 for a in x))
    assert variance * float(np.mean([float(a) for a in backward])) == pytest.approx(sum(a**2 for a in delta))


# The table


CURES = ["none", "clip norm", "clip value", "warm-up", "Adam", "LARS", "LAMB", "LSUV", "BatchNorm"]


def outputs(table, layers, row, normalize):
    """The network of one start, without any leading axis."""
    h = table.X
    for W in layers[:-1]:
        z = (W @ h.T).T
        if normalize:
            z = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
        h = 0.5 + 0.5 * np.tanh(z / 2) if row in (5, 6) else np.where(z > 0, z, 0)
    return h @ layers[-1].T


def starts(table, row):
    return [np.array(W) for W in list(table.faults.values())[row]] + [table.heads[row]]


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("row", [0, 4, 5])
def test_the_gradients_of_the_table_are_slopes_of_its_loss(run, row, normalize):
    table = run("practice/afterwards/table")
    layers = starts(table, row)
    stacked = [np.repeat(np.repeat(W[None, None], 9, axis=0), 2, axis=1) for W in layers]
    with np.errstate(over="ignore"):                         # in float16
        found = table.gradients(stacked, normalize)
    step = 1e-3 if row == 5 else 1e-6                        # smooth, and with slopes near 1e-9
    for l in (0, 5, 10):
        rows = slice(0, 1) if l < 10 else slice(None)
        small = layers[l][rows, :4]

        def loss(part):
            changed = [W.copy() for W in layers]
            changed[l][rows, :4] = part
            return np.mean((outputs(table, changed, row, normalize) - table.y) ** 2)

        exact = slopes(loss, small, step * np.abs(layers[l]).max())
        assert found[l][row, 1, rows, :4] == pytest.approx(exact, rel=1e-3, abs=1e-4 * np.abs(found[l][row, 1]).max())


@pytest.mark.parametrize("row", range(9))
def test_the_outputs_of_the_table(run, row):
    table = run("practice/afterwards/table")
    layers = starts(table, row)
    stacked = [np.repeat(W[None, None], 9, axis=0) for W in layers]
    for normalize in (False, True):
        if row < 7 or not normalize:                         # where a unit has no spread, the quotient is rounding
            error, H, kept = table.forward(stacked, normalize)
            assert error[row, 0] + table.y == pytest.approx(outputs(table, layers, row, normalize), rel=1e-6, abs=1e-12)
            assert len(kept) == 10


def test_lsuv_in_the_table(run):
    table = run("practice/afterwards/table")
    stacked = [np.array([starts(table, row)[l] for row in range(9)])[:, None] for l in range(11)]
    table.lsuv(stacked)
    for row in (0, 3, 4, 5, 6):
        h = table.X
        for l in range(10):
            z = h @ stacked[l][row, 0].T
            assert np.std(z) == pytest.approx(1)
            h = z * (z > 0) if row < 5 else (1 + np.tanh(z / 2)) / 2
    assert np.array_equal(stacked[10][0, 0], table.heads[0])


def trained(table, cure, row, rate):
    """The same training, one network at a time, by its definition; the gradient is taken along with it by hand."""
    layers = starts(table, row)
    if cure == "LSUV":
        h = table.X
        for l in range(10):
            if np.std(h @ layers[l].T) > 0:
                layers[l] = layers[l] / np.std(h @ layers[l].T)
            h = np.maximum(h @ layers[l].T, 0) if row not in (5, 6) else 1 / (1 + np.exp(-h @ layers[l].T))
    averages = [(0, 0)] * 11
    for t in range(1, 81):
        stacked = [np.repeat(W[None, None], 9, axis=0) for W in layers]
        with np.errstate(over="ignore"):
            grads = [G[row, 0] for G in table.gradients(stacked, cure == "BatchNorm")]
        norm = np.linalg.norm(np.concatenate([G.ravel() for G in grads]))
        for l, G in enumerate(grads):
            if cure == "clip norm" and norm > 1:
                G = G / norm
            if cure == "clip value":
                G = np.sign(G) * np.minimum(abs(G), 0.1)
            if cure in ("Adam", "LAMB"):
                m, v = averages[l]
                averages[l] = m + 0.1 * (G - m), v + 0.001 * (G * G - v)
                G = averages[l][0] / (1 - 0.9**t) / (1e-8 + (averages[l][1] / (1 - 0.999**t)) ** 0.5)
            if cure in ("LARS", "LAMB") and np.any(G):
                G = G / np.linalg.norm(G) * np.linalg.norm(layers[l])
            layers[l] = layers[l] - np.asarray(G, dtype=float) * rate * (t / 30 if cure == "warm-up" and t < 30 else 1)
    return 1 - min(1, np.mean((outputs(table, layers, row, cure == "BatchNorm") - table.y) ** 2))


@pytest.mark.parametrize("cure", CURES)
def test_a_second_training_program_fills_the_table_alike(run, cure):
    table = run("practice/afterwards/table")
    rates = (0.003, 0.01, 0.03) if cure == "Adam" else (0.01, 0.03, 0.1)
    cells = {"none": [(0, 0)], "clip norm": [(0, 2)], "clip value": [(0, 2)], "warm-up": [(0, 1)], "LARS": [(5, 1)], "LSUV": [(0, 1)],
             "Adam": [(1, 0), (2, 1), (5, 2)]}
    for row, column in cells.get(cure, [(1, 1)]):
        # Rounding differs, and a training enlarges it, so the shares agree in two digits.
        assert table.ends[cure][row, column] == pytest.approx(trained(table, cure, row, rates[column]), abs=5e-3)
    assert table.ends[cure].shape == (9, 3) and np.all((table.ends[cure] >= 0) & (table.ends[cure] <= 1))
    assert list(table.learned[cure]) == [max(ends) for ends in table.ends[cure]]
    assert table.repaired[cure] == len([share for share in table.learned[cure][1:] if share > 0.5])


def test_the_starts_of_the_table(run):
    table = run("practice/afterwards/table")
    assert table.cures == CURES and list(table.learned) == CURES and len(table.faults) == 9
    assert (table.depth, table.n, table.steps, table.X.shape) == (10, 16, 80, (24, 16))
    he, half, tenth, rounded, twice, sigmoid, alike, dead, twins = (np.array(W) for W in table.faults.values())
    assert he.shape == (10, 16, 16) and np.mean(he**2) == pytest.approx(2 / 16, rel=0.1)
    assert np.mean(table.heads[0] ** 2) == pytest.approx(1 / 16, rel=0.5) and np.array_equal(table.heads[0], table.heads[7])
    for start, factor in ((half, 1 / 2), (tenth, 1 / 10), (rounded, 1 / 10), (twice, 2), (sigmoid, 0.5**0.5), (alike, 1 / 64)):
        assert start == pytest.approx(factor * he)
    assert np.mean(sigmoid**2) == pytest.approx(1 / 16, rel=0.1)                   # LeCun's
    assert dead[1].max() < 0 and np.array_equal(abs(dead[1]), abs(he[1])) and np.array_equal(np.delete(dead, 1, 0), np.delete(he, 1, 0))
    assert np.all(twins == twins[:, :1]) and np.array_equal(twins[0, 0], he[0, 0]) and np.all(twins[1:] == 1 / 16)
    assert np.all(table.heads[8] == 1 / 16)
    assert np.mean(table.y) == pytest.approx(0, abs=1e-12) and np.mean(table.y**2) == pytest.approx(1)


def test_what_the_text_says_about_the_rows(run):
    table = run("practice/afterwards/table")
    learned = np.array([table.learned[cure] for cure in CURES])
    steps, signal = learned[:7], learned[7:]
    assert learned[:, 0].min() > 0.8
    assert steps[:4, 1:4].max() < 0.01 and steps[4:, 1:3].min() > 0.4
    assert steps[:, 3].max() < 1e-6 and signal[:, :5].min() > 0.9            # gradients in float16
    assert learned[1:4, 4].max() < 0.01                                       # clipping and warm-up on twice He
    assert signal[0, 5:8].max() < 1e-3 and signal[1, 5:8].min() > 0.9
    assert steps[4:, 5].min() > 0.2 and steps[:4, 5].max() < 0.01 and steps[:, 7].max() < 1e-6
    assert learned[:, 8].max() < 0.5
    tenth = [W[None, None].repeat(9, 0) for W in starts(table, 2)]
    exact, coarse = ([G[row] for G in table.gradients(tenth, False)] for row in (2, 3))
    assert all(not G.any() for G in coarse) and 0 < max(abs(G).max() for G in exact) < 2.0**-25
    assert np.mean(np.concatenate([abs(G).ravel() for G in exact]) < 1e-8) > 0.9      # below Adam's ε
    for cure in CURES:
        for l in range(10):
            assert np.all(table.weights[cure][l][8] == table.weights[cure][l][8][:, :1])
    ordinary, equal = ([np.linalg.norm(G[row]) for G in table.gradients([W[None, None].repeat(9, 0) for W in starts(table, row)], False)] for row in (0, 8))
    assert 0.1 < np.median(np.divide(equal, ordinary)) < 10              # twins have gradients of an ordinary size
    alike = [W[None, None].repeat(9, 0) for W in starts(table, 6)]
    _, last, kept = table.forward(alike, False)
    assert np.ptp(last[6, 0], axis=0).max() < 1e-15 < np.ptp(kept[1][0][6, 0], axis=0).max()
    outputs_twice = table.forward([W[None, None].repeat(9, 0) for W in starts(table, 4)], False)[0][4] + table.y
    outputs_he = table.forward([W[None, None].repeat(9, 0) for W in starts(table, 0)], False)[0][0] + table.y
    assert np.abs(table.forward([W[None, None].repeat(9, 0) for W in starts(table, 2)], False)[0][2] + table.y) == pytest.approx(1e-10 * np.abs(outputs_he))
    assert outputs_twice == pytest.approx(2**10 * outputs_he)


def test_the_drawn_table(run):
    table = run("practice/afterwards/table")
    shown = table.ax.images[0].get_array()
    assert shown.shape == (9, 9) and np.array_equal(shown, np.array([table.learned[cure] for cure in CURES]).T)
    texts = {text.get_position(): (text.get_text(), text.get_color()) for text in table.ax.texts}
    for (row, column), share in np.ndenumerate(shown):
        assert texts[column, row] == (f"{share:.2f}", "white" if share > 0.6 else "black")
    assert texts[3.5, -1.4] == ("acts on the step", "C1") and texts[7.5, -1.4] == ("on the signal", "C0")
    assert [label.get_text() for label in table.ax.get_xticklabels()] == CURES
    assert [label.get_text() for label in table.ax.get_yticklabels()] == list(table.faults)
    assert list(table.ax.lines[0].get_xdata()) == [6.5, 6.5]


# The other pictures


def test_the_arrows(run):
    arrows = run("practice/afterwards/arrows")
    assert arrows.length_of_w == 10
    large, small = [3, 4], [0.003, 0.004]
    expected = [(large, small), ([0.6, 0.8], small), ([1, 1], small), ([0.6, 0.8], [0.6, 0.8]), ([1, 1], [1, 1])]
    names = ["plain descent", "clip the norm to 1", "clip values to ±1", "trust ratio, rate 0.1", "Adam's first step"]
    assert list(arrows.results) == names
    for column, (name, pair) in enumerate(zip(names, expected)):
        for row, step in enumerate(pair):
            assert arrows.results[name][row] == pytest.approx(step, rel=1e-5)
            ax = arrows.axes[row, column]
            heads = [text.xy for text in ax.texts if hasattr(text, "arrow_patch")]
            if np.linalg.norm(step) > 0.1:
                assert np.array(heads) == pytest.approx(np.array([step]), rel=1e-5)
                assert [text.xyann for text in ax.texts if hasattr(text, "arrow_patch")] == [(0, 0)]
                assert len(ax.lines) == 1
            else:
                assert not heads and tuple(float(a[0]) for a in ax.lines[1].get_data()) == (0, 0)
            ray = ax.lines[0].get_xydata()
            assert ray[0] == pytest.approx([0, 0]) and ray[1] == pytest.approx([3.6, 4.8])
    assert arrows.axes[0, 0].get_ylabel() == "gradient (3, 4)" and [ax.get_title() for ax in arrows.axes[0]] == names
    rule = arrows.rules["clip the norm to 1"]
    assert rule(np.array([0.3, 0.4])) == pytest.approx([0.3, 0.4]) and rule(np.array([30, -40])) == pytest.approx([0.6, -0.8])
    assert list(arrows.rules["clip values to ±1"](np.array([-3.0, 0.5]))) == [-1, 0.5]
    assert arrows.rules["Adam's first step"](np.array([1e-8, -1e-8])) == pytest.approx([0.5, -0.5])
    assert value("eq-afterwards-trust", eta=0.1, norm_w=10, norm_u=5, u=3) == pytest.approx(-arrows.results["trust ratio, rate 0.1"][0][0])


def test_the_response_lines(run):
    response = run("practice/afterwards/response")
    sizes = np.logspace(-12, 6, 19)
    assert response.lengths == pytest.approx(sizes, rel=1e-12)
    assert np.linalg.norm(response.w) == pytest.approx(1) and np.linalg.norm(response.direction) == pytest.approx(1)
    entries = sizes[:, None] * response.direction
    expected = {
        "plain descent": sizes / 10,
        "clipping at 1": np.where(sizes < 1, sizes, 1) / 10,
        "Adam": np.sqrt(np.sum(sp.lambdify([g, size], EQUATIONS["eq-afterwards-adam"][1].subs({eta: 0.01, epsilon: 1e-8}))(entries, abs(entries)) ** 2, axis=1)),
        "LARS": np.full(19, 0.1),
        "LARS with decay": sizes / (sizes + 1e-4) / 10,
    }
    assert list(response.measured) == [*expected, "LARS in float16"]
    for name, found in expected.items():
        assert response.measured[name] == pytest.approx(np.asarray(found), rel=1e-9)
    half = response.measured["LARS in float16"]
    gone = np.abs(entries).max(axis=1) <= 2.0**-25
    assert np.all(half[gone] == 0) and half[~gone] == pytest.approx(0.1) and 5 <= gone.sum() < 8
    assert response.lost == 2.0**-25
    lines = response.ax.lines
    assert len(lines) == 5
    for line, name in zip(lines, expected):
        assert np.array_equal(line.get_ydata(), response.measured[name]) and np.array_equal(line.get_xdata(), response.lengths)
    labels = {text.get_text(): to_rgba(text.get_color()) for text in response.ax.texts}
    for line, name in zip(lines, expected):
        assert to_rgba(line.get_color()) == labels[name]
    assert response.ax.patches[0].get_x() == 1e-13 and response.ax.patches[0].get_x() + response.ax.patches[0].get_width() == pytest.approx(2.0**-25)


def test_the_spectra(run):
    spectra = run("practice/afterwards/spectra")
    assert (spectra.depth, spectra.n, spectra.lr, spectra.X.shape) == (10, 32, 0.1, (32, 32))
    assert spectra.X.min() < -2.5 and np.std(spectra.X) == pytest.approx(1, abs=0.1) and spectra.head.shape == (1, 32)
    assert np.std(spectra.head) == pytest.approx(1 / np.sqrt(32), rel=0.35) and abs(np.mean(spectra.head)) < 4 / 32
    names = ["a tenth of He", "30 steps, trust ratio", "LSUV"]
    assert list(spectra.networks) == names
    assert np.mean(np.square(spectra.start)) == pytest.approx(2 / 32 / 100, rel=0.1)

    def fitted(layers):
        h = spectra.X
        for W in layers[:-1]:
            h = np.where(h @ W.T > 0, h @ W.T, 0)
        return h, h @ layers[-1].T

    layers = [*spectra.start, spectra.head]
    for step in range(30):                                   # gradients from the pseudo-linear form of a ReLU network
        hs, masks = [spectra.X], []
        for W in layers[:-1]:
            masks.append(hs[-1] @ W.T > 0)
            hs.append(hs[-1] @ W.T * masks[-1])
        grads = []
        for l in range(11):
            G = np.zeros_like(layers[l])
            for i in range(32):
                above = np.eye(layers[l].shape[0])
                for k in range(l, 10):
                    above = layers[k + 1] @ (masks[k][i][:, None] * above)
                error = layers[-1] @ hs[-1][i] - spectra.y[i]
                G += np.outer(2 * error / 32 @ above, hs[l][i])
            grads.append(G)
        layers = [W - 0.1 * np.sqrt(np.sum(W**2) / np.sum(G**2)) * G for W, G in zip(layers, grads)]
    for W, found in zip(layers, spectra.trust):
        assert found == pytest.approx(W, rel=1e-4, abs=1e-5)
    h, _ = fitted(layers)
    assert spectra.rms[names[1]] == pytest.approx(np.sqrt(np.mean(h**2)), rel=1e-3)
    assert spectra.rms[names[0]] == pytest.approx(np.sqrt(np.mean(fitted([*spectra.start, spectra.head])[0] ** 2)))
    h = spectra.X
    for W, start in zip(spectra.lsuv, spectra.start):
        assert np.std(h @ W.T) == pytest.approx(1) and W / W[0, 0] == pytest.approx(start / start[0, 0])
        h = np.maximum(h @ W.T, 0)
    assert spectra.rms["LSUV"] == pytest.approx(np.sqrt(np.mean(h**2))) and 0.3 < spectra.rms["LSUV"] < 1.5
    for name, W in spectra.networks.items():
        for l in range(10):
            squares = np.sort(np.linalg.eigvalsh(W[l].T @ W[l]))[::-1]
            assert spectra.s[name][l] ** 2 == pytest.approx(squares, abs=1e-10)
    assert spectra.growth == pytest.approx(max(np.sqrt(np.sum(a**2) / np.sum(b**2)) for a, b in zip(layers[:-1], spectra.start)), rel=1e-3)
    assert 1.3 < spectra.growth < 4 and spectra.others == pytest.approx(1, abs=0.1) and spectra.others_changed == spectra.others - 1 > 0
    assert spectra.others == pytest.approx(np.median(spectra.s[names[1]][:, 1:] / spectra.s[names[0]][:, 1:]))
    assert spectra.stands_out == pytest.approx(spectra.s[names[1]][1:, 0] / spectra.s[names[1]][1:, 1]) and np.all(spectra.stands_out > 1.5)
    for ax, name in zip(spectra.axes, names):
        assert name in ax.get_title() and f"{spectra.rms[name]:.0e}" in ax.get_title()
        clouds = [line for line in ax.lines if len(line.get_xdata()) == 32]
        tops = [line for line in ax.lines if len(line.get_xdata()) == 1]
        assert len(clouds) == len(tops) == 10
        for l in range(10):
            assert np.array_equal(clouds[l].get_ydata(), spectra.s[name][l]) and set(clouds[l].get_xdata()) == {l + 1}
            assert tops[l].get_ydata()[0] == spectra.s[name][l, 0] and tops[l].get_xdata()[0] == l + 1


def test_the_plane(run):
    plane = run("practice/afterwards/plane")
    assert plane.lr == 0.3 and plane.angle == pytest.approx(np.radians(-75)) and list(plane.target) == [1, 0]
    assert plane.start == pytest.approx([0.1 * np.cos(plane.angle), 0.1 * np.sin(plane.angle)])
    names = ["the full rate at once", "warm-up over 10 steps"]
    assert list(plane.paths) == names
    for name, warm_up in zip(names, (1, 10)):
        path = plane.paths[name]
        assert path.shape == (41, 2) and path[0] == pytest.approx(plane.start)
        for step in range(1, 41):                            # along angle and length, where the step is at a right angle to w
            before, after = path[step - 1], path[step]
            rate = 0.3 * min(step, warm_up) / warm_up
            angle, length = np.arctan2(before[1], before[0]), np.hypot(*before)
            turn = np.arctan(value("eq-afterwards-turn", eta=rate, theta=abs(angle), norm_w=length)) if abs(angle) > 1e-9 else 0
            assert np.hypot(*after) == pytest.approx(np.hypot(length, rate * np.sin(angle) / length))
            assert np.arctan2(after[1], after[0]) == pytest.approx(angle - np.sign(angle) * turn, abs=1e-8)
        assert plane.left[name] == pytest.approx(np.degrees(np.arctan2(path[-1][1], path[-1][0])))
    assert np.hypot(*plane.paths[names[0]][1]) == pytest.approx(29 * 0.1, rel=0.01)      # thirty times as long
    assert plane.degrees_left == plane.left[names[0]] > 3 and abs(plane.left[names[1]]) < 0.01
    assert np.array_equal(plane.ax.lines[1].get_xydata(), plane.paths[names[0]]) and np.array_equal(plane.ax.lines[2].get_xydata(), plane.paths[names[1]])
    assert [line.get_color() for line in plane.ax.lines[1:]] == ["C3", "C2"]
    assert plane.ax.lines[0].get_xydata() == pytest.approx(np.array([[0, 0], [3.3, 0]]))


def test_dropout_layer_by_layer(run):
    dropout = run("practice/afterwards/dropout")
    assert (dropout.p, dropout.depth, dropout.n, dropout.networks) == (0.5, 10, 128, 20)
    assert list(dropout.cases.values()) == [(1, 0.5), (0.5, 0.5), (0.5, 0)]
    for (name, (factor, rate)), base in zip(dropout.cases.items(), (2, 1, 0.5)):
        variance = 2 * factor / 128
        assert base == pytest.approx(factor / (1 - rate)) == pytest.approx(variance / value("eq-afterwards-corrected", p=rate, fan_in=128))
        assert list(dropout.predicted[name]) == pytest.approx([base**layer for layer in range(1, 11)])
        for layer in range(10):
            assert dropout.forward[name][layer] == pytest.approx(base ** (layer + 1), rel=0.5)
            assert dropout.backward[name][layer] == pytest.approx(base ** (10 - layer), rel=0.5)
    assert dropout.forward["He's variance"][0] == pytest.approx(2, rel=0.1) and dropout.forward["times 1 − p"][0] == pytest.approx(1, rel=0.1)
    W, slope = dropout.layers[-1]                             # of the last network, without dropout
    assert np.var(W) == pytest.approx(1 / 128, rel=0.1) and set(np.unique(slope)) == {0.0, 1.0}
    for column, name in enumerate(dropout.cases):
        top, bottom = dropout.axes[:, column]
        for ax, sizes, expected, color in ((top, dropout.forward[name], dropout.predicted[name], "C0"), (bottom, dropout.backward[name], dropout.predicted[name][::-1], "C1")):
            assert [bar.get_height() for bar in ax.patches] == list(sizes) and {bar.get_facecolor() for bar in ax.patches} == {to_rgba(color)}
            assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == pytest.approx(list(range(1, 11)))
            assert np.array_equal(ax.lines[0].get_ydata(), expected) and list(ax.lines[0].get_xdata()) == list(range(1, 11))
        assert top.get_title() == name
    assert dropout.axes[0, 0].get_ylabel() == "signal, forward"


def test_the_places(run):
    places = run("practice/afterwards/places")
    texts = {text.get_text(): text.get_position() for text in places.ax.texts if text.get_text()}
    for text, (x, y, width, _) in places.boxes.items():
        assert texts[text] == (x, y)
    assert places.boxes["loss"] == (8.6, 2.4, 1.1, "0.4") and places.boxes["weights and gradients"] == (3.8, 0, 3.4, "C1")
    assert places.boxes["rule of the step"] == (8.0, 0, 2.3, "0.4") and {box[2:] for text, box in places.boxes.items() if "layer" in text} == {(1.3, "C0")}
    layers = [places.boxes[f"layer {k}"] for k in (1, 2, 3)]
    assert [x for x, *_ in layers] == pytest.approx([1.4, 3.8, 6.2]) and {y for _, y, *_ in layers} == {2.4}
    chain = [*layers, places.boxes["loss"]]
    forward = [(a, b) for a, b, color in places.arrows if color == "C0"]
    backward = [(a, b) for a, b, color in places.arrows if color == "C1" and a[1] == b[1] == 2.2]
    down = [(a, b) for a, b, color in places.arrows if color == "C1" and b[1] < 1 < a[1]]
    assert len(forward) == 4 and len(backward) == len(down) == 3 and len(places.arrows) == 11
    for k in range(3):                                       # each starts and ends beside its boxes
        right, left = chain[k][0] + chain[k][2] / 2, chain[k + 1][0] - chain[k + 1][2] / 2
        assert 0 <= forward[k + 1][0][0] - right < 0.11 and 0 <= left - forward[k + 1][1][0] < 0.11
        assert backward[k] == ((forward[k + 1][1][0], 2.2), (forward[k + 1][0][0], 2.2)) and forward[k + 1][0][1] == forward[k + 1][1][1] == 2.55
        assert down[k][0] == (chain[k][0], 2.0) and abs(down[k][1][0] - 3.8) < 1.5 and down[k][1][1] == 0.4
        assert down[k][1][0] == pytest.approx([2.6, 3.8, 5.0][k])
    assert forward[0] == ((0.1, 2.55), (0.7, 2.55))
    assert places.arrows[-1] == ((5.55, 0), (6.8, 0), "C1")
    drawn = [(text.xyann, text.xy, text.arrow_patch.get_edgecolor()) for text in places.ax.texts if hasattr(text, "arrow_patch")]
    assert drawn == [(a, b, to_rgba(color)) for a, b, color in places.arrows]
    assert {text: texts[text] for text in places.notes} == {text: (x, 3.4) for text, (x, _) in places.notes.items()}
    assert places.notes == {"LSUV, once": (1.4, "C0"), "BatchNorm, LayerNorm": (4.6, "C0"), "loss scaling": (8.6, "C1")}


# The exercises


def test_the_parabola(run):
    parabola = run("practice/afterwards/parabola")
    w = Fraction(1)
    found = [w]
    for step in range(1, 301):
        w *= 1 - Fraction(21, 10) * min(Fraction(1), Fraction(step, 20))
        found.append(abs(w))
    assert parabola.sizes == pytest.approx([float(a) for a in found], rel=1e-9)
    assert parabola.back == next(k for k in range(20, 301) if found[k] > 1)
    assert (parabola.lr, parabola.warm_up, len(parabola.weights)) == (2.1, 20, 301)
    assert max(found[:21]) == 1 and found[300] / found[299] == Fraction(11, 10) and parabola.growth == pytest.approx(1.1)


def test_the_numbers_of_the_exercises():
    assert np.hypot(5, 12) == 13
    assert (1 / 0.9) ** 24 == pytest.approx(12.5, abs=0.05)
    assert 1 - 2 ** (-1 / 24) == pytest.approx(0.0285, abs=5e-5)
    assert value("eq-afterwards-dropout", square=1, p=1 - 2 ** (-1 / 24)) ** 24 == pytest.approx(2)
    assert value("eq-afterwards-steps", c=100, eta=0.01) == pytest.approx(462.8, abs=0.05)
    assert value("eq-afterwards-steps", c=10, eta=0.1) == pytest.approx(24.2, abs=0.05)
