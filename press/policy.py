"""The policy of a page: what a browser may fetch and run for it, and that the page is content with that.

A static host sends no headers of ours, so the Content-Security-Policy stands in every page, in front of all that it
governs. It knows this site alone, and the inline scripts that the page was built with, by their hashes: a script that
comes into a page on any other way does not run, and nothing is asked of another host.
"""
import base64
import hashlib
import re

from lxml import html

from press import session
from press.fences import Problem

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

_CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc=)(?![^>]*json)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)   # JSON is data
_FETCHING = " src srcset href xlink:href data poster background action formaction ping "
_ADDRESSES = f"//@*[contains('{_FETCHING}', concat(' ', name(), ' '))]"
_STYLES = r"//@style[contains(., '/') or contains(., '\')] | //style/text()"   # without either, it names no host
_LINKS = "self::a or self::area or self::link[@rel='canonical']"   # what a reader follows, or nobody
_ELSEWHERE = re.compile(r"(?:^|,)(?:(?!data:)[a-z][a-z0-9+.-]*:|[/\\]{2})", re.IGNORECASE)
_NO_STYLE = re.compile(r"/\*.*?\*/|url\(\s*(?:\"data:[^\"]*\"|'data:[^']*'|data:[^)]*)\s*\)", re.DOTALL)
_ESCAPED = re.compile(r"\\([0-9a-f]{1,5})\s?", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w+.-]+:)?//[^\s\"')]*")


def protect(text):
    """A page with the policy of its inline scripts. Raises ValueError where there is no place for one."""
    bare = _POLICY.sub("", text)
    charset = _CHARSET.search(bare)
    if not charset:
        raise ValueError('a page says <meta charset="utf-8"> in its head; behind it the press puts its policy')
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(bare)]
    hashes = "".join(f" 'sha256-{digest}'" for digest in sorted(set(digests)))
    rules = "; ".join(RULES).format(hashes=hashes)
    place = charset.end()
    return f'{bare[:place]}<meta http-equiv="Content-Security-Policy" content="{rules}">{bare[place:]}'


def protect_all(site):
    """Put the policy into every page of a built site. Raises Problem where a page has no place for one."""
    for page in sorted(site.rglob("*.html")):
        try:
            page.write_text(protect(page.read_text(encoding="utf-8")), encoding="utf-8")
        except ValueError as error:
            raise Problem(f"{session.DOCS}/{page.relative_to(site).as_posix()}", 1, str(error)) from None


def problems(text):
    """What a page has that its policy forbids, as (a piece of the page's source, what is wrong with it)."""
    if protect(text) != text:
        yield "", "the policy of this page is not that of its scripts"
    page = html.document_fromstring(text)
    for handler in page.xpath("//@*[starts-with(name(), 'on')]"):
        where = f"<{handler.getparent().tag} {handler.attrname}>"
        yield handler.attrname, f"{where} is a program in an attribute, which no browser runs here: put it into a script"
    for address in page.xpath(_ADDRESSES):
        plain = re.sub(r"[\0-\40]", "", address)
        tag = address.getparent().tag
        if plain.lower().startswith("javascript:"):
            yield address, f"<{tag}> has the address {address}, which no browser runs here: put it into a script"
        elif _ELSEWHERE.search(plain) and not address.getparent().xpath(_LINKS):
            yield address, f"<{tag}> fetches {address} from another host"
    for style in page.xpath(_STYLES):
        if host := elsewhere(style):
            yield host, f"a style fetches {host} from another host"


def elsewhere(style):
    """The first address on another host that a style sheet names, or None."""
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), _NO_STYLE.sub(" ", style))
    found = _HOST.search(plain)
    return found and found[0]
