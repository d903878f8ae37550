"""Chapters as tiles: the first picture of each, its title, a line on it, its minutes.

    <!-- tiles
    variance/propagation.md: why random terms add up in squares
    -->
"""
import html
import re

from press.book.sources import DOCS, Problem, read
from press.pages import fences, listings, reading

MARKER = re.compile(r"^<!-- tiles\n(?P<rows>(?:[^\n]*\n)*?)-->$", re.MULTILINE)


def made(page, match):
    """The tiles of a match of MARKER, as HTML. What is wrong with one is a problem of the page."""
    return f'<div class="tiles" data-search-exclude>{"".join(_tile(page, row) for row in match["rows"].splitlines())}</div>'


def listed(match, root="."):
    """The same chapters as a list in Markdown."""
    rows = (row.partition(": ") for row in match["rows"].splitlines())
    return "\n".join(f"- [{reading.facts(read(f'{DOCS}/{path}', root)).title}]({path}): {line}" for path, _, line in rows)


def _tile(page, row):
    path, _, line = row.partition(": ")
    try:
        text = read(f"{DOCS}/{path}", page.runs.root)
        first = next(fence.listing for fence in fences.read(text, "")[0] if fence.figures)
        picture, alt, _ = listings.described(first, page.runs)[0]
    except (FileNotFoundError, StopIteration):
        page.problem(row, f"a tile is part/chapter.md: a line on it. {path} is no page, or none with a picture")
    except (LookupError, Problem):   # told where it is quoted
        pass
    else:
        facts, way = reading.facts(text), f"{page.root}{path.removesuffix('.md')}/"
        return (
            f'<a class="tile" href="{way}" aria-label="{html.escape(f"{facts.title}: {line}")}">'
            f"{listings.image(page, picture, alt)}<strong>{facts.title}</strong>"
            f"<span>{html.escape(line)}</span><small>{facts.minutes} minutes</small></a>"
        )
    return ""
