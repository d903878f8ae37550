"""What is checked on the built site, and MkDocs does not see: listings as they ran, raw HTML, the theme's links, leftover Markdown.

What follows from a page alone is kept by its bytes; where its links lead is looked up at every build.
"""
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from press.book import listings
from press.book.nav import CONFIG
from press.book.sources import DOCS, Problem, read
from press.run import figures, runs
from press.run.cache import key
from press.site import csp

VERSION = 1   # raised by hand when the same page would be found to be otherwise

_MARKUP = re.compile(r"\$|[{}`]|\]\[|\[\^|!!! |\?\?\? |(?<![\w)\]])\*\*(?=\w)|\]\(")
_NO_PROSE = "ancestor::pre or ancestor::code or ancestor::script or ancestor::style or ancestor::*[contains(@class, 'katex')]"


def problems(site, root="."):
    """The Problems of a built site, whose runs are those of this process."""
    made = runs.current()
    pages = {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*.html"))}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    facts = {page: _kept_facts(content, made.cache) for page, content in pages.items()}
    ids = {page: set(found["ids"]) for page, found in facts.items()}
    for page, found in facts.items():
        source = _source(page, root)
        wrong = [*found["wrong"], *_links(page, found["links"], ids, files), *_shown(found["listings"], made, root)]
        yield from (Problem(source, _line(source, piece, root), message) for piece, message in wrong)
    for sheet in sorted(site.rglob("*.css")):
        if host := csp.elsewhere(sheet.read_text(encoding="utf-8")):
            source = f"{DOCS}/{sheet.relative_to(site).as_posix()}"
            yield Problem(source, _line(source, host, root), f"a style sheet names another host: {host}")


def _kept_facts(content, cache):
    name = key("facts", str(VERSION), content)
    found = cache.get(name)
    if found is None:
        found = _facts(html.document_fromstring(content.decode()))
        cache.put(name, found)
    return found


def _facts(page):
    """What follows from a parsed page alone. wrong: pairs of a piece of its source and a message."""
    ids, wrong = page.xpath("//@id | //a/@name"), list(csp.problems(page))
    wrong += [(name, f"two things on this page have the id {name}") for name in sorted({name for name in ids if ids.count(name) > 1})]
    for image in page.iter("img"):
        if not image.get("alt", "").strip():
            wrong.append((image.get("src", ""), f"an image without alternative text: {image.get('src')}"))
    prose = "".join(page.xpath(f"//article//text()[not({_NO_PROSE})] | //title/text()"))
    for found in _MARKUP.finditer(prose):
        around = prose[max(0, found.start() - 20):found.end() + 20].strip()
        piece = prose[found.start():found.end() + 12].split("\n")[0]
        wrong.append((piece, f"markup that means nothing here is shown as it is: {around!r}"))
    links = page.xpath("//@href | //@src") + [part.split()[0] for value in page.xpath("//@srcset") for part in value.split(",")]
    shown = [
        (listing.get("data-listing"), [pre.text_content() for pre in listing.iter("pre")], listing.xpath(".//figure/img/@src"))
        for listing in page.xpath("//*[@data-listing]")
    ]
    return {"ids": ids, "wrong": wrong, "links": sorted(set(links)), "listings": shown}


def _shown(found, made, root):
    """Each listing on a page is the program that ran, with the output and the figures of its run."""
    for path, texts, pictures in found:
        listing, run = listings.listing(path, root), made.run(path)
        ran = filter(None, map(str.strip, (listing.experiment, run.output, listing.check)))
        if sorted(map(str.strip, texts)) != sorted(ran):
            yield f'"{path}"', f"the page does not show the program {path} that ran, and what it printed"
        if list(map(posixpath.basename, pictures)) != list(map(figures.name, run.figures)):
            yield f'"{path}"', f"the page does not show the figures of {path}"


def _links(page, links, ids, files):
    """Every address on a page leads to a file of the site, and to what has that anchor there."""
    for link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or page == "404.html":   # that page is served at any address, so its links are absolute
            continue
        path = unquote(parts.path)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        if path.endswith("/") or target not in files:
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if target not in files:
            yield link, f"{link} leads nowhere"
        elif parts.fragment and target in ids and unquote(parts.fragment).partition("?")[0] not in ids[target]:
            yield f"#{parts.fragment}", f"{link}: there is no such anchor on that page"


def _source(page, root):
    """The file that a built page comes from: in docs/, or mkdocs.yml for a redirect."""
    stem = posixpath.dirname(page) if posixpath.basename(page) == "index.html" else page.removesuffix(".html")
    for candidate in (f"{stem}.md", f"{stem}.py", posixpath.join(stem, "index.md"), page):
        if Path(root, DOCS, candidate).is_file():
            return f"{DOCS}/{candidate}"
    return CONFIG


def _line(source, piece, root):
    """The line of a source at which a piece of it first is, or 1."""
    try:
        before, found, _ = read(source, root).partition(piece) if piece else ("", "", "")
    except (OSError, Problem):
        return 1
    return before.count("\n") + 1 if found else 1
