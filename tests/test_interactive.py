"""What moves under the reader's hand: its mathematics against SciPy and drawn matrices, its pages in a browser."""
import json
import re
from math import inf, log10, pi, sqrt

import numpy as np
import pytest
from book import ROOT
from py_mini_racer import MiniRacer
from scipy import integrate, optimize, special, stats

SCRIPTS = ROOT / "docs" / "assets" / "explorer"
ALPHA, LAMBDA = 1.6732632423543772, 1.0507009873554805

ACTIVATIONS = {   # phi and its derivative
    "linear": (lambda x: x, lambda x: 1.0),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
    "leaky": (lambda x: max(x, 0.01 * x), lambda x: 1.0 if x > 0 else 0.01),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": (special.expit, lambda x: special.expit(x) * special.expit(-x)),
    "gelu": (lambda x: x * special.ndtr(x), lambda x: special.ndtr(x) + x * np.exp(-x * x / 2) / sqrt(2 * pi)),
    "selu": (
        lambda x: LAMBDA * (x if x > 0 else ALPHA * np.expm1(x)),
        lambda x: LAMBDA * (1.0 if x > 0 else ALPHA * np.exp(x)),
    ),
}


def square(function, q):
    """E[f(sqrt(q) Z)²]."""
    def term(z):
        return function(sqrt(q) * z) ** 2 * np.exp(-z * z / 2) / sqrt(2 * pi)

    return sum(integrate.quad(term, a, b, epsabs=0, epsrel=1e-10, limit=200)[0] for a, b in ((-12, 0), (0, 12)))


