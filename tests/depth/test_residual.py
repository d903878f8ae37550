"""How large a residual branch may be: all patterns of signs, quadrature, symbols and finite differences against the listings."""
from itertools import product
from math import comb

import numpy as np
import pytest
import sympy as sp
from matplotlib.colors import to_rgba
from scipy import integrate, special, stats

alpha, f, L, M, q, m, k, v = sp.symbols("alpha f L M q m k v", positive=True)
h_0, q_0 = sp.symbols("h_0 q_0", positive=True)
power_sum = sp.Symbol("power_sum", positive=True)

EQUATIONS = {
    "eq-residual-block": (r"\E\big[\norm{h_L}^2\big] =", (1 + alpha**2 * f) ** L * h_0**2, {r"\norm{h_0}": h_0}),
    "eq-residual-depth": (r"\frac{\E\big[\norm{h_L}^2\big]}{\norm{h_0}^2} =", (1 + f / L) ** L),
    "eq-residual-prenorm": (r"q_{2L} =", q_0 + 2 * L * alpha**2 * v, {"q_0": q_0}),
    "eq-residual-relu": (r"q' =", q + 2 * alpha * M * sp.sqrt(q / sp.pi) + alpha**2 * q),
    "eq-residual-fixup": (r"c =", L ** (-1 / (2 * m - 2))),
    "eq-residual-shared": (r"\lim_{n \to \infty} \frac{\E\big[\norm{h_L}^2\big]}{\norm{h_0}^2} =", sp.Sum(sp.binomial(L, k) ** 2 * L**-k, (k, 0, L)),
                           {r"\sum_{k=0}^{L} \binom{L}{k}^2 L^{-k}": sp.Sum(sp.binomial(L, k) ** 2 * L**-k, (k, 0, L))}),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}).doit())


def relu(z):
    return np.maximum(z, 0)


PATTERNS = np.array(list(product([-1.0, 1.0], repeat=8))).reshape(-1, 2, 2, 2)   # all pairs of 2x2 matrices of signs


def test_all_patterns_of_signs_give_the_power():
    """eq-residual-block: L blocks h + α W₂ReLU(W₁h) of fresh symmetric weights multiply the mean square by (1 + α²f)^L on
    average, and the mean squared gradient too.

    Exact, over all 65536 patterns of signs of two blocks with two units each; f = 2 · ½ · 2 = 2.
    """
    factor = 0.3
    W1, W2 = PATTERNS[:, 0], PATTERNS[:, 1]
    h = np.array([[3.0, 4.1]])
    jacobians = np.eye(2)[None]
    for _ in range(2):
        z = np.einsum("pij,sj->spi", W1, h)
        assert np.all(np.abs(z) > 1e-9)
        J = np.einsum("pij,spj,pjk->spik", W2, (z > 0) * 1.0, W1)
        h = (h[:, None] + factor * np.einsum("pij,spj->spi", W2, relu(z))).reshape(-1, 2)
        jacobians = (jacobians[:, None] + factor * J @ jacobians[:, None]).reshape(-1, 2, 2)
    assert len(h) == 65536
    expected = value("eq-residual-block", alpha=factor, f=2, L=2, h_0=np.hypot(3, 4.1))
    assert np.mean(np.sum(h**2, axis=1)) == pytest.approx(expected, rel=1e-12)
    # Every gradient that does not depend on the weights, and not only those without a preferred direction.
    for g in ([1, 0], [1, 1], [2, -3]):
        back = np.mean(np.sum((g @ jacobians) ** 2, axis=1))
        assert back == pytest.approx(value("eq-residual-block", alpha=factor, f=2, L=2, h_0=np.linalg.norm(g)), rel=1e-12)
    # Equal inputs make pre-activations that are exactly zero. They block more than a half, and the formula is too large.
    z = np.einsum("pij,j->pi", W1, [1.0, 1.0])
    J = np.einsum("pij,pj,pjk->pik", W2, (z > 0) * 1.0, W1)
    assert np.mean(np.sum(([1, 0] @ J) ** 2, axis=1)) == pytest.approx(1)         # in place of f = 2


