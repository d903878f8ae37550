"""How attention starts: sign patterns, symbols, Gaussian integrals and sums computed in another way against the listings."""
from itertools import product

import numpy as np
import pytest
import sympy as sp
from matplotlib.colors import to_hex
from scipy import special, stats

d, gamma_q, gamma_k, s, N, n, c, V, square = sp.symbols("d gamma_q gamma_k s N n c V square", positive=True)

EQUATIONS = {
    "eq-attention-score": (r"\Var[q^\T k] =", d * gamma_q**2 * gamma_k**2),
    "eq-attention-slope": (r"\sum_i \frac{\partial p_i}{\partial s_i} =", 1 - square, {r"\sum_i p_i^2": square}),
    "eq-attention-keys": (r"\frac{1}{\sum_i p_i^2} \approx", N * sp.exp(-s**2)),
    "eq-attention-aligned": (r"\E[q^\T k] =", c * d),
    "eq-attention-overlap": (r"c_1 \approx", 1 / (sp.exp(s**2) + s**2 * N / n)),
    "eq-attention-loss": (r"\loss \approx", sp.log(V) + s**2 / 2),
    "eq-attention-own": (r"\loss \approx", sp.log(V * sp.exp(s**2 / 2) + sp.exp(c * s * sp.sqrt(d)))),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}))


def softmax(scores):
    return special.softmax(scores, axis=-1)


def rms(A):
    return float(np.sqrt(np.mean(np.square(A))))


def lengths(h):
    """Rows divided by their root mean square."""
    return h / (np.linalg.norm(h, axis=1, keepdims=True) / np.sqrt(h.shape[1]))


def mean_cosine(h):
    h = h / np.linalg.norm(h, axis=1, keepdims=True)
    return np.mean((h @ h.T)[~np.eye(len(h), dtype=bool)])


def texts(ax):
    return {text.get_text(): text.get_position() for text in ax.texts}


def test_a_score_has_the_variance_of_its_number_of_entries():
    """With independent W_Q and W_K of mean zero, uncorrelated rows and one mean square of all entries, the score of two
    fixed tokens, equal ones too, has mean zero, and its variance is d times the mean squares of an entry of query and key.

    Exact, over all signs of two matrices, for a token with another and with itself.
    """
    x = np.array([1.0, 2.0])
    for y in (np.array([3.0, -1.0]), x):
        signs = [np.reshape(pattern, (2, 2)) for pattern in product([1, -1], repeat=4)]
        scores = [(0.5 * A @ x) @ (2 * B @ y) for A in signs for B in signs]
        assert np.mean(scores) == pytest.approx(0)
        expected = value("eq-attention-score", d=2, gamma_q=0.5 * np.linalg.norm(x), gamma_k=2 * np.linalg.norm(y))
        assert np.var(scores) == pytest.approx(expected)


@pytest.mark.parametrize(("entries", "counts"), [(2, {2: 1, 0: 2, -2: 1}), (3, {3: 1, 1: 3, -1: 3, -3: 1}), (4, {4: 1, 2: 4, 0: 6, -2: 4, -4: 1})])
def test_the_coins_of_the_page(entries, counts):
    scores = [sum(pattern) for pattern in product([1, -1], repeat=entries)]   # products of signs are signs
    assert {score: scores.count(score) for score in counts} == counts and len(scores) == sum(counts.values())
    assert np.mean(np.square(scores)) == entries == value("eq-attention-score", d=entries, gamma_q=1, gamma_k=1)


def test_two_keys_by_hand():
    assert softmax(np.array([1, -1])) == pytest.approx([0.88, 0.12], abs=0.002)
    assert softmax(np.array([10, -10]))[1] == pytest.approx(2e-9, rel=0.04)


def test_the_slopes_of_a_softmax_add_up():
    """The derivatives of the shares with respect to their own scores add up to one minus the sum of the squared shares.

    Symbolic derivatives of four shares.
    """
    scores = sp.symbols("s:4", real=True)
    total = sum(sp.exp(a) for a in scores)
    shares = [sp.exp(a) / total for a in scores]
    at = dict(zip(scores, [0.3, -1, 2, 0.7]))
    slopes = float(sum(sp.diff(p, a) for p, a in zip(shares, scores)).subs(at))
    squares = float(sum(p**2 for p in shares).subs(at))
    assert slopes == pytest.approx(value("eq-attention-slope", square=squares))


