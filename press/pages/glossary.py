"""The terms of the field: the first use of each in a chapter is a link to its entry, and says what it means.

docs/glossary.md is the one place that has them: `### Name, other name {#anchor}`, and below it what that means.
"""
import functools
import html
import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

from press.book import sources

PAGE = "glossary.md"

_TERM = re.compile(r"^### (?P<names>.+?)[ \t]*(?:\{#(?P<anchor>[\w-]+)\}[ \t]*)?\n\s*(?P<meaning>[^#\n].*)?", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PASSED = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}   # elements in which no term is looked for
_PASSED_CLASSES = {"value", "arithmatex", "admonition-title"}


@dataclass(frozen=True)
class Term:
    """A term: its names, its anchor on the page, what it means, in words, and its line."""

    names: tuple
    anchor: str
    meaning: str
    line: int


def read(root="."):
    """The terms, in the order of the page; none where there is no such page."""
    try:
        return _read(sources.read(f"{sources.DOCS}/{PAGE}", root))
    except (FileNotFoundError, sources.Unreadable):   # the latter is told elsewhere
        return ()


@functools.lru_cache(maxsize=4)
def _read(text):
    terms = []
    for found in _TERM.finditer(text):
        names = tuple(name.strip() for name in found["names"].split(","))
        meaning = re.sub("[`*]", "", _LINK.sub(r"\1", found["meaning"] or ""))
        terms.append(Term(names, found["anchor"] or "", meaning, sources.line_of(text, found.start())))
    return tuple(terms)


def problems(root="."):
    """Terms that no chapter can link to, or that are there twice."""
    path, seen = f"{sources.DOCS}/{PAGE}", {}
    for term in read(root):
        if not term.anchor:
            yield sources.Problem(path, term.line, "a term has an address: end its heading with {#name}")
        for name in (*term.names, f"#{term.anchor}"):
            if seen.setdefault(name.lower(), term) != term:
                line = seen[name.lower()].line
                yield sources.Problem(path, term.line, f"{name} is in line {line} already: keep one of the two")


@functools.lru_cache(maxsize=4)
def _finder(terms):
    """What finds a name of some terms in a text: in the singular or plural, also at the start of a sentence."""
    names = sorted((name for term in terms for name in term.names), key=len, reverse=True)
    either = "|".join(f"[{re.escape(name[0].lower() + name[0].upper())}]{re.escape(name[1:])}" for name in names)
    return re.compile(rf"(?<![\w-])(?:{either})s?(?![\w-])".replace(r"\ ", r"\s+"))


def mark(root, terms, way):
    """Make a link of the first use of each term in the paragraphs below an element.

    root: the element. terms: a tuple of Term. way: the address of the glossary, as seen from this page.
    """
    known, left = {name.lower(): term for term in terms for name in term.names}, set(terms)

    def term(match):
        name = " ".join(match[0].lower().split())
        return known.get(name) or known[name.removesuffix("s")]

    def link(parent, place, holder, text):
        """Put the links of a text, the `text` or `tail` of its holder, into the parent, from a place on."""
        while match := next((use for use in finder.finditer(getattr(holder, text) or "") if term(use) in left), None):
            found = term(match)
            left.remove(found)
            said = {"class": "term", "href": f"{way}#{found.anchor}", "title": html.unescape(found.meaning)}
            parent.insert(place, etree.Element("a", said))
            setattr(holder, text, match.string[:match.start()])
            place, holder, text = place + 1, parent[place], "tail"
            holder.text, holder.tail = match[0], match.string[match.end():]

    def walk(element):
        if element.tag not in _PASSED and not _PASSED_CLASSES & set(element.get("class", "").split()):
            children = list(element)
            link(element, 0, element, "text")
            for child in children:
                walk(child)
                link(element, list(element).index(child) + 1, child, "tail")

    finder = _finder(terms)
    for paragraph in list(root.iter("p")) if terms else ():
        walk(paragraph)
