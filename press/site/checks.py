"""What is checked on the built site and MkDocs does not see: listings as they ran, raw HTML, leftover Markdown.

What follows from a page alone is kept by its bytes; where its links lead is looked up at every build.
"""
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from press.book import listings
from press.book.nav import CONFIG
from press.book.sources import DOCS, Problem, line_of, read
from press.run import figures, runs
from press.run.cache import key
from press.site import csp

VERSION = "4"   # raised by hand when the same page would be found to be otherwise

_MARKUP = re.compile(r"\$|[{}`]|\]\[|\[\^|!!! |\?\?\? |\]\(|(?<!\w)\*\*|\*\*(?!\w)")   # h**2 is a power
_CODE = " or ".join(f"ancestor::{tag}" for tag in ("pre", "code", "script", "style", "*[contains(@class, 'katex')]"))
_PROSE = f"//article//text()[not({_CODE})] | //title/text()"


def problems(site, root="."):
    """The Problems of a built site, whose runs are those of this process."""
    made = runs.current()
    files = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}
    facts = {page: _facts(path.read_bytes(), made.cache) for page, path in files.items() if page.endswith(".html")}
    ids = {page: set(found["ids"]) for page, found in facts.items()}
    for page, found in facts.items():
        wrong = [*found["wrong"], *_links(page, found["links"], ids, files), *_listings(found["listings"], made, root)]
        yield from (_problem(_source(page, root), piece, message, root) for piece, message in wrong)
    for sheet in filter(lambda file: file.endswith(".css"), files):
        if host := csp.elsewhere(files[sheet].read_text(encoding="utf-8")):
            yield _problem(f"{DOCS}/{sheet}", host, f"a style sheet names another host: {host}", root)


def _facts(content, cache):
    """What follows from a page alone. wrong: pairs of a piece of its source, for the line, and a message."""
    name = key("facts", VERSION, content)
    found = cache.get(name)
    if found is None:
        page = html.document_fromstring(content.decode())
        ids, prose, wrong = page.xpath("//@id | //a/@name"), "".join(page.xpath(_PROSE)), list(csp.problems(page))
        twice = sorted(name for name in set(ids) if ids.count(name) > 1)
        wrong += [(name, f"two things on this page have the id {name}") for name in twice]
        silent = page.xpath("//img[not(normalize-space(@alt))]/@src")
        wrong += [(source, f"an image without alternative text: {source}") for source in silent]
        for mark in _MARKUP.finditer(prose):
            before, (behind, *_) = prose[:mark.start()].rpartition("\n")[2], prose[mark.start():].split("\n", 1)
            around = before[-20:] + behind[:20]
            wrong.append((behind[:12], f"markup that means nothing here is shown as it is: {around!r}"))
        sources = [part.split()[0] for srcset in page.xpath("//@srcset") for part in srcset.split(",") if part.strip()]
        links = sorted({*page.xpath("//@href | //@src"), *sources})
        shown = []
        for listing in page.xpath("//*[@data-listing]"):
            blocks = [block.text_content().strip() for block in listing.iter("pre")]
            shown.append((listing.get("data-listing"), blocks, listing.xpath(".//figure/img/@src")))
        found = {"ids": ids, "wrong": wrong, "links": links, "listings": shown}
        cache.put(name, found)
    return found


def _listings(found, made, root):
    """Each listing on a page is the program that ran, with the output and the figures of its run."""
    for path, blocks, pictures in found:
        listing, run = listings.listing(path, root), made.run(path)
        if sorted(blocks) != sorted(filter(None, (listing.experiment, run.output.strip(), listing.check))):
            yield f'"{path}"', f"the page does not show the program {path} that ran, or not what it printed"
        if list(map(posixpath.basename, pictures)) != list(map(figures.name, run.figures)):
            yield f'"{path}"', f"the page does not show the figures of {path}"


def _links(page, links, ids, files):
    """Every address on a page leads to a file of the site, and to what has that anchor there."""
    for link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or page == "404.html":   # is served at any address: its links are absolute
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


def _problem(source, piece, message, root):
    """A Problem at the line of a source that holds a piece of it, or at its first."""
    text = read(source, root) if Path(root, source).is_file() else ""
    return Problem(source, line_of(text, text.find(piece)), message)