def test_the_power_stays_below_e_to_the_f():
    """eq-residual-depth: With α = 1/√L the factor of L blocks is (1 + f/L)^L, which grows with L to e^f and stays below it.

    Its limit by symbols, its growth by numbers.
    """
    formula = EQUATIONS["eq-residual-depth"][1]
    assert sp.limit(formula.subs(f, sp.Rational(3, 2)), L, sp.oo) == sp.exp(sp.Rational(3, 2))
    for branch in (0.1, 1, 2, 10):
        found = [value("eq-residual-depth", f=branch, L=depth) for depth in (1, 2, 5, 50, 1000)]
        assert found == sorted(found) and found[-1] < np.exp(branch)
        assert found[3] == pytest.approx(value("eq-residual-block", alpha=1 / np.sqrt(50), f=branch, L=50, h_0=1))


def test_pre_norm_adds_a_fixed_amount():
    """eq-residual-prenorm: Behind a normalization each of 2L branches adds α²f to the mean square of the stream.

    Exact, over all patterns of signs of two additions (L = 1) with two units; f = 2.
    """
    factor = 0.7
    h = np.array([[3.0, 4.1]])
    for _ in range(2):
        u = h / np.sqrt(np.mean(h**2, axis=1, keepdims=True))
        z = np.einsum("pij,sj->spi", PATTERNS[:, 0], u)
        h = (h[:, None] + factor * np.einsum("pij,spj->spi", PATTERNS[:, 1], relu(z))).reshape(-1, 2)
    expected = value("eq-residual-prenorm", q_0=(9 + 4.1**2) / 2, L=1, alpha=factor, v=2)
    assert np.mean(h**2) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("mean, square, factor", [(0, 1, 0.5), (0.7, 2, 0.2), (3, 10, 0.05)])
def test_a_relu_at_the_end_adds_a_cross_term(mean, square, factor):
    """eq-residual-relu: A branch that ends in a ReLU adds 2αM√(q/π) + α²q to the mean square of a wide stream.

    By integration over a stream of two values and over a pre-activation of variance 2q.
    """
    spread = np.sqrt(square - mean**2)
    density = stats.norm(0, np.sqrt(2 * square)).pdf

    def over(function):
        parts = [integrate.quad(lambda z, h=h: function(h + factor * max(z, 0)) * density(z), -np.inf, 0)[0]
                 + integrate.quad(lambda z, h=h: function(h + factor * max(z, 0)) * density(z), 0, np.inf)[0]
                 for h in (mean - spread, mean + spread)]
        return np.mean(parts)

    expected = (square + factor**2 * square) if mean == 0 else value("eq-residual-relu", q=square, M=mean, alpha=factor)
    assert over(lambda s: s**2) == pytest.approx(expected, rel=1e-7)
    assert over(lambda s: s) == pytest.approx(mean + factor * np.sqrt(square / np.pi), rel=1e-7)


def test_the_growth_behind_relus_has_the_stated_rate():
    """ln q / √L tends to 2/√π with α = 1/√L, and with α = 1/L the growth ends at cosh²(1/√π)."""
    def end(depth, factor):
        mean, square = 0.0, 1.0
        for _ in range(depth):
            mean, square = mean + factor * np.sqrt(square / np.pi), square + 2 * factor * mean * np.sqrt(square / np.pi) + factor**2 * square
        return square

    ratios = [end(depth, depth**-0.5) / np.exp(2 * np.sqrt(depth / np.pi)) for depth in (10**3, 10**4, 10**5)]
    assert max(ratios) / min(ratios) < 1.1
    assert end(10**5, 1e-5) == pytest.approx(np.cosh(1 / np.sqrt(np.pi)) ** 2, rel=1e-3)


