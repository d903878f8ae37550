"""What normalization does: symbolic derivatives, exact integrals, enumerated weights and recursions against the listings."""
from itertools import product

import numpy as np
import pytest
import sympy as sp
from matplotlib.colors import to_rgba
from scipy import integrate, optimize, stats

c, eta, r, q, f, b, l, n = sp.symbols("c eta r q f b l n", positive=True)
grad_W, norm_grad, norm_W = sp.symbols("grad_W norm_grad norm_W", positive=True)
g_j, u_j, total = sp.symbols("g_j u_j total", real=True)
slope2, mean2, m, epsilon, sigma_w = sp.symbols("slope2 mean2 m epsilon sigma_w", positive=True)

EQUATIONS = {
    "eq-normalization-scale": (r"\nabla\loss(cW) =", grad_W / c, {r"\nabla\loss(W)": grad_W}),
    "eq-normalization-step": (r"\frac{\eta\,\norm{\nabla\loss(cW)}}{\norm{cW}} =", eta * norm_grad / norm_W / c**2,
                              {r"\norm{\nabla\loss(W)}": norm_grad, r"\norm{W}": norm_W}),
    "eq-normalization-backward": (r"\frac{\partial\loss}{\partial z_j} =", (g_j - u_j * total / n) / r, {r"\sum_i g_i u_i": total}),
    "eq-normalization-layers": (r"\chi =", slope2 / (mean2 - m**2), {r"\E[\phi'(u)^2]": slope2, r"\E[\phi(u)^2]": mean2}),
    "eq-normalization-post": (r"\rho =", (1 + b) / (1 + f)),
    "eq-normalization-pre": (r"\rho_l =", 1 + b / (1 + f * l)),
    "eq-normalization-epsilon": (r"q =", 1 - epsilon / sigma_w**2, {r"\epsilon": epsilon}),
    "eq-normalization-growth": (r"\norm{W - \eta\,\nabla\loss} =", norm_W * sp.sqrt(1 + q**2), {r"\norm{W}": norm_W}),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}))


def normalized(z, center):
    """u and r of a list of numbers, in exact arithmetic if they are exact."""
    mean = sum(z) / len(z) if center else 0
    size = sp.sqrt(sum((a - mean) ** 2 for a in z) / len(z))
    return [(a - mean) / size for a in z], size


def gradient_of(loss, variables, numbers):
    return [sp.nsimplify(sp.diff(loss, variable).subs(numbers)) for variable in variables]


@pytest.mark.parametrize("center", [False, True])
def test_scaled_weights_give_one_loss_and_a_divided_gradient(center):
    """eq-normalization-scale: Multiplying the weights directly in front of a normalization by c > 0 leaves the loss as it
    is and divides the gradient with respect to them by c.

    eq-normalization-step: So a step of gradient descent, in relation to the weights, is divided by c².

    Symbolic derivatives of a loss of three units with two inputs each.
    """
    weights = sp.symbols("w:6", real=True)
    outputs, _ = normalized([weights[2 * i] * 2 - weights[2 * i + 1] * 3 for i in range(3)], center)
    loss = sum((i + 1) * a for i, a in enumerate(outputs)) + outputs[0] * outputs[1] ** 2
    at = dict(zip(weights, [1, 2, -1, 1, 3, 5]))
    scaled = {w: 7 * a for w, a in at.items()}
    assert float(loss.subs(at)) == pytest.approx(float(loss.subs(scaled)), rel=1e-14)
    first = np.array([float(sp.diff(loss, w).subs(at)) for w in weights])
    second = np.array([float(sp.diff(loss, w).subs(scaled)) for w in weights])
    assert np.linalg.norm(first) > 0.1
    for a, b in zip(first, second):
        assert b == pytest.approx(float(EQUATIONS["eq-normalization-scale"][1].subs({grad_W: a, c: 7})), abs=1e-13)
    sizes = np.linalg.norm(list(at.values()))
    expected = value("eq-normalization-step", eta=0.1, c=7, norm_grad=np.linalg.norm(first), norm_W=sizes)
    assert 0.1 * np.linalg.norm(second) / (7 * sizes) == pytest.approx(expected)


