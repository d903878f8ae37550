"""What is checked once the site is built: that what readers get is what ran, and that every address leads somewhere.

The pages are our own, so they are read with patterns; a parser would take longer than the build.
"""
import html
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from press import fences, figures, policy, session
from press.extension import ASIDE, FIGURES
from press.fences import Problem

_LISTING = re.compile(r'<div class="listing" id="[^"]*" data-listing="([^"]*)"[^>]*>(.*?)' + ASIDE[1], re.DOTALL)
_BLOCK = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.DOTALL)
_ADDRESS = re.compile(r'<\w+\b[^>]*?\s(?:href|src|srcset)="([^"]*)"[^>]*>')
_IMAGE = re.compile(r"<img\b[^>]*>")
_ID = re.compile(r'\s(?:id|name)="([^"]*)"')
_NO_PROSE = re.compile(
    f"{ASIDE[0]}.*?{ASIDE[1]}|" + "|".join(rf"<{tag}\b.*?</{tag}>" for tag in ("pre", "code", "script", "style", "svg")),
    re.DOTALL,
)
_SCRIPT = re.compile(r"<script\b(?! type=\"application/ld\+json\">).*?</script>", re.DOTALL)   # these are data, which no browser runs
_MARKUP = re.compile(r"\$|[{}`]|\]\[|\[\^|!!! |\?\?\? |\*\*|\]\(")


def check(site, runs, labs=()):
    """The problems of a built site.

    site: its folder. runs: the Session that made it. labs: sources of the notebook pages, whose blocks are not listings.
    """
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    anchors = {page: set(_ID.findall(text)) for page, text in pages.items()}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    problems, seen = [], []
    for page, text in pages.items():
        source = _source(page, labs)
        article = _article(text)
        problems += _blocks(article, source, runs, seen)
        problems += _leftovers(text, article, source)
        problems += _addresses(page, text, source, anchors, files)
        problems += [Problem(source, _line(source, piece), message) for piece, message in policy.problems(text)]
        problems += [
            Problem(source, _line(source, address), f"an image without alternative text: {address}")
            for image in _IMAGE.findall(text) if not re.search(r'\salt="\s*[^"\s]', image)
            for address in re.findall(r'\ssrc="([^"]*)"', image) or [""]
        ]
    problems += _styles(site)
    problems += [
        Problem(f"{FIGURES}/{path.name}", 1, "it is not the figure that a listing drew, whose name its content gives")
        for path in sorted((site / FIGURES).glob("*")) if path.name != figures.name(path.read_text(encoding="utf-8", errors="replace"))
    ]
    made = {_source(page, labs) for page in pages}
    for page in fences.pages(session.DOCS):
        if f"{session.DOCS}/{page}" not in made:
            problems.append(Problem(f"{session.DOCS}/{page}", 1, "no page of the site comes from it"))
    for listing in sorted(set(session.shown()[0]) - set(seen)):
        problems.append(Problem(f"{session.SNIPPETS}/{listing}", 1, "it is quoted, but no page of the site shows it"))
    return problems


def _article(text):
    """The part of a page that its author wrote."""
    return text[text.find("<article"):text.find("</article>")] if "<article" in text else ""


def _source(page, labs):
    """The file that a built page comes from: in docs/, or mkdocs.yml for a redirect."""
    stem = posixpath.dirname(page) if posixpath.basename(page) == "index.html" else page.removesuffix(".html")
    for candidate in (f"{stem}.md", f"{stem}.py", f"{stem}/index.md".removeprefix("/")):
        if candidate in labs or candidate.endswith(".md") and (Path(session.DOCS) / candidate).exists():
            return f"{session.DOCS}/{candidate}"
    if (Path(session.DOCS) / page).exists():
        return f"{session.DOCS}/{page}"
    return "mkdocs.yml" if f"{stem}.md" in Path("mkdocs.yml").read_text(encoding="utf-8") else page


def _line(source, text):
    """The line of a source file at which `text` first stands, or 1."""
    try:
        before, found, _ = Path(source).read_text(encoding="utf-8").partition(text)
    except (OSError, ValueError):
        return 1
    return before.count("\n") + 1 if found and text else 1


def _plain(markup):
    """The text of some HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def _blocks(article, source, runs, seen):
    """Each program on the page is the program that ran, and its output and figures are that run's."""
    for listing, inside in _LISTING.findall(article):
        seen.append(listing)
        line = _line(source, f'"{listing}"')
        program, *output = map(_plain, _BLOCK.findall(inside))
        run = runs.run(listing)
        if program.strip() != runs.text(listing).strip():
            yield Problem(source, line, f"the page does not show the program {listing} that ran")
        if "\n".join(output).rstrip() != run.output.rstrip():
            yield Problem(source, line, f"the page does not show what {listing} printed")
        if inside.count("<figure ") != len(run.figures):
            yield Problem(source, line, f"the page does not show the figures of {listing}")


def _leftovers(text, article, source):
    """Markup that Markdown did not understand stands on the page as it was written: a dollar, a brace, a star."""
    title = "".join(re.findall(r"<title>(.*?)</title>", text, re.DOTALL))
    prose = _plain(_NO_PROSE.sub(" ", article)) + "\n" + html.unescape(title)
    for found in _MARKUP.finditer(prose):
        around = prose[max(0, found.start() - 20):found.end() + 20]
        line = _line(source, prose[found.start():found.end() + 12].split("\n")[0])
        yield Problem(source, line, f"markup that means nothing here is shown as it is: {around.strip()!r}")
    ids = _ID.findall(article)
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield Problem(source, _line(source, name), f"two things on this page have the id {name}")


def _addresses(page, text, source, anchors, files):
    """Every address on a page exists on the site, and no script names another host."""
    for script in _SCRIPT.findall(text):
        if host := re.search(r"https?:(?:\\?/){2}[\w.-]+", script):
            yield Problem(source, _line(source, host[0]), f"a script names another host: {host[0]}")
    for address in map(html.unescape, _ADDRESS.findall(text)):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue   # `policy.problems` sees what may not be
        if page == "404.html":
            continue   # it is served at any address, so its links are absolute
        path = unquote(parts.path)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        if path.endswith("/") or target not in files:
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if target not in files:
            yield Problem(source, _line(source, address), f"{address} leads nowhere")
        elif parts.fragment and target in anchors and unquote(parts.fragment).partition("?")[0] not in anchors[target]:
            yield Problem(source, _line(source, f"#{parts.fragment}"), f"{address}: there is no such anchor on that page")


def _styles(site):
    """No style sheet fetches anything from another host."""
    for sheet in sorted(site.rglob("*.css")):
        if host := policy.elsewhere(sheet.read_text(encoding="utf-8")):
            source = f"{session.DOCS}/{sheet.relative_to(site).as_posix()}"
            yield Problem(source, _line(source, host), f"a style sheet fetches {host} from another host")
