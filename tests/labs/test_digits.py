"""Thirty layers on real digits: what the lab says, by another road than it takes."""
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

LAB = Path(__file__).parent.parent.parent / "docs" / "labs" / "digits.py"
TEXT = " ".join(" ".join(line.removeprefix("# ") for line in LAB.read_text().splitlines() if line.startswith("# ")).split())
KINDS = {   # of network: whether it normalizes, and the weight of its branches
    "He, 2/n": (False, 0), "1/n": (False, 0), "batch norm, 1/n": (True, 0),
    "residual, 1/n": (False, 30**-0.5), "orthogonal, gain √2": (False, 0), "LSUV": (False, 0),
}
REMEDIES = list(KINDS)[2:]
BETTER = {name: 0.1 if name in ("1/n", "batch norm, 1/n", "residual, 1/n") else 0.01 for name in KINDS}


@pytest.fixture(scope="module")
def lab():
    """What the lab left: its names, and its four figures."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    plt.close("all")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(LAB.parent)
        patch.setattr(plt, "show", lambda: None)
        left = SimpleNamespace(**runpy.run_path(LAB.name))
    left.figures = [plt.figure(number) for number in plt.get_fignums()]
    yield left
    plt.close("all")


def units(weights, images, normalize=False, branch=0):
    """The units behind each layer, the last of them the logits. The weights may be complex."""
    behind = [images]
    for W in weights[:-1]:
        z = np.einsum("ij,bj->bi", W, behind[-1])
        if normalize:
            z = z - z.sum(0) / len(z)
            z = z / ((z**2).sum(0) / len(z) + 1e-5) ** 0.5
        z = np.where(z.real > 0, z, 0)
        behind.append(behind[-1] + branch * z if branch and len(behind) > 1 else z)
    return [*behind, np.einsum("ij,bj->bi", weights[-1], behind[-1])]


def cost(weights, images, digits, normalize=False, branch=0):
    """The mean cross-entropy."""
    logits = units(weights, images, normalize, branch)[-1]
    return np.mean([np.log(np.exp(row - row[digit]).sum()) for row, digit in zip(logits, digits)])


def first(lab, name):
    """The weights that a network starts from."""
    made = {"He, 2/n": lab.he, "orthogonal, gain √2": lab.orthogonal(2**0.5), "LSUV": lab.lsuv()}
    return made.get(name, lab.lecun)


def smooth(losses):
    """The mean of each ten losses that follow each other."""
    return np.array([losses[end - 10:end].mean() for end in range(10, len(losses) + 1)])


def at_better_rate(lab, name):
    return lab.losses[name][:, [0.01, 0.1].index(BETTER[name])]


def test_the_data_are_the_digits(lab):
    table = np.loadtxt(LAB.parent / "digits.csv.gz", delimiter=",")
    pixels, digits = table[:, :-1], table[:, -1]
    assert table.shape == (1797, 65) and "1797 images of 8 × 8 pixels" in TEXT
    assert pixels.min() == 0 and pixels.max() == 16 and pixels.sum() == 561718
    assert np.bincount(digits.astype(int)).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    pixels = pixels - pixels.mean(axis=0)
    np.testing.assert_allclose(lab.X, pixels / (pixels**2).mean() ** 0.5, atol=2e-5)
    assert lab.y.tolist() == digits.tolist()


def test_no_image_is_trained_on_and_tested(lab):
    assert (len(lab.train), len(lab.test)) == (1400, 397)
    assert sorted([*lab.train, *lab.test]) == list(range(1797))
    assert set(lab.y[lab.train]) == set(lab.y[lab.test]) == set(range(10))


def test_the_network_has_the_layers_that_the_text_says(lab):
    assert "thirty hidden layers of 64 units and an output layer, without biases" in TEXT
    for name in KINDS:
        assert [W.shape for W in first(lab, name)] == [(64, 64)] * 30 + [(10, 64)]
        assert [W.shape for W in lab.trained[name]] == [(2, 64, 64)] * 30 + [(2, 10, 64)]
    for weights, gain in (lab.he, 2), (lab.lecun, 1):
        assert abs(np.mean([np.var(W) * 64 for W in weights]) / gain - 1) < 0.02
    for one, other in zip(lab.he, lab.lecun):
        np.testing.assert_allclose(one, other * 2**0.5, rtol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_logits_and_loss_are_those_of_an_independent_loop(lab, name):
    images, digits = lab.X[:60], lab.y[:60]
    weights, (normalize, branch) = first(lab, name), KINDS[name]
    logits, last, _ = lab.forward(weights, images, normalize, branch)
    expected = units(weights, images, normalize, branch)
    np.testing.assert_allclose(logits, expected[-1], rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(last, expected[-2], rtol=1e-8, atol=1e-13)
    loss, _ = lab.gradients(weights, images, digits, normalize, branch)
    assert loss == pytest.approx(cost(weights, images, digits, normalize, branch), rel=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_entries_of_the_gradient_are_those_of_a_complex_step(lab, name):
    images, digits = lab.X[100:116], lab.y[100:116]
    weights, (normalize, branch) = first(lab, name), KINDS[name]
    _, grads = lab.gradients(weights, images, digits, normalize, branch)
    for layer in (0, 1, 15, 29, 30):
        place = np.unravel_index(np.argsort(abs(grads[layer]), axis=None)[[-1, -20]], grads[layer].shape)
        for i, j in zip(*place):
            changed = [W.astype(complex) for W in weights]
            changed[layer][i, j] += 1e-30j
            slope = cost(changed, images, digits, normalize, branch).imag / 1e-30
            assert grads[layer][i, j] == pytest.approx(slope, rel=1e-6), (layer, i, j)


def test_thirty_of_the_matrices_make_the_factor_of_the_text(lab):
    base, depth, power = map(int, re.search(r"\(1/\\sqrt (\d)\)\^\{(\d+)\} = 2\^\{(-\d+)\}\$, exactly", TEXT).groups())
    assert (1 / base**0.5) ** depth == pytest.approx(2.0**power) == 2.0**-15
    assert "Thirty of the thirty-one matrices" in TEXT and len(lab.he) == 31
    images = lab.X[lab.train]
    behind = [units(weights, images) for weights in (lab.he, lab.lecun)]
    back = [lab.delta, lab.delta]   # the same at the logits
    for layer in reversed(range(31)):
        one, other = (back[k].T @ behind[k][layer] for k in range(2))
        np.testing.assert_allclose(np.linalg.norm(other) / np.linalg.norm(one), 2.0**-15, rtol=1e-9)
        for k, weights in enumerate((lab.he, lab.lecun)):
            back[k] = back[k] @ weights[layer] * (behind[k][layer] > 0)
    np.testing.assert_allclose(lab.ratio, 2.0**-15, rtol=1e-3)
    np.testing.assert_allclose(
        lab.arrived[0][-1], np.linalg.norm(lab.delta.T @ behind[0][-2]), rtol=1e-3
    )


def test_orthogonal_weights_need_the_same_gain(lab):
    assert "with gain one, the same $2^{-15}$ would stand before every gradient" in TEXT
    for one, other in zip(lab.orthogonal(1), lab.orthogonal(2**0.5)):
        np.testing.assert_allclose(other, one * 2**0.5, rtol=1e-12)
        np.testing.assert_allclose(one @ one.T, np.eye(len(one)), atol=1e-12)


def test_with_the_loss_the_factor_is_between_the_bounds_of_the_text(lab):
    low, high = map(int, re.search(r"a factor between \$2\^\{(-\d+)\}\$ and \$2\^\{(-\d+)\}\$\.", TEXT).groups())
    norms = []
    for name in ("He, 2/n", "1/n"):
        _, grads = lab.gradients(first(lab, name), lab.X[lab.train], lab.y[lab.train])
        norms.append([np.linalg.norm(G) for G in grads[:-1]])
        np.testing.assert_allclose(lab.norms[name], norms[-1], rtol=1e-3)
    smaller = np.log2(norms[1]) - np.log2(norms[0])
    assert low < smaller.min() < smaller.max() < high
    assert "in most layers, not in all" in TEXT and 15 < (smaller < -15).sum() < 30
    assert "With most other seeds it is smaller in every layer, by up to some twenty times" in TEXT
    others = []
    for seed in range(1, 31):
        made = [lab.gradients(lab.gaussian(gain, seed), lab.X[lab.train], lab.y[lab.train])[1][:-1] for gain in (2**0.5, 1.0)]
        others.append([np.linalg.norm(G) / np.linalg.norm(H) * 2**15 for H, G in zip(*made)])
    others = np.array(others)
    assert np.sum(others.max(axis=1) < 1) > 20 and 1 / 30 < others.min() < 1 / 15
    low, high = re.search(r"between (\S+) and (\S+) decades lower in every layer", TEXT).groups()
    decades = np.log10(norms[0]) - np.log10(norms[1])
    assert float(low) < decades.min() < float(low) + 0.2 and float(high) - 0.2 < decades.max() < float(high)


def test_p_minus_y_nearly_cancels_behind_one_over_n_alone(lab):
    means = []
    for weights in lab.he, lab.lecun:
        p = np.exp(units(weights, lab.X[lab.train])[-1])
        p /= p.sum(axis=1, keepdims=True)
        means.append(np.linalg.norm((p - np.eye(10)[lab.y[lab.train]]).mean(axis=0)))
    assert abs(p - 0.1).max() < 1e-5
    assert means[1] < 0.02 and means[0] > 5 * means[1]


@pytest.mark.parametrize("name", KINDS)
def test_the_first_steps_again_one_rate_at_a_time(lab, name):
    for column, rate in enumerate((0.01, 0.1)):
        rng = np.random.default_rng(2)
        weights = [W.copy() for W in first(lab, name)]
        for step in range(3):
            some = rng.choice(lab.train, 32)
            images, digits = lab.X[some], lab.y[some]
            # The steep gradient of batch normalization makes a thousand times more of a last bit in each step.
            assert lab.losses[name][step, column] == pytest.approx(cost(weights, images, digits, *KINDS[name]), rel=1e-6)
            _, grads = lab.gradients(weights, images, digits, *KINDS[name])
            weights = [W - rate * G for W, G in zip(weights, grads)]


def test_the_accuracy_is_that_of_the_trained_weights_on_the_held_out_images(lab):
    told = 0   # networks that do not score alike on the images of the training, so that the two are told apart
    for name in KINDS:
        for column in range(2):
            weights = [W[column] for W in lab.trained[name]]
            right = {}
            for images in ("train", "test"):
                some = getattr(lab, images)
                logits = units(weights, lab.X[some], *KINDS[name])[-1]
                right[images] = np.mean(logits.argmax(axis=1) == lab.y[some])
            assert lab.accuracy[name][column] == pytest.approx(right["test"])
            told += abs(right["train"] - right["test"]) > 1.5 / 397
    assert told > len(KINDS)


def test_guessing_costs_ln_10_and_one_over_n_guesses(lab):
    assert lab.guessing == pytest.approx(-np.log(0.1))
    assert abs(lab.losses["1/n"] - np.log(10)).max() < 1e-4
    assert max(lab.accuracy["1/n"]) < 0.2


def test_the_stall_holds_for_every_seed_and_he_learns(lab):
    for seed in range(2, 4):
        assert abs(lab.descend(lab.gaussian(1.0, seed))[0] - np.log(10)).max() < 1e-4
        assert lab.descend(lab.gaussian(2**0.5, seed))[0][-30:].mean(axis=0).min() < np.log(10) - 0.2


def test_rates_that_make_up_for_the_factor_explode_after_a_few_steps(lab):
    assert "Rates $2^{15}$ times larger do not help either" in TEXT
    for rate in 0.01 * 2**15, 0.1 * 2**15:
        rng = np.random.default_rng(2)
        weights, losses = [W.copy() for W in lab.lecun], []
        while not losses or losses[-1] < 1000:
            some = rng.choice(lab.train, 32)
            loss, grads = lab.gradients(weights, lab.X[some], lab.y[some])
            losses.append(loss)
            weights = [W - rate * G for W, G in zip(weights, grads)]
        assert 3 <= len(losses) - 1 <= 12 and abs(np.array(losses[:-1]) - np.log(10)).max() < 0.02


def test_each_network_is_judged_by_the_better_of_the_two_rates(lab):
    np.testing.assert_allclose(lab.rates, [0.01, 0.1])
    assert list(lab.losses) == list(lab.final) == list(KINDS)
    for name in KINDS:
        assert lab.losses[name].shape == (200, 2)
        ends = lab.losses[name][170:].sum(axis=0) / 30
        assert lab.final[name] == pytest.approx(min(ends))
        if name != "1/n":   # there both rates do nothing
            assert lab.rates[lab.best[name]] == pytest.approx(BETTER[name])


def test_each_remedy_learns_and_the_residual_network_falls_fastest(lab):
    below = {}
    for name in REMEDIES:
        ends = lab.final[name]
        assert ends < 0.2 if name == "residual, 1/n" else 1 < ends < 2, name
        below[name] = np.argmax(smooth(at_better_rate(lab, name)) < 1.5) or 200
        assert max(lab.accuracy[name]) > 0.3
    assert 1 < lab.final["He, 2/n"] < 2
    assert min(below, key=below.get) == "residual, 1/n"
    assert lab.accuracy["residual, 1/n"][1] > 0.95


def test_a_residual_network_grows_as_the_text_says(lab):
    """A very wide layer, of which only the mean square is passed on; and layers near the identity."""
    rng = np.random.default_rng(0)
    h = np.maximum(rng.standard_normal(200_000), 0)
    for _ in range(29):
        h = h + np.maximum(rng.standard_normal(len(h)) * np.mean(h**2) ** 0.5, 0) / 30**0.5
    M = np.mean(h**2)
    assert lab.square == pytest.approx(M, rel=0.01)
    seeds = [np.mean(units(lab.gaussian(1.0, seed), lab.X[:200], False, 30**-0.5)[-2] ** 2) for seed in range(5)]
    np.testing.assert_allclose(lab.grown, seeds, rtol=1e-4)
    assert 0.6 < np.mean(seeds) / M < 1.7
    behind = units(lab.lecun, lab.X[lab.train], False, 30**-0.5)[1:-1]
    for before, after in zip(behind, behind[1:]):
        assert np.linalg.norm(after - before) < 0.2 * np.linalg.norm(before)


def test_lsuv_makes_unit_variance_and_spreads_less(lab):
    images = lab.X[lab.train[:500]]
    weights = lab.lsuv()
    for h, W in zip(units(weights, images), weights[:-1]):
        assert np.var(h @ W.T) == pytest.approx(1, abs=1e-3)

    def spread(draw):
        return np.std([np.log(np.mean(units(draw(seed), images[:100])[-2] ** 2)) for seed in range(8)])

    assert spread(lab.lsuv) < 0.6 * spread(lambda seed: lab.gaussian(2**0.5, seed))


def test_the_gradient_of_batch_normalization_grows_toward_the_input(lab):
    _, grads = lab.gradients(lab.lecun, lab.X[lab.train], lab.y[lab.train], normalize=True)
    norms = [np.linalg.norm(G) for G in grads[:-3]]
    assert all(first > second for first, second in zip(norms, norms[1:])) and norms[0] > 50 * norms[-1]


def test_the_first_figure_shows_two_images_of_each_digit(lab):
    table = np.loadtxt(LAB.parent / "digits.csv.gz", delimiter=",")
    for place, ax in enumerate(lab.figures[0].axes):
        digit, ink = place % 10, np.asarray(ax.images[0].get_array())
        [row] = np.flatnonzero((table[:, :64] == ink.ravel()).all(axis=1))
        assert table[row, 64] == digit
    assert place == 19 and not np.array_equal(ink, lab.figures[0].axes[9].images[0].get_array())


def test_the_figure_of_the_first_step_shows_the_runs(lab):
    left, right = lab.figures[1].axes
    assert right.get_yscale() == "log" and not (left.yaxis_inverted() or left.xaxis_inverted() or right.yaxis_inverted())
    for name, curve, layers in zip(("He, 2/n", "1/n"), left.lines, right.lines):
        assert curve.get_color() == layers.get_color()
        assert any(text.get_text().startswith(name) and text.get_color() == curve.get_color() for text in left.texts)
        assert curve.get_xdata().tolist() == list(range(10, 201))
        best = lab.losses[name][170:].mean(axis=0).argmin()
        np.testing.assert_allclose(curve.get_ydata(), smooth(lab.losses[name][:, best]))
        assert layers.get_xdata().tolist() == list(range(1, 31))
        np.testing.assert_allclose(layers.get_ydata(), lab.norms[name])
    assert set(left.lines[2].get_ydata()) == {np.log(10)} and left.texts[0].get_text() == "guessing: ln 10"
    assert abs(left.lines[0].get_ydata()[0] - np.log(10)) < 0.3 and left.lines[0].get_ydata()[-1] < 2


def test_the_heat_map_shows_the_first_gradients(lab):
    ax, bar = lab.figures[2].axes
    assert [label.get_text() for label in ax.get_yticklabels()] == list(KINDS) and "power of ten" in bar.get_ylabel()
    shown = np.asarray(ax.images[0].get_array())
    for row, name in zip(shown, KINDS):
        _, grads = lab.gradients(first(lab, name), lab.X[lab.train], lab.y[lab.train], *KINDS[name])
        np.testing.assert_allclose(row, np.log10([np.linalg.norm(G) for G in grads[:-1]]), atol=1e-3)
    left, right, bottom, top = ax.images[0].get_extent()   # row 0 on top, as the names say
    assert (left, right) == (0.5, 30.5) and bottom > top and ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_figure_of_the_remedies_shows_the_runs(lab):
    ax, = lab.figures[3].axes
    assert not (ax.yaxis_inverted() or ax.xaxis_inverted()) and len(lab.figures) == 4
    for name, curve in zip(KINDS, ax.lines):
        assert curve.get_xdata().tolist() == list(range(10, 201))
        np.testing.assert_allclose(curve.get_ydata(), smooth(lab.losses[name][:, lab.best[name]]))
        [label] = [text for text in ax.texts if text.get_text() == name]
        assert label.xy == (200, curve.get_ydata()[-1]) and label.get_color() == curve.get_color()


def test_the_answers_to_the_exercises(lab):
    """By the homogeneity of ReLU networks, and by a very wide layer of which only the mean square is passed on."""
    assert "$(1/\\sqrt 2)^{20} = 2^{-10}$" in TEXT and lab.answers["twenty"] == pytest.approx(-10, abs=1e-3)
    logits = units(lab.he, lab.X[lab.train])[-1] * 2**15.5
    losses = logits.max(axis=1) - logits[np.arange(len(logits)), lab.y[lab.train]]   # a softmax that is certain
    assert lab.answers["twice"] == pytest.approx(losses.mean(), rel=1e-3) and 1000 < losses.mean() / np.log(10) < 20_000
    grown = []
    for layers in 30, 100:
        rng = np.random.default_rng(0)
        h = np.maximum(rng.standard_normal(100_000), 0)
        for _ in range(layers - 1):
            h = h + np.maximum(rng.standard_normal(len(h)) * np.mean(h**2) ** 0.5, 0) / layers**0.5
        grown.append(np.mean(h**2))
    assert lab.answers["hundred"] == pytest.approx(grown[1] / grown[0], rel=0.03) and "about forty times" in TEXT
    for name in KINDS:
        for factor, told in zip((1, 100), lab.answers[name]):
            logits = units(first(lab, name), factor * lab.X[lab.train], *KINDS[name])[-1]
            expected = np.mean(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(logits)), lab.y[lab.train]])
            assert told == pytest.approx(expected, rel=1e-5), name
    before, after = (lab.answers["LSUV"][k] for k in range(2))
    assert after > 10 * before   # it did not see the larger inputs
