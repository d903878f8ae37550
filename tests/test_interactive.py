"""What moves under the reader's hand: its mathematics against SciPy and drawn matrices, its pages in a browser."""
import json
import re
import zipfile
from math import inf, log10, pi, sqrt
from pathlib import Path

import chromium
import numpy as np
import pytest
from py_mini_racer import MiniRacer
from scipy import integrate, optimize, special, stats

ROOT = Path(__file__).parent.parent
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
    assert scripts("phase.critical('tanh', 0)") == pytest.approx(1, abs=5e-6)   # which an address rounds to one
    assert scripts("phase.critical('sigmoid', 0.5)") is None
    assert scripts("phase.critical('gelu', 0)") is None
    phi, slope = ACTIVATIONS["gelu"]
    for w, low, high in (1.46, 0.5, 0.6), (1.475, 1.05, 1.2):   # it jumps over one
        q = w * w
        for _ in range(200):
            q = min(w * w * square(phi, q), 1e4)
        assert low < w * w * square(slope, q) < high


def test_deep_layers_end_where_the_law_leads(scripts):
    def limit(**setting):
        return scripts("(({ q, chi }) => ({ q: String(q), chi }))(law.limit(%))", setting)

    assert float(limit(activation="relu", w=1, b=0.5)["q"]) == pytest.approx(0.5)
    assert float(limit(activation="relu", w=1, b=0)["q"]) == 0
    assert float(limit(activation="relu", w=2, b=0)["q"]) == inf
    assert limit(activation="relu", w=2, b=0)["chi"] == pytest.approx(2)


def test_a_link_of_the_book_to_a_state_says_the_whole_of_it(scripts):
    links = [link for page in (ROOT / "docs").rglob("*.md") for link in re.findall(r"#explorer\?[^)\s]*", page.read_text(encoding="utf-8"))]
    assert links
    for link in links:
        assert scripts("address.write(address.read(%))", link) == link


def test_the_programs_of_its_page_say_the_same(scripts, run):
    law = run("practice/explorer/law")   # its grid is coarser
    for name, activation in {"linear": "linear", "ReLU": "relu", "tanh": "tanh", "sigmoid": "sigmoid"}.items():
        theory = scripts("law.theory(%)", {"activation": activation, "depth": law.depth, "w": law.sigma_w, "b": law.sigma_b})
        assert law.sigma_w**2 * 10 ** (2 * theory["forward"][-2]) + law.sigma_b**2 == pytest.approx(law.q[name], rel=1e-4)
        assert 10 ** (2 * (theory["backward"][-2] - theory["backward"][-1])) == pytest.approx(law.chi[name], rel=1e-4)


# In a browser.

THERE = "#explorer?activation=tanh&depth=60&width=64&w=2&b=0.3&seed=2"


@pytest.fixture(scope="module")
def context(browser):
    made = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light", permissions=["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def tab(context):
    made = context.new_page()
    yield made
    made.close()


def opened(tab, address, path="practice/explorer/"):
    """Opens an explorer and waits until it says what it shows. Returns what goes wrong from here on."""
    wrong = chromium.watch(tab, address)
    tab.goto(f"{address}{path}")
    resting(tab)
    return wrong


def resting(tab, words=""):
    """What the explorer says once it rests, with these words in it, and all its networks are of what it says."""
    status = tab.locator(".explorer [role=status]", has_text=words).first
    status.filter(has_text=re.compile(r"\.$")).wait_for()
    tab.wait_for_function("document.querySelector('.explorer .stale') === null")
    return status.inner_text()


def lines(tab):
    """The networks drawn and the theory of both pictures, as they stand on the page."""
    return tab.locator(".panels svg svg path").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")


def test_it_opens_with_a_signal_that_vanishes_and_says_so_in_words_numbers_and_pictures(address, tab):
    wrong = opened(tab, address)
    assert "With ReLU, depth 30, width 256, σw = 1 and σb = 0: the signal changes by a factor of 3.1 × 10⁻⁵" in resting(tab)
    assert f"{2**-15:.1e}" == "3.1e-05"   # thirty layers, each a half of the mean square
    assert len(lines(tab)) == 2 * (12 + 1) and len(set(lines(tab))) == 26
    for name in "Signal by layer", "Gradient by layer":
        assert tab.get_by_role("img", name=re.compile(f"{name}. With ReLU, depth 30.*, vanishes")).count() == 1
    tab.get_by_text("The numbers").click()
    row = tab.get_by_role("row", name=re.compile("^30 ")).inner_text().split("\t")
    assert row[1] == "3.1 × 10⁻⁵" and row[3] == "1"
    assert tab.evaluate("location.hash") == ""   # which nobody asked for
    assert wrong == []