def test_the_strips_of_the_first_picture(run):
    strips = run("depth/attention/strips")
    assert (strips.keys, strips.queries, list(strips.shares)) == (16, 9, [4, 64, 1024])
    rng = np.random.default_rng(7)
    for width, P in strips.shares.items():                  # queries first, then keys
        q = rng.standard_normal(9 * width).reshape(9, width)
        assert P == pytest.approx(softmax(q @ rng.standard_normal(16 * width).reshape(16, width).T))
    draws = [softmax(rng.standard_normal((9, 4)) @ rng.standard_normal((16, 4)).T) for _ in range(200)]
    assert strips.largest[4] == pytest.approx(np.mean([np.sort(p)[:, -1] for p in draws]))
    for width in (4, 64, 1024):                             # given its query, a key has a normal score
        scores = np.sqrt(rng.chisquare(width, (20_000, 1))) * rng.standard_normal((20_000, 16))
        assert strips.largest[width] == pytest.approx(softmax(scores).max(axis=1).mean(), abs=0.02)
    assert len(strips.others) == 200
    for ax, (width, P) in zip(strips.panels, strips.shares.items()):
        assert ax.get_title() == f"{width} dimensions" and ax.get_xlim() == (0, 1)
        for row, p in enumerate(P):
            bars = [bar for bar in ax.patches if round(bar.get_y() + 0.4) == row]
            expected = sorted((share for share in p if share > 0.004), reverse=True)
            assert [bar.get_width() for bar in bars] == pytest.approx(expected)
            assert [bar.get_x() for bar in bars] == pytest.approx([sum(expected[:k]) for k in range(len(expected))], abs=1e-12)
            assert all(bar.get_height() == pytest.approx(0.8) and bar.get_y() == pytest.approx(row - 0.4) for bar in bars)
            assert [to_hex(bar.get_facecolor()) for bar in bars] == [to_hex("C0")] + [to_hex("0.7")] * (len(bars) - 1)


def test_the_sizes_along_a_head(run):
    wiring = run("depth/attention/wiring")
    assert (wiring.N, wiring.n, wiring.d) == (64, 512, 64)
    assert wiring.X.shape == (64, 512) and wiring.W_Q.shape == (64, 512)
    for W in (wiring.W_Q, wiring.W_K, wiring.W_V):
        assert np.var(W) * 512 == pytest.approx(1, abs=0.04)
    scores = wiring.X @ wiring.W_Q.T @ wiring.W_K @ wiring.X.T
    shares = softmax(scores / 8)
    found = {"token": wiring.X, "query": wiring.X @ wiring.W_Q.T, "key": wiring.X @ wiring.W_K.T, "value": wiring.X @ wiring.W_V.T,
             "score": scores, "divided": scores / 8, "output": shares @ wiring.X @ wiring.W_V.T}
    assert wiring.rms == pytest.approx({name: rms(A) for name, A in found.items()})
    assert wiring.predicted["output"] ** 2 == pytest.approx(1 / value("eq-attention-keys", N=64, s=1))
    assert wiring.predicted["score"] ** 2 == pytest.approx(value("eq-attention-score", d=64, gamma_q=1, gamma_k=1))
    assert {name: wiring.predicted[name] for name in ("token", "query", "key", "value", "divided")} == dict.fromkeys(("token", "query", "key", "value", "divided"), 1)
    shown = [text for text in wiring.ax.texts if text.get_text()]
    labels = [text.get_text() for text in shown]
    expected = []
    for name, place in wiring.places.items():
        expected += [wiring.words[name]] + ([f"{wiring.rms[name]:.2f}"] if name in wiring.rms else [])
        assert texts(wiring.ax)[wiring.words[name]] == place
    assert labels == expected
    arrows = {(text.xyann, text.xy) for text in wiring.ax.texts if hasattr(text, "xyann")}
    at = wiring.places
    pairs = ["token query", "token key", "token value", "query score", "key score", "score divided", "divided softmax", "softmax output", "value output"]
    assert arrows == {(at[a], at[b]) for a, b in (pair.split() for pair in pairs)}
    assert at == {"token": (0, 1), "query": (2, 2), "key": (2, 1), "value": (2, 0), "score": (4, 1.5), "divided": (6, 1.5),
                  "softmax": (8, 1.5), "output": (10, 0)}
    (left, right), (low, high) = wiring.ax.get_xlim(), wiring.ax.get_ylim()
    assert (left, right, low, high) == pytest.approx((-0.8, 10.8, -0.7, 2.4))
    frames = [patch.get_bbox().bounds for patch in wiring.ax.patches if hasattr(patch, "get_boxstyle")]
    assert np.array(frames) == pytest.approx(np.array([(x - 0.55, y - 0.22, 1.1, 0.44) for x, y in at.values()]))