@pytest.mark.parametrize("matrices", [2, 3, 5])
def test_fixups_factor_makes_the_first_step_that_of_one_block(matrices):
    """eq-residual-fixup: With the last of m matrices zero and the others times c = L^(-1/(2m-2)), L blocks move the output
    in the first step as far as one block does.

    One step of gradient descent with slopes from finite differences, for matrices that keep every length exactly.
    """
    units, lr = 4, 1e-7
    rng = np.random.default_rng(matrices)
    x, g = relu(rng.standard_normal(units)), rng.standard_normal(units)

    def output(lasts, c):
        h = x
        for last in lasts:
            a = h
            for _ in range(matrices - 1):
                a = c * relu(a)      # the identity as a matrix: a nonnegative x keeps its length
            h = h + last @ a
        return h

    moved = {}
    for depth in (1, 6):
        c = value("eq-residual-fixup", L=depth, m=matrices)
        lasts = np.zeros((depth, units, units))
        slopes = np.zeros_like(lasts)
        for index in np.ndindex(lasts.shape):
            step = np.zeros_like(lasts)
            step[index] = 1e-4
            slopes[index] = g @ (output(step, c) - output(-step, c)) / 2e-4
        moved[depth] = output(-lr * slopes, c) - x
    assert moved[1] == pytest.approx(-lr * g * np.sum(x**2), rel=1e-5)
    assert moved[6] == pytest.approx(moved[1], rel=1e-5)


def test_one_shared_matrix_gives_the_sum_of_squared_binomials():
    """eq-residual-shared: With one matrix in all L blocks the terms of the binomial theorem add up in squares in wide
    networks, to the sum of C(L,k)²/L^k.

    A cyclic shift of many places: its powers keep every length and are exactly orthogonal on the first basis vector.
    """
    for depth in (1, 4, 9):
        h = np.zeros(depth + 5)
        h[0] = 1
        for _ in range(depth):
            h = h + np.roll(h, 1) / np.sqrt(depth)
        assert np.sum(h**2) == pytest.approx(value("eq-residual-shared", L=depth), rel=1e-12)
    # of the order of e^(2√L): the bound by I0(2√L)
    for depth in (25, 100, 400):
        total = sum(comb(depth, power) ** 2 / depth**power for power in range(depth + 1))
        assert total < special.iv(0, 2 * np.sqrt(depth)) < np.exp(2 * np.sqrt(depth))
        assert total > np.exp(2 * np.sqrt(depth) - 0.5 - 2) / np.sqrt(4 * np.pi * np.sqrt(depth))


def test_wide_random_matrices_have_powers_that_keep_their_length():
    rng = np.random.default_rng(0)
    W = rng.normal(0, 1 / np.sqrt(900), (900, 900))
    h = rng.standard_normal((900, 30))
    powers = [h]
    for _ in range(4):
        powers.append(W @ powers[-1])
    for i, j in product(range(5), repeat=2):
        assert np.mean(powers[i] * powers[j]) == pytest.approx(1.0 * (i == j), abs=0.1)


def test_shortcuts_alone_overflow(run):
    maps = run("depth/residual/maps")
    assert (maps.depth, maps.n) == (50, 200)
    assert maps.layers.std() == pytest.approx(0.1, rel=0.01) and abs(maps.layers.mean()) < 1e-3
    assert list(maps.signals) == ["no shortcuts", "with shortcuts", "with shortcuts, branch / √50"]
    for name, (shortcut, factor) in zip(maps.signals, [(0, 1), (1, 1), (1, 50**-0.5)]):
        h = np.float16(maps.x)
        for layer in range(51):
            assert maps.signals[name].dtype == np.float16
            assert np.array_equal(maps.signals[name][layer], h, equal_nan=True)
            with np.errstate(all="ignore"):
                h = np.float16(shortcut * h + factor * (maps.layers[min(layer, 49)] @ np.where(h < 0, 0, h)))
    first = [layer for layer, h in enumerate(maps.signals["with shortcuts"]) if np.isinf(h).any()][0]
    assert maps.end == first == 29   # as the caption says
    for ax, (name, h) in zip(maps.panels, maps.signals.items()):
        image = ax.images[0].get_array()
        gone = ~np.isfinite(h[:, :40].T)
        assert np.array_equal(np.ma.getmaskarray(image), gone)
        expected = np.log10(np.maximum(np.abs(h[:, :40].T.astype(float)), 1e-30))
        visible = ~gone & (h[:, :40].T != 0)
        assert image.data[visible] == pytest.approx(expected[visible], abs=0.01)
        assert ax.images[0].get_clim() == (-2, 5)


