"""The policy of pages: what it allows. What is seen to break it before a browser does, test_checks.py tries."""
import base64
import hashlib
import re

from press.site import csp

HEAD = '<!doctype html><html><head><meta charset="utf-8"></head><body>{}</body></html>'


def test_the_policy_has_the_hash_of_each_inline_script_and_no_other():
    program = "\n  let x = '<b>' && \"é\"\n"
    page = csp.protect(HEAD.format(
        f'<script>{program}</script><script src="a.js"></script><script type="application/json">{{}}</script>'
    ))
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    assert re.search(r'content="[^"]*script-src ([^;]*);', page)[1] == f"'self' 'sha256-{digest}'"
    assert page.startswith('<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    assert csp.protect(page) == page   # once, and that of now
    other = csp.protect(page.replace("let x", "let y"))
    assert other.count("Content-Security-Policy") == 1 and digest not in other


def test_a_page_without_a_place_for_the_policy_stays():
    assert csp.protect("<p>By hand.</p>") == "<p>By hand.</p>"
