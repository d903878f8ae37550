"""The eyes of `make audit`: on a page without fault they see none, and each fault by its name."""
import gzip
import urllib.error
import urllib.request

import axe
import numpy as np
import pytest
import readers
from matplotlib import image

from press.release.browser import serve

pytestmark = pytest.mark.nightly

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><style>main * {{ margin: 30px }} {style}</style>
<main><h1>A page</h1><a href="#first">first</a> <button>second</button> <details><summary>third</summary><a href="#no">no</a></details>
<input type="radio" name="choice" checked aria-label="fourth"> <input type="radio" name="choice" aria-label="by arrows">
<div hidden><a href="#no">no</a></div><p>Words.</p>{more}</main></html>"""

FAULTS = {
    "a trap": ("", "<button onkeydown='event.preventDefault()'>trap</button><a href='#last'>last</a>", "by_keyboard", "finds no end"),
    "another way": ("", "<a href='#a' tabindex=2>a</a><a href='#b' tabindex=1>b</a>", "by_keyboard", "another way"),
    "a focus nobody sees": ("a { outline: none }", "", "by_keyboard", 'the focus is not seen at <a href="#first">'),
    "a link that flees": ("", "<a href='#a' onfocus='this.blur()'>a</a>", "by_keyboard", 'Tab does not reach <a href="#a"'),
    "a color that fades": ("a { transition: color 1s }", "", "motion", "it moves: <a "),
    "a sign that blinks": ("p::before { content: 'x'; animation: blink 1s infinite }", "", "motion", "it moves: <p>Words.</p>::before"),
    "a wide table": ("p { width: 700px }", "", "narrow", "px wide"),
    "pale words": ("p { color: #ddd }", "", "kept_out", "color-contrast"),
}


@pytest.fixture
def show(tmp_path):
    """Hosts a page with a style and something more at its end."""
    with serve(tmp_path) as address:
        def write(style="", more=""):
            (tmp_path / "index.html").write_text(PAGE.format(style=style, more=more))
            return address
        yield write


def faults(browser, eye, address):
    """What one of the eyes names on a page. That of the keyboard counts besides."""
    if eye == "kept_out":
        return readers.kept_out(browser, address)
    tab = readers.opened(browser, address)
    found = getattr(readers, eye)(tab)
    tab.context.close()
    return found[1] if isinstance(found, tuple) else found


@pytest.mark.parametrize("eye", ["by_keyboard", "motion", "narrow", "kept_out"])
def test_a_page_without_fault_has_none(browser, show, eye):
    assert faults(browser, eye, show()) == []


def test_the_keyboard_reaches_what_can_be_reached(browser, show):
    tab = readers.opened(browser, show())
    assert readers.by_keyboard(tab)[0] == 4
    tab.context.close()


@pytest.mark.parametrize(("style", "more", "eye", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(browser, show, style, more, eye, fault, monkeypatch):
    monkeypatch.setattr(axe, "PAUSES", [0])   # it stays
    assert any(fault in wrong for wrong in faults(browser, eye, show(style, more)))


def test_the_weight_is_what_comes_over_the_network(browser, show, tmp_path):
    address = show(more="<script src='a.js'></script><img src='b.png' loading=lazy alt=b style='margin-top: 9000px'>")
    (tmp_path / "a.js").write_text("// the same again and again\n" * 9999)
    image.imsave(tmp_path / "b.png", np.random.default_rng(1).random((120, 120, 3)))   # of noise, which nobody can compress
    picture = (tmp_path / "b.png").stat().st_size
    (tmp_path / "other.html").write_text("<script src='a.js'></script>")
    size, wrong = readers.first_visit(browser, address, "")
    assert picture < size < picture + 6_000 and wrong == []
    assert 100 < readers.further_visit(browser, address, "other.html", [""]) < 800


def test_another_host_and_the_index_of_the_search_are_noticed(browser, show, tmp_path):
    (tmp_path / "search_index.json").write_text("{}")
    with serve(tmp_path) as other:
        address = show(more=f"<img src='{other}b.png' alt=b><script>fetch('search_index.json')</script>")
        wrong = readers.first_visit(browser, address, "")[1]
    assert wrong == [f"it asks {other}b.png", "the index of the search comes unasked"]


def test_the_host_is_a_static_one(show, tmp_path):
    (tmp_path / "404.html").write_text("nothing here")
    answer = urllib.request.urlopen(show())
    assert answer.headers["Content-Encoding"] == "gzip" and "<h1>A page" in gzip.decompress(answer.read()).decode()
    assert "max-age" in answer.headers["Cache-Control"]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "index.html").write_text("deep")
    assert urllib.request.urlopen(show() + "deep?q=1").url == show() + "deep/?q=1"
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(show() + "deep/nowhere/")
    assert error.value.code == 404 and gzip.decompress(error.value.read()) == b"nothing here"