def test_the_keyboard_alone_moves_it(address, tab):
    opened(tab, address)
    before = lines(tab)
    weights = tab.locator("[data-explorer=signal]").get_by_role("slider", name=re.compile("weights"))
    tab.get_by_role("combobox", name="activation").focus()
    tab.keyboard.press("Tab")
    assert weights.evaluate("input => input === document.activeElement && getComputedStyle(input).outlineStyle") == "solid"
    for _ in range(20):
        tab.keyboard.press("ArrowRight")
    said = resting(tab, "= 1.2 ")
    factor = (1.2**2 / 2) ** 15   # on the mean square in each of thirty layers, and its root
    assert f"the signal changes by a factor of {factor:.2g} " in said
    assert not set(lines(tab)) & set(before)
    tab.wait_for_url(re.compile(re.escape("#explorer?activation=relu&depth=30&width=256&w=1.2&b=0&seed=1") + "$"))
    assert tab.locator("[data-explorer=phase]").get_by_role("slider", name=re.compile("weights")).input_value() == "1.2"


def test_the_mouse_sets_weights_by_a_slider_and_both_scales_in_the_phase_diagram(address, tab):
    wrong = opened(tab, address, f"practice/explorer/{THERE}")
    tab.locator("[data-explorer=signal] input[name=depth]").click(position={"x": 2, "y": 10})
    resting(tab, "depth 1, ")
    plane = tab.locator("[data-explorer=phase] svg")
    plane.scroll_into_view_if_needed()
    marker = plane.locator(".marker")
    before = marker.bounding_box()
    plane.click(position={"x": 200, "y": 100})
    after, box = marker.bounding_box(), plane.bounding_box()
    assert before != after
    assert after["x"] + after["width"] / 2 - box["x"] == pytest.approx(200, abs=2)
    assert after["y"] + after["height"] / 2 - box["y"] == pytest.approx(100, abs=2)
    w, b = (tab.locator(f"[data-explorer=signal] input[name={name}]").input_value() for name in "wb")
    resting(tab, f"σw = {w} and σb = {b}")
    assert "ordered" in tab.locator("[data-explorer=phase] .said").inner_text()
    assert plane.get_attribute("aria-label").startswith("Phase diagram of tanh. At σ_w = ")
    assert wrong == []


def test_a_preset_sets_both_scales_and_says_that_it_is_set(address, tab):
    opened(tab, address)
    chosen = tab.get_by_role("button", pressed=True)
    assert chosen.all_inner_texts() == ["LeCun, Xavier"]
    tab.get_by_role("button", name="He", exact=True).click()
    assert chosen.all_inner_texts() == ["He", "gain of the activation", "edge of chaos"]   # which are one for ReLU
    assert "stays within a factor of ten" in resting(tab, "σw = 1.41421 and")
    kept = tab.locator("[data-explorer=phase] .said")
    assert "every second moment is kept, here q* = 2, and deep layers multiply the mean squared gradient by χ = 1 each: critical." in kept.inner_text()
    tab.get_by_role("button", name="PyTorch default").click()
    resting(tab, f"σw = {sqrt(1 / 3):.5f} and σb = {sqrt(1 / 3 / 256):.5f}")
    tab.get_by_role("combobox", name="activation").select_option("sigmoid")
    resting(tab, "With sigmoid")
    assert tab.get_by_role("button", name="edge of chaos").is_disabled()   # it has none here


def test_an_address_leads_to_a_state_and_the_back_button_out_of_the_page(address, tab):
    tab.goto(f"{address}notation/")
    wrong = opened(tab, address, f"practice/explorer/{THERE}")
    said = resting(tab, "With tanh, depth 60, width 64, σw = 2 and σb = 0.3")
    assert "the gradient changes by a factor of 3.5 × 10³" in said
    first = lines(tab)
    tab.evaluate("location.hash = '#explorer?activation=selu&depth=7'")
    resting(tab, "With SELU, depth 7, width 256, σw = 1 and")
    tab.go_back()
    resting(tab, "With tanh, depth 60")
    assert lines(tab) == first   # a seed draws the same networks again
    for _ in range(2):
        tab.get_by_role("button", name="new draw").click()
    tab.wait_for_url(re.compile("&seed=4$"))
    resting(tab, "With tanh, depth 60")
    assert not set(lines(tab)) & (set(first) - {first[12], first[25]})   # the theory alone has stayed
    assert [lines(tab)[i] for i in (12, 25)] == [first[12], first[25]]
    tab.go_back()
    assert tab.url == f"{address}notation/"
    assert wrong == []


