"""One page of each kind keeps nobody out, in light on a desk or in dark on a phone. `make audit` asks every page in all four ways."""
import axe
import pytest

DESK, PHONE = ("light", 1280), ("dark", 390)
KINDS = [("", DESK), ("", PHONE), ("variance/he/", DESK), ("gradients/symmetry/", PHONE), ("labs/digits/", PHONE), ("practice/explorer/", DESK),
         ("practice/explorer/", PHONE), ("verification/", DESK), ("glossary/", PHONE), ("404.html", DESK)]


@pytest.mark.parametrize(("page", "seen"), KINDS)
def test_a_page_keeps_nobody_out(address, browser, page, seen):
    scheme, width = seen
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(f"{address}{page}")
    assert axe.violations(tab) == []
    context.close()


def test_what_keeps_readers_out_is_seen(address, browser, monkeypatch):
    monkeypatch.setattr(axe, "PAUSES", [0])   # it stays
    tab = browser.new_page()
    tab.goto(f"{address}notation/")
    tab.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=a.png><p style=\"color: #eee\">pale</p>')")
    assert {text.split(":")[0] for text in axe.violations(tab)} == {"image-alt", "color-contrast"}
    tab.close()