def test_one_step_in_the_first_picture_is_ten_thousand_times_another(run):
    maps = run("depth/normalization/maps")
    assert (maps.depth, maps.n, maps.lr, list(maps.signals)) == (50, 100, 0.01, [1.0, 0.01, 0.1])
    h = maps.x
    for layer, G in enumerate(maps.layers[:-1], 1):
        h = G @ h
        h = h * 10 / np.linalg.norm(h)
        for signal in maps.signals.values():
            assert signal[layer] == pytest.approx(h, abs=1e-9)

    def loss(W):
        u = W @ h
        return 0.5 * np.sum((u * 10 / np.linalg.norm(u) - maps.target) ** 2)

    W = 0.1 * maps.layers[-1]
    gradient = [(loss(W + 1e-5 * step) - loss(W - 1e-5 * step)) / 2e-5
                for step in (np.outer(np.eye(100)[i], h / np.linalg.norm(h)) for i in range(100))]   # it is δ hᵀ
    assert maps.gradient == pytest.approx(np.outer(gradient, h / np.linalg.norm(h)), abs=1e-5)
    assert abs(maps.layers.mean()) < 0.01 and maps.layers.std() == pytest.approx(1, abs=0.01) and maps.layers.min() < -4
    places = [ax.get_subplotspec() for ax in (*maps.panels, maps.bars)]
    assert [(place.rowspan.start, place.colspan.start, place.colspan.stop) for place in places] == [(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 0, 3)]
    assert maps.grid.ncols == 3 and maps.panels[0].get_ylabel() == "30 of 100 units"
    assert maps.shares[0.1] == pytest.approx(0.01 * np.linalg.norm(gradient) / np.linalg.norm(W), rel=1e-6)
    step = {"eta": 0.01, "norm_grad": np.linalg.norm(gradient), "norm_W": np.linalg.norm(W)}
    for sigma in (1.0, 0.01):
        assert maps.shares[sigma] == pytest.approx(value("eq-normalization-step", c=sigma / 0.1, **step), rel=1e-6)
    for ax, signal in zip(maps.panels, maps.signals.values()):
        assert np.array_equal(ax.images[0].get_array(), np.abs(signal[:, :30]).T)
    assert [bar.get_width() for bar in maps.bars.patches] == list(maps.shares.values())
    assert [bar.get_y() + 0.4 for bar in maps.bars.patches] == pytest.approx([2, 1, 0])
    assert [label.get_text() for label in maps.bars.get_yticklabels()] == ["deviation 1", "deviation 0.01", "deviation 0.1"]
    assert [text.get_position()[1] for text in maps.bars.texts] == [2, 1, 0]


@pytest.mark.parametrize("center", [False, True])
def test_the_backward_formula_is_the_derivative(center):
    """Going backward, RMSNorm takes the average of g u off along u and divides by r; LayerNorm and BatchNorm take the
    mean of g off before.

    Symbolic derivatives with respect to four numbers.
    """
    z = sp.symbols("z:4", real=True)
    g = [sp.Rational(k) for k in (2, -1, 3, 7)]
    at = dict(zip(z, [1, -2, 4, 3]))
    outputs, size = normalized(z, center)
    loss = sum(a * b for a, b in zip(g, outputs))
    u = [output.subs(at) for output in outputs]
    off = [a - sum(g) / 4 if center else a for a in g]
    for j in range(4):
        expected = EQUATIONS["eq-normalization-backward"][1].subs(
            {g_j: off[j], u_j: u[j], total: sum(a * b for a, b in zip(off, u)), n: 4, r: size.subs(at)})
        assert sp.simplify(sp.diff(loss, z[j]).subs(at) - expected) == 0