def test_the_three_spirals(run):
    spirals = run("depth/residual/spirals")
    assert spirals.blocks == 12
    rules = [lambda s: s, lambda s: 1, lambda s: s / np.sqrt(12)]
    for path, rule, expected in zip(spirals.paths.values(), rules, spirals.predicted):
        assert path[0] == 1 and len(path) == 13
        for start, end in zip(path[:-1], path[1:]):
            step = end - start
            assert (step * np.conj(start)).real == pytest.approx(0, abs=1e-9)     # a right angle
            assert (step * np.conj(start)).imag > 0
            assert abs(step) == pytest.approx(rule(abs(start)))
        assert abs(path[-1]) == pytest.approx(expected)
    assert spirals.predicted == pytest.approx([64, np.sqrt(13), (13 / 12) ** 6])
    assert spirals.predicted[2] == pytest.approx(1.62, abs=0.005) and spirals.predicted[2] < np.sqrt(np.e) < 1.65
    assert list(spirals.lengths.values()) == pytest.approx(spirals.predicted)
    for ax, path, edge, expected in zip(spirals.panels, spirals.paths.values(), spirals.reach.values(), spirals.predicted):
        drawn = 6 if expected == 64 else 12
        assert len(ax.patches) == drawn and len(ax.lines) == 2 * drawn + 1
        for block, (patch, branch, stream) in enumerate(zip(ax.patches, ax.lines[0::2], ax.lines[1::2])):
            corners = [0, path[block], path[block + 1]]
            assert patch.get_xy()[:3] == pytest.approx(np.array([[c.real, c.imag] for c in map(complex, corners)]))
            assert branch.get_xydata() == pytest.approx(np.array([[c.real, c.imag] for c in path[block:block + 2]]))
            assert stream.get_xydata()[1] == pytest.approx([path[block].real, path[block].imag])
            assert stream.get_xydata()[0] == pytest.approx([0, 0])
            assert (branch.get_color(), stream.get_color()) == ("C1", "C0")
        assert ax.lines[-1].get_xydata() == pytest.approx(np.array([[0, 0], [path[drawn].real, path[drawn].imag]]))
        assert ax.get_xlim() == (-edge, edge) == ax.get_ylim()
    assert all(np.max(np.abs([path.real, path.imag])) < edge
               for path, edge in list(zip(spirals.paths.values(), spirals.reach.values()))[1:])


def test_by_hand(run):
    hand = run("depth/residual/hand")
    expected = {"matrix last": [10, 4, 2, -4], "ReLU last": [10, 4, 3, 3]}
    for ax, (name, sums) in zip(hand.panels, expected.items()):
        assert sorted(hand.sums[name]) == sorted(sums)
        assert np.sum(np.square(sums)) / 4 == hand.mean_squares[name] == sum(hand.parts[name])
        assert sorted(line.get_xdata()[0] for line in ax.lines[:4]) == sorted(sums)
        assert ax.lines[4].get_xdata()[0] == 3 and ax.lines[5].get_xdata()[0] == np.mean(sums)
        assert ax.lines[5].get_linestyle() == "--"
        for text, arrow in zip([t for t in ax.texts if t.get_text().lstrip("-").isdigit()], sorted(sums)):
            assert text.get_text() == f"{arrow:g}"
            assert (text.get_position()[0] > arrow) == (arrow >= 3)
        arrows = [text for text in ax.texts if hasattr(text, "arrow_patch") and text.arrow_patch]
        assert [arrow.xy[0] for arrow in arrows] == sorted(sums) and {arrow.xyann[0] for arrow in arrows} == {3}
    assert hand.parts == {"matrix last": [9, 25, 0], "ReLU last": [9, 12.5, 12]}


