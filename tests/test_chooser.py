"""The chooser of the first page: its rules by their programs, its calls by the cheat sheet, whose calls are run in every library."""
import json
from pathlib import Path

import numpy as np
import pytest
from py_mini_racer import MiniRacer

ROOT = Path(__file__).parent.parent
FAN_IN, FAN_OUT, SLOPE = 900, 500, 0.3


@pytest.fixture(scope="module")
def chooser():
    """`chooser("QUESTIONS")`: what an expression of the script is."""
    engine = MiniRacer()
    engine.eval((ROOT / "docs/assets/chooser.js").read_text(encoding="utf-8"))
    yield lambda expression: json.loads(engine.eval(f"JSON.stringify(chooser.{expression})"))
    engine.close()


def answer(chooser, **chosen):
    return chooser(f"answer({json.dumps({'normalization': 'no', 'shortcuts': 'no', 'numbers': 'float32'} | chosen)})")


def test_each_numpy_call_draws_the_variance_of_its_rule(chooser):
    names = {"fan_in": FAN_IN, "fan_out": FAN_OUT, "a": SLOPE, "np": np}
    for activation in chooser("QUESTIONS")["activation"]:
        said = answer(chooser, activation=activation)
        w = eval(said["calls"]["NumPy"], names | {"rng": np.random.default_rng(1)})
        formula = said["variance"].replace("²", "**2").replace(") fan_in", ")*fan_in").replace("/(", "/(", 1)
        assert w.shape == (FAN_OUT, FAN_IN)
        assert np.var(w) == pytest.approx(eval(formula, names), rel=4 * np.sqrt(2 / w.size)), activation


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
    tab.wait_for_url("**/variance/xavier/**")
    context.close()
