"""The order of the pages, from mkdocs.yml alone; and where in its text a new page belongs."""
import re
from itertools import takewhile

import yaml

from press.book.sources import Problem, line_of, read

CONFIG = "mkdocs.yml"
LAST = {"practice", "reference"}   # parts before which a new one stands

_NAV = re.compile(r"^nav:[ \t]*(?:#.*)?\n", re.MULTILINE)
_ENTRY = re.compile(r"(?P<indent> *)- (?:(?P<title>.*?):(?: |$))?[ \"']*(?P<page>[\w./-]*)")


class _Loader(yaml.CSafeLoader):
    """Reads YAML, and passes over MkDocs' own tags, of which the order of the pages needs none."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def order(root="."):
    """The pages in reading order, as (title of the part or "", path below docs/). Empty where mkdocs.yml has no nav.

    Raises FileNotFoundError, Unreadable and yaml.YAMLError.
    """
    config = yaml.load(read(CONFIG, root), _Loader)
    return list(_pages(config.get("nav") or [] if isinstance(config, dict) else [], ""))


def _pages(entries, part):
    for entry in entries:
        for title, inside in entry.items() if isinstance(entry, dict) else [(part, entry)]:
            if isinstance(inside, str):
                yield part, inside
            else:
                yield from _pages(inside or [], title)


def place(text, page):
    """(line, rows): the line of mkdocs.yml, from 1, that the rows become, so that nav names a page.

    text: mkdocs.yml; page: a path below docs/. Raises Problem where nav has no line for each page.
    """
    begin, part = _NAV.search(text), page.rpartition("/")[0]
    rows = takewhile(lambda row: not re.match(r"\w", row), text[begin.end():].split("\n")) if begin else ()
    numbered = enumerate(rows, line_of(text, begin.end()) if begin else 1)
    entries = [(number, entry) for number, row in numbered if (entry := _ENTRY.match(row))]
    if not entries:
        raise Problem(CONFIG, line_of(text, text.find("nav:")), f"nav has no line for each page; add {page} by hand")
    beside = [
        (len(entry["indent"]), number) for number, entry in entries
        if entry["page"] and entry["page"].rpartition("/")[0] == part
    ]
    if beside:   # below the last page of its part; the innermost, as one of them may stand alone above
        indent, number = max(beside)
        return number + 1, [f"{' ' * indent}- {page}"]
    title = part.replace("/", " ").replace("_", " ").capitalize()
    later = [(number, entry) for number, entry in entries if not entry["page"] and entry["title"].strip("\"'").lower() in LAST]
    line, beside = later[0] if later else (entries[-1][0] + 1, entries[0][1])
    indent = beside["indent"]
    return line, [f"{indent}- {title}:", f"{indent}    - {page}"] if part else [f"{indent}- {page}"]
