"""Addresses never die: each of the last release, page, anchor or download, still leads somewhere on a built site."""
import io
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

from lxml import etree, html

from press.book import nav
from press.book.sources import DOCS, Problem, below, line_of, read

ARCHIVE = "unit-variance.zip"   # beside its sitemap, a site has all of its pages in it
DOWNLOADS = {".zip", ".py", ".ipynb", ".md", ".txt", ".pdf"}


@dataclass(frozen=True)
class Page:
    """What stands at an address: the names on it, and where it sends its readers, or "". A download has neither."""

    anchors: frozenset = frozenset()
    moved: str = ""


def check(previous, site="site", root=".", first=False):
    """Print the addresses of the last release that lead nowhere. Returns the exit status.

    previous: where it is, see `released`. first: whether there may be none yet.
    """
    try:
        old = released(previous)
        if not old:
            raise ValueError("it holds no page")
    except (OSError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
        advice = "" if first else "; where there is none yet, say --first"
        print(f"press: the last release cannot be read at {previous}: {error}{advice}", file=sys.stderr)
        return int(not first)
    found = problems(old, site, root)
    for problem in found:
        print(problem, file=sys.stderr)
    anchors = sum(len(page.anchors) for page in old.values())
    print(f"press: {len(old)} addresses and {anchors} anchors of the last release, {len(found)} of them lead nowhere")
    return int(bool(found))


def problems(old, site="site", root="."):
    """A Problem for each address of {address: Page} that leads nowhere on a built site, with the way out."""
    new, config = _pages(_folder(site)), read(nav.CONFIG, root)
    sources = {address(source): source for _, source in nav.order(root)}
    found = []
    for place, page in old.items():
        end = _end(new, place)
        if end is None:
            line = line_of(config, config.find("redirect_maps:"))
            moved = f"in redirect_maps say where its readers go now, {place.strip('/')}.md: part/chapter.md"
            way = moved if place.endswith("/") else f"keep a file of this name below {DOCS}/"
            found.append(Problem(nav.CONFIG, line, f"/{place} of the last release leads nowhere: {way}"))
        elif end in new:   # and not on another site
            file = f"{DOCS}/{sources.get(end, end)}"
            way = "leads nowhere: put this where its readers look now"
            found += [Problem(file, 1, f'/{place}#{anchor} of the last release {way}, <a id="{anchor}"></a>')
                      for anchor in sorted(page.anchors - new[end].anchors)]
    return found


def released(previous):
    """The addresses of a released site, {address below the site's own: Page}.

    previous: a folder or a zip that holds the site, or its address. There, a zip of its pages is beside the sitemap;
    without it no anchors are known. Raises OSError, ValueError, etree.XMLSyntaxError and zipfile.BadZipFile.
    """
    if Path(previous).exists():
        return _pages(_folder(previous) if Path(previous).is_dir() else _zip(Path(previous).read_bytes()))
    home = f"{previous.removesuffix('sitemap.xml').rstrip('/')}/"
    named = etree.fromstring(_fetched(f"{home}sitemap.xml")).xpath("//*[local-name() = 'loc']/text()")
    first = min(named, key=len, default="")   # which is where the site says that it is
    pages = {place.removeprefix(first): Page() for place in named}
    try:
        return pages | _pages(_zip(_fetched(home + ARCHIVE)))
    except URLError as error:
        print(f"press: no anchors are compared: {home}{ARCHIVE}: {error}", file=sys.stderr)
        return pages


def address(source):
    """Where a page is below the site's own address, from its path below docs/: "variance/he/", "" for the first."""
    folder = re.sub(r"(?:^|/)index$", "", source.rpartition(".")[0])
    return folder and f"{folder}/"


def _fetched(place):
    with urlopen(place, timeout=60) as answer:
        return answer.read()


def _folder(folder):
    return ((name, Path(folder, name).read_bytes()) for name in below(folder))


def _zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name.partition("/")[2], archive.read(name)   # all is in one folder


def _pages(files):
    """{address: Page} of the files of a site, as (name, bytes)."""
    found = {}
    for name, data in files:
        path = PurePosixPath(name)
        if path.name == "index.html":
            page = html.fromstring(data)
            moved = page.xpath("//meta[@http-equiv='refresh']/@content")
            names = page.xpath("//article//@id[not(starts-with(., '__'))]")   # those are the theme's own
            found[address(name)] = Page(frozenset(names), moved[0].partition("url=")[2] if moved else "")
        elif path.suffix in DOWNLOADS and path.parts[0] != "assets":
            found[name] = Page()
    return found


def _end(pages, place):
    """The address to which one leads in the end, which may be on another site, or None."""
    for _ in range(9):   # redirects
        if place not in pages:
            return None
        if not pages[place].moved:
            return place
        target = urlsplit(urljoin(f"/{place}", pages[place].moved))
        if target.netloc:
            return target.geturl()
        place = target.path[1:].removesuffix("index.html")
    return None
