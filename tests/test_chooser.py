"""The chooser of the first page: its rules by their programs, its calls by the cheat sheet, whose calls are run in every library."""
import json
from pathlib import Path

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from scipy.integrate import quad
from scipy.special import expit, ndtr

ROOT = Path(__file__).parent.parent
FAN_IN, FAN_OUT, SLOPE = 900, 500, 0.3


@pytest.fixture(scope="module")
def chooser():
    """`chooser("QUESTIONS")`: what an expression of the script is."""
    engine = MiniRacer()
    for script in "explorer/law.js", "chooser.js":
        engine.eval((ROOT / "docs/assets" / script).read_text(encoding="utf-8"))
    yield lambda expression: json.loads(engine.eval(f"JSON.stringify(chooser.{expression})"))
    engine.close()


def answer(chooser, **chosen):
    return chooser(f"answer({json.dumps({'normalization': 'no', 'shortcuts': 'no', 'depth': 'tens', 'numbers': 'float32'} | chosen)})")


def test_each_numpy_call_draws_the_variance_of_its_rule(chooser):
    names = {"fan_in": FAN_IN, "fan_out": FAN_OUT, "a": SLOPE, "np": np}
    for activation in chooser("QUESTIONS")["activation"]:
        said = answer(chooser, activation=activation)
        w = eval(said["calls"]["NumPy"], names | {"rng": np.random.default_rng(1)})
        formula = said["variance"].replace("²", "**2").replace(") fan_in", ")*fan_in").replace("/(", "/(", 1)
        assert w.shape == (FAN_OUT, FAN_IN)
        assert np.var(w) == pytest.approx(eval(formula, names), rel=4 * np.sqrt(2 / w.size)), activation


PHI = {
    "relu": lambda x: max(x, 0), "leaky": lambda x: max(x, x / 10), "tanh": np.tanh, "none": lambda x: x, "gelu": lambda x: x * ndtr(x),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * np.expm1(x)), "sigmoid": expit,
}
SLOPE_OF = {
    "relu": lambda x: float(x > 0), "leaky": lambda x: 1 if x > 0 else 0.1, "tanh": lambda x: 1 - np.tanh(x) ** 2, "none": lambda x: 1,
    "gelu": lambda x: ndtr(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi), "sigmoid": lambda x: expit(x) * expit(-x),
    "selu": lambda x: 1.0507009873554805 * (1 if x > 0 else 1.6732632423543772 * np.exp(x)),
}


def mean_square(function, q):
    """E[f(z)^2] for a normal z of second moment q, by adaptive quadrature."""
    density = lambda z: function(np.sqrt(q) * z) ** 2 * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return quad(density, -12, 0)[0] + quad(density, 0, 12)[0]


@pytest.mark.parametrize(("normalization", "shortcuts"), [("no", "no"), ("yes", "no"), ("no", "yes"), ("yes", "yes")])
@pytest.mark.parametrize("activation", PHI)
def test_the_picture_shows_the_theory_of_wide_layers(chooser, activation, normalization, shortcuts):
    """Second moments from layer to layer by quadrature; without shortcuts and normalization the gradient is a product of slopes."""
    chosen = {"activation": activation, "normalization": normalization, "shortcuts": shortcuts, "depth": "few", "numbers": "float32"}
    shown, layers = chooser(f"curves({json.dumps(chosen)})"), 5
    for side, variance in ("rule", {"relu": 2, "leaky": 2 / 1.01}.get(activation, 1)), ("pytorch", 1 / 3):
        name = "tanh" if side == "rule" and activation == "sigmoid" else activation
        held = normalization == "yes" or (side == "rule" and activation == "gelu")
        branch = {"rule": 1 / layers, "pytorch": 1}[side]
        q, signal, factors = variance, [1], []
        for _ in range(layers):
            values, slopes = (mean_square(functions[name], 1 if held else q) for functions in (PHI, SLOPE_OF))
            factor = variance * slopes / (q if held else 1)
            signal.append(q if shortcuts == "yes" else values)
            factors.append(1 + branch * factor if shortcuts == "yes" else factor)
            q = q + branch * variance * values if shortcuts == "yes" else variance * values
        gradient = [np.prod(factors[layer:-1]) for layer in range(layers)]
        np.testing.assert_allclose(shown[side]["signal"], np.log10(signal) / 2, atol=2e-3)
        np.testing.assert_allclose(shown[side]["gradient"], np.log10(gradient) / 2, atol=2e-3)


def test_thirty_relu_layers_keep_everything_by_the_rule_and_a_root_of_a_sixth_per_layer_by_default(chooser):
    shown = chooser('curves({activation: "relu", normalization: "no", shortcuts: "no", depth: "tens"})')
    np.testing.assert_allclose(shown["rule"]["signal"] + shown["rule"]["gradient"], 0, atol=1e-6)
    np.testing.assert_allclose(shown["pytorch"]["signal"], -np.arange(31) * np.log10(6) / 2, atol=1e-6)
    np.testing.assert_allclose(shown["pytorch"]["gradient"], -np.arange(29, -1, -1) * np.log10(6) / 2, atol=1e-6)


