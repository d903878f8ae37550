"""What the fan of a layer is: products listed one by one, enumerated weights and quadrature against the listings."""
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from scipy import optimize

P, m, n, c, fan_in, gamma, K, v, p = sp.symbols("P m n c fan_in gamma K v p", positive=True)

EQUATIONS = {
    "eq-fans-in": (r"\fanin =", P / m),
    "eq-fans-out": (r"\fanout =", P / n),
    "eq-fans-error": (r"\E[o^2] =", fan_in / c * gamma**2),
    "eq-fans-ratio": (r"\frac{\fanout}{\fanin} =", m / n),
    "eq-fans-head": (r"\ln K \le \E[\loss] \le", sp.log(K) + v / 2),
    "eq-fans-prior": (r"b =", sp.log(p / (1 - p))),
}
PAGE = Path(__file__).parents[2] / "docs/variance/fans.md"


def value(name, **symbols):
    return float(EQUATIONS[name][1].subs({sp.Symbol(key, positive=True): number for key, number in symbols.items()}))


def lines(c_in, c_out, kernel, stride=1, dilation=1, groups=1, pixels=8):
    """Every product of a convolution on a ring of pixels × pixels, as (input, output)."""
    found = []
    for filter_, channel in product(range(c_out), range(c_in)):
        if filter_ * groups // c_out != channel * groups // c_in:
            continue
        for i, j, a, b in product(range(pixels // stride), range(pixels // stride), range(kernel), range(kernel)):
            found.append(((channel, (stride * i + dilation * a) % pixels, (stride * j + dilation * b) % pixels), (filter_, i, j)))
    return found


def fans(found):
    """Mean number of lines that end in an output, and that start in an input."""
    starts, ends = zip(*found)
    return len(found) / len(set(ends)), len(found) / len(set(starts))


def test_both_fans_are_the_products_shared_out():
    """eq-fans-in: The average fan in of a layer is the number of its products over the number of its outputs.

    eq-fans-out: The average fan out of a layer is the number of its products over the number of its inputs.

    eq-fans-ratio: The two average fans of a layer are to each other as the number of its outputs to that of its inputs.

    Brute force, the lines of every single output and input of random layers.
    """
    rng = np.random.default_rng(0)
    for outputs, inputs in ((3, 7), (12, 5), (9, 9)):
        connected = rng.integers(0, 2, (outputs, inputs))
        per_output = np.mean([sum(row) for row in connected.tolist()])
        per_input = np.mean([sum(column) for column in connected.T.tolist()])
        numbers = {"P": np.count_nonzero(connected), "m": outputs, "n": inputs}
        assert per_output == pytest.approx(value("eq-fans-in", **numbers))
        assert per_input == pytest.approx(value("eq-fans-out", **numbers))
        assert per_input / per_output == pytest.approx(value("eq-fans-ratio", **numbers))


def test_a_wrong_count_is_a_factor_on_the_mean_square():
    """eq-fans-error: Weights of mean zero and variance 1/c give outputs whose mean square, averaged over the outputs, is
    fan_in/c times that of the inputs, also where outputs share weights and inputs are correlated.

    Exact, every choice of signs of three shared weights and of inputs that are all equal.
    """
    counted = 5
    squares = []
    for signs in product((-1, 1), repeat=3):
        for x in (np.ones(3), -np.ones(3)):            # fully correlated, mean square 1
            o = np.zeros(7)
            for j, a in product(range(3), range(3)):
                o[2 * j + a] += signs[a] / np.sqrt(counted) * x[j]
            squares.append(np.mean(o**2))
    assert np.mean(squares) == pytest.approx(value("eq-fans-error", fan_in=9 / 7, c=counted, gamma=1))


def test_the_table_agrees_with_every_product_listed():
    rows = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and line.count("|") == 5:
            name, *cells = (cell.strip() for cell in line.strip("| ").split(" | "))
            rows[name] = cells
    names = {"c_1": 6, "c_2": 12, "k": 9, "G": 3, "s": 4, "d": 5}

    def cell(name, place, **changed):
        tex = rows[name][place].strip("$")
        text = re.sub(r"(c_\d|[kGsdr])", r"*\1", tex.replace(" ", "")).lstrip("*").replace("/*", "/")
        return sp.sympify(text, locals={key: sp.Integer(number) for key, number in (names | changed).items()})

    for name, found, changed in (
            ("convolution, any dilation", lines(6, 12, 3, dilation=2), {}),
            ("with stride", lines(6, 12, 3, stride=2), {}),
            ("grouped", lines(6, 12, 3, groups=3), {}),
            ("depthwise, $G = c_1 = c_2$", lines(6, 6, 3, groups=6), {}),
            ("transposed", [(o, i) for i, o in lines(12, 6, 3, stride=2)], {})):
        assert fans(found) == pytest.approx((float(cell(name, 0, **changed)), float(cell(name, 1, **changed))))
    rows_read = [(("row", r), f) for r in range(4) for f in range(5)]      # four rows of width 5, summed
    assert fans(rows_read[:5]) == (1, 5)
    assert [float(cell("embedding, one row of width $d$", place)) for place in (0, 1)] == [1, 5]
    assert fans(rows_read) == (4, 5)
    assert [float(cell("sum of $r$ rows", place, r=4)) for place in (0, 1)] == [4, 5]


def test_seven_numbers_and_three(run):
    listing = run("variance/fans/wiring")
    assert sorted(listing.lines) == sorted((j, i) for i in range(3) for j in range(7) if 0 <= j - 2 * i <= 2)
    assert (listing.fan_in, listing.fan_out) == (3, pytest.approx(9 / 7))
    assert list(listing.adds) == [3, 3, 3] and list(listing.enters) == [1, 1, 2, 1, 2, 1, 1]
    for ax, low in zip(listing.axes, (0, 1)):
        drawn = [line for line in ax.lines if line.get_linestyle() == "-"]
        assert [tuple(line.get_ydata()) for line in drawn] == [(low, 1 - low)] * 9
        assert [tuple(line.get_xdata()) for line in drawn] == [(j, 2 * i + 1) for j, i in listing.lines]
        colors = [line.get_color() for line in drawn]
        assert [colors.index("C0"), colors.count("C0"), colors.count("C1")] == [0, 3, 2]
        assert [text.get_text() for text in ax.texts if text.get_text().isdigit()] == list("1121211") + list("333")
        assert [text.get_position()[0] for text in ax.texts[:10]] == [*range(7), 1, 3, 5]
        dots, squares = [line for line in ax.lines if line.get_linestyle() != "-"]
        assert list(dots.get_xdata()) == list(range(7)) and list(squares.get_xdata()) == [1, 3, 5]


def test_seven_shapes(run):
    listing = run("variance/fans/shapes")
    true = {"dense, W x": 64, "dense, x W": 64, "convolution": fans(lines(64, 2, 3))[0], "depthwise": fans(lines(3, 3, 3, groups=3))[0],
            "transposed, stride 2": fans([(o, i) for i, o in lines(2, 64, 4, stride=2, pixels=4)])[0], "eight experts": 64, "embedding": 1}
    read = [64, 256, 576, 9, 512, 16384, 64]
    assert listing.fans == {name: (number, counted) for (name, number), counted in zip(true.items(), read)}
    assert listing.agree == ["dense, W x", "convolution", "depthwise"]
    texts = iter(listing.ax.texts)
    patches = iter(listing.ax.patches)
    shapes = [(256, 64), (64, 256), (32, 64, 3, 3), (64, 1, 3, 3), (64, 32, 4, 4), (8, 64, 256), (1000, 64)]
    blue = [[1], [0], [1, 2, 3], [1, 2, 3], [0, 2, 3], [1], []]
    for row, (name, shape, axes, line) in enumerate(zip(true, shapes, blue, listing.ax.lines)):
        assert next(texts).get_text() == name
        for axis, size in enumerate(shape):
            assert next(texts).get_text() == str(size)
            assert (next(patches).get_facecolor()[3] > 0) == (axis in axes)
        shown = [next(texts) for _ in range(2)]
        assert [text.get_text() for text in shown] == [str(round(true[name])), str(read[row])]
        assert [text.get_weight() for text in shown] == ["bold", "normal" if true[name] == read[row] else "bold"]
        assert all(text.get_position()[1] == -row for text in shown)


def test_ten_layers_have_the_factor_of_their_true_over_their_read_fan(run):
    listing = run("variance/fans/calls")
    true = {"dense, W x": 64, "dense, x W": 64, "convolution, stride 2": fans(lines(64, 2, 3, stride=2, pixels=4))[0],
            "convolution, dilation 2": fans(lines(64, 2, 3, dilation=2, pixels=5))[0],
            "depthwise, in PyTorch": fans(lines(4, 4, 3, groups=4))[0], "depthwise, in Keras": fans(lines(4, 4, 3, groups=4))[0],
            "transposed, stride 2": fans([(o, i) for i, o in lines(2, 64, 4, stride=2, pixels=4)])[0],
            "queries, keys, values in one": 64, "eight experts in one": 64, "embedding, one row": 1}
    read = {"dense, W x": 64, "dense, x W": 256, "convolution, stride 2": 64 * 9, "convolution, dilation 2": 64 * 9,
            "depthwise, in PyTorch": 9, "depthwise, in Keras": 64 * 9, "transposed, stride 2": 32 * 16,
            "queries, keys, values in one": 64, "eight experts in one": 64 * 256, "embedding, one row": 64}
    assert list(listing.measured) == list(true)
    labels = [text.get_text() for text in listing.ax.texts]
    for place, name in enumerate(true):
        factor = value("eq-fans-error", fan_in=true[name], c=read[name], gamma=1)
        assert listing.predicted[name] == pytest.approx(factor)
        assert np.mean(listing.measured[name]) == pytest.approx(factor, rel=0.12)
        assert len(listing.measured[name]) == 40
        bar = listing.ax.patches[place]
        assert bar.get_x() + bar.get_width() == pytest.approx(np.mean(listing.measured[name]))
        assert list(listing.ax.lines[place].get_ydata()) == [-place] and listing.ax.texts[place].get_position()[1] == -place
        assert bar.get_y() + bar.get_height() / 2 == pytest.approx(-place)
        assert labels[place] == ("1" if factor == 1 else f"1/{round(1 / factor)}")
        assert listing.ax.texts[place].get_ha() == ("left" if factor == 1 else "right")
        assert listing.ax.texts[place].get_position()[0] == pytest.approx(1.1 if factor == 1 else 0.86 * factor)
        assert list(listing.ax.lines[place].get_xdata()) == [listing.predicted[name]]
    assert listing.spread.shape == (64, 16, 16) and np.array_equal(listing.spread[:, ::2, ::2], listing.image)
    assert np.count_nonzero(listing.spread) == listing.image.size
    # The last round, product by product.
    weights, x, image = listing.weights, listing.x, listing.image
    assert [w.shape for w in weights[:6]] == [(256, 64), (64, 256), (32, 64, 3, 3), (32, 64, 3, 3), (64, 1, 3, 3), (64, 32, 4, 4)]
    assert [w.shape for w in weights[6:]] == [(192, 64), (8, 64, 256), (1000, 64)] and listing.in_keras.shape == (3, 3, 64, 1)
    for w, counted in zip([*weights, listing.in_keras], [64, 256, 576, 576, 9, 512, 64, 16384, 64, 576]):
        assert w.std() * np.sqrt(counted) == pytest.approx(1, abs=4 / np.sqrt(2 * w.size))
    depthwise = np.zeros((2, 64, 8, 8))
    strided, dilated, transposed = np.zeros((32, 4, 4)), np.zeros((32, 8, 8)), np.zeros((32, 16, 16))
    index = np.arange(8)
    for a, b in product(range(4), range(4)):
        for i, j in product(range(8), range(8)):
            transposed[:, (2 * i - a) % 16, (2 * j - b) % 16] += weights[5][:, :, a, b].T @ image[:, i, j]
        if max(a, b) > 2:
            continue
        moved = image[:, (index[:, None] + a) % 8, (index + b) % 8]
        far = image[:, (index[:, None] + 2 * a) % 8, (index + 2 * b) % 8]
        strided += np.tensordot(weights[2][:, :, a, b], moved, 1)[:, ::2, ::2]
        dilated += np.tensordot(weights[3][:, :, a, b], far, 1)
        depthwise += np.stack([weights[4][:, 0, a, b], listing.in_keras[a, b, :, 0]])[:, :, None, None] * moved
    exact = [weights[0] @ x, weights[1].T @ x, strided, dilated, *depthwise, transposed, weights[6] @ x,
             np.stack([x @ w for w in weights[7]])]
    for o, (name, found) in zip(exact, listing.outputs.items()):
        assert np.array(found) == pytest.approx(o), name
    assert listing.outputs["embedding, one row"].tolist() in weights[8].tolist()


def test_ones_count_the_lines(run):
    listing = run("variance/fans/count")
    assert list(listing.measured) == [1, 2, 4] and (listing.fan_in, listing.fan_out) == (96, 48)   # of the last one
    for stride in listing.measured:
        counts = 24 * 4, 48 * 4 / stride
        found = [((channel, (stride * i + a) % 16), (filter_, i))
                 for channel in range(24) for filter_ in range(48) for i in range(16 // stride) for a in range(4)]
        assert counts == fans(found) == tuple(listing.layer(np.ones((4, 48, 24)), stride).sum(axis=axis).mean() for axis in (0, 1))
        assert listing.measured[stride] == pytest.approx(counts[1] / counts[0], rel=0.07)
    w = np.arange(48 * 24 * 4).reshape(48, 24, 4) % 7 - 3.0
    x = np.arange(24 * 16).reshape(24, 16) % 5 - 2.0
    exact = np.zeros((48, 8))
    for i, a in product(range(8), range(4)):
        exact[:, i] += w[:, :, a] @ x[:, (2 * i + a) % 16]
    assert x.reshape(-1) @ listing.layer(np.moveaxis(w, 2, 0), 2) == pytest.approx(exact.reshape(-1))
    # The last matrix, of stride 4, and the gradient that it returns.
    assert np.mean(np.einsum("nm,md->nd", listing.M, listing.delta) ** 2) == pytest.approx(listing.measured[4])
    assert listing.delta.shape == (4 * 48, 300) and abs(listing.M.mean()) < 5 / np.sqrt(96 * 4608 * 4)
    assert np.sum(listing.M**2) == pytest.approx(4 * 4608 / 96, rel=0.1)


def test_pytorch_counts_itself(run):
    listing = run("variance/fans/counted")
    shapes = {"stride 2": (128, 64, 3, 3), "4 groups": (128, 16, 3, 3), "depthwise": (64, 1, 3, 3), "transposed": (64, 32, 2, 2)}
    for name, shape in shapes.items():
        assert listing.read[name] == [np.prod(shape[1:]), shape[0] * np.prod(shape[2:])]
    assert listing.true == {"stride 2": [576, 288], "4 groups": [144, 288], "depthwise": [9, 9], "transposed": [64, 128]}
    small = fans(lines(8, 16, 3, groups=4, pixels=4))           # an eighth of the channels
    assert [8 * small[0], 8 * small[1]] == listing.true["4 groups"]


def test_keras_counts_channels_of_a_depthwise_kernel(run):
    listing = run("variance/fans/depthwise")
    for channels in (16, 64, 512):
        assert listing.predicted[str(channels)] == pytest.approx(9 * 2 / (9 * channels + 9))
        assert listing.measured[str(channels)] == pytest.approx(2 / (channels + 1), rel=0.2)


def test_maps_count_the_lines_of_each_pixel(run):
    listing = run("variance/fans/maps")
    padded, three, four = np.zeros((8, 8)), np.zeros((30, 30)), np.zeros((30, 30))
    for i, j, a, b in product(range(8), range(8), range(-1, 2), range(-1, 2)):
        padded[i, j] += 0 <= i + a < 8 and 0 <= j + b < 8
    for kernel, field in ((3, three), (4, four)):
        for i, j, a, b in product(range(10), range(10), range(kernel), range(kernel)):
            field[2 * i + a, 2 * j + b] += 1
    exact = {"padded": padded / 9, "kernel 3": three[4:12, 4:12] / (9 / 4), "kernel 4": four[4:12, 4:12] / 4}
    for name, field in exact.items():
        assert listing.predicted[name] == pytest.approx(field)
        assert listing.measured[name] == pytest.approx(field, rel=0.15)
        assert np.mean(listing.measured[name] / field) == pytest.approx(1, abs=0.03)
        assert np.shape(listing.squares[name]) == (600, 8, 8)
    assert three[4:12, 4:12].mean() == 9 / 4
    assert listing.channels == 16 and listing.image.shape == (16, 10, 10) and listing.spread.shape == (16, 11, 11)
    assert np.count_nonzero(listing.image) == 16 * 64 and np.count_nonzero(listing.spread) == 16 * 36
    for ax, name in zip(listing.axes, exact):
        assert np.array_equal(ax.images[0].get_array(), listing.measured[name])
        assert ax.images[0].get_clim() == (0, 2.4)
        for text in ax.texts:
            j, i = text.get_position()
            assert float(text.get_text()) == pytest.approx(exact[name][i, j], abs=0.005)
            assert text.get_color() == ("white" if exact[name][i, j] > 1.5 else "black")
        assert [text.get_position() for text in ax.texts] == [(0, 0), (3, 0), (0, 3), (3, 3)]


def test_one_factor_swapped_factors_and_forgotten_ones(run):
    listing = run("variance/fans/depth")
    exact = {"wrong in layer 3 only": [1, 1] + [1 / 4] * 10, "swapped in every layer": [1 / 4, 1] * 6,
             "4 forgotten in every layer": [4.0**-layer for layer in range(1, 13)]}
    for ax, (name, factors) in zip(listing.axes, exact.items()):
        assert listing.predicted[name] == pytest.approx(factors)
        assert listing.measured[name] == pytest.approx(factors, rel=0.45)
        assert np.exp(np.mean(np.log(listing.measured[name] / factors))) == pytest.approx(1, abs=0.25)
        assert [bar.get_y() + bar.get_height() for bar in ax.patches] == pytest.approx(listing.measured[name])
        assert list(ax.lines[0].get_ydata()) == list(listing.predicted[name])
        assert list(ax.lines[0].get_xdata()) == list(range(1, 13))
    assert listing.squares.shape == (60, 12)
    assert [case[0] for case in listing.cases.values()] == [[64] * 13, [64, 256] * 6 + [64], [64] * 13]
    assert list(listing.ends.values()) == [(listing.measured[name][11], listing.predicted[name][11]) for name in exact]
    assert len(listing.h) == 64


def test_the_first_loss_lies_between_its_bounds(run):
    """If the logits are normal with mean zero and variance v and independent of the label, the expected first
    cross-entropy lies between ln K and ln K + v/2.

    Gauss–Hermite quadrature over two and three logits, and it grows with v; more classes by another sample.
    """
    name = "eq-fans-head"
    u, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    for size in (0.1, 1, 4):
        for classes in (2, 3):
            z = np.sqrt(size) * np.stack(np.meshgrid(*[u] * classes))
            chance = np.prod(np.meshgrid(*[weights] * classes), axis=0)
            loss = np.sum(chance * (np.log(np.sum(np.exp(z), axis=0)) - z[0]))
            assert np.log(classes) < loss < value(name, K=classes, v=size)
            # To first order in v it is v (1 − 1/K)/2: the upper bound for many classes.
            if size == 0.1:
                assert loss - np.log(classes) == pytest.approx(size * (1 - 1 / classes) / 2, rel=0.03)
    listing = run("variance/fans/first")
    rng = np.random.default_rng(77)
    for place, ((classes, size), loss) in enumerate(listing.losses.items()):
        z = np.sqrt(size) * rng.standard_normal((4000, classes))
        other = np.mean(np.log(np.sum(np.exp(z), axis=1)))
        assert loss == pytest.approx(other, abs=5 * np.sqrt(size / 2000) + 5 * size / 16 / np.sqrt(classes) + 1e-9)
        ends, marks, dot = listing.ax.lines[3 * place:3 * place + 3]
        assert list(ends.get_xdata()) == list(marks.get_xdata()) == pytest.approx([np.log(classes), value(name, K=classes, v=size)])
        assert list(dot.get_xdata()) == [loss]
        assert [*dot.get_ydata(), *ends.get_ydata(), *marks.get_ydata()] == [-place] * 5
        text = listing.ax.texts[place]
        assert text.get_text() == ("loss of a uniform guess" if size == 0 else f"variance {size}")
        assert text.get_position() == (pytest.approx(value(name, K=classes, v=size) + 0.25), -place)
    W, H, labels = listing.W, listing.H, listing.labels          # of the last head
    assert W.shape == (1000, 128) and H.shape == (2000, 128)
    assert W.std() * np.sqrt(128) == pytest.approx(4, rel=0.01) and abs(W.mean()) < 5 * 4 / np.sqrt(128 * W.size)
    assert np.mean(H**2) == pytest.approx(1, rel=0.02) and set(labels) <= set(range(1000)) and len(set(labels)) > 700
    chances = np.exp(H @ W.T)
    chances /= chances.sum(axis=1, keepdims=True)
    assert listing.losses[1000, 16] == pytest.approx(-np.mean(np.log(chances[np.arange(2000), labels])))
    assert list(listing.losses) == [(classes, size) for classes in (10, 1000) for size in (0, 1, 4, 16)]


def test_the_best_constant_answer_is_the_log_odds(run):
    """The bias ln(p/(1 − p)) is the constant logit with the smallest cross-entropy where a share p of the examples is
    positive.

    Numerical minimization over the bias.
    """
    name = "eq-fans-prior"
    for share in (0.01, 0.2, 0.7):
        best = optimize.minimize_scalar(lambda b: np.logaddexp(0, b) - share * b, tol=1e-12)
        assert best.x == pytest.approx(value(name, p=share), abs=1e-5)
    listing = run("variance/fans/prior")
    best = optimize.minimize_scalar(lambda b: np.logaddexp(0, b) - 0.01 * b, tol=1e-12)
    assert listing.first["log odds"] == pytest.approx(best.fun) == pytest.approx(listing.guess)
    assert listing.first["zero"] == pytest.approx(np.log(2))
    assert listing.y.sum() == 50 and listing.X.shape == (5000, 20)
    assert abs(listing.X[50:].mean()) < 0.02 and listing.X[50:].std() == pytest.approx(1, abs=0.02)
    assert all(len(curve) == 300 for curve in listing.curves.values())
    assert listing.X[:50, 0].mean() - listing.X[50:, 0].mean() == pytest.approx(2, abs=0.7)
    X = np.column_stack([listing.X, np.ones(5000)])
    for name, line in zip(("zero", "log odds"), listing.ax.lines):
        theta = np.zeros(21)
        theta[-1] = 0 if name == "zero" else value("eq-fans-prior", p=0.01)
        for step in range(300):
            p1 = 1 / (1 + np.exp(-X @ theta))
            assert listing.curves[name][step] == pytest.approx(-np.mean(np.where(listing.y > 0, np.log(p1), np.log(1 - p1))))
            theta = theta - 0.5 * np.mean((p1 - listing.y)[:, None] * X, axis=0)
        assert np.array_equal(line.get_ydata(), listing.curves[name])
    assert np.all(listing.curves["zero"][:listing.late] >= listing.guess) and listing.curves["zero"][listing.late] < listing.guess
    assert list(listing.ax.lines[2].get_ydata()) == [listing.guess] * 2


def test_the_loss_of_three_unequal_classes():
    shares = np.array([0.9, 0.09, 0.01])
    found = optimize.minimize(lambda b: np.log(np.sum(np.exp(b))) - shares @ b, np.zeros(3))
    assert found.fun == pytest.approx(0.358, abs=5e-4)
    assert found.x - found.x[0] == pytest.approx(np.log(shares) - np.log(0.9), abs=1e-3)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (4, 2), (5, 3), (2, 3), (6, 3)])
def test_neighbors_of_a_transposed_convolution_differ_by_one_product(kernel, stride):
    adds = np.zeros(stride * 12 + kernel)
    for j, a in product(range(12), range(kernel)):
        adds[stride * j + a] += 1
    middle = adds[stride * 4:stride * 5]
    whole, rest = divmod(kernel, stride)
    assert list(middle) == [whole + 1] * rest + [whole] * (stride - rest)
    assert middle.mean() == pytest.approx(kernel / stride)
