"""What a chapter assumes, and how long it takes.

A chapter names those on which it builds in its front matter, `assumes: [variance/propagation.md]`. Both are shown below
its title, and for all chapters, in their order, where a page has the line `<!-- reading -->`.
"""
import functools
import graphlib
import math
import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

import yaml

from press.book import nav
from press.book.sources import DOCS, Problem, line_of, pages, read, text_of
from press.pages import fences, formulas

# Minutes of a word, a labelled formula, a program with its output, an exercise; and no finer than this is promised.
WORD, FORMULA, PROGRAM, EXERCISE, STEP = 1 / 150, 2, 3, 5, 5

_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6}) (.+?)(?:[ \t]*\{[^}]*\})?[ \t]*$", re.MULTILINE)
_NOT_READ = re.compile(r"<!--.*?-->|<details.*?</details>|\$\$.*?\$\$", re.DOTALL)
_FOLDED = re.compile(r"^\?\?\? .*\n(?:(?: {4}.*)?\n)*", re.MULTILINE)   # what is read by who opens it


@dataclass(frozen=True)
class Facts:
    """A page: its title, its minutes, and what it assumes, or None where it says nothing of that and is no chapter."""

    title: str = ""
    minutes: int = 0
    assumes: tuple | None = None


@functools.lru_cache(maxsize=1024)
def facts(text, programs=0):
    """The Facts of a page's Markdown. Its minutes leave out what is folded. programs: shown besides those it quotes."""
    front, text = _FRONT.match(text), _FOLDED.sub("", text)
    prose = fences.prose(text)[front.end() if front else 0:]
    try:
        matter = yaml.load(front[1], yaml.CSafeLoader) if front else None
    except yaml.YAMLError:   # the generator tells it
        matter = None
    assumes = matter.get("assumes") if isinstance(matter, dict) else None
    title, level, exercises = "", 0, 0   # level: of the heading Exercises, below which there are some
    for mark, heading in _HEADING.findall(prose):
        title = title or heading * (len(mark) == 1)
        exercises += 0 < level < len(mark)
        if len(mark) <= level or not level:
            level = len(mark) if heading.lower() == "exercises" else 0
    words, labelled = _NOT_READ.sub("", prose).split(), formulas.labelled(prose)
    programs += sum(fence.listing != "" and "picture" not in fence.options for fence in fences.read(text, "")[0])
    minutes = WORD * len(words) + FORMULA * len(labelled) + PROGRAM * programs + EXERCISE * exercises
    return Facts(
        title, STEP * math.ceil(minutes / STEP),
        assumes if assumes is None else tuple(map(str, assumes if isinstance(assumes, list) else [assumes])),
    )


def _page(path, root):
    """The Facts of a page, without any where it cannot be read."""
    return facts(text_of(f"{DOCS}/{path}", root))


def below_title(root, page):
    """Say below the title of a chapter what it assumes, and how long it takes. root: its tree."""
    heading, found = root.find("h1"), _page(page.path, page.runs.root)
    if heading is None or found.assumes is None:
        return
    element = etree.Element("p", {"class": "reading", "data-search-exclude": ""})
    element.text = f"About {found.minutes} minutes. It assumes {'' if found.assumes else 'no other chapter.'}"
    for left, path in zip(range(len(found.assumes) - 1, -1, -1), found.assumes):
        link = etree.SubElement(element, "a", {"href": page.way(path)})
        link.text, link.tail = _page(path, page.runs.root).title, ", " if left > 1 else " and " if left else "."
    root.insert(list(root).index(heading) + 1, element)


def problems(root="."):
    """What is wrong with what chapters assume: pages that are not there, and circles."""
    known = pages(root)
    graph = {page: _page(page, root).assumes or () for page in known}
    found = [
        (page, f"it assumes {path}, and there is no such page below {DOCS}/: part/chapter.md")
        for page, assumes in graph.items() for path in set(assumes) - set(known)
    ]
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1][::-1]
        found.append((circle[0], f"a circle, so that nobody could begin: {' assumes '.join(circle)}"))
    for page, message in found:
        text = read(f"{DOCS}/{page}", root)
        yield Problem(f"{DOCS}/{page}", line_of(text, text.find("\nassumes:") + 1), message)


def markdown(root="."):
    """All chapters as a Markdown table, in the order of nav."""
    rows = ["| chapter | assumes | minutes |", "| --- | --- | --- |"]
    for page in (page for _, page in nav.order(root) if page.endswith(".md")):
        if (found := _page(page, root)).assumes is not None:
            links = ", ".join(f"[{_page(path, root).title}]({path})" for path in found.assumes)
            rows.append(f"| [{found.title}]({page}) | {links or 'no other'} | {found.minutes} |")
    return "\n".join(rows)
