"""The policy of pages: what it allows, and what is seen to break it before a browser does."""
import base64
import hashlib
import re

import pytest
from lxml import html

from press.site import csp

HEAD = '<!doctype html><html><head><meta charset="utf-8"></head><body>{}</body></html>'


def problems(text):
    """What breaks the policy of a page."""
    return [message for _, message in csp.problems(html.document_fromstring(text))]


def test_the_policy_has_the_hash_of_each_inline_script_and_no_other():
    program = "\n  let x = '<b>' && \"é\"\n"
    page = csp.protect(HEAD.format(
        f'<script>{program}</script><script src="a.js"></script><script type="application/json">{{}}</script>'
    ))
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    assert re.search(r'content="[^"]*script-src ([^;]*);', page)[1] == f"'self' 'sha256-{digest}'"
    assert page.startswith('<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    assert csp.protect(page) == page and problems(page) == []
    [told] = problems(page.replace("let x", "let y"))
    assert told.startswith("the policy of this page is not that of its scripts")


def test_a_page_without_a_place_for_the_policy_stays_and_is_told():
    assert csp.protect("<p>By hand.</p>") == "<p>By hand.</p>"
    assert 'it belongs behind <meta charset="utf-8">' in problems("<p>By hand.</p>")[0]


@pytest.mark.parametrize(("markup", "message"), [
    ('<svg onload="x()"></svg>', "<svg onload> is a program in an attribute"),
    ('<a href="javascript:x()">x</a>', "<a> has the address javascript:x()"),
    ("<img src=//example.org/a.png>", "<img> fetches //example.org/a.png from another host"),
    ("<img srcset='a.png 1x, https://example.org/b.png 2x'>", "<img> fetches a.png 1x, https://example.org/b.png 2x"),
    ('<link rel="stylesheet" href="https://example.org/a.css">', "<link> fetches https://example.org/a.css"),
    ('<style>@import "http://example.org/a.css";</style>', "a style names another host: http://example.org/a.css"),
    ('<p style="background: url(data:image/png;base64,a), url(//example.org/a)">x</p>', "a style names another host: //example.org/a"),
    ("<script>fetch('https://example.org/a')</script>", "a script names another host: https://example.org"),
])
def test_what_the_policy_forbids_is_told(markup, message):
    [told] = problems(csp.protect(HEAD.format(markup)))
    assert told.startswith(message)


def test_links_and_data_are_no_breach():
    markup = (
        '<a href="https://example.org/">x</a><img src="data:image/png;base64,a" alt="x"><p style="color: red">x</p>'
        '<link rel="canonical" href="https://example.org/"><script type="application/ld+json">{"@id": "https://schema.org"}</script>'
    )
    assert problems(csp.protect(HEAD.format(markup))) == []


def test_a_style_sheet_may_hold_data_and_name_its_own_files():
    own = "a { background: url('data:image/svg+xml,<svg xmlns=\"http://w3.org\"/>') } /* http://x.y */ @font-face { src: url(fonts/a.woff2) }"
    assert csp.elsewhere(own) is None
    for style in '@import "http://x.y/a.css"', "a{b:url(//x.y)}", 'a{b:image-set("https://x.y" 1x)}':
        assert "//x.y" in csp.elsewhere(style), style
