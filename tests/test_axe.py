"""A page of each kind keeps nobody out, in light on a desk and in dark on a phone. A chapter's parts: test_parts.py; every page: `make audit`."""
import axe
import pytest


@pytest.fixture(scope="module", params=[("light", 1280), ("dark", 390)], ids=["light, desk", "dark, phone"])
def context(browser, request):
    scheme, width = request.param
    made = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    yield made
    made.close()


@pytest.mark.parametrize("page", ["", "labs/digits/", "practice/explorer/"], ids=["home", "lab", "explorer"])
def test_a_page_keeps_nobody_out(address, context, page):
    tab = context.new_page()
    tab.goto(f"{address}{page}")
    assert axe.violations(tab, without=[".highlight pre"]) == []   # programs look alike everywhere, and cost most of the time
    tab.close()


def test_what_keeps_readers_out_is_seen(address, browser, monkeypatch):
    monkeypatch.setattr(axe, "PAUSES", [0])   # it stays
    tab = browser.new_page()
    tab.goto(f"{address}404.html")
    tab.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=a.png><p style=\"color: #eee\">pale</p>')")
    assert {text.split(":")[0] for text in axe.violations(tab)} == {"image-alt", "color-contrast"}
    tab.close()