def test_a_thousand_blocks_scatter_like_ten(run):
    depths = run("depth/residual/depths")
    assert (depths.n, list(depths.predicted)) == (64, [10, 100, 1000])
    for depth, predicted in depths.predicted.items():
        assert predicted == pytest.approx(value("eq-residual-depth", f=1, L=depth))
        assert depths.forward[depth] == pytest.approx(predicted, rel=0.5)
        assert depths.backward[depth] == pytest.approx(predicted, rel=0.25)
    fresh = np.random.default_rng(6)   # one input scatters by a quarter; forty networks with one each do not
    for depth in (10, 100):
        growth = []
        for _ in range(40):
            h = x = fresh.standard_normal(64)
            for _ in range(depth):
                h = h + fresh.normal(0, np.sqrt(1 / 64), (64, 64)) @ relu(fresh.normal(0, np.sqrt(2 / 64), (64, 64)) @ h) / depth**0.5
            growth.append(np.mean(h**2) / np.mean(x**2))
        assert np.mean(growth) == pytest.approx(depths.predicted[depth], rel=0.25)
    rng = np.random.default_rng(5)   # the same draws, computed by hand: forward by the stream, backward by vectors
    x = rng.standard_normal(64)
    for depth in (10, 100):
        net = [(rng.normal(0, np.sqrt(2 / 64), (64, 64)), rng.normal(0, np.sqrt(1 / 64), (64, 64))) for _ in range(depth)]
        h, masks = x, []
        for W1, W2 in net:
            masks.append(W1 @ h > 0)
            h = h + W2 @ relu(W1 @ h) / depth**0.5
        back = np.eye(64)            # gradients along each axis, which make the average over all directions
        for (W1, W2), mask in zip(net[::-1], masks[::-1]):
            back = back + ((back @ W2) * mask) @ W1 / depth**0.5
        assert depths.forward[depth] == pytest.approx(np.mean(h**2) / np.mean(x**2))
        assert depths.backward[depth] == pytest.approx(np.mean(np.sum(back**2, axis=1)))


def test_a_gradient_that_knows_the_weights_grows_more(run):
    """By derivatives of the loss along each coordinate, in networks of the same draws."""
    knows = run("depth/residual/knows")
    assert knows.depth == 20 and list(knows.knowing) == list(knows.independent) == ["50", "200"]
    assert knows.predicted == pytest.approx(value("eq-residual-depth", f=1, L=20))
    rng = np.random.default_rng(12)
    growth = []
    for _ in range(100):
        x = rng.standard_normal(50)
        net = [(rng.normal(0, np.sqrt(2 / 50), (50, 50)), rng.normal(0, np.sqrt(1 / 50), (50, 50))) for _ in range(20)]
        fresh = rng.standard_normal(50)
        H = x + 1e-5 * np.concatenate([np.zeros((1, 50)), np.eye(50), -np.eye(50)])
        for W1, W2 in net:
            H = H + relu(H @ W1.T) @ W2.T / np.sqrt(20)
        out, up, down = H[0], H[1:51], H[51:]
        slopes = [(up - down) @ fresh / 2e-5, np.sum(up**2 - down**2, axis=1) / 4e-5]
        growth.append([slopes[0] @ slopes[0] / (fresh @ fresh), slopes[1] @ slopes[1] / (out @ out)])
        assert growth[-1][1] > 0.99 * (out @ out) / (x @ x)              # its part along the input alone
    assert np.mean(growth, axis=0) == pytest.approx([knows.independent["50"], knows.knowing["50"]], rel=0.01)
    assert 6 < knows.knowing["200"] < 10 and knows.independent["200"] == pytest.approx(knows.predicted, rel=0.2)


