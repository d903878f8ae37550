"""Gains of other activations: the chapter's claims, by another road than its listings take."""
from itertools import pairwise, permutations, product

import numpy as np
import pytest
import sympy as sp
from scipy import optimize, special, stats

from samples import are_midpoints, mean, rms

fan_in, fan_out = sp.symbols("fan_in fan_out", positive=True)
z2, phi2, dphi2, cross = sp.symbols("z2 phi2 dphi2 cross", positive=True)

EQUATIONS = {
    "eq-gains-forward": (r"\sigma^2 =", z2 / (fan_in * phi2), {r"\E[z^2]": z2, r"\E[\phi(z)^2]": phi2}),
    "eq-gains-backward": (r"\sigma^2 =", 1 / (fan_out * dphi2), {r"\E[\phi'(z)^2]": dphi2}),
    "eq-gains-slope": (
        r"\frac{dq_{l+1}}{dq_l} =", cross / phi2, {r"\E[z \phi(z) \phi'(z)]": cross, r"\E[\phi(z)^2]": phi2},
    ),
}

SELU = 1.6732632423543772, 1.0507009873554805
PHI = {
    "ReLU": lambda z: max(z, 0),
    "leaky": lambda z: max(z, 0.1 * z),
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "GELU": lambda z: z * special.ndtr(z),
    "SiLU": lambda z: z * special.expit(z),
    "ELU": lambda z: z if z > 0 else np.expm1(z),
    "SELU": lambda z: SELU[1] * (z if z > 0 else SELU[0] * np.expm1(z)),
}
DPHI = {
    "ReLU": lambda z: float(z > 0),
    "leaky": lambda z: 1 if z > 0 else 0.1,
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "sigmoid": lambda z: special.expit(z) * special.expit(-z),
    "GELU": lambda z: special.ndtr(z) + z * stats.norm.pdf(z),
    "SiLU": lambda z: special.expit(z) * (1 + z * special.expit(-z)),
    "ELU": lambda z: 1 if z > 0 else np.exp(z),
    "SELU": lambda z: SELU[1] * (1 if z > 0 else SELU[0] * np.exp(z)),
}


def share(f, q):
    """Of the mean square q before the activation, what is there after it."""
    return mean(lambda z: f(z) ** 2, q) / q


def after_layers(f, gain, depth, start=None, bias=0.0):
    """q of each layer's pre-activation; the first is gain², from inputs of mean square 1, or as given."""
    q = [gain**2 if start is None else start]
    while len(q) < depth:
        q.append(gain**2 * mean(lambda z: f(z) ** 2, q[-1]) + bias**2)
    return np.array(q)