def test_three_divisors(run):
    divisors = run("depth/attention/divisors")
    assert list(divisors.largest) == [f"{name}, {width}" for width in (64, 512) for name in ("1", "√d", "d")]
    assert divisors.q.shape == (400, 512) and divisors.k.shape == (400, 32, 512)
    scores = np.squeeze(divisors.k @ divisors.q[:, :, None])
    for name, power in (("1", 0), ("√d", 0.5), ("d", 1)):
        p = softmax(scores / 512**power)
        assert divisors.largest[f"{name}, 512"] == pytest.approx(np.mean(np.max(p, axis=1)))
        assert divisors.passed[f"{name}, 512"] == pytest.approx(1 - np.mean(np.sum(np.square(p), axis=1)))
    rng = np.random.default_rng(77)                          # scores of wide queries are normal: another draw of them
    for name, power in (("1", 0), ("√d", 0.5), ("d", 1)):
        for width in (64, 512):
            # given its query, a key of normal entries has a normal score, with the query's length as its deviation
            size = np.sqrt(rng.chisquare(width, (20_000, 1)))
            p = softmax(size * rng.standard_normal((20_000, 32)) / width**power)
            assert divisors.largest[f"{name}, {width}"] == pytest.approx(p.max(axis=1).mean(), abs=0.04)
            assert divisors.passed[f"{name}, {width}"] == pytest.approx(value("eq-attention-slope", square=np.mean(np.sum(p**2, axis=1))), abs=0.04)


def test_the_number_of_keys_in_use():
    """For many normal scores of deviation s, with s² well below half of ln N, the effective number of keys is about N e^(-s²).

    The two Gaussian integrals, by symbols, and a million scores.
    """
    z = sp.symbols("z", real=True)
    density = sp.exp(-z**2 / 2) / sp.sqrt(2 * sp.pi)
    first = sp.integrate(sp.exp(s * z) * density, (z, -sp.oo, sp.oo))
    second = first.subs(s, 2 * s)
    assert sp.simplify((N * first) ** 2 / (N * second) - EQUATIONS["eq-attention-keys"][1]) == 0
    grid = stats.norm.ppf((np.arange(10**6) + 0.5) / 10**6)  # a million scores without chance
    for deviation in (0.5, 1, 1.5):
        p = softmax(deviation * grid)
        assert 1 / np.sum(p**2) == pytest.approx(value("eq-attention-keys", N=10**6, s=deviation), rel=0.03)