def test_the_scatter_between_networks_does_not_grow_with_the_depth():
    """The variance of the logarithm is about 4f/n at any depth, as the page says."""
    rng = np.random.default_rng(1)
    for depth in (4, 40):
        h = np.ones((600, 48))
        for _ in range(depth):   # a Gaussian matrix makes a Gaussian vector of any vector, as long as that
            units = relu(rng.normal(0, np.sqrt(2 / 48), (600, 48)) * np.linalg.norm(h, axis=1, keepdims=True))
            h = h + rng.normal(0, np.sqrt(1 / 48), (600, 48)) * np.linalg.norm(units, axis=1, keepdims=True) / np.sqrt(depth)
        scatter = np.var(np.log(np.mean(h**2, axis=1)))
        assert scatter == pytest.approx(4 / 48, rel=0.35)


def test_what_the_last_stream_consists_of(run):
    shares = run("depth/residual/shares")
    assert (shares.additions, shares.n, shares.batch) == (24, 256, 16)
    small = shares.small
    assert small == pytest.approx(24**-0.5)
    grow = [1] + [2.0 ** (k - 1) for k in range(1, 25)]               # input, and branch k as large as the stream before it
    slow = [1] + [(1 + 1 / 24) ** (k - 1) / 24 for k in range(1, 25)]
    expected = {"no norm, factor 1": grow, "(h + F) / √2": grow, "no norm, 1/√24": slow,
                "pre-norm, factor 1": [1] * 25, "pre-norm, 1/√24": [1] + [1 / 24] * 24}
    totals = [2.0**24, 1, value("eq-residual-depth", f=1, L=24), value("eq-residual-prenorm", q_0=1, L=12, alpha=1, v=1),
              value("eq-residual-prenorm", q_0=1, L=12, alpha=small, v=1)]
    tolerances = [3, 3, 0.4, 0.4, 0.2]
    assert list(shares.shares) == list(expected)
    for row, ((name, parts), total, tolerance) in enumerate(zip(expected.items(), totals, tolerances)):
        assert np.sum(shares.shares[name]) == pytest.approx(1)
        assert abs(np.log(shares.sizes[name] / total)) < tolerance
        assert np.abs(np.log(shares.shares[name] / (parts / np.sum(parts)))).max() < tolerance
        bars = shares.ax.patches[25 * row:25 * (row + 1)]
        assert [bar.get_width() for bar in bars] == pytest.approx(list(shares.shares[name]))
        assert [bar.get_x() for bar in bars] == pytest.approx([np.sum(shares.shares[name][:k]) for k in range(25)])
        assert all(bar.get_y() + bar.get_height() / 2 == pytest.approx(row) for bar in bars)
        assert {round(bar.get_height(), 9) for bar in bars} == {0.7}
        assert bars[0].get_facecolor() == to_rgba("C1") and bars[1].get_facecolor() != to_rgba("C1")
        assert shares.ax.texts[row].get_position()[1] == row and shares.ax.texts[row].get_text() == f"{shares.sizes[name]:.2g}"
    assert shares.squares == pytest.approx([np.sum(part * part) / part.size for part in shares.parts])   # of the last rule
    # shares by hand, as the alternative text says
    assert shares.shares["no norm, factor 1"][-2:] == pytest.approx([0.25, 0.5], abs=0.08)
    assert shares.shares["no norm, 1/√24"][0] == pytest.approx(0.38, abs=0.03)
    assert shares.ax.yaxis_inverted()
    h = np.arange(6.0).reshape(2, 3)
    assert shares.rms(h) == pytest.approx(np.sqrt([[5 / 3], [50 / 3]]))


def test_relu_branches_divided_by_root_two_compute_the_plain_stream():
    """The common mistake: (h + F(h))/√2 is the stream h + F(h) divided by √2^L, exactly."""
    rng = np.random.default_rng(2)
    plain = halved = rng.standard_normal(10)
    for _ in range(7):
        W1, W2 = rng.standard_normal((2, 10, 10))
        plain = plain + W2 @ relu(W1 @ plain)
        halved = (halved + W2 @ relu(W1 @ halved)) / np.sqrt(2)
    assert halved == pytest.approx(plain / np.sqrt(2) ** 7, rel=1e-12)


