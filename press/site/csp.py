"""The Content-Security-Policy of each page: what a browser may fetch and run for it.

A static host sends no headers of ours, so the policy stands in the page. It allows this site alone and, by their
hashes, the inline scripts that the page was built with.
"""
import base64
import hashlib
import re

from lxml import html

RULES = (
    "default-src 'none'",
    "script-src 'self'{hashes}",
    "style-src 'self' 'unsafe-inline'",   # KaTeX places what it sets with style attributes
    "img-src 'self' data:",               # the theme's icons are data in its style sheets
    "font-src 'self'",
    "connect-src 'self'",                 # the index of the search
    "worker-src 'self'",                  # in which the search runs
    "base-uri 'none'",
    "form-action 'none'",                 # the search is a form that is never sent
)
CHARSET = '<meta charset="utf-8">'   # behind it stands the policy, in front of all that it governs
INLINE = "//script[not(@src)][not(contains(@type, 'json'))]/text()"   # what says that it is JSON is data

_NAME = '<meta http-equiv="Content-Security-Policy" content='
_PLACE = re.compile(f'{CHARSET}(?:{_NAME}"[^"]*">)?')


def policy(page):
    """The policy of a parsed page."""
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in page.xpath(INLINE)}
    return "; ".join(RULES).format(hashes="".join(f" 'sha256-{digest}'" for digest in sorted(digests)))


def protect(text):
    """A page with the policy of its inline scripts; as it is, where it has no place for one, which the checks tell."""
    return _PLACE.sub(f'{CHARSET}{_NAME}"{policy(html.document_fromstring(text))}">', text, count=1)