def test_the_picture_of_the_keys(run):
    keys = run("depth/attention/keys")
    assert keys.N == 1000 and list(keys.deviations) == [k / 4 for k in range(25)] and keys.z.shape == (200, 1000)
    for k, deviation in enumerate(keys.deviations):
        counts = 1 / np.sum(np.square(softmax(deviation * keys.z)), axis=1)
        assert keys.measured[k] == pytest.approx(stats.gmean(counts))
        assert keys.predicted[k] == pytest.approx(value("eq-attention-keys", N=1000, s=deviation))
    assert keys.border == pytest.approx(np.sqrt(np.log(1000) / 2)) and keys.below.sum() == 6
    assert 330 < keys.measured[4] < 410 and 1.5 < keys.measured[24] < 3
    p = softmax(np.random.default_rng(8).standard_normal((20_000, 64)))
    assert keys.share_of_64 == pytest.approx(np.mean(1 / np.sum(np.square(p), axis=1)) / 64, abs=0.01)
    assert keys.share_of_64 == pytest.approx(np.mean(1 / np.sum(np.square(keys.p), axis=1)) / 64) and keys.p.shape == (4000, 64)
    p = softmax(keys.border * np.random.default_rng(9).standard_normal((1000, 1000)))
    assert keys.excess == pytest.approx(stats.gmean(1 / np.sum(p**2, axis=1)) / value("eq-attention-keys", N=1000, s=keys.border), rel=0.12)
    dots, curve = keys.ax.lines
    assert list(dots.get_ydata()) == keys.measured and list(curve.get_ydata()) == list(keys.predicted)
    assert keys.ax.get_yscale() == "log" and keys.ax.get_ylim() == (0.5, 4000) and keys.ax.get_xlim() == (-0.1, 6.1)
    notes = {text.get_text(): text for text in keys.ax.texts if hasattr(text, "xyann")}
    for label, deviation, place in (("d = 64, divided by d", 1 / 8, (0.5, 2000)), ("divided by √d", 1, (1.2, 500)), ("d = 16, undivided", 4, (3.6, 60))):
        assert notes[label].xy == pytest.approx((deviation, np.interp(deviation, keys.deviations, keys.measured)))
        assert notes[label].xyann == place


def test_aligned_queries_and_keys_have_a_score_that_grows_like_d(run):
    """If each entry of the key repeats a share c of the query's entry, whose mean square is 1, the score has the mean c d.

    Exact over all signs, and the listing.
    """
    patterns = list(product([1, -1], repeat=4))
    scores = [sum(a * (0.5 * a + 0.3 * b) for a, b in zip(q, noise)) for q in patterns for noise in patterns]
    assert np.mean(scores) == pytest.approx(value("eq-attention-aligned", c=0.5, d=4))
    aligned = run("depth/attention/aligned")
    assert (aligned.c, aligned.draws) == (0.5, 2000) and [width for kind, width in aligned.scores if kind == "aligned"] == [16, 64, 256]
    np.testing.assert_allclose(aligned.k - 0.5 * aligned.q, np.sqrt(3) / 2 * aligned.noise, rtol=1e-6, atol=1e-12)
    assert aligned.scores["aligned", 256] == pytest.approx(np.diag(aligned.q @ aligned.k.T))
    assert aligned.scores["independent", 256] == pytest.approx(np.diag(aligned.q @ aligned.noise.T))
    for row, width in enumerate((16, 64, 256)):
        found = aligned.scores["aligned", width]
        assert found.mean() == pytest.approx(value("eq-attention-aligned", c=0.5, d=width), abs=4 * np.sqrt(1.25 * width / 2000))
        assert found.var() == pytest.approx(width * 1.25, rel=0.3)
        for ax, power in zip(aligned.panels[row], (0.5, 1)):
            gray, blue = ax.patches[:40], ax.patches[40:]
            assert len(blue) == 40 and to_hex(gray[0].get_facecolor()) == to_hex("0.6")
            for bars, kind in ((gray, "independent"), (blue, "aligned")):
                heights, edges = np.histogram(aligned.scores[kind, width] / width**power, bins=40, density=True)
                assert [bar.get_height() for bar in bars] == pytest.approx(list(heights))
                assert [bar.get_x() for bar in bars] == pytest.approx(list(edges[:-1]))
        assert aligned.panels[row, 0].get_ylabel() == f"d = {width}"
    assert aligned.found == pytest.approx(aligned.scores["aligned", 256].mean())


def test_one_layer_of_averages_leaves_a_cosine():
    """For many uncorrelated normal tokens of width n, with scores of a small deviation s, two outputs of one attention
    layer have the cosine 1/(e^(s²) + s² N/n).

    Sums over the shares of many keys for tokens that are wide, and drawn heads for three other quotients of N and n.
    """
    rng = np.random.default_rng(12)
    for deviation in (0.5, 1):
        p, other = softmax(deviation * rng.standard_normal((2, 200_000)))
        cosine = p @ other / np.sqrt(p @ p * (other @ other))   # of uncorrelated values, on average
        assert cosine == pytest.approx(value("eq-attention-overlap", s=deviation, N=1, n=10**9), rel=0.04)
    for deviation, number, width, draws in ((1, 600, 600, 3), (1, 1200, 200, 4), (0.5, 600, 200, 4), (0.7, 300, 600, 4)):
        found = []
        for _ in range(draws):
            X = lengths(rng.standard_normal((number, width)))
            W_Q, W_K = rng.standard_normal((2, width, width)) / np.sqrt(width)
            found.append(mean_cosine(softmax(deviation * (X @ W_Q.T @ W_K @ X.T) / np.sqrt(width)) @ X))
        assert np.mean(found) == pytest.approx(value("eq-attention-overlap", s=deviation, N=number, n=width), rel=0.15)


