"""What keeps readers out of a page is seen by axe. Which pages have none of it: the audit of each change; a chapter's parts: test_parts.py."""
import axe


def test_what_keeps_readers_out_is_seen(address, browser, monkeypatch):
    monkeypatch.setattr(axe, "PAUSES", [0])   # it stays
    tab = browser.new_page()
    tab.goto(f"{address}404.html")
    tab.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=a.png><p style=\"color: #eee\">pale</p>')")
    assert {text.split(":")[0] for text in axe.violations(tab)} == {"image-alt", "color-contrast"}
    tab.close()