def is_normal(z, p):
    """Whether p are the shares of a standard normal variable in the cells about z."""
    return sum(p) == pytest.approx(1) and np.allclose(p, stats.norm.pdf(z) * (z[1] - z[0]), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", ["ReLU", "tanh", "sigmoid"])
def test_the_conditions_pass_on_the_mean_squares_over_all_sign_patterns(name):
    """eq-gains-forward: The variance E[z²]/(fan_in E[φ(z)²]) passes the mean square of the pre-activations on, for any
    activation φ, if the weights have mean zero and are uncorrelated and independent of the input.

    eq-gains-backward: The variance 1/(fan_out E[φ'(z)²]) passes the mean squared gradient on, if weights of mean zero,
    uncorrelated, are independent of gradient and slope, and these two of each other.

    Exact: three units feed two, with every order of three pre-activations and every sign of the six weights.
    """
    phi, dphi = np.vectorize(PHI[name], otypes=[float]), np.vectorize(DPHI[name], otypes=[float])
    z, delta = np.array(list(permutations([-1.3, 0.4, 2.0]))), np.array([0.7, -1.1])
    signs = np.array(list(product([-1, 1], repeat=6))).reshape(-1, 2, 3)
    values = {fan_in: 3, fan_out: 2, z2: np.mean(z**2), phi2: np.mean(phi(z) ** 2), dphi2: np.mean(dphi(z) ** 2)}
    forward, backward = (np.sqrt(float(EQUATIONS[label][1].subs(values))) for label in ("eq-gains-forward", "eq-gains-backward"))
    up = forward * np.einsum("nij,pj->npi", signs, phi(z))
    assert np.mean(up**2) == pytest.approx(np.mean(z**2))
    down = backward * np.einsum("nij,i->nj", signs, delta)[:, None] * dphi(z)
    assert np.mean(down**2) == pytest.approx(np.mean(delta**2))


def test_the_slope_of_the_map_is_a_derivative():
    """With the forward gain, a small error of the mean square 1 is multiplied by E[z φ φ']/E[φ²] from one wide layer to
    the next, for normal pre-activations of mean zero and no biases.

    Symbolic: the map has a closed form for the sine, the squared ReLU and the identity, and is differentiated there.
    """
    z, q = sp.symbols("z q", positive=True)
    density = sp.exp(-z**2 / 2) / sp.sqrt(2 * sp.pi)

    def half(f):
        return sp.simplify(sp.integrate(f * density, (z, 0, sp.oo)))

    sine = sp.sin(z)
    for phi, both, closed in ((sine, 2, (1 - sp.exp(-2 * q)) / 2), (z**2, 1, sp.Rational(3, 2) * q**2), (z, 2, q)):
        squared = (1 - sp.cos(2 * z)) / 2 if phi == sine else phi**2
        moments = {phi2: both * half(squared), cross: both * half(z * sp.diff(squared, z) / 2)}   # (φ²)' = 2 φ φ'
        slope = EQUATIONS["eq-gains-slope"][1].subs(moments)
        expected = sp.diff(closed, q).subs(q, 1) / closed.subs(q, 1)
        assert float(slope) == pytest.approx(float(expected), rel=1e-12)
        assert float(moments[phi2]) == pytest.approx(float(closed.subs(q, 1)))


@pytest.mark.parametrize("name", PHI)
def test_the_atlas_has_the_gains_of_adaptive_quadrature(run, name):
    atlas, phi, dphi = run("variance/gains/atlas"), PHI[name], DPHI[name]
    points = np.array([-3, -1.2, -0.1, 0.1, 0.7, 2])
    assert atlas.activations[name](points) == pytest.approx([phi(z) for z in points])
    assert set(atlas.activations) == set(PHI) and are_midpoints(atlas.z, 10) and is_normal(atlas.z, atlas.p)
    second, first, slopes = (mean(lambda z: phi(z) ** 2), mean(phi), mean(lambda z: dphi(z) ** 2))
    assert atlas.forward[name] == pytest.approx(second**-0.5, abs=1e-5)
    assert atlas.backward[name] == pytest.approx(slopes**-0.5, abs=1e-5)
    assert atlas.deviation[name] == pytest.approx((second - first**2) ** -0.5, abs=1e-4)
    up, down = (mean(lambda z: phi(z) ** 2, q) for q in (1.001, 0.999))
    assert atlas.slope[name] == pytest.approx((up - down) / 0.002 / second, abs=1e-4)
    corrects, amplifies = name in ("tanh", "sigmoid", "ELU", "SELU"), name in ("GELU", "SiLU")
    assert (atlas.slope[name] < 0.99, atlas.slope[name] > 1.01) == (corrects, amplifies)
    values, slope = atlas.curves[name]
    assert slope[::500] == pytest.approx([dphi(z) for z in atlas.z[::500]], abs=1e-6)
    tile = atlas.tiles.flat[list(PHI).index(name)]
    assert [line.get_color() for line in tile.lines] == ["C0", "C1"] and tile.get_title() == name
    for line, f in zip(tile.lines, (phi, dphi)):
        assert line.get_ydata() == pytest.approx([f(z) for z in line.get_xdata()], abs=1e-6)
        assert line.get_xdata()[[0, -1]] == pytest.approx([-3.2, 3.2], abs=0.05)
    texts = [text.get_text() for text in tile.texts]
    assert texts[0].startswith(f"{second**-0.5:.2f}") and texts[1].startswith(f"{slopes**-0.5:.2f}")
    listed = {"ReLU": "√2", "leaky": "√1.98", "tanh": "5/3", "sigmoid": "1", "SELU": "3/4"}
    assert texts[2].endswith(listed.get(name, "none"))
    assert ["forward" in texts[0], "backward" in texts[1], "PyTorch" in texts[2]] == [name == "tanh"] * 3
    assert 2 / (1 + 0.1**2) == pytest.approx(1.98, abs=0.001)
    assert (np.ptp([atlas.forward[name], atlas.backward[name]]) < 1e-4) == (name in ("ReLU", "leaky"))


def test_the_clip_by_counting(run):
    clip = run("variance/gains/clip")
    before, after, slopes = [-4, -1, 1, 4], [-2, -1, 1, 2], [0, 1, 1, 0]
    assert list(clip.z) == before and list(clip.h) == after and list(clip.slope) == slopes
    assert clip.forward == sum(v * v for v in before) / sum(v * v for v in after) == 3.4
    assert clip.backward == 4 / sum(slopes) == 2 and clip.small == 1
    assert (clip.before, clip.after, clip.passed) == (34 / 4, 10 / 4, 2 / 4)
    points = np.array([-2.5, -1.9, 0, 1.9, 2.5])
    assert list(clip.phi(points)) == [-2, -1.9, 0, 1.9, 2] and list(clip.dphi(points)) == [0, 1, 1, 1, 0]
    tails = [(text.xyann, text.xy) for text in clip.ax.texts if text.get_text() == ""]
    assert [(low[0], high[0]) for high, low in tails] == list(zip(after, before))
    assert all(high[1] > low[1] for high, low in tails)
    words = [text.get_text() for text in clip.ax.texts]
    assert [word for word in words if word.startswith("slope")] == [f"slope {s}" for s in slopes]
    middle = [text.get_position()[0] for text in clip.ax.texts if text.get_text().startswith("slope")]
    assert middle == pytest.approx([(a + b) / 2 + 0.3 for a, b in zip(before, after)])
    # the exercise: −3, −1, 1, 3
    squares = [9, 1, 1, 9], [4, 1, 1, 4]
    assert sum(squares[0]) / sum(squares[1]) == 2 == 4 / 2


@pytest.mark.parametrize("name", ["tanh", "ReLU", "GELU"])
def test_the_cobwebs_follow_the_map(run, name):
    cobweb, phi = run("variance/gains/cobweb"), PHI[name]
    gain = mean(lambda z: phi(z) ** 2) ** -0.5
    assert are_midpoints(cobweb.z, 8) and is_normal(cobweb.z, cobweb.p)
    ax = cobweb.panels[list(cobweb.functions).index(name)]
    diagonal, curve, *stairs = ax.lines
    assert np.array_equal(*diagonal.get_data())
    q, values = curve.get_data()
    assert (q[0], q[-1]) == (0.01, 4)
    assert values[::10] == pytest.approx([gain**2 * q_l * share(phi, q_l) for q_l in q[::10]], rel=1e-4)
    for start, stair, dot in zip((0.4, 1.6), stairs[::2], stairs[1::2]):
        path = after_layers(phi, gain, 9, start)
        assert cobweb.paths[name, start] == pytest.approx(path, rel=1e-4)
        across, up = stair.get_data()
        assert across[::2] == pytest.approx(path[[0, *range(1, 9)]], rel=1e-4)     # on the diagonal
        assert up[:-1:2] == pytest.approx(path[:-1], rel=1e-4) and up[1::2] == pytest.approx(path[1:], rel=1e-4)
        assert np.ravel(dot.get_data()) == pytest.approx([start, start])
    points = np.array([-2, -0.3, 0.7, 2])
    assert cobweb.functions[name](points) == pytest.approx([phi(z) for z in points])   # both signs: the map sees only squares
    assert cobweb.ends[name] == [cobweb.paths[name, start][8] for start in (0.4, 1.6)]
    ends = np.abs(np.array(cobweb.ends[name]) - 1)
    assert {"dies out": max(ends) < 0.02, "stays": np.allclose(ends, 0.6), "grows": min(ends) > 0.9}[
        {"tanh": "dies out", "ReLU": "stays", "GELU": "grows"}[name]]
    assert ax.texts[0].get_text() == {"tanh": "an error dies out", "ReLU": "an error stays", "GELU": "an error grows"}[name]


def test_the_reader_s_own_function_has_the_gains_of_quadrature(run):
    own = run("variance/gains/own")
    assert are_midpoints(own.z, 10) and is_normal(own.z, own.p)
    second, slopes = mean(lambda z: np.logaddexp(0, z) ** 2), mean(lambda z: special.expit(z) ** 2)
    assert own.forward == pytest.approx(second**-0.5, abs=1e-5)
    assert own.backward == pytest.approx(slopes**-0.5, abs=1e-5)
    assert own.backward == pytest.approx(mean(lambda z: PHI["sigmoid"](z) ** 2) ** -0.5, abs=1e-5)
    assert own.left == pytest.approx(mean(lambda z: z * np.logaddexp(0, z) * special.expit(z)) / second, abs=1e-5)
    assert slopes / second == pytest.approx((1.0419 / 1.8462) ** 2, abs=1e-4)
    assert slopes / second == pytest.approx(0.32, abs=0.005)
    fourth = mean(lambda z: np.logaddexp(0, z) ** 4)
    assert own.scatter == pytest.approx(fourth / second**2 - 1, rel=1e-4)
    rng = np.random.default_rng(5)
    W = rng.standard_normal((2000, 2000))
    assert own.measured == pytest.approx(np.mean((W @ np.logaddexp(0, rng.standard_normal(2000))) ** 2) / second / 2000, rel=1e-4)


def test_a_kink_ruins_a_rule_for_smooth_functions(run):
    kinks = run("variance/gains/kinks")
    nodes, weights = special.roots_hermitenorm(20)
    assert kinks.nodes == pytest.approx(nodes) and kinks.weights == pytest.approx(weights / np.sqrt(2 * np.pi))
    assert kinks.exact == pytest.approx(stats.norm.cdf(1) - stats.norm.cdf(-1))
    assert kinks.rule == pytest.approx(sum(weights[np.abs(nodes) < 1]) / np.sqrt(2 * np.pi))
    assert kinks.grid == pytest.approx(kinks.exact, abs=1e-5)
    assert kinks.smooth_grid == pytest.approx(mean(lambda z: np.tanh(z) ** 2), abs=1e-6)
    assert kinks.smooth_rule == pytest.approx(sum(weights * np.tanh(nodes) ** 2) / np.sqrt(2 * np.pi))
    assert are_midpoints(kinks.z, 10) and is_normal(kinks.z, kinks.p)
    # "some tens of points give many digits", and the jump halfway between two midpoints
    nodes, weights = special.roots_hermitenorm(40)
    assert sum(weights * np.tanh(nodes) ** 2) / np.sqrt(2 * np.pi) == pytest.approx(mean(lambda z: np.tanh(z) ** 2), abs=1e-6)
    off = [abs(kinks.p @ (np.abs(kinks.z) < clip) - special.erf(clip / np.sqrt(2))) for clip in (1, 1.0006)]
    assert off[0] < 1e-6 and off[1] > 1e-4


@pytest.mark.parametrize("name, g", [("GELU", special.ndtr), ("SiLU", special.expit)])
def test_no_gain_makes_gelu_or_silu_stable(name, g):
    shares = [share(PHI[name], q) for q in (1e-6, 0.01, 0.1, 0.5, 1, 2, 10, 100, 1e6)]
    assert all(below < above for below, above in pairwise(shares))
    assert shares[0] == pytest.approx(1 / 4, abs=1e-3) and shares[-1] == pytest.approx(1 / 2, abs=1e-2)
    for z in np.linspace(0, 6, 13):   # the pair z and −z
        assert g(-z) == pytest.approx(1 - g(z))
        both = g(z) ** 2 / 2 + g(-z) ** 2 / 2
        assert both == pytest.approx(1 / 2 - g(z) * (1 - g(z)))
        assert 1 / 4 <= both < 1 / 2 or z > 5
    pairs = [g(z) * (1 - g(z)) for z in np.linspace(0, 6, 61)]
    assert np.all(np.diff(pairs) < 0)


def test_gelu_networks_run_away(run):
    runaway = run("variance/gains/runaway")
    gain = mean(lambda z: PHI["GELU"](z) ** 2) ** -0.5
    assert runaway.gain == pytest.approx(gain, abs=5e-5)
    assert gain**2 == pytest.approx(2.35, abs=0.005)
    silu = mean(lambda z: PHI["SiLU"](z) ** 2) ** -0.5
    assert silu == pytest.approx(1.6765, abs=5e-5) and silu**2 == pytest.approx(2.81, abs=0.005)
    # "nearly all": of 600 networks more than 97 in 100
    rng, variance = np.random.default_rng(3), np.full(600, 1.5335**2)
    for _ in range(39):
        z = np.sqrt(variance)[:, None] * rng.standard_normal((600, 256))
        variance = 1.5335**2 * np.mean((z * special.ndtr(z)) ** 2, axis=1)
    assert 0.97 < np.mean(variance > 1.5335**2) < 1
    growth = [after_layers(PHI[name], g, 21)[-1] / g**2 for name, g in (("GELU", gain), ("SiLU", silu))]
    assert 10 < growth[0] < growth[1]                       # "faster"
    rng = np.random.default_rng(17)
    for name, start in (("gain in every layer", 1.5335**2), ("first layer 1/fan_in", 1)):
        variance = np.full(40, float(start))
        values = runaway.q[name]
        for layer in range(40):
            assert values[layer] == pytest.approx(variance)
            if layer < 39:
                z = np.sqrt(variance)[:, None] * rng.standard_normal((40, 256))
                variance = 1.5335**2 * np.mean((z * special.ndtr(z)) ** 2, axis=1)
    assert list(runaway.ends) == sorted(runaway.q["gain in every layer"][39])
    first = runaway.q["first layer 1/fan_in"]
    assert list(runaway.last) == list(first[39])
    assert runaway.up == np.mean(first[39] > 1) and runaway.held == np.mean((first[4] > 0.5) & (first[4] < 2))
    assert runaway.grown == np.mean(runaway.q["gain in every layer"][39] > 1.5335**2)
    for ax, name in zip(runaway.panels, runaway.q):
        curves = [line.get_ydata() for line in ax.lines[:40]]
        assert np.transpose(curves) == pytest.approx(runaway.q[name])
        assert list(ax.lines[0].get_xdata()) == list(range(1, 41)) and ax.get_title() == name
        assert list(ax.lines[40].get_ydata()) == [1, 1] and ax.get_yscale() == "log"


@pytest.mark.parametrize("gain", [1.0, 0.75])
def test_selu_keeps_the_signal_or_the_gradient(run, gain):
    selu, phi, dphi = run("variance/gains/selu"), np.vectorize(PHI["SELU"]), np.vectorize(DPHI["SELU"], otypes=[float])
    assert are_midpoints(selu.z, 10) and is_normal(selu.z, selu.p)
    q = after_layers(PHI["SELU"], gain, 101)
    assert selu.q[gain] == pytest.approx(q, rel=1e-4)
    chi = [gain**2 * mean(lambda z: DPHI["SELU"](z) ** 2, value) for value in q[:100]]
    assert selu.chi[gain] == pytest.approx(chi[-1], rel=1e-4)
    assert selu.theory[gain] == pytest.approx([np.prod(chi[l:99]) for l in range(100)], rel=1e-3)
    rng = np.random.default_rng(75)
    G = rng.normal(0, 1 / 16, (100, 256, 256))
    X, top = rng.standard_normal((2, 16, 256))
    zs = [gain * G[0] @ X.T]
    for W in G[1:]:
        zs.append(gain * W @ phi(zs[-1]))
    assert selu.signal[gain] == pytest.approx([rms(z) ** 2 for z in zs])
    delta = top.T * dphi(zs[-1])
    sizes = [rms(delta) ** 2]
    for l in range(98, -1, -1):
        delta = dphi(zs[l]) * (gain * G[l + 1].T @ delta)
        sizes.append(rms(delta) ** 2)
    assert selu.gradient[gain] == pytest.approx(np.array(sizes[::-1]) / sizes[0])
    assert selu.measured[gain] == (selu.signal[gain][99], selu.gradient[gain][0])
    assert selu.predicted[gain] == (selu.q[gain][99], selu.theory[gain][0])
    ax = selu.panels[[1.0, 0.75].index(gain)]
    shown = [selu.signal, selu.gradient, {g: selu.q[g][:-1] for g in selu.q}, selu.theory]
    for line, values, color in zip(ax.lines, shown, ("C0", "C1", "black", "black")):
        assert line.get_ydata() == pytest.approx(values[gain]) and line.get_color() == color
        assert list(line.get_xdata()) == list(range(1, 101))
    assert ax.get_title() == {1.0: "gain 1", 0.75: "gain 3/4"}[gain]


def test_the_numbers_in_the_section_on_selu():
    assert mean(PHI["SELU"]) == pytest.approx(0, abs=1e-9) and mean(lambda z: PHI["SELU"](z) ** 2) == pytest.approx(1)
    chi = mean(lambda z: DPHI["SELU"](z) ** 2)
    assert chi == pytest.approx(1.0716, abs=5e-5)
    assert 1.0716**30 == pytest.approx(8, abs=0.05) and 1.0716**100 == pytest.approx(1.0e3, rel=0.05)
    q = after_layers(PHI["SELU"], 0.75, 100)
    factors = [0.75**2 * mean(lambda z: DPHI["SELU"](z) ** 2, value) for value in q]
    assert np.prod(factors[:30]) < 0.1 and np.prod(factors[30:]) == pytest.approx(1, abs=0.15)   # the first layers lose it
    assert q[30] < 1.3 * q[99] and q[0] > 20 * q[30]


@pytest.mark.parametrize("name, gain, q_star, size, chi", [
    ("gain 5/3", 5 / 3, 1.17848, 0.65135, 1.2098),
    ("gain √2", 2**0.5, 0.6180, 0.5559, 1.1055),
])
def test_tanh_settles_where_the_root_of_the_map_is(run, name, gain, q_star, size, chi):
    settling = run("variance/gains/settling")
    root = optimize.brentq(lambda q: gain**2 * share(np.tanh, q) - 1, 0.1, 3)
    assert root == pytest.approx(q_star, abs=1e-4)
    assert settling.q[name] == pytest.approx(root, abs=1e-5)
    assert settling.predicted[name] == pytest.approx(np.sqrt(root) / gain, abs=1e-5)
    assert np.sqrt(root) / gain == pytest.approx(size, abs=1e-4)
    assert settling.chi[name] == pytest.approx(gain**2 * mean(lambda z: DPHI["tanh"](z) ** 2, root), abs=1e-4)
    assert settling.chi[name] == pytest.approx(chi, abs=1e-4)
    assert settling.theory[name][8:] == pytest.approx([size] * 23, rel=0.01)   # "within about eight layers"


def test_tanh_keeps_a_smaller_share_of_a_larger_signal():
    shares = [share(np.tanh, q) for q in (1e-6, 0.01, 0.1, 0.5, 1, 2, 10, 100)]
    assert all(below > above for below, above in pairwise(shares)) and shares[0] == pytest.approx(1, abs=1e-3)


def test_tanh_at_gain_one_decays_like_one_over_twice_the_depth(run):
    q, settling = after_layers(np.tanh, 1.0, 200), run("variance/gains/settling")
    assert settling.q["gain 1"] == pytest.approx(q[29], rel=1e-4)
    assert settling.predicted["gain 1"] == pytest.approx(np.sqrt(q[30]), rel=1e-4)
    assert settling.theory["gain 1"] == pytest.approx(np.sqrt(q[:31]), rel=1e-4)
    assert settling.chi["gain 1"] == pytest.approx(mean(lambda z: DPHI["tanh"](z) ** 2, q[29]), abs=1e-4)
    assert 2 * 200 * q[-1] == pytest.approx(1, abs=0.05)


def test_the_picture_of_settling_is_that_of_the_networks(run):
    settling = run("variance/gains/settling")
    rng = np.random.default_rng(53)
    X, G = rng.standard_normal((16, 256)), rng.normal(0, 1 / 16, (30, 256, 256))
    assert are_midpoints(settling.z, 8) and is_normal(settling.z, settling.p)
    for place, (name, gain) in enumerate({"gain 1": 1, "gain √2": 2**0.5, "gain 5/3": 5 / 3}.items()):
        h, sizes = X.T, [rms(X)]
        for W in G:
            h = np.tanh(gain * (W @ h))
            sizes.append(rms(h))
        assert settling.sizes[name] == pytest.approx(sizes) and settling.measured[name] == pytest.approx(sizes[-1])
        assert np.sort(settling.last[name]) == pytest.approx(np.sort(h, axis=None))
        measured, theory = settling.ax.lines[2 * place:2 * place + 2]
        assert measured.get_ydata() == pytest.approx(sizes) and theory.get_ydata() == pytest.approx(settling.theory[name])
        side = settling.sides[place]
        counts, _ = np.histogram(h, np.linspace(-1, 1, 26))
        assert [bar.get_width() for bar in side.patches] == pytest.approx(counts) and side.get_title() == name
    counts, _ = np.histogram(settling.last["gain 5/3"], np.linspace(-1, 1, 26))
    assert min(counts[0], counts[-1]) > np.median(counts)   # "heaped at plus and minus one"


SIGMOIDS = {
    "sigmoid, gain 1": ("sigmoid", lambda second: 1),
    "sigmoid, 1.85 keeps the rms": ("sigmoid", lambda second: second**-0.5),
    "sigmoid, 4.80 by deviation": ("sigmoid", lambda second: (second - 1 / 4) ** -0.5),
    "4 sigmoid − 2, gain 1": ("centered", lambda second: 1),
}


@pytest.mark.parametrize("name", SIGMOIDS)
def test_a_step_is_passed_on_by_chi(run, name):
    step, (kind, rule) = run("variance/gains/step"), SIGMOIDS[name]
    phi, dphi = {
        "sigmoid": (PHI["sigmoid"], DPHI["sigmoid"]),
        "centered": (lambda z: 2 * np.tanh(z / 2), lambda z: 1 / np.cosh(z / 2) ** 2),
    }[kind]
    gain = rule(mean(lambda z: PHI["sigmoid"](z) ** 2))
    q = after_layers(phi, gain, 10)
    factor = np.prod([gain**2 * mean(lambda z: dphi(z) ** 2, value) for value in q])
    assert step.predicted[name] == pytest.approx(np.sqrt(factor), rel=1e-4, abs=0)
    assert step.step[name] == pytest.approx(np.sqrt(factor), rel=0.5, abs=0)
    assert step.rms[name] == pytest.approx(np.sqrt(mean(lambda z: phi(z) ** 2, q[-1])), rel=0.15)
    assert are_midpoints(step.t, 8) and is_normal(step.t, step.p) and set(step.nets) == set(SIGMOIDS)
    place = list(step.nets).index(name)
    bar, dot, diamond, stroke = step.ax.lines[4 * place:4 * place + 4]
    assert list(bar.get_xdata()) == [step.step[name], step.rms[name]] and set(bar.get_ydata()) == {place}
    for mark, value in zip((dot, diamond, stroke), (step.rms[name], step.step[name], step.predicted[name])):
        assert [*mark.get_xdata(), *mark.get_ydata()] == [value, place]


@pytest.mark.parametrize("name", SIGMOIDS)
def test_a_step_through_the_chain_rule_is_a_complex_step(run, name):
    step, (kind, rule) = run("variance/gains/step"), SIGMOIDS[name]
    gain = rule(mean(lambda z: PHI["sigmoid"](z) ** 2))
    rng = np.random.default_rng(12)
    X, V = rng.standard_normal((2, 16, 256))
    h = (X + 1e-30j * V).T
    for W in rng.normal(0, 1 / 16, (10, 256, 256)):
        z = gain * np.einsum("ij,jb->ib", W, h)
        h = 1 / (1 + np.exp(-z)) if kind == "sigmoid" else 2 * np.tanh(z / 2)
    assert step.rms[name] == pytest.approx(rms(h.real))
    assert step.step[name] == pytest.approx(rms(h.imag) / 1e-30, rel=1e-4, abs=0)


def test_sigmoid_near_zero_has_a_slope_and_an_offset():
    assert special.expit(0) == 1 / 2 and DPHI["sigmoid"](0) == 1 / 4
    for z in np.linspace(-3, 3, 7):
        assert 4 * special.expit(z) - 2 == pytest.approx(2 * np.tanh(z / 2))
    atlas = mean(lambda z: DPHI["sigmoid"](z) ** 2) ** -0.5, (mean(lambda z: special.expit(z) ** 2) - 1 / 4) ** -0.5
    assert atlas[1] == pytest.approx(atlas[0], rel=0.03)    # "near sigmoid's backward gain"


def test_a_gradient_changes_like_the_step():
    rng = np.random.default_rng(0)
    h, delta, kept = rng.normal(size=(8, 200)), rng.normal(size=(8, 200)), []
    for _ in range(10):
        W = rng.normal(0, 5 / 3 / np.sqrt(200), size=(200, 200))
        z = h @ W.T
        kept.append((W, z))
        h = np.tanh(z)
    for W, z in reversed(kept):
        delta = (delta * DPHI["tanh"](z)) @ W
    factors = [(5 / 3) ** 2 * mean(lambda z: DPHI["tanh"](z) ** 2, q) for q in after_layers(np.tanh, 5 / 3, 10)]
    assert np.mean(delta**2) == pytest.approx(np.prod(factors), rel=0.5)


def test_random_biases_let_gelu_rest(run):
    biases = run("variance/gains/biases")
    root = optimize.brentq(lambda q: 1.2**2 * mean(lambda z: PHI["GELU"](z) ** 2, q) + 1 / 4 - q, 0.1, 20)
    assert (biases.gain, biases.sigma_b) == (1.2, 0.5) and are_midpoints(biases.z, 8) and is_normal(biases.z, biases.p)
    points = np.array([-2, -0.3, 0.7, 2])
    assert biases.gelu(points) == pytest.approx([PHI["GELU"](z) for z in points])   # both signs: the map sees only squares
    assert list(biases.rest) == [0.1, 1.0, 10.0] and biases.q == biases.rest[10.0]
    assert list(biases.rest.values()) == pytest.approx([root] * 3, rel=1e-5)
    assert biases.chi == pytest.approx(1.2**2 * mean(lambda z: DPHI["GELU"](z) ** 2, root), rel=1e-4)
    # "a gain near 1.4 brings the factor to one"
    q = optimize.brentq(lambda q: 1.4**2 * mean(lambda z: PHI["GELU"](z) ** 2, q) + 1 / 4 - q, 0.1, 40)
    assert 1.4**2 * mean(lambda z: DPHI["GELU"](z) ** 2, q) == pytest.approx(1, abs=0.005)
    # "below a gain of about 1.4 the gradient fades": whatever the biases, so whatever the scale
    most = -optimize.minimize_scalar(lambda s: -mean(lambda z: DPHI["GELU"](z) ** 2, np.exp(s)), bounds=(-5, 8), method="bounded").fun
    assert most == pytest.approx(1 / 1.4**2, rel=0.005)


def test_the_exercises_on_the_squared_relu_and_the_sine():
    squared = {q: mean(lambda z: max(z, 0) ** 4, q) for q in (0.3, 1, 2)}
    assert squared[1] == pytest.approx(3 / 2) and np.sqrt(2 / 3) == pytest.approx(0.816, abs=5e-4)
    for q, moment in squared.items():
        assert 2 / 3 * moment == pytest.approx(q**2)
    assert 1.01 ** (2**10) == pytest.approx(2.7e4, rel=0.02)
    e = np.exp(-2)
    assert mean(lambda z: np.sin(z) ** 2) ** -0.5 == pytest.approx(np.sqrt(2 / (1 - e))) == pytest.approx(1.52, abs=0.005)
    assert mean(lambda z: np.cos(z) ** 2) ** -0.5 == pytest.approx(np.sqrt(2 / (1 + e))) == pytest.approx(1.33, abs=0.005)
    slope = mean(lambda z: z * np.sin(z) * np.cos(z)) / mean(lambda z: np.sin(z) ** 2)
    assert slope == pytest.approx(2 * e / (1 - e)) == pytest.approx(0.313, abs=5e-4)
    assert 1.5335 / np.sqrt(512) == pytest.approx(0.0678, abs=5e-5) and 1 / np.sqrt(512) == pytest.approx(0.0442, abs=5e-5)