def test_narrow_tokens_lean_towards_what_their_query_likes():
    rng = np.random.default_rng(21)                          # the lean: e/N + 1/n
    found = []
    for _ in range(4):
        X = rng.standard_normal((1000, 200))
        W_Q, W_K = rng.standard_normal((2, 100, 200)) / np.sqrt(200)
        found.append(np.mean((softmax(X @ W_Q.T @ W_K @ X.T / 10) @ X) ** 2))
    assert np.mean(found) == pytest.approx(np.e / 1000 + 1 / 200, rel=0.1)


def test_three_layers_make_tokens_equal(run):
    tokens = run("depth/attention/tokens")
    assert (tokens.N, tokens.n, len(tokens.cosines), len(tokens.firsts)) == (256, 512, 4, 10)
    for C, found in zip(tokens.cosines, tokens.means, strict=True):
        assert np.diag(C) == pytest.approx(1) and abs(C - C.T).max() <= 1e-12
        assert found == pytest.approx((C.sum() - 256) / (256 * 255))
    assert tokens.predicted == pytest.approx(value("eq-attention-overlap", s=1, N=256, n=512))
    rng = np.random.default_rng(3)
    firsts = []
    for draw in range(10):
        h = lengths(rng.standard_normal((256, 512)))
        for layer in range(1, 4 if draw == 9 else 2):
            W_Q, W_K, W_V = rng.standard_normal((3, 512, 512)) / np.sqrt(512)
            h = lengths(softmax(h @ (W_Q.T @ W_K) @ h.T / np.sqrt(512)) @ (h @ W_V.T))
            if layer == 1:
                firsts.append(mean_cosine(h))
            if draw == 9:
                assert abs(tokens.states[layer] - h).max() <= 1e-8
                assert abs(tokens.cosines[layer] - h @ h.T / 512).max() <= 1e-8
    assert tokens.firsts == pytest.approx(firsts) and tokens.measured == pytest.approx(np.mean(firsts))
    for layer, ax in enumerate(tokens.panels):
        assert np.array_equal(ax.images[0].get_array(), tokens.cosines[layer][:24, :24])
        assert ax.images[0].get_clim() == (0, 1) and ax.get_xlabel() == f"mean {abs(tokens.means[layer]):.2f}"
        assert ax.get_title() == ("tokens" if layer == 0 else f"layer {layer}")


def stack(tokens, layers, kind):
    """The stack of attention blocks, written once more with the two matrices of a score multiplied first."""
    h = tokens
    found = [mean_cosine(h)]
    for layer in range(24):
        W_Q, W_K, W_V = layers[0 if kind == "copied" else layer]
        u = lengths(h)
        branch = softmax(u @ (W_Q.T @ W_K) @ u.T / 16) @ (u @ W_V.T)
        h = branch if kind == "no shortcut" else h + branch
        found.append(mean_cosine(h))
    return np.array(found), np.mean(h**2)


