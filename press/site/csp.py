"""The Content-Security-Policy of each page: what a browser may fetch and run for it, and whether it keeps to that.

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
POLICY = '<meta http-equiv="Content-Security-Policy" content="{}">'

_NOT_RUN = "which no browser runs here: put it into a script"
_FETCHING = " | ".join(f"//@{name}" for name in ("src", "srcset", "href", "data", "poster", "action", "formaction"))
_ELSEWHERE = re.compile(r"(?:^|,)\s*(?:(?!data:)[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_NAMED = re.compile(r"https?:(?:\\?/){2}[\w.-]+")
_HOST = re.compile(r"(?:https?:)?//[^\s\"')]+")
# What fetches nothing in a style sheet: comments and data.
_OWN = re.compile(r"/\*.*?\*/|url\(\s*(?:\"data:[^\"]*\"|'data:[^']*'|data:[^)]*)\s*\)", re.DOTALL)


def protect(text):
    """A page with the policy of its inline scripts. One without a place for it stays, and `problems` says so."""
    before, charset, rest = text.partition(CHARSET)
    start, end = POLICY.split("{}")
    if rest.startswith(start):
        rest = rest.partition(end)[2]
    return f"{before}{charset}{POLICY.format(_rules(html.document_fromstring(text)))}{rest}" if charset else text


def _rules(page):
    """The policy of a parsed page."""
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in _scripts(page)}
    return "; ".join(RULES).format(hashes="".join(f" 'sha256-{digest}'" for digest in sorted(digests)))


def _scripts(page):
    """The inline scripts of a parsed page, as text. What says that it is JSON is data."""
    return [script.text or "" for script in page.xpath("//script[not(@src)][not(contains(@type, 'json'))]")]


def problems(page):
    """What a parsed page has that its policy forbids, as (a piece of the page's source, what is wrong with it)."""
    if page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)") != _rules(page):
        yield "", f"the policy of this page is not that of its scripts: it belongs behind {CHARSET} in its head"
    for handler in page.xpath("//@*[starts-with(name(), 'on')]"):
        where = f"<{handler.getparent().tag} {handler.attrname}>"
        yield handler.attrname, f"{where} is a program in an attribute, {_NOT_RUN}"
    for address in page.xpath(_FETCHING):
        element = address.getparent()
        followed = element.tag in ("a", "area") or element.get("rel") == "canonical"   # by a reader, or by nobody
        if address.strip().lower().startswith("javascript:"):
            yield address, f"<{element.tag}> has the address {address}, {_NOT_RUN}"
        elif not followed and _ELSEWHERE.search(address.strip()):
            yield address, f"<{element.tag}> fetches {address} from another host"
    hosts = [("script", found[0]) for found in map(_NAMED.search, _scripts(page)) if found]
    hosts += [("style", host) for host in map(elsewhere, page.xpath("//@style | //style/text()")) if host]
    yield from ((host, f"a {kind} names another host: {host}") for kind, host in hosts)


def elsewhere(style):
    """The first address on another host that a style sheet names, or None."""
    found = _HOST.search(_OWN.sub(" ", style))
    return found and found[0]