def test_the_backward_listing_agrees_with_every_single_derivative(run):
    listing = run("depth/normalization/backward")
    assert listing.ratio == pytest.approx(1, rel=1e-7)        # behind RMSNorm, the last of the three
    assert listing.norms == {"BatchNorm": (0, 1), "LayerNorm": (1, 1), "RMSNorm": (1, 0)}
    assert listing.Z.shape == listing.G.shape == (6, 4)
    h = sp.symbols("h:6", real=True)
    for axis, center in ((0, True), (1, True), (1, False)):   # BatchNorm, LayerNorm, RMSNorm
        found = listing.backward(listing.G, listing.Z, axis, center)
        Z, G, D = (table if axis else table.T for table in (listing.Z, listing.G, found))
        for z, g, d in zip(Z, G, D):
            symbols = h[:len(z)]
            outputs, _ = normalized(symbols, center)
            loss = sum(a * b for a, b in zip(g, outputs))
            exact = [float(sp.diff(loss, symbol).subs(dict(zip(symbols, z)))) for symbol in symbols]
            assert list(d) == pytest.approx(exact, abs=1e-12)


def test_the_two_vectors_of_the_circle(run):
    circle = run("depth/normalization/circle")
    z = sp.symbols("z:2", positive=True)
    outputs, size = normalized(z, False)
    for k, at in enumerate([{z[0]: 7, z[1]: 1}, {z[0]: 14, z[1]: 2}]):
        assert circle.rms[k] == pytest.approx(float(size.subs(at))) == 5 * (k + 1)
        assert list(circle.ends[k]) == pytest.approx([float(o.subs(at)) for o in outputs])
        assert list(circle.gradients[k]) == pytest.approx([float(sp.diff(outputs[1], v).subs(at)) for v in z])
    assert circle.along == pytest.approx(0.1)
    assert circle.gradients[0] == pytest.approx([-0.028, 0.196]) and circle.gradients[1] == pytest.approx([-0.014, 0.098])
    angle = np.arctan2(circle.turned[:, 1], circle.turned[:, 0]) - np.arctan2(1, 7)
    assert angle == pytest.approx([0.1, 0.1])
    assert np.linalg.norm(circle.turned, axis=1) == pytest.approx([np.sqrt(50), np.sqrt(200)])
    assert circle.steps == pytest.approx([2 * np.sqrt(50) * np.sin(0.05), 2 * np.sqrt(200) * np.sin(0.05)])
    dots = [tuple(float(a[0]) for a in line.get_data()) for line in circle.ax.lines if line.get_marker() == "o"]
    assert dots == [(7, 1), (14, 2), tuple(circle.u)]
    rays = [line.get_xydata() for line in circle.ax.lines[1:3]]
    assert rays[0] == pytest.approx(np.array([[0, 0], [14, 2]])) and rays[1] == pytest.approx(np.array([[0, 0], circle.turned[1]]))
    assert [(t.xy[0], t.xyann[0]) for t in circle.ax.texts if hasattr(t, "xyann")] == [(circle.turned[k, 0], circle.vectors[k, 0]) for k in (0, 1)]


def test_the_tables_color_a_column_and_two_rows(run):
    tables = run("depth/normalization/tables")
    for ax, (name, rows, columns) in zip(tables.panels, [("BatchNorm", range(5), [2]), ("LayerNorm", [1], range(7)), ("RMSNorm", [1], range(7))]):
        colored = {(round(cell.get_y()), round(cell.get_x())) for cell in ax.patches if cell.get_facecolor()[0] < 0.5}
        assert colored == set(product(rows, columns)) and len(ax.patches) == 35 and ax.get_title() == name
        assert {(cell.get_width(), cell.get_height()) for cell in ax.patches} == {(0.9, 0.9)}
        assert ax.get_xlim() == pytest.approx((-0.2, 7.1)) and ax.get_ylim() == pytest.approx((7, -0.2))