def test_shortcuts_delay_the_collapse_and_copies_hasten_it(run):
    copies = run("depth/attention/copies")
    assert (copies.N, copies.n, copies.depth) == (64, 256, 24) and copies.layers.shape == (24, 3, 256, 256)
    rng = np.random.default_rng(8)
    assert copies.tokens == pytest.approx(rng.standard_normal((64, 256)))
    squares = {kind: [] for kind in copies.networks}
    for draw in range(8):
        layers = rng.standard_normal((24, 3, 256, 256)) / 16
        for kind in ("no shortcut", "fresh", "copied") if draw == 0 else ("fresh", "copied"):
            found, size = stack(copies.tokens, layers, kind)
            squares[kind].append(size)
            if draw == 0:                                    # the one on the picture
                assert copies.cosines[kind] == pytest.approx(list(found), abs=1e-6)
    for kind in ("fresh", "copied"):
        assert copies.size[kind] == pytest.approx(np.mean(squares[kind]), rel=1e-5)
    product, square, expected = sp.Rational(0), sp.Rational(1), [0.0]
    for _ in range(24):                                      # (1 - c)(e^(1-c) - 1)/N is what a square gains over a product
        a = expected[-1]
        product += a + (1 - a) / 64
        square += a + (1 - a) / 64 + (1 - a) * np.expm1(1 - a) / 64
        expected.append(float(product / square))
    assert copies.similar == pytest.approx(expected)
    assert np.max(np.abs(np.array(copies.cosines["fresh"]) - expected)) < 0.2
    lines = {line.get_marker(): line for line in copies.ax.lines}
    for marker, kind in (("s", "no shortcut"), ("x", "copied"), ("o", "fresh")):
        assert list(lines[marker].get_ydata()) == copies.cosines[kind]
    assert list(lines["None"].get_ydata()) == copies.similar and copies.ax.get_ylim() == (-0.05, 1.12)


def test_the_first_loss_of_a_head():
    """eq-attention-loss: With V normal logits of deviation s, unrelated to the target, the first loss is about ln V + s²/2, for s² well below 2 ln V.

    eq-attention-own: If a tied output layer with rows of deviation s/√d sees features with the cosine c to the row of another
    token than the target, the first loss is about ln(V e^(s²/2) + e^(c s √d)).

    A Gaussian integral, and a draw with other numbers of tokens and dimensions than the listing's.
    """
    z = sp.symbols("z", real=True)
    mean = sp.integrate(sp.exp(s * z - z**2 / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo))
    assert sp.simplify(sp.expand_log(sp.log(V * mean) - EQUATIONS["eq-attention-loss"][1])) == 0
    rng = np.random.default_rng(3)
    logits = 1.2 * rng.standard_normal((300, 3000))
    assert np.mean(special.logsumexp(logits, axis=1)) == pytest.approx(value("eq-attention-loss", V=3000, s=1.2), abs=0.05)
    table = rng.standard_normal((3000, 256)) / 16
    for share, size in product((0, 0.5, 0.8, 1), (0.5, 1, 1.4)):
        features = share * 16 * table[:300] + np.sqrt(1 - share**2) * rng.standard_normal((300, 256))
        found = np.mean(special.logsumexp(size * features @ table.T, axis=1))   # the target's logit is zero on average
        assert found == pytest.approx(value("eq-attention-own", V=3000, c=share, d=256, s=size), abs=0.35)
    # GPT-2's numbers: the prediction of the own token is well above ln V, and near s√d
    assert value("eq-attention-own", V=50257, c=1, d=768, s=0.02 * np.sqrt(768)) == pytest.approx(0.02 * 768, abs=0.05)


def test_four_heads(run):
    head = run("depth/attention/head")
    assert (head.V, head.d) == (20_000, 512) and head.Z.shape == (20_000, 512)
    assert list(head.losses) == list(head.predicted) == ["N(0, 1)", "std 1/√d", "std 0.02", "own row, std 1/√d"]
    tables = {"N(0, 1)": 1, "std 1/√d": 512**-0.5, "std 0.02": 0.02, "own row, std 1/√d": 512**-0.5}
    for name, size in tables.items():
        features = head.Z[head.tokens] if name.startswith("own") else head.other
        chosen = np.sum(features * head.Z[head.targets], axis=1)
        expected = np.mean(special.logsumexp(size * features @ head.Z.T, axis=1) - size * chosen)
        assert head.losses[name] == pytest.approx(expected, rel=1e-4)
    assert head.predicted["std 1/√d"] == pytest.approx(value("eq-attention-loss", V=20_000, s=1))
    assert head.predicted["std 0.02"] == pytest.approx(value("eq-attention-loss", V=20_000, s=0.02 * np.sqrt(512)))
    assert head.predicted["own row, std 1/√d"] == pytest.approx(value("eq-attention-own", V=20_000, c=1, d=512, s=1), abs=0.001)
    largest = special.ndtri(1 - 0.56 / 20_000)               # near the mean of the largest of V
    assert head.predicted["N(0, 1)"] == pytest.approx(np.sqrt(512) * largest, rel=0.05)
    assert [bar.get_width() for bar in head.ax.patches] == list(head.losses.values())
    assert [bar.get_y() + 0.4 for bar in head.ax.patches] == pytest.approx([0, 1, 2, 3])
    assert [to_hex(bar.get_facecolor()) for bar in head.ax.patches] == [to_hex(color) for color in ("0.7", "C0", "C0", "0.7")]
    assert list(head.ax.lines[0].get_xdata()) == pytest.approx([np.log(20_000)] * 2)
    for row, loss in enumerate(head.losses.values()):
        assert texts(head.ax)[f"{loss:.1f}"] == pytest.approx((loss + 1, row))
    assert [label.get_text() for label in head.ax.get_yticklabels()] == list(head.losses)
    assert head.ax.get_xlim() == (0, 102) and head.ax.get_ylim() == pytest.approx((3.6, -1.2))