def test_the_drift_behind_relus(run):
    drift = run("depth/residual/drift")
    assert (drift.depth, drift.n, drift.shown) == (25, 400, [0, 8, 16, 25])
    assert drift.alpha == 0.2 and {len(values) for values in drift.predicted.values()} == {26}
    mean, square = 0.0, 1.0
    for block in range(26):
        assert drift.predicted["ReLU last"][block] == pytest.approx(square)
        assert drift.predicted["matrix last"][block] == pytest.approx(1.04**block)
        mean, square = mean + 0.2 * np.sqrt(square / np.pi), (
            value("eq-residual-relu", q=square, M=mean, alpha=0.2) if mean else square * 1.04)
    rng = np.random.default_rng(4)
    for ax_row, (name, stream) in zip(drift.panels, drift.streams.items()):
        h = rng.standard_normal(400)
        for block in range(26):
            assert stream[block] == pytest.approx(h)
            assert drift.measured[name][block] == pytest.approx(h @ h / 400)
            if block < 25:
                W = rng.normal(0, np.sqrt(1 / 200), (400, 400))
                h = h + (np.where(W @ h > 0, W @ h, 0) if name == "ReLU last" else W @ np.where(h > 0, h, 0)) / 5
        for ax, block in zip(ax_row, drift.shown):
            assert sum(bar.get_height() for bar in ax.patches) == np.sum((stream[block] >= -5) & (stream[block] <= 23))
            assert ax.lines[0].get_xdata() == [0, 0]
            assert ax.texts[0].get_text() == f"mean square\n{drift.measured[name][block]:.3g}"
    assert [ax.get_title() for ax in drift.panels[0]] == ["input", "block 8", "block 16", "block 25"]
    assert [row[0].get_ylabel() for row in drift.panels] == ["ReLU last", "matrix last"]


def test_which_zeros_learn(run):
    """The slopes are finite differences of the loss, and the table is that of a single unit by symbols."""
    zeros = run("depth/residual/zeros")
    assert (zeros.n, zeros.blocks) == (8, 3)
    rng = np.random.default_rng(3)
    for activation in ("relu", "tanh"):
        phi = np.tanh if activation == "tanh" else relu
        net = [{"alpha": np.array(rng.normal()), "W2": rng.standard_normal((8, 8)), "W1": rng.standard_normal((8, 8))} for _ in range(3)]

        def loss(phi=phi, net=net):
            h = zeros.X
            for p in net:
                h = h + p["alpha"] * phi(h @ p["W1"].T) @ p["W2"].T
            return 0.5 * np.sum((h - zeros.Y) ** 2) / 32

        found = zeros.slopes(net, activation)
        for block, key, place in [(0, "alpha", ()), (1, "alpha", ()), (2, "alpha", ()), (0, "W1", (2, 5)), (1, "W1", (0, 3)),
                                  (2, "W1", (7, 1)), (0, "W2", (2, 5)), (1, "W2", (0, 3)), (2, "W2", (7, 1))]:
            kept = net[block][key]
            sides = []
            for side in (1e-6, -1e-6):
                moved = np.array(kept)
                moved[place] += side
                net[block][key] = moved
                sides.append(loss())
            net[block][key] = kept
            assert found[block][key][place] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-3, abs=1e-6)

    factors = sp.symbols("alpha w2 w1")
    h = sp.Symbol("h", positive=True)
    for name, zero, phi in [("nothing", (), "relu"), ("W₂", (1,), "relu"), ("α", (0,), "relu"), ("W₁ in front of tanh", (2,), "tanh"),
                            ("W₁ in front of ReLU", (2,), "relu"), ("α and W₂", (0, 1), "relu")]:
        a, w2, w1 = factors
        act = sp.tanh(w1 * h) if phi == "tanh" else sp.Piecewise((w1 * h, w1 > 0), (0, True))
        half = (h + a * w2 * act - 3) ** 2 / 2
        at = [sp.Integer(0) if i in zero else sp.Rational(1, 2) for i in range(3)]
        first = [0, 0, 0]
        for step in (1, 2, 3):
            slopes = [sp.diff(half, factor).subs(dict(zip(factors, at))).subs(h, 2).evalf() for factor in factors]
            first = [step if seen == 0 and slope != 0 else seen for seen, slope in zip(first, slopes)]
            at = [sp.nsimplify(place - slope / 100) for place, slope in zip(at, slopes)]
        assert list(zeros.moves[name].values()) == first, name
    assert list(zeros.moves) == list(zeros.starts)
    assert [[text.get_text() for text in zeros.ax.texts][3 * row:3 * row + 3] for row in range(6)] == \
        [[f"step {step}" if step else "never" for step in first.values()] for first in zeros.moves.values()]
    assert [text.get_position() for text in zeros.ax.texts] == [(column, row) for row in range(6) for column in range(3)]