def test_the_shares_behind_a_relu(run):
    shares = run("depth/normalization/shares")
    u = sp.symbols("u", real=True)
    density = sp.exp(-u**2 / 2) / sp.sqrt(2 * sp.pi)
    mean = sp.integrate(u * density, (u, 0, sp.oo))
    assert sp.simplify(mean**2 - 1 / (2 * sp.pi)) == 0 and sp.integrate(u**2 * density, (u, 0, sp.oo)) == sp.Rational(1, 2)
    assert shares.predicted["squared mean"] == pytest.approx(float(mean**2))
    assert shares.predicted["variance"] == pytest.approx(float(sp.Rational(1, 2) - mean**2))
    size = len(shares.u)
    assert size == 20_000 and np.array_equal(shares.h, shares.u.clip(min=0))
    assert shares.mean_square == pytest.approx(shares.h @ shares.h / size) == pytest.approx(0.5, abs=0.04)
    assert shares.squared_mean == pytest.approx((shares.h.sum() / size) ** 2) == pytest.approx(0.159, abs=0.015)
    assert shares.variance == pytest.approx(shares.mean_square - shares.squared_mean)
    bars = [(bar.get_y() + 0.4, bar.get_x(), bar.get_width()) for bar in shares.side.patches]
    whole = [(0, shares.squared_mean), (shares.squared_mean, shares.variance)]
    expected = [(2, *whole[0]), (2, *whole[1]), (1, 0, 0), (1, 0, shares.variance), (0, *whole[0]), (0, *whole[1])]
    assert np.array(bars) == pytest.approx(np.array(expected))
    orange = [bar.get_facecolor() == shares.side.patches[4].get_facecolor() for bar in shares.side.patches]
    assert orange == [False] * 4 + [True] * 2
    counts = [bar.get_height() for bar in shares.ax.patches]
    assert len(counts) == 35 and shares.ax.patches[-1].get_x() == pytest.approx(3.4) and sum(counts) > 19_980 and counts[0] > 10_000
    assert shares.ax.lines[0].get_xdata()[0] == pytest.approx(0.399, abs=0.02)
    assert [text.get_position()[0] for text in shares.side.texts] == pytest.approx([shares.squared_mean / 2, shares.squared_mean + shares.variance / 2])


def logistic(u):
    return 0.5 + 0.5 * np.tanh(u / 2)


FUNCTIONS = {  # name: φ and φ', written in another way
    "linear": (lambda u: u, lambda u: 1.0),
    "ReLU": (lambda u: (u + abs(u)) / 2, lambda u: float(u > 0)),
    "SiLU": (lambda u: u / (1 + np.exp(-u)), lambda u: logistic(u) + u / (4 * np.cosh(u / 2) ** 2)),
    "tanh": (lambda u: 2 * logistic(2 * u) - 1, lambda u: 1 / np.cosh(u) ** 2),
    "sigmoid": (logistic, lambda u: 1 / (4 * np.cosh(u / 2) ** 2)),
}


def mean(function):
    return integrate.quad(lambda u: function(u) * stats.norm.pdf(u), -10, 0)[0] + integrate.quad(lambda u: function(u) * stats.norm.pdf(u), 0, 10)[0]