def test_packed_and_separate_weights(run):
    packed = run("depth/attention/packed")
    assert (packed.E, packed.d) == (512, 64)
    for name, fans, gain in (("separate", 1024, 1), ("packed", 2048, 1), ("packed, gain √2", 2048, 2)):
        variance = gain * 2 / fans                           # Xavier's, from its two fans
        for W in packed.starts[name]:
            assert W.shape == (512, 512) and np.var(W) == pytest.approx(variance, rel=0.01)
            assert 0.99 < np.max(np.abs(W)) / np.sqrt(3 * variance) <= 1
        assert packed.weights[name] ** 2 == pytest.approx(variance, rel=0.01)
        W_Q, W_K = packed.starts[name]
        scores = [packed.X @ W_Q[h:h + 64].T @ W_K[h:h + 64] @ packed.X.T / 8 for h in range(0, 512, 64)]
        assert packed.scores[name] == pytest.approx(np.var(scores))
        assert packed.scores[name] == pytest.approx(value("eq-attention-score", d=64, gamma_q=np.sqrt(512 * variance), gamma_k=np.sqrt(512 * variance)) / 64, rel=0.15)
    assert value("eq-attention-keys", N=1, s=0.5) == pytest.approx(0.78, abs=0.005)


def test_keys_that_copy_the_queries(run):
    twins = run("depth/attention/twins")
    assert (twins.N, twins.d) == (64, 64) and twins.X.shape == (64, 64)
    for W in (twins.W_Q, twins.W_K):
        assert np.var(W) * 64 == pytest.approx(1, abs=0.1) and abs(W.mean()) < 0.01
    for name, W in (("fresh", twins.W_K), ("copied", twins.W_Q)):
        shares = softmax(twins.X @ twins.W_Q.T @ W @ twins.X.T / 8)
        assert twins.own[name] == pytest.approx(np.trace(shares) / 64)
    assert np.diag(twins.s) == pytest.approx(np.sum((twins.X @ twins.W_Q.T) ** 2, axis=1) / 8)
    # With one matrix for both, a score is a sum of products of two correlated normal numbers: third-degree nodes are exact.
    nodes, weights = special.roots_hermitenorm(3)
    p, r = np.meshgrid(nodes, nodes)
    w = np.outer(weights, weights) / weights.sum() ** 2
    x, y = np.array([3.0, 4.0]), np.array([2.0, -1.0])
    products = (5 * p) * (np.dot(x, y) / 5 * p + (x[0] * y[1] - x[1] * y[0]) / 5 * r)   # of the two outputs of one row of W_Q
    assert np.sum(w * products) == pytest.approx(x @ y)
    assert np.sum(w * products**2) - (x @ y) ** 2 == pytest.approx((x @ x) * (y @ y) + (x @ y) ** 2)
    # So over 64 rows of variance 1/64, for tokens of 64 normal entries, the score has the variance (1 + 1/64) + 1.
    others = twins.s[~np.eye(64, dtype=bool)]
    assert np.var(others) == pytest.approx(2 + 1 / 64, rel=0.2)
    assert twins.predicted == pytest.approx(np.exp(8) / (np.exp(8) + 63 * np.e)) == pytest.approx(0.946, abs=0.0005)