def test_the_first_step(run):
    first = run("depth/residual/firststep")
    assert (first.h - first.x) @ first.g < 0                  # against the gradient
    rng = np.random.default_rng(9)
    x, g = rng.standard_normal(200), rng.standard_normal(200)
    for depth in (1, 10, 100):
        for rule in ("plain", "Fixup"):
            c = 1 if rule == "plain" else value("eq-residual-fixup", L=depth, m=2)
            squares = 0
            for _ in range(depth):
                a = relu(c * rng.normal(0, 0.1, (200, 200)) @ x)
                squares += a @ a                     # each block pushes by -lr |a|² g
            assert first.moved[rule, depth] == pytest.approx(squares / (x @ x), rel=2e-3)
    assert [value("eq-residual-fixup", L=16, m=m) for m in (2, 3)] == [1 / 4, 1 / 2]


def test_a_zero_alpha_pushes_along_its_own_branch():
    """Along −g its push is |F|²/n on average, against |F|² of a zero last matrix whose input is as long."""
    rng = np.random.default_rng(3)
    g, F = rng.standard_normal(40), rng.standard_normal((20000, 40))
    pushes = -(F @ g)[:, None] * F                           # the gradient of alpha is g · F
    along = -(pushes @ g) / (g @ g)
    assert np.mean(along) == pytest.approx(np.mean(np.sum(F**2, axis=1)) / 40, rel=0.05)


def test_one_matrix_in_all_blocks(run):
    shared = run("depth/residual/shared")
    assert (shared.n, shared.depth, len(shared.terms)) == (400, 36, 37)
    assert shared.predicted["fresh"] == pytest.approx(value("eq-residual-depth", f=1, L=36))
    assert shared.predicted["shared"] == pytest.approx(value("eq-residual-shared", L=36))
    rng = np.random.default_rng(10)
    X = rng.standard_normal((400, 20))
    W = rng.normal(0, 0.05, (400, 400))
    power = np.linalg.matrix_power(np.eye(400) + W / 6, 36)
    assert shared.measured["shared"] == pytest.approx(np.mean((power @ X) ** 2))
    fresh = X
    for _ in range(36):
        fresh = (np.eye(400) + rng.normal(0, 0.05, (400, 400)) / 6) @ fresh
    assert shared.measured["fresh"] == pytest.approx(np.mean(fresh**2))


def test_exercises():
    assert np.mean(np.array([7.5, 4.5, 3.5, 0.5]) ** 2) == 22.25 == 89 / 4 == 16 + 25 / 4
    assert 0.02 / np.sqrt(64) == pytest.approx(0.0025)
    assert 0.0004 / (0.0004 + 0.1) == pytest.approx(1 / 251)
    S = 0.8
    terms = np.array([0.5, 0.2, 0.1])
    assert 1 + S < np.prod(1 + terms) < np.exp(S)
