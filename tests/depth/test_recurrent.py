"""One matrix again and again: pairings of Gaussian weights, exact powers, derivatives of whole networks against the listings."""
import math
from collections import Counter
from itertools import product

import numpy as np
import pytest
import sympy as sp
from matplotlib.colors import to_rgba
from scipy import integrate, optimize, stats

a, d, t, n, sigma, rho, kappa, b, f = sp.symbols("a d t n sigma rho kappa b f", positive=True)
x2, W_g, H, r, k = sp.symbols("x2 W_g H r k", positive=True)
i, o = sp.symbols("i o", positive=True)
identity = sp.Symbol("I", positive=True)
total, choice = sp.symbols("total choice", positive=True)

EQUATIONS = {
    "eq-recurrent-shear": (r"(W^t)_{12} =", t * a ** (t - 1) * d),
    "eq-recurrent-power": (r"\rho^t \le \norm{W^t} \le", kappa * rho**t, {r"\kappa(V)": kappa}),
    "eq-recurrent-twice": (r"\E\left[\norm{W^2 x}^2\right] =", sigma**4 * (n**2 + 2) * x2, {r"\norm{x}^2": x2}),
    "eq-recurrent-disc": (r"\rho \approx", sigma * sp.sqrt(n)),
    "eq-recurrent-gate": (r"f^t =", (1 / (1 + sp.exp(-b))) ** t),
    "eq-recurrent-memory": (r"\frac{1}{1 - f} =", 1 + sp.exp(b)),
    "eq-recurrent-rest": (r"J =", f * identity + i * o * W_g),
    "eq-recurrent-paths": (r"\frac{\E\left[\norm{J^t x}^2\right]}{\norm{x}^2} \approx",
                           total * (choice * f ** (t - k) * r**k) ** 2, {r"\sum_{k=0}^{t}": total, r"\binom{t}{k}": choice}),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}).doit())


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_a_shear_counts_its_steps(run):
    """In the t-th power of a 2×2 matrix with a on the diagonal and d above it, d is multiplied by t a^(t − 1).

    Exact powers, of symbols and of the listing's matrix.
    """
    power = sp.Matrix([[a, d], [0, a]])
    for steps in range(1, 7):
        corner = sp.expand((power**steps)[0, 1])
        assert sp.expand(EQUATIONS["eq-recurrent-shear"][1].subs(t, steps) - corner) == 0
    orbit = run("depth/recurrent/orbit")
    assert orbit.steps == 8 and list(orbit.states) == ["straight", "sheared"]
    for steps in range(1, 9):
        for name, corner in (("straight", 0), ("sheared", value("eq-recurrent-shear", t=steps, a=0.5, d=8))):
            assert orbit.states[name][steps] == pytest.approx([corner, 0.5**steps])
            assert orbit.lengths[name][steps] == pytest.approx(math.hypot(corner, 0.5**steps))
    assert orbit.lengths["sheared"][6] > 1 > orbit.lengths["sheared"][7] and list(orbit.states["sheared"][0]) == [0, 1]
    arrows = [text for text in orbit.ax.texts if hasattr(text, "xyann")]
    path = [(*orbit.states[name][step], *orbit.states[name][step + 1]) for name in orbit.states for step in range(8)]
    assert np.array([(*text.xyann, *text.xy) for text in arrows]) == pytest.approx(np.array(path))
    assert [text.arrow_patch.get_edgecolor() for text in arrows] == [to_rgba("0.5")] * 8 + [to_rgba("C0")] * 8
    assert [line.get_xydata().tolist() for line in orbit.ax.lines] == [orbit.states[name].tolist() for name in orbit.states]
    assert [text.get_text() for text in orbit.ax.texts if text.get_text().isdigit()] == ["1", "2", "3", "4", "5"]
    assert orbit.matrices["straight"].tolist() == [[0.5, 0], [0, 0.5]] and orbit.matrices["sheared"].tolist() == [[0.5, 8], [0, 0.5]]
    peak = [value("eq-recurrent-shear", t=steps, a=0.9, d=1000) for steps in range(1, 30)]   # the warm-up
    assert peak[8] == pytest.approx(peak[9]) == pytest.approx(max(peak)) == pytest.approx(3874, abs=1)


