"""What a chapter assumes, and how long it takes to read.

A chapter names the chapters that it builds on in its front matter, `assumes: [variance/propagation.md]`. Both stand under
its title, and a page takes all of them, in the order of `nav`, where it has the line `<!-- reading -->`.
"""
import graphlib
import math
import posixpath
import re

import yaml

from press import fences, numerals, session

WORDS = 180       # a minute, of a text that is thought about
FORMULA = 1 / 2   # minutes for a display formula
LISTING = 3 / 2   # minutes for a program with what it printed and drew
STEP = 5          # minutes: nothing finer can be promised

_NAV = re.compile(r"^ +- (?:[^\n:]*: )?([\w/]+\.md)$", re.MULTILINE)


def assumes(text):
    """What the front matter of a page names, or None where it says nothing."""
    front = fences.FRONT.match(text)
    try:
        found = yaml.safe_load(front[1]) if front else None
    except yaml.YAMLError:   # `fences.front` tells it with its line
        return None
    named = found.get("assumes") if isinstance(found, dict) else None
    return named if named is None or isinstance(named, list) else [named]


def minutes(text):
    """How long the Markdown of a chapter takes, in minutes, rounded up to the next step."""
    words, formulas = len(numerals.read(text)[0].split()), text.count("$$") // 2
    listings = sum(bool(fence.quotation) for fence in fences.read(text, "")[0])
    return STEP * math.ceil((words / WORDS + formulas * FORMULA + listings * LISTING) / STEP)


def title(text):
    """The heading of a page."""
    found = re.search(r"^# (.+?)(?: \{#[\w-]+\})?$", text, re.MULTILINE)
    return found[1] if found else ""


def head(page, root="."):
    """What stands under the title of a page: (the chapters it assumes, as (path, title), and its minutes), or None."""
    pages = _pages(root)
    named = assumes(pages.get(page, ""))
    if named is None:
        return None
    return [(each, title(pages[each])) for each in named if each in pages], minutes(pages[page])


def check(root="."):
    """The problems of what chapters assume: each is a chapter, and none assumes itself by a detour."""
    pages, problems, graph = _pages(root), [], {}
    for page, text in pages.items():
        named = assumes(text)
        if named is None:
            continue
        graph[page] = named
        for each in graph[page]:
            if each not in pages or assumes(pages[each]) is None:
                message = f"it assumes {each}, which is no chapter: name one of docs/ that says what it assumes itself"
                problems.append(_problem(page, text, message))
    if problems:
        return problems
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1][::-1]
        return [_problem(circle[0], pages[circle[0]], f"a circle, so that nobody could begin: {' assumes '.join(circle)}")]
    return []


def markdown(root="."):
    """All chapters as a Markdown table, in the order of nav."""
    pages = _pages(root)
    rows = ["| chapter | assumes | minutes |", "| --- | --- | --- |"]
    for page in _NAV.findall(fences.text("mkdocs.yml", root)):
        if (named := assumes(pages.get(page, ""))) is not None:
            links = ", ".join(f"[{title(pages[each])}]({each})" for each in named if each in pages)
            rows.append(f"| [{title(pages[page])}]({page}) | {links or 'no other'} | {minutes(pages[page])} |")
    return "\n".join(rows)


def _pages(root):
    """The pages of docs/ that can be read: {path: text}."""
    pages = {}
    for page in fences.pages(posixpath.join(root, session.DOCS)):
        try:
            pages[page] = fences.text(f"{session.DOCS}/{page}", root)
        except (FileNotFoundError, fences.Unreadable):   # told elsewhere
            continue
    return pages


def _problem(page, text, message):
    at = text.find("\nassumes:")
    return fences.Problem(f"{session.DOCS}/{page}", text.count("\n", 0, at + 1) + 1, message)
