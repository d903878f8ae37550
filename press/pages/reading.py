"""What a chapter assumes, and how long it takes.

A chapter names those on which it builds in its front matter, `assumes: [variance/propagation.md]`. Both are shown below
its title, and for all chapters, in their order, where a page has the line `<!-- reading -->`.
"""
import functools
import graphlib
import math
import re
from dataclasses import dataclass

import yaml

from press.book import nav
from press.book.sources import DOCS, Problem, Unreadable, line_of, pages, read
from press.pages import fences, formulas

# Minutes of a word, a labelled formula, a program with its output, an exercise; and no finer than this is promised.
WORD, FORMULA, PROGRAM, EXERCISE, STEP = 1 / 150, 2, 3, 5, 5

_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6}) (.+?)(?:[ \t]*\{[^}]*\})?[ \t]*$", re.MULTILINE)
_NOT_READ = re.compile(r"<!--.*?-->|\$\$.*?\$\$", re.DOTALL)


@dataclass(frozen=True)
class Facts:
    """A page: its title, its minutes, and what it assumes, or None where it says nothing of that and is no chapter."""

    title: str
    minutes: int
    assumes: tuple | None


@functools.lru_cache(maxsize=1024)
def facts(text):
    """The Facts of a page's Markdown."""
    front, prose = _FRONT.match(text), fences.prose(text)
    try:
        matter = yaml.load(front[1], yaml.CSafeLoader) if front else None
    except yaml.YAMLError:   # the generator tells it
        matter = None
    assumes = matter.get("assumes") if isinstance(matter, dict) else None
    if assumes is not None:
        assumes = tuple(map(str, assumes if isinstance(assumes, list) else [assumes]))
    title, level, exercises = "", 0, 0   # level: of the heading Exercises, below which there are some
    for mark, heading in _HEADING.findall(prose[front.end() if front else 0:]):
        title = title or heading * (len(mark) == 1)
        exercises += 0 < level < len(mark)
        if len(mark) <= level or not level:
            level = len(mark) if heading.lower() == "exercises" else 0
    words = len(_NOT_READ.sub("", prose[front.end() if front else 0:]).split())
    programs = sum(bool(fence.listing) for fence in fences.read(text, "")[0])
    minutes = WORD * words + FORMULA * len(formulas.labelled(prose)) + PROGRAM * programs + EXERCISE * exercises
    return Facts(title, STEP * math.ceil(minutes / STEP), assumes)


def _page(path, root):
    """The Facts of a page, without any where it cannot be read, which is told elsewhere."""
    try:
        return facts(read(f"{DOCS}/{path}", root))
    except (FileNotFoundError, Unreadable):
        return Facts("", 0, None)


def head(page, root="."):
    """Below the title of a chapter: ([(path, title) of what it assumes], minutes). None where it is no chapter."""
    found = _page(page, root)
    if found.assumes is None:
        return None
    return [(path, _page(path, root).title) for path in found.assumes], found.minutes


def problems(root="."):
    """What is wrong with what chapters assume: pages that are not there, and circles."""
    known = pages(root)
    graph = {page: found.assumes for page in known if (found := _page(page, root)).assumes}
    for page, assumes in graph.items():
        for path in set(assumes) - set(known):
            yield _problem(page, root, f"it assumes {path}, and there is no such page below {DOCS}/: part/chapter.md")
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1][::-1]
        yield _problem(circle[0], root, f"a circle, so that nobody could begin: {' assumes '.join(circle)}")


def _problem(page, root, message):
    text = read(f"{DOCS}/{page}", root)
    return Problem(f"{DOCS}/{page}", line_of(text, text.find("\nassumes:") + 1), message)


def markdown(root="."):
    """All chapters as a Markdown table, in the order of nav."""
    rows = ["| chapter | assumes | minutes |", "| --- | --- | --- |"]
    for page, found in [(page, head(page, root)) for _, page in nav.order(root) if page.endswith(".md")]:
        if found:
            links = ", ".join(f"[{title}]({path})" for path, title in found[0])
            rows.append(f"| [{_page(page, root).title}]({page}) | {links or 'no other'} | {found[1]} |")
    return "\n".join(rows)