def test_the_wiring_is_one_chain(run):
    unrolled = run("depth/recurrent/unrolled")
    ax = unrolled.ax
    assert unrolled.places == [0, 2, 4, 6, 8] and [patch.center for patch in ax.patches if hasattr(patch, "center")] == [(x, 0) for x in unrolled.places]
    arrows = Counter((text.arrow_patch.get_edgecolor(), *text.xyann, *text.xy) for text in ax.texts if hasattr(text, "xyann"))
    expected = Counter()
    for left in (0, 2, 4, 6):
        expected[to_rgba("C0"), left + 0.5, 0.15, left + 1.5, 0.15] += 1
        expected[to_rgba("C1"), left + 1.5, -0.15, left + 0.5, -0.15] += 1
        expected[to_rgba("0.5"), left + 2, 1.05, left + 2, 0.5] += 1
    expected[to_rgba("C1"), 8, -1.05, 8, -0.5] += 1
    assert arrows == expected
    at = {}
    for text in ax.texts:
        if not hasattr(text, "xyann"):
            at.setdefault(text.get_text(), []).append(text.get_position())
    assert at["$W$"] == [(x, 0.28) for x in (1, 3, 5, 7)] and at[r"$W^\top$"] == [(x, -0.28) for x in (1, 3, 5, 7)]
    assert [at[f"$h_{step}$"] for step in range(5)] == [[(x, 0)] for x in unrolled.places]
    assert [at[f"word {step}"] for step in range(1, 5)] == [[(x, 1.12)] for x in unrolled.places[1:]]


def test_a_power_lies_between_two_bounds():
    """The t-th power of a matrix stretches by at least ρ^t, and by at most κ(V) ρ^t if it has a basis of eigenvectors, the
    columns of V.

    Ninety random matrices, some nearly without such a basis, and normal ones, for which both bounds are one.
    """
    rng = np.random.default_rng(0)
    for size, shear in product((2, 3, 6), (0, 3, 30)):
        for _ in range(10):
            W = rng.standard_normal((size, size)) + shear * np.triu(np.ones((size, size)), 1)
            values, V = np.linalg.eig(W)
            radius = np.abs(values).max()
            for steps in (1, 2, 5, 9):
                norm = np.linalg.norm(np.linalg.matrix_power(W, steps), 2)
                lower = value("eq-recurrent-power", kappa=1, rho=radius, t=steps)
                upper = value("eq-recurrent-power", kappa=np.linalg.cond(V), rho=radius, t=steps)
                assert lower * (1 - 1e-9) <= norm <= upper * (1 + 1e-9)
                backward = np.linalg.norm(np.linalg.matrix_power(W.T, steps), 2)
                assert backward == pytest.approx(norm)
    for normal in (W + W.T, W - W.T, stats.ortho_group.rvs(6, random_state=1)):
        radius = np.abs(np.linalg.eigvals(normal)).max()
        assert np.linalg.norm(np.linalg.matrix_power(normal, 5), 2) == pytest.approx(radius**5)


def pairings(items):
    """All ways to sort the items into pairs."""
    if not items:
        yield []
    for place in range(1, len(items)):
        for rest in pairings(items[1:place] + items[place + 1:]):
            yield [(items[0], items[place]), *rest]


def uses(steps):
    """E‖W^t x‖²/‖x‖² for Gaussian weights of variance one, as a polynomial in n: {exponent: coefficient}, by Wick's theorem.

    Two copies of a path of indices share their first one (the output) and their last one (averaged over x). A pair of
    weights is one weight, so its indices are equal; each set of equal indices is free to take n values.
    """
    edges = []
    for copy in (0, 1):
        nodes = [0, *range(1 + copy * (steps - 1), steps + copy * (steps - 1)), -1]
        edges += list(zip(nodes, nodes[1:]))
    terms = Counter()
    for pairing in pairings(list(range(2 * steps))):
        parent = {node: node for edge in edges for node in edge}

        def root(node):
            while parent[node] != node:
                node = parent[node]
            return node

        for first, second in pairing:
            for one, other in zip(edges[first], edges[second]):
                parent[root(one)] = root(other)
        terms[len({root(node) for node in parent}) - 1] += 1
    return terms


