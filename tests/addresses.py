"""The addresses that were published, in addresses.txt: each must lead somewhere for ever.

`python tests/addresses.py` adds those that are new in site/. It takes none away.
"""
import re
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_suffix(".txt")
DOWNLOADS = {".zip", ".py", ".ipynb", ".md", ".txt", ".pdf"}

_ID = re.compile(r'\sid="([^"]+)"')
_REDIRECT = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"#]*)')


def published():
    """The list."""
    return LIST.read_text(encoding="utf-8").split()


def current(site):
    """The addresses that a built site offers: pages, whatever has a name on them, and downloads."""
    downloads = (path for path in site.rglob("*") if path.suffix in DOWNLOADS)
    found = {"/" + path.relative_to(site).as_posix() for path in downloads}
    for path in site.rglob("index.html"):
        page = f"/{path.parent.relative_to(site).as_posix()}/".replace("/./", "/")
        moved, names = _read(path)
        found |= set() if moved else {page, *(f"{page}#{name}" for name in names)}
    return found


def dead(site):
    """Those of the list that lead nowhere on a built site."""
    return [address for address in published() if not _leads(site, address)]


def add(site):
    """Add to the list what is new."""
    LIST.write_text("".join(f"{address}\n" for address in sorted({*published(), *current(site)})), encoding="utf-8")


@cache
def _read(path):
    """Where a page sends its readers, if it has moved, and the names on it."""
    text = path.read_text(encoding="utf-8")
    moved = _REDIRECT.search(text)
    return moved and moved[1], set(_ID.findall(text[text.find("<article"):text.find("</article>")]))


def _leads(site, address):
    """Whether an address leads to a file and, on a page, to its anchor, or by a redirect to where it is now."""
    place, _, anchor = address.partition("#")
    path = site / place.strip("/") / ("index.html" if place.endswith("/") else "")
    if not anchor or not path.is_file():
        return path.is_file()
    moved, names = _read(path)
    if moved:
        _, names = _read((path.parent / moved / "index.html").resolve())
    return anchor in names


if __name__ == "__main__":
    add(Path("site"))