@pytest.mark.nightly
def test_a_link_is_copied_that_leads_to_the_same_picture(address, tab):
    opened(tab, address, f"practice/explorer/{THERE}")
    tab.get_by_role("button", name="too large").click()
    resting(tab, "σw = 3 ")
    tab.get_by_role("button", name="copy link").click()
    tab.get_by_role("button", name="copied").wait_for()
    first, link = lines(tab), tab.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}practice/explorer/{THERE.replace('w=2&b=0.3', 'w=3&b=0')}"
    tab.goto(f"{address}notation/")
    tab.goto(link)
    resting(tab, "σw = 3 ")
    assert lines(tab) == first


@pytest.mark.nightly
def test_what_is_under_way_gives_way_to_the_last_setting(address, tab):
    opened(tab, address, "practice/explorer/#explorer?activation=tanh&depth=100&width=512")
    tab.evaluate("""() => {
        const slider = document.querySelector("[data-explorer=signal] input[name=w]");
        for (let i = 100; i <= 200; i++) { slider.value = i / 100; slider.dispatchEvent(new Event("input")); }
    }""")
    resting(tab, "σw = 2 ")
    at_once = lines(tab)
    tab.reload()
    resting(tab, "σw = 2 ")
    assert lines(tab) == at_once


@pytest.mark.nightly
def test_colors_follow_the_toggle_at_once_and_paper_shows_the_picture_alone(address, tab):
    opened(tab, address)
    ink = "getComputedStyle(document.querySelector('.explorer text')).fill"
    before = tab.evaluate(ink)
    tab.locator("form[data-md-component=palette] label:visible").first.click()
    assert tab.evaluate(ink) != before
    tab.emulate_media(media="print")
    assert tab.locator(".panels svg.picture:visible").count() == 2
    assert tab.locator(".explorer :is(input, select, button):visible").count() == 0


@pytest.mark.nightly
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_an_explorer_comes_and_it_fits_its_page(address, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    for path, most in ("practice/explorer/", 0.05), ("", 0.01):
        tab = context.new_page()
        chromium.feel(tab)
        wrong = opened(tab, address, path)
        tab.wait_for_timeout(300)
        assert tab.evaluate("window.moved") <= most
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert wrong == []
    context.close()


def test_the_first_page_has_a_glance_that_moves_and_leads_to_its_network(address, tab):
    wrong = opened(tab, address, "")
    assert "thirty layers by 3.1 × 10⁻⁵: the signal vanishes." in resting(tab)
    tab.get_by_role("slider").focus()
    tab.keyboard.press("End")
    assert f"{10 ** (15 * log10(8)):.1e}" == "3.5e+13"   # 4²/2 = 8 in each layer
    assert "thirty layers by 3.5 × 10¹³: the signal explodes." in resting(tab, "explodes")
    tab.get_by_role("link", name="This network in the explorer").click()
    resting(tab, "With ReLU, depth 30, width 256, σw = 4 and")
    assert wrong == []


def test_without_scripts_the_figures_stand_there(address, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    for path, count in ("practice/explorer/", 2), ("", 1):
        tab.goto(f"{address}{path}")
        for kind in ("signal", "phase") if count == 2 else ("glance",):
            place = tab.locator(f"[data-explorer={kind}]")
            assert place.locator("img[alt]:visible").count() >= 1
            assert place.evaluate("place => place.getBoundingClientRect().height - place.firstElementChild.getBoundingClientRect().height") < 80
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("zipped", [False, True])
def test_it_works_from_a_disk(site, tmp_path, tab, zipped):
    folder = site
    if zipped:
        with zipfile.ZipFile(site / "unit-variance.zip") as file:
            file.extractall(tmp_path)
        folder = tmp_path / "unit-variance"
    wrong = chromium.watch(tab, folder.as_uri())
    tab.goto(f"{folder.as_uri()}/index.html")
    resting(tab, "thirty layers")
    tab.goto(f"{folder.as_uri()}/practice/explorer/index.html{THERE}")
    resting(tab, "With tanh, depth 60")
    assert len(set(lines(tab))) == 26
    tab.get_by_role("button", name="new draw").click()
    tab.wait_for_url(re.compile("&seed=3$"))
    broken = wrong if zipped else [text for text in wrong if text.startswith("policy: ")]   # the theme and its fonts ask in vain
    assert broken == []