def test_the_factor_of_a_layer_is_a_quotient_of_gaussian_integrals(run):
    """In wide plain layers with fresh weights and large batches the mean squared gradient is multiplied per layer by
    E[φ'²]/Var[φ] behind BatchNorm, and by E[φ'²]/E[φ²] behind LayerNorm and RMSNorm.

    By adaptive quadrature, against fifteen networks.
    """
    factors = run("depth/normalization/factors")
    assert (factors.depth, factors.n) == (10, 256)
    assert len(factors.measured) == len(factors.predicted) == 15
    for name, (phi, dphi) in FUNCTIONS.items():
        for norm in ("BatchNorm", "LayerNorm", "RMSNorm"):
            expected = value("eq-normalization-layers", slope2=mean(lambda u: dphi(u) ** 2), mean2=mean(lambda u: phi(u) ** 2),
                             m=mean(phi) if norm == "BatchNorm" else 0)
            key = f"{name}, {norm}"
            assert factors.predicted[key] == pytest.approx(expected, rel=1e-5)
            assert factors.measured[key] == pytest.approx(expected, rel=0.08)
    assert factors.predicted["ReLU, BatchNorm"] == pytest.approx(np.pi / (np.pi - 1), rel=1e-5)
    assert factors.predicted["SiLU, LayerNorm"] ** 25 == pytest.approx(5.01, abs=0.01)
    assert factors.predicted["SiLU, BatchNorm"] ** 25 == pytest.approx(123, abs=0.6)
    shown = factors.ax.images[0].get_array()
    assert shown[1, 0] == pytest.approx(np.log(factors.measured["ReLU, BatchNorm"])) and shown.shape == (5, 3)
    texts = {text.get_position(): text.get_text() for text in factors.ax.texts}
    for place, key in enumerate(factors.measured):
        assert texts[place % 3, place // 3] == f"× {factors.measured[key]:.2f}  ({factors.predicted[key]:.2f})"
    white = [text.get_position() for text in factors.ax.texts if text.get_color() == "white"]
    assert white == [(1, 4), (2, 4)]
    assert [label.get_text() for label in factors.ax.get_yticklabels()] == list(FUNCTIONS)


def test_the_last_network_of_the_table_passes_on_its_derivative(run):
    factors = run("depth/normalization/factors")            # sigmoid behind RMSNorm
    assert factors.norms == {"BatchNorm": (0, 1), "LayerNorm": (1, 1), "RMSNorm": (1, 0)}
    for name, (phi, dphi) in FUNCTIONS.items():
        for u in (-1.3, 0.4, 2.0):
            assert factors.activations[name][0](np.array(u)) == pytest.approx(phi(u))
            assert factors.activations[name][1](np.array(u)) == pytest.approx(dphi(u))

    def output(H):
        for W, *_ in factors.layers:
            Z = H @ W.T
            H = logistic(16 * Z / np.linalg.norm(Z, axis=1, keepdims=True))
        return np.vdot(H, factors.arriving)

    direction = factors.G                                   # the steepest one
    change = (output(factors.X + 1e-2 * direction) - output(factors.X - 1e-2 * direction)) / 2e-2
    assert len(factors.layers) == 10
    assert change == pytest.approx(np.vdot(direction, factors.G), rel=1e-4)
    off = np.array(list(factors.measured.values())) / list(factors.predicted.values()) - 1
    assert factors.worst == pytest.approx(np.abs(off).max())
    assert factors.measured["sigmoid, RMSNorm"] ** 10 == pytest.approx(np.mean(factors.G**2) / np.mean(factors.arriving**2))


def test_a_residual_sum_adds_its_mean_squares():
    """eq-normalization-post: In post-norm a block multiplies the mean squared gradient by (1 + b)/(1 + f), on average over
    fresh weights and in wide layers.

    eq-normalization-pre: In pre-norm block l + 1 multiplies it by 1 + b/(1 + f l), since its stream has the mean square
    1 + f l.

    Exact, over all signs of the weights of a linear branch with two units.
    """
    a = 0.6
    matrices = [a * np.reshape(signs, (2, 2)) for signs in product([1, -1], repeat=4)]
    factor = 2 * a**2                                         # f and χ of this branch
    u, g = np.array([1.2, -0.75]), np.array([0.3, 2.0])
    forward = np.mean([np.sum((u + W @ u) ** 2) for W in matrices]) / np.sum(u**2)
    backward = np.mean([np.sum((g + W.T @ g) ** 2) for W in matrices]) / np.sum(g**2)
    assert forward == pytest.approx(1 + factor)
    assert backward / forward == pytest.approx(value("eq-normalization-post", f=factor, b=factor)) == pytest.approx(1)
    stream = u
    for block in range(4):                                    # the mean square of the stream, exact over all draws
        scale = np.sqrt(1 + factor * block)
        behind = np.mean([np.sum((g + W.T @ g / scale) ** 2) for W in matrices]) / np.sum(g**2)
        assert behind == pytest.approx(value("eq-normalization-pre", f=factor, b=factor, l=block))
        grown = np.mean([np.sum((stream * scale / np.linalg.norm(stream) + W @ u / np.linalg.norm(u)) ** 2) for W in matrices])
        assert grown == pytest.approx(1 + factor * (block + 1))


def test_fifty_blocks(run):
    blocks = run("depth/normalization/blocks")
    phi, dphi = FUNCTIONS["sigmoid"]
    assert blocks.f == pytest.approx(mean(lambda u: phi(u) ** 2), abs=1e-4)
    assert blocks.b == pytest.approx(mean(lambda u: dphi(u) ** 2), abs=1e-4)
    assert (blocks.depth, blocks.n) == (50, 400)
    at = {"f": blocks.f, "b": blocks.b}
    post, pre = blocks.predicted["post-norm"], blocks.predicted["pre-norm"]
    assert post[0] == pytest.approx(value("eq-normalization-post", **at) ** 50)
    assert list(post[1:]) == pytest.approx([value("eq-normalization-post", **at) ** (50 - k) / (1 + blocks.f) for k in range(1, 50)])
    size = 1 / (1 + 50 * blocks.f)
    for k in range(49, -1, -1):
        size *= value("eq-normalization-pre", l=k, **at)
        assert pre[k] == pytest.approx(size)
    for kind, sizes in blocks.measured.items():
        assert np.std(np.log(sizes / blocks.predicted[kind])) < 0.5 and abs(np.log(sizes[0] / blocks.predicted[kind][0])) < 1.2
    # Block 50 has only the last normalization behind it, and the spread of one block is small.
    assert blocks.measured["post-norm"][-1] == pytest.approx(post[-1], rel=0.2)
    assert blocks.measured["pre-norm"][-1] == pytest.approx(pre[-1], rel=0.2)
    assert blocks.tolerance == pytest.approx(4 * np.sqrt(50) * 2 * np.sqrt(blocks.f / 400) / (1 + blocks.f))
    for ax, sizes, expected in zip(blocks.panels, blocks.measured.values(), (post, pre)):
        assert [bar.get_height() for bar in ax.patches] == list(sizes)
        assert [bar.get_x() + 0.4 for bar in ax.patches] == pytest.approx(list(range(1, 51)))
        assert np.array_equal(ax.lines[0].get_ydata(), expected) and list(ax.lines[0].get_xdata()) == list(range(1, 51))


@pytest.mark.parametrize("kind", ["post-norm", "pre-norm"])
def test_the_blocks_pass_on_the_derivative_of_their_loss(run, kind):
    listing = run("depth/normalization/blocks")
    blocks, arriving, G = listing.networks[kind]
    _, phi, u, size = blocks[0]
    assert np.mean(u**2, axis=1) == pytest.approx(1) and phi == pytest.approx(logistic(u)) and size == pytest.approx(1)

    def unit(h):
        return 20 * h / np.linalg.norm(h, axis=1, keepdims=True)

    def output(h):
        for W, *_ in blocks:
            h = (h if kind == "pre-norm" else unit(h)) + logistic(unit(h)) @ W.T
        return np.vdot(unit(h), arriving)

    start, direction = u * size, G / np.sqrt(np.mean(G**2))
    change = (output(start + 1e-4 * direction) - output(start - 1e-4 * direction)) / 2e-4
    assert change == pytest.approx(np.vdot(direction, G), rel=1e-4)
    assert listing.measured[kind][0] == pytest.approx(np.mean(G**2) / np.mean(arriving**2))
    assert len(listing.stream) == 51 and len(blocks) == 50


def test_the_wiring_has_its_norms_where_the_text_says(run):
    wiring = run("depth/normalization/wiring")
    for kind, ax in zip(wiring.places, wiring.panels):
        norms = [text.get_position() for text in ax.texts if text.get_text() == "norm"]
        branches = [text.get_position() for text in ax.texts if text.get_text() == "branch"]
        plus = [text.get_position() for text in ax.texts if text.get_text() == "+"]
        assert norms == wiring.places[kind] and len(norms) == len(branches) == len(plus) == 2 and len(ax.patches) >= 4
        for (x, y), (b, height), (p, zero) in zip(norms, branches, plus):
            assert zero == 0 < height
            assert (y == 0 and p < x) if kind == "post-norm" else (y == height and x < b < p)
        norm, branch, end = (3.7, 1.6, 2.8) if kind == "post-norm" else (1, 2.4, 3.6)
        assert [x for x, _ in norms] == pytest.approx([norm, norm + 4.6]) and [x for x, _ in plus] == pytest.approx([end, end + 4.6])
        assert [x for x, _ in branches] == pytest.approx([branch, branch + 4.6])
        colors = {text.arrow_patch.get_edgecolor() for text in ax.texts if hasattr(text, "xyann")}
        assert colors == {to_rgba("0.5" if kind == "post-norm" else "C0")}
        arrows = [(*text.xyann, *text.xy) for text in ax.texts if hasattr(text, "xyann")]
        past = 3.2 if kind == "post-norm" else 4.3           # to the norm, or to where the next block begins
        expected = [[left - 0.3, 0, p - 0.15, 0, p + 0.15, 0, left + past, 0] for left, (p, _) in zip((0, 4.6), plus)]
        assert np.ravel(arrows) == pytest.approx(np.ravel(expected))
        for left, (x, y), (b, _), (p, _), lines in zip((0, 4.6), norms, branches, plus, (ax.lines[:3], ax.lines[3:])):
            first = x if y else b                            # what the line from the fork meets first
            paths = [line.get_xydata() for line in lines]
            assert paths[0] == pytest.approx(np.array([[left + 0.2, 0], [left + 0.2, 1.3], [first - 0.5, 1.3]]))
            assert paths[1] == pytest.approx(np.array([[first + 0.5, 1.3], [b - 0.5, 1.3]]))
            assert paths[2] == pytest.approx(np.array([[b + 0.5, 1.3], [p, 1.3], [p, 0.25]]))
            assert [line.get_linewidth() for line in lines] == [1.6, 1.6 if y else 0, 1.6]
        frames = [patch.get_bbox().bounds for patch in ax.patches if hasattr(patch, "get_bbox") and hasattr(patch, "get_boxstyle")]
        middles = [place for pair in zip(branches, norms) for place in pair]
        assert np.array(frames) == pytest.approx(np.array([(x - 0.45, y - 0.3, 0.9, 0.6) for x, y in middles]))


def test_epsilon_has_a_threshold(run):
    """With an ε below its root, RMSNorm behind wide linear layers lets the mean square settle at 1 − ε/σ_w², if σ_w² > ε.

    The fixed point of the recursion, found by bisection.
    """
    listing = run("depth/normalization/epsilon")
    assert listing.n == 200 and listing.epsilon == 1e-5 and list(listing.measured) == [1e-6, 5e-6, 2e-5, 1e-4, 1e-3]
    for variance, predicted in listing.predicted.items():
        def step(size):
            return variance * size / (variance * size + 1e-5)
        if variance < 1e-5:
            assert predicted == 0
            end = 1.0
            for _ in range(40):
                end = step(end)
            assert abs(np.log10(listing.measured[variance] / end)) < 2.5   # forty chi-squared factors
        else:
            point = optimize.brentq(lambda size: step(size) - size, 1e-3, 2)
            assert point == pytest.approx(value("eq-normalization-epsilon", epsilon=1e-5, sigma_w=np.sqrt(variance))) == pytest.approx(predicted)
            assert listing.measured[variance] == pytest.approx(point, abs=0.6e-5 / variance)
    assert listing.layer == 39


def test_a_batch_of_two_passes_nothing_on():
    z = sp.symbols("z:2", real=True)
    outputs, _ = normalized(z, True)
    at = {z[0]: 7, z[1]: 1}
    assert [output.subs(at) for output in outputs] == [1, -1]
    assert [sp.simplify(sp.diff(outputs[0], v).subs(at)) for v in z] == [0, 0]


def test_which_bias_survives():
    rng = np.random.default_rng(1)
    Z, b = rng.standard_normal((30, 8)), rng.standard_normal(8)
    assert stats.zscore(Z + b, axis=0) == pytest.approx(stats.zscore(Z, axis=0))
    assert stats.zscore(Z + b, axis=1) == pytest.approx(stats.zscore(Z + b - b.mean(), axis=1))
    assert np.abs(stats.zscore(Z + b, axis=1) - stats.zscore(Z, axis=1)).max() > 0.3


def test_lsuv_gives_its_batch_unit_variance_and_no_other(run):
    lsuv = run("depth/normalization/lsuv")
    rng = np.random.default_rng(8)                          # the same draws
    batch, fresh = rng.standard_normal((2, 500, 200))
    assert np.array_equal(lsuv.batch, batch) and lsuv.fresh[0] == pytest.approx(np.var(fresh), rel=0.02)
    matrices, H, doubled = [], batch, 2 * batch
    for _ in range(20):
        W = np.linalg.qr(rng.standard_normal((200, 200)))[0]
        W = W / (H @ W.T).std()
        matrices.append(W)
        assert abs(W @ W.T - np.eye(200) * np.sum(W[0] ** 2)).max() <= 1e-10   # orthogonal but for a factor
        Z, doubled = H @ W.T, doubled @ W.T
        assert np.mean(Z**2) - np.mean(Z) ** 2 == pytest.approx(1)
        H = Z * logistic(Z)
        end, doubled = np.mean(doubled**2) - np.mean(doubled) ** 2, doubled * logistic(doubled)
    assert lsuv.own == pytest.approx(np.ones(20)) and lsuv.larger[-1] == pytest.approx(end) and end > 100
    assert len(lsuv.fresh) == 20 and 0.4 < lsuv.fresh[-1] < 2.5 and lsuv.fresh[0] == pytest.approx(1, abs=0.03)
    # The error of the variance grows by this factor around one, found from the recursion of wide layers.
    phi, dphi = FUNCTIONS["SiLU"]
    slope = np.log(mean(lambda u: phi(1.01 * u) ** 2) / mean(lambda u: phi(0.99 * u) ** 2)) / np.log(1.01**2 / 0.99**2)
    assert slope == pytest.approx(1.17, abs=0.005)
    # Backward to layer 1 the average over the examples has LayerNorm's factor, and most examples are far below it.
    Z = [lsuv.batch @ matrices[0].T]
    for W in matrices[1:]:
        Z.append(phi(Z[-1]) @ W.T)
    G = np.random.default_rng(1).standard_normal(Z[0].shape)
    for before, W in zip(Z[-2::-1], matrices[:0:-1]):
        G = dphi(before) * (G @ W)
    sizes = np.mean(G**2, axis=1)
    chi = value("eq-normalization-layers", slope2=mean(lambda u: dphi(u) ** 2), mean2=mean(lambda u: phi(u) ** 2), m=0)
    assert sizes.mean() ** (1 / 19) == pytest.approx(chi, abs=0.08) and np.mean(sizes < sizes.mean() / 5) > 0.6


def test_a_step_behind_a_normalization_adds_in_squares(run):
    """The gradient of weights directly in front of a normalization is orthogonal to them, so after a step of q times their
    length they are √(1 + q²) times as long.

    The derivative along the weights, and the lengths of the run.
    """
    grow = run("depth/normalization/grow")
    assert (grow.n, grow.lr, len(grow.shares)) == (100, 0.01, 3)
    W = grow.W + 0.01 * grow.gradient                        # before the last step
    assert grow.lengths[2] == pytest.approx(np.linalg.norm(W))
    assert np.vdot(W, grow.gradient) == pytest.approx(0, abs=1e-9 * np.linalg.norm(W) * np.linalg.norm(grow.gradient))

    def loss(W):
        Z = grow.X @ W.T
        return np.sum((10 * Z / np.linalg.norm(Z, axis=1, keepdims=True) - grow.target) ** 2) / 2 / 50

    direction = np.sin(np.arange(10_000.0)).reshape(100, 100)
    slope = (loss(W + 1e-6 * direction) - loss(W - 1e-6 * direction)) / 2e-6
    assert np.vdot(direction, grow.gradient) == pytest.approx(slope, rel=1e-4)
    for k in range(3):
        share = grow.shares[k]
        assert grow.lengths[k + 1] == pytest.approx(value("eq-normalization-growth", norm_W=grow.lengths[k], q=share))
        assert grow.predicted[k] == pytest.approx(grow.lengths[k + 1])
    assert grow.lengths[0] == pytest.approx(1, rel=0.05) and 1 < grow.shares[0] < 2 and grow.shares[1] < grow.shares[0] / 4
