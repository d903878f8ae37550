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
from press.book.sources import DOCS, Problem, line_of, text_of
from press.run import figures, runs
from press.site import csp, kept

_MARKUP = re.compile(r"\$|[{}`]|\]\[|\[\^|!!! |\?\?\? |\]\(|(?<!\w)\*\*|\*\*(?!\w)")   # h**2 is a power
_CODE = " or ".join(f"ancestor::{tag}" for tag in ("pre", "code", "script", "style", "*[contains(@class, 'katex')]"))
_PROSE = f"//article//text()[not({_CODE})] | //title/text()"
_PROGRAMS = "//@*[starts-with(name(), 'on') or starts-with(normalize-space(), 'javascript:')]"
# What a browser fetches without being asked, in attributes, styles and scripts. Data, and comments, fetch nothing.
_FETCHING = (
    "(//@src | //@srcset | //@data | //@poster | //@action | //@formaction | //@style | //style/text()"
    f" | //@href[not(parent::a or parent::area or ../@rel='canonical')] | {csp.INLINE})[not(starts-with(., 'data:'))]"
)
_OWN = re.compile(r"/\*.*?\*/|url\(\s*(?:\"data:[^\"]*\"|'data:[^']*'|data:[^)]*)\s*\)", re.DOTALL)
_HOST = re.compile(r"""(?:https?:(?:\\?/){2}|(?:^|(?<=["'(])|(?<=, ))//)[^\s"')]+""")


def problems(site, root="."):
    """The Problems of a built site, whose runs are those of this process."""
    made = runs.current()
    files = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}
    facts = {}
    for page in filter(lambda file: file.endswith(".html"), files):
        content = files[page].read_bytes()
        facts[page] = kept(made.cache, ("facts", content), lambda: _facts(content))
    ids = {page: set(found["ids"]) for page, found in facts.items()}
    for page, found in facts.items():
        source = _source(page, root)
        if found["moved"] and source != CONFIG:
            name = source.removeprefix(f"{DOCS}/")
            yield _problem(CONFIG, f"{name}:", f"the redirect from '{name}' takes the place of {source}", root)
        wrong = [*found["wrong"], *_links(page, found["links"], ids, files), *_listings(found["listings"], made, root)]
        for piece, message in wrong:
            yield _problem(source, piece, message, root)
    for sheet in filter(lambda file: file.endswith(".css"), files):
        for host in _hosts([files[sheet].read_text(encoding="utf-8")]):
            yield _problem(f"{DOCS}/{sheet}", host, f"a style sheet names another host: {host}", root)


def _facts(content):
    """What follows from a page alone. wrong: pairs of a piece of its source, for the line, and a message."""
    page = html.document_fromstring(content.decode())

    def texts(path, element=page):   # plain ones: a text that knows its element keeps the whole page in memory
        return element.xpath(path, smart_strings=False)

    ids, prose = texts("//@id | //a/@name"), "".join(texts(_PROSE))
    wrong = [(name, f"two things on this page have the id {name}") for name in sorted(set(ids)) if ids.count(name) > 1]
    if page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)") != csp.policy(page):
        wrong.append(("", f"the policy of this page is not that of its scripts: it belongs behind {csp.CHARSET}"))
    for program in page.xpath(_PROGRAMS):
        where = f"<{program.getparent().tag} {program.attrname}>"
        wrong.append((program.attrname, f"{where} holds a program, which no browser runs here: put it into a script"))
    wrong += [(host, f"this page fetches from another host: {host}") for host in _hosts(texts(_FETCHING))]
    for source in texts("//img[not(normalize-space(@alt))]/@src"):
        wrong.append((source, f"an image without alternative text: {source}"))
    for mark in _MARKUP.finditer(prose):
        before, behind = prose[:mark.start()].rpartition("\n")[2], prose[mark.start():].partition("\n")[0]
        around = before[-20:] + behind[:20]
        wrong.append((behind[:12], f"markup that means nothing here is shown as it is: {around!r}"))
    sources = [part.split()[0] for srcset in texts("//@srcset") for part in srcset.split(",") if part.strip()]
    return {
        "ids": ids, "wrong": wrong, "moved": bool(page.xpath("//meta[@http-equiv='refresh']")),
        "links": sorted({*texts("//@href | //@src"), *sources}),
        "listings": [
            (each.get("data-listing"), [block.text_content().strip() for block in each.iter("pre")],
             texts(".//figure/img/@src", each)) for each in page.xpath("//*[@data-listing]")
        ],
    }


def _hosts(texts):
    """The other hosts that styles, scripts and attributes name."""
    return [found for text in texts for found in _HOST.findall(_OWN.sub(" ", text))]


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
        path, anchor = unquote(parts.path), unquote(parts.fragment).partition("?")[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        if path.endswith("/") or target not in files:
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if target not in files:
            yield link, f"{link} leads nowhere"
        elif anchor and anchor not in ids.get(target, {anchor}):
            yield f"#{parts.fragment}", f"{link}: there is no such anchor on that page"


def _source(page, root):
    """The file that a built page comes from: in docs/, or mkdocs.yml for a redirect."""
    stem = posixpath.dirname(page) if posixpath.basename(page) == "index.html" else page.removesuffix(".html")
    found = (f"{DOCS}/{name}" for name in (f"{stem}.md", f"{stem}.py", posixpath.join(stem, "index.md"), page))
    return next(filter(lambda file: Path(root, file).is_file(), found), CONFIG)


def _problem(source, piece, message, root):
    """A Problem at the line of a source that holds a piece of it, or at its first."""
    text = text_of(source, root)
    return Problem(source, line_of(text, text.find(piece)), message)