def test_one_gaussian_matrix_used_twice_gives_two_more(run):
    """One Gaussian n×n matrix used twice multiplies the mean square by σ⁴ (n² + 2) on average, where two fresh ones give σ⁴ n².

    Wick's theorem: all pairings of the four weights.
    """
    terms = uses(2)
    for size in (1, 2, 3, 5, 16):
        exact = sum(count * size**power for power, count in terms.items())
        assert value("eq-recurrent-twice", sigma=1, n=size, x2=1) == exact
    twice = run("depth/recurrent/twice")
    assert list(twice.twice) == [2, 3, 5]
    for size in twice.twice:
        assert twice.predicted[size] == pytest.approx(value("eq-recurrent-twice", sigma=size**-0.5, n=size, x2=1))
        assert twice.twice[size] == pytest.approx(twice.predicted[size], abs=5 * twice.errors[size])
        assert twice.once[size] == pytest.approx(1, abs=5 * twice.errors[size])
        assert twice.errors[size] < 0.02
    rng = np.random.default_rng(2)                           # the same draws, squared as one sum
    for size in twice.twice:
        W, V = rng.normal(0, size**-0.5, (2, 40_000, size, size))
        fresh = np.einsum("dij,djk->dik", V, W)[:, :, 0]
        assert twice.once[size] == pytest.approx(np.vdot(fresh, fresh) / 40_000)
        squares = np.sum(np.einsum("dij,djk->dik", W, W)[:, :, 0] ** 2, axis=1)
        assert twice.twice[size] == pytest.approx(squares.mean()) and twice.errors[size] == pytest.approx(squares.std() / 200, rel=0.2)
    for steps in range(1, 7):                                # every use adds and none takes away
        terms = uses(steps)
        assert terms[steps] == 1 and max(terms) == steps and min(terms.values()) > 0
        for size in (4, 36):
            assert sum(count * size ** (power - steps) for power, count in terms.items()) >= 1
    assert sum(count * 36.0 ** (power - 6) for power, count in uses(6).items()) == pytest.approx(1.1, abs=0.005)
    assert (np.mean([0.25, 2.25]) ** 2, np.mean([0.25**2, 2.25**2])) == (25 / 16, 41 / 16)   # the coin