@pytest.fixture(scope="module")
def scripts():
    """`scripts("law.kept(…)", …)`: what an expression of the scripts is, with `%` for each of the other arguments."""
    engine = MiniRacer()
    for name in "law", "address", "draws", "chart", "phase":
        engine.eval((SCRIPTS / f"{name}.js").read_text(encoding="utf-8"))

    def evaluate(expression, *arguments):
        for argument in arguments:
            expression = expression.replace("%", json.dumps(argument), 1)
        return json.loads(engine.eval(f"JSON.stringify({expression})"))

    yield evaluate
    engine.close()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_a_layer_keeps_is_what_scipy_integrates(scripts, activation):
    phi, slope = ACTIVATIONS[activation]
    for q in 1e-30, 1e-3, 0.3, 1.0, 4.0, 20.0, 1e4:
        if q > 20 and activation in ("tanh", "sigmoid"):
            continue   # no slider leads them there
        assert scripts("law.kept(%, %)", activation, q) == pytest.approx(square(phi, q), rel=1e-6)
        assert scripts("law.chi(%, %, 1.5)", activation, q) == pytest.approx(1.5**2 * square(slope, q), rel=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_theory_of_a_network_is_its_layers_one_after_the_other(scripts, activation):
    phi, slope = ACTIVATIONS[activation]
    w, b, depth = 1.3, 0.2, 20
    theory = scripts("law.theory(%)", {"activation": activation, "depth": depth, "w": w, "b": b})
    q, forward, factors = w * w + b * b, [0.0], []
    for _ in range(depth):
        forward.append(log10(square(phi, q)) / 2)
        factors.append(log10(w * w * square(slope, q)) / 2)
        q = w * w * square(phi, q) + b * b
    assert theory["forward"] == pytest.approx(forward, abs=1e-5)
    assert theory["backward"] == pytest.approx([sum(factors[layer:-1]) for layer in range(depth)], abs=1e-5)


def matrices(activation, width, depth, w, b, count, rng):
    """Sizes by layer, forward and backward, of networks whose matrices are drawn."""
    phi, slope = map(np.vectorize, ACTIVATIONS[activation])
    h = np.tile(np.sqrt(width) * np.eye(width)[0], (count, 1))   # any input of mean square one
    weights, inside, forward, backward = [], [], [], []
    for _ in range(depth):
        weights.append(w / np.sqrt(width) * rng.standard_normal((count, width, width)))
        inside.append(np.einsum("kij,kj->ki", weights[-1], h) + b * rng.standard_normal((count, width)))
        h = phi(inside[-1])
        forward.append(np.sqrt(np.mean(h**2, axis=1)))
    delta = rng.standard_normal((count, width))
    delta /= np.sqrt(np.mean(delta**2, axis=1, keepdims=True))
    for weight, z in zip(weights[:0:-1], inside[-2::-1]):
        delta = slope(z) * np.einsum("kij,ki->kj", weight, delta)
        backward.insert(0, np.sqrt(np.mean(delta**2, axis=1)))
    return np.array(forward), np.array(backward)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_networks_are_drawn_as_if_their_matrices_were(scripts, activation):
    """Narrow, so that what is known of a matrix weighs much: without it, or with the wrong sign, this is red."""
    width, depth, w, b, count = 3, 4, 1.6, 0.4, 8000
    settings = {"activation": activation, "depth": depth, "width": width, "w": w, "b": b, "seed": 5}
    drawn = scripts("Array.from({ length: % }, (_, k) => draws.draw(%, k)).map(({ forward, backward }) => "
                    "[forward.slice(1), backward.slice(0, -1)].map((logs) => logs.map((log) => 10 ** log)))", count, settings)
    ours = [np.array(sizes).T for sizes in zip(*drawn)]
    theirs = matrices(activation, width, depth, w, b, count, np.random.default_rng(6))
    for mine, other in zip(ours, theirs):
        for layer, other_layer in zip(mine, other):
            assert stats.ks_2samp(layer, other_layer).pvalue > 1e-3
    # And jointly: where the signal is large at the top, the gradient is as large at the bottom as it must be.
    together = [forward[-1] * backward[0] for forward, backward in (ours, theirs)]
    assert stats.ks_2samp(*together).pvalue > 1e-3


def test_the_random_numbers_are_normal_and_a_seed_gives_them_again(scripts):
    take = "((normal) => Array.from({ length: 20000 }, normal))(draws.normals(%, %))"
    first, other, again = scripts(take, 1, 0), scripts(take, 1, 1), scripts(take, 1, 0)
    assert first == again
    assert stats.kstest(first, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(first, other)[0, 1]) < 4 / sqrt(20000)
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 4 / sqrt(20000)


def test_a_state_has_one_address_and_an_address_without_sense_is_the_start(scripts):
    start = scripts("address.START")
    state = {"activation": "tanh", "depth": 60, "width": 512, "w": 1.41421, "b": 0.05, "seed": 7}
    there = "#explorer?activation=tanh&depth=60&width=512&w=1.41421&b=0.05&seed=7"
    assert scripts("address.write(%)", state) == there
    assert scripts("address.read(%)", there) == state
    assert scripts("address.read('#explorer?depth=60')") == start | {"depth": 60}
    for wrong in ("activation=toString", "depth=0", "depth=101", "depth=2.5", "w=-1", "w=1e400", "w=NaN", "width=", "seed=<b>", "&&=", "%"):
        assert scripts("address.read(%)", f"#explorer?{wrong}") == start
    assert scripts("['', '#explorer', '#elsewhere?depth=60'].map(address.read)") == [None] * 3
def test_the_critical_line_is_where_the_fixed_point_has_chi_one(scripts):
    phi, slope = ACTIVATIONS["tanh"]
    for b in 0.1, 0.5, 1.5:
        # chi(q) = 1 gives w, and q = w² E[phi²] + b² then gives b.
        def gap(q, b=b):
            return q - square(phi, q) / square(slope, q) - b * b

        q = optimize.brentq(gap, 1e-3, 50)
        assert scripts("phase.critical('tanh', %)", b) == pytest.approx(1 / sqrt(square(slope, q)), abs=1e-3)
    for activation, w in ("linear", 1), ("relu", sqrt(2)), ("leaky", sqrt(2 / 1.0001)):
        assert scripts("phase.critical(%, 0.3)", activation) == pytest.approx(w, abs=1e-3)
    assert scripts("phase.critical('tanh', 0)") == pytest.approx(1, abs=1e-3)
    assert scripts("phase.critical('sigmoid', 0.5)") is None


def test_deep_layers_end_where_the_law_leads(scripts):
    def limit(**setting):
        return scripts("(({ q, chi }) => ({ q: String(q), chi }))(law.limit(%))", setting)

    assert float(limit(activation="relu", w=1, b=0.5)["q"]) == pytest.approx(0.5)
    assert float(limit(activation="relu", w=1, b=0)["q"]) == 0
    assert float(limit(activation="relu", w=2, b=0)["q"]) == inf
    assert limit(activation="relu", w=2, b=0)["chi"] == pytest.approx(2)


def test_a_link_of_the_book_to_a_state_says_the_whole_of_it(scripts):
    links = [link for page in (ROOT / "docs").rglob("*.md") for link in re.findall(r"#explorer\?[^)\s]*", page.read_text(encoding="utf-8"))]
    assert len(links) >= 10
    for link in links:
        assert scripts("address.write(address.read(%))", link) == link