@pytest.mark.parametrize(("normalization", "shortcuts"), [("no", "no"), ("yes", "no"), ("no", "yes"), ("yes", "yes")])
def test_a_small_loss_under_xavier_is_said_of_the_networks_that_have_it(chooser, normalization, shortcuts):
    """Five ReLU layers with half of He's variance, drawn: the size falls to 0.18 in a plain network only."""
    rng = np.random.default_rng(3)
    h, width = rng.normal(size=(40, 400)), 400
    for _ in range(5):
        z = np.maximum(h, 0) @ rng.normal(0, width**-0.5, (width, width))
        z = z / np.sqrt(np.mean(z**2, axis=1, keepdims=True)) if normalization == "yes" else z
        h = h + z if shortcuts == "yes" else z
    notes = answer(chooser, activation="relu", depth="few", normalization=normalization, shortcuts=shortcuts)["notes"]
    assert any("0.18" in words for words, _ in notes) == (np.sqrt(np.mean(h**2)) < 0.3)


def gradients_behind(phi, depth=12, width=300):
    """The size of the gradient in the first of some layers with either normalization, in units of the last."""
    sizes = {}
    for axis in (0, 1):   # BatchNorm, LayerNorm
        rng = np.random.default_rng(5)
        h, kept = rng.normal(size=(200, width)), []
        for _ in range(depth):
            w = rng.normal(0, width**-0.5, (width, width))
            z = h @ w
            z = z - z.mean(axis=axis, keepdims=True)
            r = np.sqrt(np.mean(z**2, axis=axis, keepdims=True))
            kept.append((w, z / r, r))
            h = phi(z / r)
        g, found = rng.normal(size=h.shape), []
        for w, n, r in kept[::-1]:
            g = g * (phi(n + 1e-6) - phi(n - 1e-6)) / 2e-6
            g = (g - g.mean(axis=axis, keepdims=True) - n * np.mean(g * n, axis=axis, keepdims=True)) / r
            found.append(np.sqrt(np.mean(g**2)))
            g = g @ w.T
        sizes[axis] = found[-1] / found[0]
    return sizes


def test_the_picture_behind_a_normalization_is_that_of_layernorm(chooser):
    """A ReLU network drawn with both: LayerNorm's gradient is level as in the picture, BatchNorm's grows, and the note says so."""
    sizes = gradients_behind(lambda x: np.maximum(x, 0))
    chosen = {"activation": "relu", "normalization": "yes", "shortcuts": "no", "depth": "tens"}
    assert abs(chooser(f"curves({json.dumps(chosen)})")["rule"]["gradient"][0]) < 0.2   # thirty layers, in powers of ten
    assert 0.25 < sizes[1] < 2.5 < 3 < sizes[0]   # twelve layers
    assert any("the picture is LayerNorm's, and behind BatchNorm" in words for words, _ in answer(chooser, **chosen)["notes"])


def test_each_call_of_a_library_stands_on_the_cheat_sheet(chooser):
    sheet = (ROOT / "docs/practice/cheatsheet.md").read_text(encoding="utf-8")
    keras = {"he_normal": "HeNormal()", "glorot_normal": "GlorotNormal()", "lecun_normal": "LecunNormal()"}   # Keras' names in text
    for activation in chooser("QUESTIONS")["activation"]:
        calls = answer(chooser, activation=activation)["calls"]
        call = calls["Keras"].strip('"')
        for one in calls["PyTorch"].removeprefix("nn.init."), calls["JAX"], keras.get(call, call):
            assert f"`{one}`" in sheet, one


def test_every_reason_is_a_place_of_the_book(chooser, site):
    pages = [rule[3] for rule in chooser("RULES").values()]
    pages += [note[1] for question, values in chooser("QUESTIONS").items() for value in values for note in answer(chooser, **{"activation": "relu", question: value})["notes"]]
    assert len(set(pages)) > 8
    for page in pages:
        place, _, anchor = page.partition("#")
        text = (site / place / "index.html").read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text, page


def test_a_reader_chooses_and_copies(address, browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(address)
    card = tab.locator(".chooser .card")
    assert card.inner_text().startswith("He: variance 2/fan_in.")
    tab.get_by_role("radio", name="tanh").check(force=True)
    tab.get_by_role("radio", name="float16", exact=True).check(force=True)
    card.get_by_role("button", name="NumPy").click()
    assert "Xavier: variance 2/(fan_in + fan_out)" in card.inner_text() and "GradScaler" in card.inner_text()
    card.get_by_role("button", name="copy").click()
    card.get_by_role("button", name="copied").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()") == "rng.normal(0, (2 / (fan_in + fan_out))**0.5, (fan_out, fan_in))"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    card.get_by_role("link", name="Why").first.click()
    tab.wait_for_url("**/variance/xavier/**", wait_until="commit")
    context.close()