def test_the_radius_of_a_wide_matrix(run):
    """The spectral radius of a wide matrix of independent weights of one distribution with mean zero is close to σ√n.

    Coins, uniform and Gaussian weights at a width of 600.
    """
    rng = np.random.default_rng(3)
    edge = value("eq-recurrent-disc", sigma=0.05, n=600)
    for weights in (rng.choice([-0.05, 0.05], (600, 600)), rng.uniform(-1, 1, (600, 600)) * 0.05 * 3**0.5, rng.normal(0, 0.05, (600, 600))):
        modulus = np.abs(np.linalg.eigvals(weights))
        assert modulus.max() == pytest.approx(edge, rel=0.08)
        for share in (0.25, 0.5, 0.75):                      # evenly over the disc
            assert np.mean(modulus < edge * share**0.5) == pytest.approx(share, abs=0.04)
    same = run("depth/recurrent/same")
    assert (same.n, same.steps, same.draws, same.sigma) == (64, 100, 200, 1 / 8)
    assert len(same.same) == len(same.fresh) == len(same.radii) == 200
    values = np.linalg.eigvals(same.W)
    assert same.radii[-1] == pytest.approx(np.abs(values).max()) and same.radius == pytest.approx(np.mean(same.radii)) and 1.02 < same.radius < 1.09
    start = np.full(64, 1 / 8)
    assert same.same[-1] == pytest.approx(np.log10(np.linalg.norm(np.linalg.matrix_power(same.W, 100) @ start)), abs=1e-6)
    assert same.promised == pytest.approx(100 * np.log10(same.radii))
    assert same.miss == pytest.approx(np.median(np.abs(same.same - same.promised)))
    assert same.stretches.shape == (100,) and 10 ** same.fresh[-1] == pytest.approx(np.prod(same.stretches))
    for name, sizes in (("fresh", same.fresh), ("same", same.same)):
        assert same.spread[name] == pytest.approx(np.sqrt(np.mean(sizes**2) - np.mean(sizes) ** 2))
        assert same.middle[name] == pytest.approx(np.sort(sizes)[99:101].mean())
    mean, _ = integrate.quad(lambda u: np.log10(u / 8) * stats.chi.pdf(u, 64), 1, 20)   # of one fresh step
    square, _ = integrate.quad(lambda u: np.log10(u / 8) ** 2 * stats.chi.pdf(u, 64), 1, 20)
    assert same.fresh.mean() == pytest.approx(100 * mean, abs=4 * np.sqrt(100 * (square - mean**2) / 200))
    assert same.spread["fresh"] == pytest.approx(np.sqrt(100 * (square - mean**2)), rel=0.2)
    dots = same.disc.lines[1].get_xydata()
    assert dots[:, 0] == pytest.approx(values.real) and dots[:, 1] == pytest.approx(values.imag)
    circle = same.disc.lines[0].get_xydata()
    assert np.hypot(*circle.T) == pytest.approx(1) and circle[:, 0].min() < -0.99
    heights = np.array([patch.get_height() for patch in same.ax.patches])
    assert heights[:len(heights) // 2] == pytest.approx(np.histogram(same.fresh, same.bins)[0])
    assert heights[len(heights) // 2:] == pytest.approx(np.histogram(same.same, same.bins)[0])


def test_starts(run):
    starts = run("depth/recurrent/starts")
    assert (starts.n, starts.steps, starts.draws) == (100, 50, 15)
    names = ["Gaussian, $1/n$", "orthogonal", r"$\sqrt{2}$ orthogonal", "identity"]
    assert list(starts.starts) == names and list(starts.networks) == ["linear", "tanh", "tanh, inputs", "ReLU", "ReLU, inputs"]
    assert [size for _, _, size in starts.networks.values()] == [0, 0, 1, 0, 1]
    Q, doubled = starts.orthogonal(), starts.starts[names[2]]()
    assert doubled @ doubled.T == pytest.approx(2 * np.eye(100))
    assert Q @ Q.T == pytest.approx(np.eye(100)) and np.std(starts.gaussian()) == pytest.approx(0.1, rel=0.05)
    assert np.array_equal(starts.starts["identity"](), np.eye(100))
    for name, (phi, dphi, _) in starts.networks.items():
        for z in (-1.7, 0.3, 2.0):
            point = np.full(100, z)
            assert dphi(point) == pytest.approx((phi(point + 1e-6) - phi(point - 1e-6)) / 2e-6, rel=1e-6)
            assert phi(point)[0] == pytest.approx({"linear": z, "tanh": math.tanh(z), "ReLU": max(z, 0)}[name.split(",")[0]])
    for key, (W, slopes, arriving, g) in starts.last.items():
        jacobian = np.eye(100)
        for slope in slopes:
            jacobian = slope[:, None] * (W @ jacobian)
        assert g == pytest.approx(arriving @ jacobian, rel=1e-6, abs=1e-12 * np.abs(g).max()) and abs(arriving.mean()) < 0.4
    # With a ReLU and the identity what was positive in the start passes. With inputs, what was positive in every step.
    _, slopes, arriving, g = starts.last["identity, ReLU"]
    assert g == pytest.approx(arriving * slopes[0])
    assert starts.g == pytest.approx(starts.arriving * np.prod(starts.slopes, axis=0)) and len(starts.slopes) == 50
    assert starts.shares[-1] == pytest.approx(np.sum(starts.g**2) / np.sum(starts.arriving**2)) and len(starts.shares) == 15
    assert starts.kept["identity, ReLU, inputs"] == pytest.approx(np.median(starts.shares))
    assert starts.span["identity, ReLU, inputs"] == pytest.approx(np.ptp(np.log10(starts.shares)))
    assert starts.scatter == starts.span[names[2] + ", ReLU, inputs"] and 3 < starts.scatter < 10
    assert starts.span["orthogonal, tanh"] < 1 < 3 < starts.span["Gaussian, $1/n$, tanh"]
    # A reflected random walk: with the identity and inputs a unit stays on for all steps with a chance that one loop estimates.
    rng, on = np.random.default_rng(10), np.ones(200_000, dtype=bool)
    h = rng.standard_normal(200_000)
    for _ in range(50):
        h = np.maximum(h + rng.standard_normal(200_000), 0)
        on &= h > 0
    assert starts.kept["identity, ReLU, inputs"] == pytest.approx(on.mean(), abs=4 * 1.26 * (on.mean() * 1.5 / 1500) ** 0.5)
    assert 1e-24 < starts.kept["orthogonal, tanh, inputs"] < 1e-17 and starts.kept[names[2] + ", tanh, inputs"] < 1e-7
    assert starts.kept[names[2] + ", linear"] == pytest.approx(2.0**50) and 0.01 < starts.kept[names[2] + ", ReLU"] < 10
    assert 8 < starts.kept[names[2] + ", tanh"] < 300
    # tanh with the identity: each unit follows h' = tanh(h) on its own, and one integral over its start gives the mean.
    h = np.linspace(-6, 6, 4001)
    weight, slope = stats.norm.pdf(h), np.ones_like(h)
    for _ in range(50):
        h = np.tanh(h)
        slope *= 1 - h**2
    assert starts.kept["identity, tanh"] == pytest.approx(np.sum(weight * slope**2) / np.sum(weight), rel=0.6)
    assert 1e-18 < starts.kept["orthogonal, ReLU"] < 1e-12 and 0.005 < starts.kept["orthogonal, tanh"] < 0.03
    assert starts.kept["Gaussian, $1/n$, ReLU"] < 1e-9 and 0.1 < starts.kept["Gaussian, $1/n$, linear"] < 1e5
    assert np.array_equal(starts.powers, np.log10(list(starts.kept.values())).reshape(4, 5))
    assert np.array_equal(starts.ax.images[0].get_array(), np.clip(starts.powers, -20, None))
    texts = {text.get_position(): text for text in starts.ax.texts}
    for place, (key, share) in enumerate(starts.kept.items()):
        row, column = divmod(place, 5)
        assert key == f"{list(starts.starts)[row]}, {list(starts.networks)[column]}"
        label = texts[column, row].get_text()
        assert label == (f"$10^{{{round(math.log10(share))}}}$" if share < 1e-3 or share > 1e3 else f"{share:.2g}")
        assert (texts[column, row].get_color() == "white") == (share < 1e-9)


def lstm(W, U, biases, x, h, c):
    """One step of an LSTM, its gates in the order i, f, g, o."""
    z = [W[gate] @ h + U[gate] @ x + biases[gate] for gate in range(4)]
    c = sigmoid(z[1]) * c + sigmoid(z[0]) * np.tanh(z[2])
    return sigmoid(z[3]) * np.tanh(c), c


def test_the_cell_multiplies_by_its_gates(run):
    """If all forget gates stay at 1/(1 + e^(−b)), the direct path through t steps multiplies the gradient by the t-th power.

    eq-recurrent-memory: One over one minus this gate is 1 + e^b.

    Central differences of an LSTM without recurrent matrices, and the gates of the listing's own run.
    """
    rng = np.random.default_rng(4)
    zero = np.zeros((4, 3, 3))
    U, inputs, start = rng.standard_normal((4, 3, 2)), rng.standard_normal((7, 2)), rng.standard_normal(3)
    U[1] = 0
    for bias in (0.0, 1.0, 3.0):
        def end(c):
            h = np.zeros(3)
            for x in inputs:
                h, c = lstm(zero, U, [0, bias, 0, 0], x, h, c)
            return c
        slope = (end(start + 1e-5) - end(start - 1e-5)) / 2e-5
        assert slope == pytest.approx(value("eq-recurrent-gate", b=bias, t=7))
        memory = sp.nsimplify(1) / (1 - 1 / (1 + sp.exp(-sp.Rational(bias))))
        assert float(memory) == pytest.approx(value("eq-recurrent-memory", b=bias))
    for bias in (2, 3, 5):
        assert value("eq-recurrent-gate", b=bias, t=value("eq-recurrent-memory", b=bias)) == pytest.approx(1 / math.e, rel=0.07)
    for bias, step in ((0, 4), (1, 8), (3, 48)):             # the warm-up
        assert value("eq-recurrent-gate", b=bias, t=step) < 0.1 < value("eq-recurrent-gate", b=bias, t=step - 1)

    gates = run("depth/recurrent/gates")
    assert (gates.H, gates.inputs, gates.steps, gates.biases) == (100, 20, 60, (0, 1, 2, 3, 5))
    for bias in gates.biases:
        assert gates.predicted[bias][[0, 20, 60]] == pytest.approx([value("eq-recurrent-gate", b=bias, t=steps) for steps in (0, 20, 60)])
        assert gates.memory[bias] == pytest.approx(value("eq-recurrent-memory", b=bias)) and gates.kept[bias][0] == 1
        assert gates.kept[bias][1] == pytest.approx(gates.predicted[bias][1], rel=0.1)
        assert np.log(gates.kept[bias][60]) == pytest.approx(60 * np.log(sigmoid(bias)), rel=0.2)
    assert np.std(gates.W) == pytest.approx(0.1 / 3**0.5, rel=0.02) and np.std(gates.U) == pytest.approx(0.1 / 3**0.5, rel=0.05)
    assert gates.W.shape == (4, 100, 100) and gates.U.shape == (4, 100, 20) and abs(gates.W.mean()) < 0.002 and abs(gates.U.mean()) < 0.005
    assert gates.i == pytest.approx(sigmoid(gates.z[0])) and gates.f == pytest.approx(sigmoid(gates.z[1] + 5))
    assert gates.g == pytest.approx(np.tanh(gates.z[2])) and gates.h == pytest.approx(sigmoid(gates.z[3]) * np.tanh(gates.c))
    assert gates.kept[5][60] == pytest.approx(stats.gmean(gates.product)) and gates.off == pytest.approx(np.log(gates.kept[5][60] / gates.predicted[5][60]))
    image = gates.ax.images[0]
    assert np.array_equal(image.get_array(), [gates.kept[bias] for bias in gates.biases]) and image.get_extent() == [-0.5, 60.5, 4.5, -0.5]
    assert image.get_clim() == (0, 1) and [label.get_text() for label in gates.ax.get_yticklabels()] == [f"bias {bias}" for bias in gates.biases]
    marks = [line.get_xydata().tolist() for line in gates.ax.lines]
    assert marks == [[[gates.memory[bias], row - 0.5], [gates.memory[bias], row + 0.5]] for row, bias in enumerate(gates.biases[:4])]


def test_an_lstm_runs_on_the_state_it_saw(run):
    """The listing's LSTM is the one of the text: its run repeated from its matrices."""
    gates = run("depth/recurrent/gates")
    rng = np.random.default_rng(6)
    for bias in gates.biases:
        W, U = rng.uniform(-0.1, 0.1, (4, 100, 100)), rng.uniform(-0.1, 0.1, (4, 100, 20))
        h, c = np.zeros(100), np.zeros(100)
        for _ in range(60):
            h, c = lstm(W, U, [0, bias, 0, 0], rng.standard_normal(20), h, c)
    assert h == pytest.approx(gates.h) and c == pytest.approx(gates.c)


def test_at_rest_one_step_is_the_gate_plus_a_matrix(run):
    """At rest, without input, state and biases but that of the forget gate, a small change of the cell is multiplied per step
    by f I + i o W_g.

    Central differences of two steps of a whole LSTM.
    """
    rng = np.random.default_rng(5)
    W = rng.standard_normal((4, 3, 3))
    bias, shut = 1.3, -0.7
    gates = {"f": sigmoid(bias), "i": sigmoid(shut), "o": 0.5}
    expected = np.array([[value("eq-recurrent-rest", W_g=W[2, row, column], I=1, **gates) if row == column else
                          value("eq-recurrent-rest", W_g=W[2, row, column], I=0, **gates) for column in range(3)] for row in range(3)])

    def after(c):
        h, c = gates["o"] * np.tanh(c), c                    # the state that came with this cell
        return lstm(W, np.zeros((4, 3, 1)), [shut, bias, 0, 0], np.zeros(1), h, c)[1]

    jacobian = np.array([(after(1e-5 * unit) - after(-1e-5 * unit)) / 2e-5 for unit in np.eye(3)]).T
    assert jacobian == pytest.approx(expected, abs=1e-8)

    rest = run("depth/recurrent/rest")
    assert (rest.H, rest.steps, rest.draws, list(rest.measured)) == (200, 50, 10, [0, 1, 3]) and len(rest.squares) == 10
    assert rest.r == pytest.approx(0.5 * 0.5 / 3**0.5)
    edge = optimize.brentq(lambda bias: sigmoid(bias) + rest.r - 1, 0, 5)
    assert edge == pytest.approx(1.8, abs=0.03)
    assert rest.J == pytest.approx(sigmoid(3) * np.eye(200) + 0.25 * rest.W) and np.std(rest.W) == pytest.approx(1 / 600**0.5, rel=0.02) and abs(rest.W.mean()) < 1e-3
    assert abs(rest.arriving.mean()) < 0.3 and rest.panels[1].lines[2].get_xydata()[0] == pytest.approx([sigmoid(1) + rest.r, 0])
    assert rest.g == pytest.approx(np.linalg.matrix_power(rest.J.T, 50) @ rest.arriving)
    assert rest.squares[-1] == pytest.approx(np.sum(rest.g**2) / np.sum(rest.arriving**2)) and rest.measured[3] == pytest.approx(np.mean(rest.squares) ** 0.5)
    for ax, (bias, gate) in zip(rest.panels, rest.gate.items()):
        assert gate == pytest.approx(value("eq-recurrent-gate", b=bias, t=50))
        dots, rim = rest.discs[bias], ax.lines[2].get_xydata()
        assert np.abs(dots).max() == pytest.approx(sigmoid(bias) + rest.r, abs=0.03)
        assert np.mean(np.abs(dots - sigmoid(bias)) < rest.r / 2**0.5) == pytest.approx(0.5, abs=0.1)
        assert ax.lines[1].get_xydata() == pytest.approx(np.array([dots.real, dots.imag]).T)
        assert np.hypot(*ax.lines[0].get_xydata().T) == pytest.approx(1)
        assert np.hypot(rim[:, 0] - sigmoid(bias), rim[:, 1]) == pytest.approx(rest.r)
        digits = f"{rest.measured[bias]:.0f}" if bias == 3 else f"$10^{{{round(math.log10(rest.measured[bias]))}}}$"
        assert ax.get_xlabel() == f"keeps {digits}"
    assert sorted(np.sign(rest.panels[0].lines[0].get_xydata()[:, 1]))[0] == -1


def test_a_network_that_settled_keeps_its_gradient(run):
    """The loop backward of the listing: central differences of its last network, and the cell that it started from."""
    settled = run("depth/recurrent/settled")
    assert (settled.H, settled.inputs, settled.settle, settled.steps, settled.draws) == (200, 20, 300, 50, 6)
    assert list(settled.kept) == [0, 1] and all(len(runs) == 6 for runs in (*settled.kept.values(), *settled.states.values()))
    # From the draws of the listing, the network of each run once more.
    rng = np.random.default_rng(9)
    for size in (0, 1):
        for draw in range(6):
            W, U = rng.uniform(-1, 1, (4, 200, 200)) / 200**0.5, rng.uniform(-1, 1, (4, 200, 20)) / 200**0.5
            h, c = np.zeros(200), 0.001 * rng.standard_normal(200)
            words = size * rng.standard_normal((350, 20))
            for x in words[:299]:
                h, c = lstm(W, U, [0, 3, 0, 0], x, h, c)
            z = [W[gate] @ h + U[gate] @ words[299] + [0, 3, 0, 0][gate] for gate in range(4)]
            cell = sigmoid(z[1]) * c + sigmoid(z[0]) * np.tanh(z[2])
            arriving = rng.standard_normal(200)
            assert settled.states[size][draw] == pytest.approx(np.mean(cell**2) ** 0.5)

            def end(c):
                h = sigmoid(z[3]) * np.tanh(c)
                for x in words[300:]:
                    h, c = lstm(W, U, [0, 3, 0, 0], x, h, c)
                return arriving @ c
    # The last run's gradient, along itself and along two random directions.
    for move in (settled.dc, *np.random.default_rng(0).standard_normal((2, 200))):
        slope = (end(cell + 1e-5 * move) - end(cell - 1e-5 * move)) / 2e-5
        assert settled.dc @ move == pytest.approx(slope, rel=1e-4)
    assert settled.arriving == pytest.approx(arriving)
    assert settled.kept[1][5] == pytest.approx(np.linalg.norm(settled.dc) / np.linalg.norm(arriving))
    both = settled.kept[0] + settled.kept[1]
    assert settled.lowest == min(both) > 0.3 and settled.highest == max(both) < 3
    assert settled.cell == min(settled.states[0] + settled.states[1]) > 1.5


def test_paths_through_one_matrix_add_before_they_are_squared(run):
    """For wide matrices J = f I + r G, with the spectral radius of G one, t uses multiply the mean square by the sum of the squares
    of the binomial terms of (f + r)^t.

    Exact for two uses of a Gaussian matrix up to terms of 1/n, by enumeration of pairings, and fifty uses in the listing.
    """
    def paths(f, r, t):
        """The term for each k, with its binomial coefficient, and their sum."""
        return sum(value("eq-recurrent-paths", total=1, choice=math.comb(t, step), k=step, f=f, r=r, t=t) for step in range(t + 1))

    f_, r_ = 0.7, 0.2
    # (f I + r G)²x = f²x + 2fr Gx + r²G²x; E|Gx|² = 1, E|G²x|² = 1 + 2/n², E x·G²x = 1/n, others vanish by sign.
    for size in (10, 1000):
        exact = f_**4 + 4 * f_**2 * r_**2 + r_**4 * sum(count * size ** (power - 2.0) for power, count in uses(2).items()) + 2 * f_**2 * r_**2 / size
        assert paths(f=f_, r=r_, t=2) == pytest.approx(exact, rel=1 / size)
    rest = run("depth/recurrent/rest")
    for bias in rest.measured:
        expected = paths(f=sigmoid(bias), r=rest.r, t=50) ** 0.5
        assert rest.predicted[bias] == pytest.approx(expected)
        assert abs(np.log(rest.measured[bias] / expected)) < np.log(2.5)
    assert (sigmoid(3) ** 2 + rest.r**2) ** 25 == pytest.approx(0.155, abs=0.001)


def test_clipping_by_norm_keeps_the_direction(run):
    clip = run("depth/recurrent/clip")
    assert clip.limit == 6.5 and list(clip.g) == [12, 5]
    assert clip.by_norm == pytest.approx([6, 2.5]) and list(clip.by_value) == [6.5, 5] and np.linalg.norm(clip.by_norm) == pytest.approx(6.5)
    assert [clip.angles[name] for name in ("gradient", "norm", "value")] == pytest.approx(np.degrees(np.arctan([5 / 12, 5 / 12, 5 / 6.5])))
    arrows = [(*text.xyann, *text.xy) for text in clip.ax.texts if hasattr(text, "xyann")]
    assert np.array(arrows) == pytest.approx(np.array([(0, 0, 12, 5), (0, 0, 6, 2.5), (0, 0, 6.5, 5)]))
    colors = [text.arrow_patch.get_edgecolor() for text in clip.ax.texts if hasattr(text, "xyann")]
    assert colors == [to_rgba(color) for color in ("0.7", "C1", "C3")]
    circle, square = [line.get_xydata() for line in clip.ax.lines]
    assert np.hypot(*circle.T) == pytest.approx(6.5) and square.tolist() == [[6.5, -1], [6.5, 6.5], [-1, 6.5]]
    for count in (1, 4, 100):                                # N entries of the limit are √N limits long
        assert np.linalg.norm(np.clip(np.full(count, 9.0), -1, 1)) == pytest.approx(count**0.5)


def test_what_clipping_cannot_do(run):
    limits = run("depth/recurrent/limits")
    assert np.linalg.norm(limits.left) == pytest.approx(1) and len(limits.shares) == 50
    assert limits.shares[[0, 1, 49]] == pytest.approx([10, 8, 10 * 0.8**49])
    assert limits.left == pytest.approx(limits.shares / np.linalg.norm(limits.shares))
    assert limits.ratio == pytest.approx(0.8**49) and limits.ratio_left == pytest.approx(0.8**49)
    assert limits.cases["too long"] == [3e20, 4e20] and limits.cases["infinite"] == [np.inf, 1] and limits.cases["nan"][1] == 1
    assert list(limits.results) == ["long", "too long", "infinite", "nan"] and limits.results["long"].dtype == np.float32
    short = np.array([0.3, 0.4], dtype=np.float32)
    assert np.array_equal(limits.clipped(short), short) and limits.clipped(4 * short) == pytest.approx([0.6, 0.8])
    assert limits.clipped(10 * short, 0.5) == pytest.approx([0.3, 0.4])
    assert np.array_equal(limits.results["too long"], [0, 0]) and np.isnan(limits.results["nan"]).all()
    assert np.isnan(limits.results["infinite"][0]) and limits.results["infinite"][1] == 0
    with np.errstate(over="ignore"):
        assert np.isinf(np.float32(3e20) ** 2) and np.isfinite(np.float32(4e20))


def test_spread_memories_outlast_one(run):
    chrono = run("depth/recurrent/chrono")
    assert (chrono.cells, chrono.longest, list(chrono.kept)) == (5000, 1000, [10, 100, 1000])
    memory = 1 / (1 - chrono.gates)
    assert memory.min() == pytest.approx(2, abs=1) and memory.max() == pytest.approx(1000, abs=3) and memory.mean() == pytest.approx(501, abs=18)
    assert memory == pytest.approx(1 + np.random.default_rng(8).uniform(1, 999, 5000)) and memory == pytest.approx(1 + np.exp(chrono.b))
    for steps in chrono.kept:
        exact, _ = integrate.quad(lambda m: (1 - 1 / m) ** steps / 998, 2, 1000, epsabs=1e-10, limit=200)
        assert chrono.predicted[steps] == pytest.approx(exact, abs=2e-5)
        assert chrono.kept[steps] == pytest.approx(exact, abs=4 * 0.5 / 5000**0.5) and chrono.kept[steps] == pytest.approx(np.mean(chrono.gates**steps))
        assert chrono.single[steps] == pytest.approx(value("eq-recurrent-gate", b=1, t=steps))
    # What one more step leaves of the average rises, up to the gate of the longest memory.
    averages = [integrate.quad(lambda m: (1 - 1 / m) ** t, 2, 1000, limit=200)[0] for t in (10, 11, 100, 101, 1000, 1001)]
    factors = np.divide(averages[1::2], averages[::2])
    assert np.all(np.diff(factors) > 0) and factors[-1] < 1 - 1 / 1000


def test_adam_divides_a_constant_factor_out():
    """Two sequences of gradients, the second a hundredth of the first, give Adam's steps alike, and gradient descent's a hundredth."""
    gradients = np.random.default_rng(11).standard_normal(50)
    steps = {}
    for factor in (1, 0.01):
        m = v = 0
        steps[factor] = []
        for t, g in enumerate(factor * gradients, 1):
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            steps[factor].append(m / (1 - 0.9**t) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8))
    assert steps[0.01] == pytest.approx(steps[1], rel=1e-3)


def test_two_biases_make_a_narrow_start():
    limit = 1 / 192**0.5
    square, _ = integrate.dblquad(lambda u, v: (u + v) ** 2 / (2 * limit) ** 2, -limit, limit, -limit, limit)
    assert square == pytest.approx(1 / 288) and square**0.5 == pytest.approx(0.059, abs=0.0005)
    assert sigmoid(2 * limit) == pytest.approx(0.536, abs=0.0005)
    assert value("eq-recurrent-memory", b=2) == pytest.approx(8.4, abs=0.02) and value("eq-recurrent-memory", b=1) == pytest.approx(3.72, abs=0.005)
