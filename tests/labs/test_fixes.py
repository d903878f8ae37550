"""Which fix fixes what: what the lab says, by a slow loop over one network at a time, with NumPy's own float16."""
import re
import runpy
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

LAB = Path(__file__).parent.parent.parent / "docs" / "labs" / "fixes.py"
TEXT = " ".join(" ".join(line.removeprefix("# ") for line in LAB.read_text().splitlines() if line.startswith("# ")).split())
BOTH = ("right scale", "orthogonal")
LATE = ("clipping", "loss scaling", "Adam")   # of which the signal knows nothing
FORMATS = {"float32": np.float32, "float16": np.float16}


@pytest.fixture(scope="module")
def lab():
    """What the lab left: its names, and its five figures. Its networks are those of tanh again."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    plt.close("all")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(LAB.parent)
        patch.setattr(plt, "show", lambda: None)
        left = SimpleNamespace(**runpy.run_path(LAB.name))
        left.figures = [plt.figure(number) for number in plt.get_fignums()]
        left.relu = {name: getattr(left, name) for name in ("phi", "slope")}
        patch.setitem(left.forward.__globals__, "phi", np.tanh)
        patch.setitem(left.forward.__globals__, "slope", lambda h: 1 - h * h)
        yield left
    plt.close("all")


def first(used, depth, size, seed=1, gain=1):
    """The weights that one network starts from, layer by layer."""
    rng, weights = np.random.default_rng(seed), []
    for layer in range(depth + 1):
        drawn = rng.standard_normal((64, 64))
        if "orthogonal" in used:
            drawn, upper = np.linalg.qr(drawn)
            drawn = drawn @ np.diag(np.sign(upper.diagonal()))
        else:
            drawn = drawn / 8
        drawn = drawn * (gain if "right scale" in used else size)
        weights.append((drawn if layer < depth else drawn[:10]).astype(np.float32))
    return weights


def units(weights, images, used, phi=np.tanh, to=lambda x: x):
    """The inputs of each matrix and, last, the logits; what each phi sees, and by what it was divided."""
    inputs, seen, z = [images], [], None
    for layer, W in enumerate(weights[:-1]):
        new = np.einsum("ij,bj->bi", W, inputs[-1])
        if "residual" in used and layer:
            new = z + new / np.float32(np.sqrt(len(weights) - 1))
        z = to(new)
        r = ((z**2).sum(axis=1, keepdims=True) / z.shape[1] + 1e-10) ** 0.5 if "RMSNorm" in used else 1
        seen.append((z / r, r))
        inputs.append(to(phi(z / r)))
    return [*inputs, to(np.einsum("ij,bj->bi", weights[-1], inputs[-1]))], seen


def cost(weights, images, digits, used, phi=np.tanh):
    """The mean cross-entropy."""
    logits = units(weights, images, used, phi)[0][-1]
    return np.mean([np.log(np.exp(row - row[digit]).sum()) for row, digit in zip(logits, digits)])


def gradients(weights, images, digits, used, to, scale, relu):
    """The loss and its gradient for each matrix, times scale, all rounded by `to`."""
    values, seen = units(weights, images, used, (lambda z: np.maximum(z, 0)) if relu else np.tanh, to)
    p = np.exp(values[-1] - values[-1].max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(digits)), digits]))
    back = to((p - np.eye(10, dtype=np.float32)[digits]) * np.float32(scale / len(digits)))
    grads, shortcut = [to(np.einsum("bi,bj->ij", back, values[-2]))], 0
    back = to(back @ weights[-1])
    for layer in reversed(range(len(seen))):
        u, r = seen[layer]
        back = back * ((u > 0) if relu else 1 - values[layer + 1] ** 2)
        if "RMSNorm" in used:
            back = (back - u * (back * u).mean(axis=1, keepdims=True)) / r
        back = shortcut = to(back + (shortcut if "residual" in used else 0))
        if "residual" in used and layer:
            back = back / np.float32(np.sqrt(len(seen)))
        grads.append(to(np.einsum("bi,bj->ij", back, values[layer])))
        back = to(back @ weights[layer])
    return loss, grads[::-1]


@np.errstate(all="ignore")
def alone(lab, used, depth, size, steps=60, kind="float32", rate=0.02, relu=False):
    """The losses of one network, the share of test images that it gets right (nan where it ended), and its weights."""
    def to(x):
        return x.astype(FORMATS[kind]).astype(np.float32)

    rng, weights, losses = np.random.default_rng(101), first(used, depth, size), []
    scale = 1024 if "loss scaling" in used else 1
    mean, square = ([np.zeros_like(W) for W in weights] for _ in range(2))
    for step in range(steps):
        some = rng.choice(lab.train, 16)
        loss, grads = gradients(weights, lab.X[some], lab.y[some], used, to, scale, relu)
        losses.append(loss)
        grads = [G / np.float32(scale) for G in grads]
        length = np.sqrt(sum(np.sum(G.astype(float) ** 2) for G in grads))
        if "clipping" in used and not length <= 1:
            grads = [G / np.float32(length) for G in grads]
        for layer, G in enumerate(grads):
            if "Adam" not in used:
                weights[layer] = weights[layer] - np.float32(rate) * G
                continue
            mean[layer] = np.float32(0.9) * mean[layer] + np.float32(0.1) * G
            square[layer] = np.float32(0.999) * square[layer] + np.float32(0.001) * G**2
            corrected = mean[layer] / (1 - 0.9 ** (step + 1)), square[layer] / (1 - 0.999 ** (step + 1))
            weights[layer] = (weights[layer] - 0.001 * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)).astype(np.float32)
    phi = (lambda z: np.maximum(z, 0)) if relu else np.tanh
    logits = units(weights, lab.X[lab.test], used, phi, to)[0][-1]
    right = np.mean(logits.argmax(axis=1) == lab.y[lab.test]) if np.isfinite(logits).all() else np.nan
    return np.array(losses), right, weights


def test_the_data_are_those_of_the_first_lab(lab):
    table = np.loadtxt(LAB.parent / "digits.csv.gz", delimiter=",")
    pixels = table[:, :64] - table[:, :64].mean(axis=0)
    np.testing.assert_allclose(lab.X, pixels / (pixels**2).mean() ** 0.5, atol=2e-5)
    assert lab.y.tolist() == table[:, 64].tolist() and lab.X.dtype == np.float32
    assert sorted([*lab.train, *lab.test]) == list(range(1797)) and len(lab.train) == 1400


@np.errstate(all="ignore")
def test_float16_is_emulated_to_the_bit(lab):
    """All numbers of the format, the middle between neighbors, which goes to the even one, and what lies beside it."""
    numbers = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float32)   # the positive ones
    middle = (numbers[1:] + numbers[:-1]) / 2   # exact in float32
    code = np.arange(len(middle))
    for sign in 1, -1:
        assert np.array_equal(lab.to16(sign * numbers), sign * numbers)
        assert np.array_equal(lab.to16(sign * middle), sign * numbers[code + code % 2])
        assert np.array_equal(lab.to16(sign * np.nextafter(middle, np.float32(0))), sign * numbers[:-1])
        assert np.array_equal(lab.to16(sign * np.nextafter(middle, np.float32(1e9))), sign * numbers[1:])
    ends = lab.to16(np.float32([65519.996, 65520, -65520, 3e38, np.inf, -np.inf, np.nan]))
    assert ends[0] == 65504 and ends[1:6].tolist() == [np.inf, -np.inf, np.inf, np.inf, -np.inf] and np.isnan(ends[6])
    assert "only eleven binary digits survive" in TEXT and np.finfo(np.float16).nmant + 1 == 11
    assert numbers[1] / 2 == 2.0**-25 and "below $2^{-25}$ there is nothing left" in TEXT
    x = np.float32([1, 2])
    assert lab.as_is(x) is x


def test_units_that_overflow_in_float16_saturate(lab):
    weights, images = [np.full((64, 64), 3000, np.float32)] * 3 + [np.ones((10, 64), np.float32)], np.ones((4, 64), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        logits, _, _ = lab.forward(lab.switches([()]), [W[None] for W in weights], images, lab.to16)
        slow = units(weights, images, (), to=lambda x: x.astype(np.float16).astype(np.float32))[0][-1]
    assert (logits[0] == slow).all() and (slow == 64).all()   # 192,000 is infinite there, and its tanh is one


def test_the_networks_share_their_random_numbers(lab):
    networks = [(), ("right scale",), ("orthogonal",), BOTH, ("RMSNorm",)]
    weights = lab.start(lab.switches(networks), 30, 0.5, 1)
    assert [W.shape for W in weights] == [(5, 64, 64)] * 30 + [(5, 10, 64)]
    for number, used in enumerate(networks):
        for W, expected in zip(weights, first(used, 30, 0.5)):
            np.testing.assert_allclose(W[number], expected, atol=1e-6)
    for W in weights:
        np.testing.assert_allclose(W[1], 2 * W[0], rtol=1e-6)
        np.testing.assert_allclose(W[3] @ W[3].T, np.eye(len(W[3])), atol=1e-5)
        np.testing.assert_allclose(4 * W[2] @ W[2].T, np.eye(len(W[2])), atol=1e-5)
    assert abs(np.var([W[1] for W in weights[:-1]]) * 64 - 1) < 0.02
    assert not np.allclose(lab.start(lab.switches(networks), 1, 0.5, 2)[0], weights[0])


@pytest.mark.parametrize("relu", [False, True])
def test_entries_of_the_gradient_are_those_of_a_complex_step(lab, monkeypatch, relu):
    if relu:
        for name, function in lab.relu.items():
            monkeypatch.setitem(lab.forward.__globals__, name, function)
    networks = [(), ("RMSNorm",), ("residual",), ("RMSNorm", "residual"), BOTH]
    on, images, digits = lab.switches(networks), lab.X[100:116].astype(float), lab.y[100:116]
    weights = [W.astype(float) for W in lab.start(on, 7, 0.8, 3)]
    logits, h, kept = lab.forward(on, weights, images)
    losses, delta = lab.loss_and_delta(logits, digits)
    grads = lab.backward(on, weights, h, kept, delta / 16)
    for number, used in enumerate(networks):
        own = [W[number].astype(complex) for W in weights]
        phi = (lambda z: np.where(z.real > 0, z, 0)) if relu else np.tanh
        assert losses[number] == pytest.approx(cost(own, images, digits, used, phi).real, rel=1e-6)
        for layer in (0, 1, 4, 6, 7):
            G = grads[layer][number]
            for i, j in zip(*np.unravel_index(np.argsort(abs(G), axis=None)[[-1, -30]], G.shape)):
                own[layer][i, j] += 1e-30j
                slope = cost(own, images, digits, used, phi).imag / 1e-30
                own[layer][i, j] = own[layer][i, j].real
                assert G[i, j] == pytest.approx(slope, rel=1e-5), (used, layer, i, j)   # the branch is a float32


@pytest.mark.parametrize(("kind", "used"), [
    ("float32", BOTH), ("float32", ("residual", "Adam")), ("float32", ("right scale", "clipping")), ("float32", ()),
    ("float16", BOTH), ("float16", ("residual", "loss scaling")), ("float16", ("RMSNorm", "residual")),
    ("float16", ("loss scaling", "Adam")), ("float16", ("orthogonal", "clipping")),
])
def test_a_slow_loop_trains_to_the_same_share(lab, kind, used):
    losses, right, _ = alone(lab, used, 30, 0.5, kind=kind)
    made = {"float32": lab.right32, "float16": lab.right16}[kind][30][used]
    assert right == pytest.approx(made, abs=0.04)   # of 397 images; the last bits of float32 are others
    if kind == "float16":
        column = list(lab.right16[30]).index(used)
        np.testing.assert_allclose(losses[:20], lab.losses[30][:20, column], rtol=0.01)


def test_each_fix_changes_the_first_steps_as_the_loop_says(lab):
    """From twice the right deviation, where each of them acts. Three steps: the network is chaotic."""
    networks = [used for used in lab.trial(lab.FIXES) if len(used) < 2]
    _, made = lab.descend(networks, 12, 2.0, steps=3)
    for used, column in zip(networks, made.T):
        np.testing.assert_allclose(column, alone(lab, used, 12, 2.0, steps=3)[0], rtol=2e-3, err_msg=str(used))
    ends = dict(zip(networks, made[2]))
    assert len({round(loss, 3) for loss in ends.values()}) == 7   # all but that of the scaled loss, which float32 does not feel
    assert ends["loss scaling",] == pytest.approx(ends[()], rel=1e-5)


def test_a_hundred_layers_again_for_the_two_cures_and_for_the_end_in_nan(lab):
    assert alone(lab, BOTH, 100, 0.5)[1] == pytest.approx(lab.right32[100][BOTH], abs=0.04)
    _, right, _ = alone(lab, ("RMSNorm", "loss scaling"), 100, 0.5, kind="float16", steps=10)
    assert np.isnan(right) and np.isnan(lab.right16[100]["RMSNorm", "loss scaling"])
    assert sum(np.isnan(list(made.values())).sum() for made in (*lab.right32.values(), *lab.right16.values())) == 1


@pytest.mark.parametrize("seed", [12, 13])
def test_other_seeds_say_the_same(lab, seed):
    networks = [(), ("right scale",), ("orthogonal",), ("RMSNorm",), ("residual",), BOTH, ("Adam",)]
    right, _ = lab.descend(networks, 100, 0.5, seed=seed)
    assert {used for used, share in right.items() if share > 0.5} == {("residual",), BOTH}
    networks = [("right scale",), ("orthogonal",), ("RMSNorm",), ("residual",)]
    right, _ = lab.descend([*networks, *[(*used, "clipping") for used in networks]], 30, 2.0, seed=seed)
    assert all(right[*used, "clipping"] < right[used] for used in networks)
    signal, _ = lab.look(0.7, depth=60, seed=seed)
    assert abs(np.sum(signal[0] > np.log10(2.0**-25)) - lab.predicted) < 1 + 4 * lab.wander < 10
    assert right["right scale",] > 0.4 and right["residual",] > 0.4


def test_the_length_of_gaussian_layers_wanders_as_the_last_cell_says(lab):
    """By the size of four hundred linear networks of 48 layers, in layers of 0.7 each."""
    assert "Random weights add or take a layer or two" in TEXT
    rng = np.random.default_rng(3)
    sizes = np.zeros(400)
    for _ in range(48):   # a Gaussian matrix makes a Gaussian vector of any vector
        sizes += np.log(np.mean(rng.standard_normal((400, 64)) ** 2, axis=1)) / 2
    assert np.std(sizes) / np.log(1 / 0.7) == pytest.approx(lab.wander, rel=0.15) and 1 < lab.wander < 2


def test_a_pair_is_a_cure_if_each_repairs_what_the_other_leaves(lab):
    """The table, read as text: lengths, directions, and what nothing repairs."""
    table = dict(re.findall(r"\| (right scale|orthogonal|RMSNorm|Adam) \| ([^|]+ \| [^|]+) \|", TEXT))
    repairs, leaves = ({fix: row.split(" | ")[half] for fix, row in table.items()} for half in range(2))
    assert "length" in repairs["right scale"] and leaves["right scale"] == "the directions" == repairs["orthogonal"]
    assert leaves["orthogonal"] == "the length" and "signal that is lost" in leaves["Adam"]
    assert "length" in repairs["RMSNorm"] and "directions" in leaves["RMSNorm"] and "grows per layer" in leaves["RMSNorm"]
    for right in lab.right32[100], lab.right16[100]:   # it repairs what orthogonal leaves, and is no cure
        assert right["orthogonal", "RMSNorm"] < 0.3 and right["RMSNorm", "Adam"] < 0.3 and right["right scale", "RMSNorm"] < 0.3


def test_where_the_format_changes_the_numbers(lab):
    assert "What learned with a residual connection or the right scale changes little" in TEXT
    moved = {used: abs(lab.right16[30][used] - share) for used, share in lab.right32[30].items()}
    for used, by in moved.items():
        if "RMSNorm" not in used and {"residual", "right scale"} & set(used) or {"RMSNorm", "residual"} <= set(used):
            assert by < 0.1, used
    assert max(by for used, by in moved.items() if "RMSNorm" in used and "residual" not in used) > 0.1


def test_rmsnorm_without_a_residual_connection_depends_on_the_seed(lab):
    assert "without a residual connection change a lot with the seed" in TEXT
    networks = [("RMSNorm",), ("orthogonal", "RMSNorm")]
    shares = [list(lab.descend(networks, 30, 0.5, seed=seed)[0].values()) for seed in range(8)]
    assert np.ptp(shares, axis=0).min() > 0.1
    assert "The same goes for the patient with twice the deviation." in TEXT
    assert np.ptp([lab.descend([()], 30, 2.0, seed=seed)[0][()] for seed in (1, 4)]) > 0.1


def test_what_the_table_says_of_a_hundred_layers(lab):
    for right in lab.right32[100], lab.right16[100]:
        assert {used for used, share in right.items() if "residual" not in used and share > 0.5} == {BOTH}
        assert all(share > 0.5 for used, share in right.items() if "residual" in used)
    for right in lab.right32[30], lab.right16[30]:
        assert min(right["right scale",], right["residual",]) > 0.3 and max(right["orthogonal",], right["clipping",]) < 0.25
    for right in (*lab.right32.values(), *lab.right16.values()):
        assert all(share < 0.5 for used, share in right.items() if set(used) <= set(LATE)), "none of the last three"
    assert "six of the seven fail when they come alone" in TEXT and len(lab.FIXES) == 7
    assert "there are six remedies and fifteen pairs" in TEXT and len(lab.right32[30]) == 1 + 6 + 15
    assert len(lab.right16[30]) == 1 + 7 + 21


def test_gaussian_layers_leave_few_directions_and_orthogonal_ones_all(lab):
    assert "a few of the 64 directions carry nearly all of the signal" in TEXT
    for used in ("right scale",), BOTH:
        product = np.eye(64)
        for W in first(used, 100, 0.5)[:-1]:
            product = W.astype(float) @ product
        shares = np.linalg.svd(product)[1] ** 2
        shares = np.cumsum(shares) / shares.sum()
        assert shares[3] == pytest.approx(4 / 64, rel=1e-3) if used == BOTH else shares[3] > 0.95


def test_the_signal_of_float16_ends_and_takes_the_gradient_along(lab):
    some = np.random.default_rng(101).choice(lab.train, 16)
    images, digits = lab.X[some], lab.y[some]
    for depth in 30, 100:
        for scale in 1, 1024:
            weights = first((), depth, 0.5)
            values, _ = units(weights, images, (), to=lambda x: x.astype(np.float16).astype(np.float32))
            assert abs(values[22]).max() > 0 and abs(values[28]).max() == 0 and abs(values[-1]).max() == 0
            loss, grads = gradients(weights, images, digits, (), lambda x: x.astype(np.float16).astype(np.float32), scale, False)
            assert loss == pytest.approx(np.log(10), rel=1e-6)
            largest = max(abs(G).max() for G in grads)
            assert (largest > 0) == (scale == 1024 and depth == 30), "brings some gradients of the thirty layers back"
    still = [used for used, column in zip(lab.right16[30], lab.losses[30].T) if len(set(column)) == 1]
    assert len(still) == 11 and set(sum(still, ())) == {"orthogonal", *LATE}
    zero = np.mean(lab.y[lab.test] == 0)   # all logits equal: the first digit
    assert {lab.right16[depth][used] for used in still for depth in (30, 100)} == {zero} and f"{100 * zero:.0f} percent is one digit" in LAB.read_text()


def test_the_gradient_of_the_patient_is_below_adams_epsilon(lab):
    _, grads = gradients([W.astype(float) for W in first((), 30, 0.5)], lab.X[lab.train], lab.y[lab.train], (), lambda x: x, 1, False)
    assert max(abs(G).max() for G in grads) < 1e-8 and "a gradient far below its $\\epsilon$" in TEXT


def test_tanh_behind_rmsnorm_enlarges_the_gradient_as_the_text_says():
    factor, thousands = float(re.search(r"\[by ([\d.]+) in the mean square\]", TEXT)[1]), 1000
    z, weight = np.polynomial.hermite_e.hermegauss(200)
    chi = np.sum(weight * (1 - np.tanh(z) ** 2) ** 2) / np.sum(weight * np.tanh(z) ** 2)
    assert chi == pytest.approx(factor, abs=0.005) and thousands < chi**50 < 10 * thousands


def test_the_strips_show_signal_and_gradient_of_each_layer(lab):
    left, right, bar = lab.figures[1].axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["no fix", *lab.FIXES[:4]] and "power of ten" in bar.get_ylabel()
    images, digits = lab.X[lab.train[:100]], lab.y[lab.train[:100]]
    for row, used in enumerate([(), *[(fix,) for fix in lab.FIXES[:4]]]):
        weights = [W.astype(float) for W in first(used, 100, 0.5)]
        values, _ = units(weights, images, used)
        _, grads = gradients(weights, images, digits, used, lambda x: x, 1, False)
        signal = [np.log10(np.sqrt(np.mean(h**2))) for h in values[1:-1]]
        np.testing.assert_allclose(np.asarray(left.images[0].get_array())[row], signal, atol=1e-3)
        expected = [np.log10(np.linalg.norm(G)) for G in grads[:-1]]
        np.testing.assert_allclose(np.asarray(right.images[0].get_array())[row], expected, atol=1e-3)
        steps = np.diff(signal[5:])
        assert np.allclose(steps, -np.log10(2), atol=0.1) if used in [(), ("orthogonal",)] else signal[-1] > -2
    for ax in left, right:
        assert ax.images[0].get_extent() == [0.5, 100.5, 4.5, -0.5] and ax.get_ylim()[0] > ax.get_ylim()[1]
        assert ax.images[0].get_clim() == (-32, 2)
    assert "caption=\"Left: the size of the signal in each layer. Right: the gradient of each matrix." in LAB.read_text()
    strokes = {round(line.get_ydata().mean()): line.get_xdata()[0] for line in left.lines}
    assert strokes.keys() == {0, 2} and all(23 < x < 26 for x in strokes.values())
    assert [text.get_text() for text in left.texts] == ["float16 ends"] * 2 and not right.lines


@pytest.mark.parametrize("figure", [2, 3, 4])
def test_each_field_shows_the_run_of_its_pair(lab, figure):
    fixes = lab.FIXES if figure == 3 else lab.six
    made = {2: lab.right32, 3: lab.right16, 4: {30: lab.right}}[figure]
    tables = [ax for ax in lab.figures[figure].axes if ax.texts]
    assert len(tables) == len(made)
    for ax, (depth, right) in zip(tables, made.items()):
        assert ax.get_title() == f"{depth} layers, float{16 if figure == 3 else 32}"
        assert [label.get_text() for label in ax.get_xticklabels()] == list(fixes)
        assert tables[0].get_ylim()[0] > tables[0].get_ylim()[1] and not ax.xaxis_inverted()
        shown = {text.get_position(): text.get_text() for text in ax.texts}
        assert len(shown) == len(fixes) ** 2
        for (j, i), said in shown.items():
            [share] = [share for used, share in right.items() if set(used) == {fixes[i], fixes[j]}]
            assert said == ("nan" if np.isnan(share) else f"{100 * share:.0f}")
            assert ax.images[0].get_array()[i, j] == (0 if np.isnan(share) else share)
    assert [label.get_text() for label in tables[0].get_yticklabels()] == list(fixes)


def test_what_the_strip_of_twice_the_deviation_says(lab):
    ax = lab.figures[4].axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["no fix", *lab.FIXES[:4]]
    table = np.asarray(ax.images[0].get_array())
    for row, used in enumerate([(), *[(fix,) for fix in lab.FIXES[:4]]]):
        weights = [W.astype(float) for W in first(used, 100, 2.0)]
        some = lab.train[:100]
        _, grads = gradients(weights, lab.X[some], lab.y[some], used, lambda x: x, 1, False)
        np.testing.assert_allclose(table[row], np.log10([np.linalg.norm(G) for G in grads[:-1]]), atol=0.05)
    assert table[0, 0] > table[0, -1] + 4 and table[2, 0] > table[2, -1] + 4 and 2 < table[3, 0] < 5
    assert np.ptp(table[1]) < 1.5 and np.ptp(table[4]) < 1.5
    assert lab.lost == ["right scale", "orthogonal", "RMSNorm", "residual"] and lab.right["clipping",] < lab.right[()]


def test_the_first_picture_has_each_fix_in_its_place(lab):
    [ax] = lab.figures[0].axes
    said = [text for text in ax.texts if text.get_text()]
    listed = [(text.get_position()[0], fix) for text in said for fix in text.get_text().split("\n") if fix in lab.FIXES]
    assert sorted(fix for _, fix in listed) == sorted(lab.FIXES)
    places = {fix: place for place, fix in listed}
    assert {fix for fix, place in places.items() if place > 1} == set(LATE) and places["loss scaling"] == 2
    boxes = sorted((text.get_position()[0], text.get_text()) for text in said if text.get_bbox_patch())
    assert boxes == [(0, "start"), (1, "forward"), (2, "backward"), (3, "step")]
    assert all(one < other for one, other in pairwise(places[fix] for fix in ("orthogonal", "residual", "loss scaling", "Adam")))


def test_the_answers_to_the_exercises(lab):
    """By the formula, by the slow loop at the larger rate, and with ReLU."""
    layers = float(re.search(r"\\approx ([\d.]+)\$\. The first layers lose", TEXT)[1])
    assert 0.7**layers == pytest.approx(2.0**-25, rel=0.03)
    values, _ = units([W.astype(float) for W in first((), 100, 0.7)], lab.X[lab.train[:100]], ())
    assert lab.answers["ends"] == sum(np.mean(h**2) ** 0.5 > 2.0**-25 for h in values[1:-1]) < layers
    clipped = *BOTH, "clipping"
    fast = {used: alone(lab, used, 30, 0.5, steps=100, rate=0.2) for used in (BOTH, clipped)}
    assert fast[BOTH][1] < 0.5 and max(lab.answers["rate"][used] for used in lab.scaled) < 0.5
    assert fast[clipped][1] == pytest.approx(lab.answers["rate"][clipped], abs=0.06)
    assert "orthogonal weights reach nine images in ten" in TEXT and lab.answers["rate"][clipped] > 0.88
    losses = fast[BOTH][0]
    assert "Their loss falls for some steps" in TEXT and losses[:12].min() < 1.8 < losses[-30:].mean()
    for used, (_, _, weights) in fast.items():
        last = units(weights, lab.X[lab.test], ())[0][-2]
        last = last / np.linalg.norm(last, axis=1, keepdims=True)
        largest, alike = np.mean([np.linalg.norm(W, 2) for W in weights]), np.mean(abs(last @ last.T))
        assert (largest > 1.3 and alike > 0.9) if used == BOTH else (largest < 1.25 and alike < 0.6)
    assert "five times ours" in TEXT and list(lab.answers["deep"]) == [BOTH, clipped] and lab.lr == 0.02
    assert alone(lab, BOTH, 100, 0.5, rate=0.1)[1] < 0.4 and lab.asleep < 0.4
    assert alone(lab, clipped, 100, 0.5, rate=0.1)[1] == pytest.approx(lab.answers["deep"][clipped], abs=0.06)
    assert lab.learns == [("residual",)] and lab.answers["relu"]["residual",] > 0.75
    assert alone(lab, ("residual",), 100, 2**0.5, relu=True)[1] == pytest.approx(lab.answers["relu"]["residual",], abs=0.06)
    values, _ = units(first(("orthogonal",), 100, 2**0.5), lab.X[lab.test], (), lambda z: np.maximum(z, 0))
    last = values[-2] / np.linalg.norm(values[-2], axis=1, keepdims=True)
    assert np.min(last @ last.T) > 0.9, "all images look alike"
