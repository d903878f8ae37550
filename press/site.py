"""What is checked once the site is built: that what readers get is what ran, and that every address leads somewhere."""
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from press import session
from press.fences import Problem

_MARKUP = re.compile(r"\$|[{}`]|\]\[|\[\^|!!! |\?\?\? |\*\*|\]\(")


def check(site, runs, labs=()):
    """The problems of a built site.

    site: its folder. runs: the Session that made it. labs: sources of the notebook pages, whose blocks are not listings.
    """
    pages = {path.relative_to(site).as_posix(): html.parse(str(path)).getroot() for path in sorted(site.rglob("*.html"))}
    anchors = {page: set(root.xpath("//@id")) | set(root.xpath("//a/@name")) for page, root in pages.items()}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    problems = []
    seen = []
    for page, root in pages.items():
        source = _source(page, labs)
        problems += _blocks(root, source, runs, seen)
        problems += _leftovers(root, source)
        problems += _addresses(page, root, source, anchors, files)
        problems += [
            Problem(source, _line(source, image.get("src", "")), f"an image without alternative text: {image.get('src')}")
            for image in root.iter("img") if not (image.get("alt") or "").strip()
        ]
    for listing in sorted(set(runs.listings()) - set(seen)):
        problems.append(Problem(f"{session.SNIPPETS}/{listing}", 1, "it ran, but no page of the site shows it"))
    return problems


def _source(page, labs):
    """The file in docs/ that a built page comes from."""
    stem = posixpath.dirname(page) if posixpath.basename(page) == "index.html" else page.removesuffix(".html")
    for candidate in [*labs, f"{stem}.md", f"{stem}/index.md", "index.md" if not stem else ""]:
        if candidate and candidate.rpartition(".")[0] in (stem, f"{stem}/index", "index" if not stem else stem):
            if (Path(session.DOCS) / candidate).exists():
                return f"{session.DOCS}/{candidate}"
    return page


def _line(source, text):
    """The line of a source file at which `text` first stands, or 1."""
    try:
        before, found, _ = Path(source).read_text(encoding="utf-8").partition(text)
    except (OSError, ValueError):
        return 1
    return before.count("\n") + 1 if found and text else 1


def _blocks(root, source, runs, seen):
    """Each program on the page is the program that ran, and its output and figures are that run's."""
    for block in root.xpath("//div[@class='listing']"):
        listing = block.get("data-listing")
        seen.append(listing)
        line = _line(source, f'"{listing}"')
        program, *output = block.xpath(".//pre")
        run = runs.run(listing)
        if program.text_content().rstrip() != runs.text(listing).rstrip():
            yield Problem(source, line, f"the page does not show the program {listing} that ran")
        if "\n".join(part.text_content() for part in output).rstrip() != run.output.rstrip():
            yield Problem(source, line, f"the page does not show what {listing} printed")
        if len(block.xpath(".//figure/img")) != len(run.figures):
            yield Problem(source, line, f"the page does not show the figures of {listing}")
    for block in root.xpath("//article//pre[not(ancestor::div[contains(@class, 'listing')])]"):
        if not block.xpath("ancestor::div[contains(@class, 'language-') or contains(@class, 'jupyter-wrapper')]"):
            yield Problem(source, 1, f"a block of code from no fence: {block.text_content()[:40]!r}")


def _leftovers(root, source):
    """Markup that Markdown did not understand stands on the page as it was written: a dollar, a brace, a star."""
    texts = root.xpath(
        "//title/text() | //article//text()[not(ancestor::pre or ancestor::code or ancestor::script or ancestor::style "
        "or ancestor::*[contains(@class, 'katex')])]"
    )
    for text in texts:
        if found := _MARKUP.search(text):
            around = text[max(0, found.start() - 20):found.end() + 20].strip()
            line = _line(source, text[found.start():found.end() + 12].split("\n")[0])
            yield Problem(source, line, f"markup that means nothing here is shown as it is: {around!r}")
    ids = root.xpath("//article//@id")
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield Problem(source, _line(source, name), f"two things on this page have the id {name}")


def _addresses(page, root, source, anchors, files):
    """Every address on a page exists on the site, and nothing is fetched from another host."""
    for element, attribute, address, _ in root.iterlinks():
        parts = urlsplit(address)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            if element.tag not in ("a", "form") and element.get("rel") not in ("canonical", "edit"):
                yield Problem(source, _line(source, address), f"<{element.tag}> fetches {address} from another host")
            continue
        path = unquote(parts.path)
        target = page if not path else posixpath.normpath(posixpath.join(posixpath.dirname(page), path.lstrip("/") if path.startswith("/") else path))
        if path.endswith("/") or target in (".", "..") or target not in files:
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if page == "404.html":
            continue   # it is served at any address, so its links are absolute
        if target not in files:
            yield Problem(source, _line(source, address), f"{address} leads nowhere")
        elif parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target]:
            if parts.fragment not in ("__top", "__nav", "__search"):
                yield Problem(source, _line(source, f"#{parts.fragment}"), f"{address}: there is no such anchor on that page")
