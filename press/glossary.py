"""The terms of the field, and where a chapter first uses each of them.

docs/glossary.md is the one place that holds them: a heading `### Name, other name {#anchor}` begins a term, and the line
below it, one sentence in words, is what readers see of it in a chapter. The first use of a term in the paragraphs of a
chapter becomes a link to its entry.
"""
import html
import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

from press import fences, numerals, session

PAGE = "glossary.md"

_TERM = re.compile(r"^### (?P<names>.+?)[ \t]*(?:\{#(?P<anchor>[\w-]+)\})?$", re.MULTILINE)
_BODY = re.compile(r"\s*(?P<meaning>.*)(?P<more>(?:\n(?!#).*)*)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PASSED = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}   # elements in which no term is looked for
_PASSED_CLASSES = {"value", "arithmatex", "admonition-title"}


@dataclass(frozen=True)
class Term:
    """A term: its names, its anchor on the page, the sentence that says what it is, and the line of its heading."""

    names: tuple
    anchor: str
    meaning: str
    line: int


def read(root="."):
    """The terms, in the order of the page, and the problems of the page. Both are empty where there is no such page."""
    path = f"{session.DOCS}/{PAGE}"
    try:
        text = fences.text(path, root)
    except (FileNotFoundError, fences.Unreadable):   # the latter is told elsewhere
        return [], []
    terms, problems, seen = [], [], {}
    for heading in _TERM.finditer(text):
        line = text.count("\n", 0, heading.start()) + 1
        names = tuple(name.strip() for name in heading["names"].split(","))
        body = _BODY.match(text, heading.end())
        meaning = _LINK.sub(r"\1", body["meaning"]).replace("`", "").replace("*", "")
        term = Term(names, heading["anchor"] or "", meaning, line)
        problems += [fences.Problem(path, line, message) for message in _wrong(term, body, seen)]
        seen |= {name.lower(): line for name in (*names, f"#{term.anchor}")}
        terms.append(term)
    return terms, problems


def _wrong(term, body, seen):
    """What is wrong with one term. seen: the names and anchors before it, with their lines."""
    if not term.anchor:
        yield f"{term.names[0]} has no address of its own: end the heading with {{#name}}"
    for name in (*term.names, f"#{term.anchor}"):
        if name.lower() in seen:
            yield f"{name} stands in line {seen[name.lower()]} already: keep one of the two"
    if not term.meaning.endswith(".") or "$" in term.meaning:
        yield f"the line below {term.names[0]} says what it is, in one sentence of words, without a formula: it is shown in chapters"
    if not _LINK.search(body[0]):
        yield f"{term.names[0]} has no link to where the book derives or runs it: add one"


def check(root="."):
    """The problems of the glossary: those of the page, and terms that no chapter uses."""
    terms, problems = read(root)
    chapters = {f"{listing.rpartition('/')[0]}.md" for listing in session.listings(root)}
    prose = ""
    for chapter in sorted(chapters) if terms else ():
        try:
            prose += numerals.read(fences.text(f"{session.DOCS}/{chapter}", root))[0]
        except (FileNotFoundError, fences.Unreadable):   # told elsewhere
            continue
    for term in terms:
        if not pattern([term]).search(prose):
            message = f"no chapter uses {term.names[0]}: take the term out, or add the name by which chapters call it"
            problems.append(fences.Problem(f"{session.DOCS}/{PAGE}", term.line, message))
    return problems


def pattern(terms):
    """What finds a name of some terms in a text: in the singular or plural, also at the start of a sentence."""
    names = sorted((name for term in terms for name in term.names), key=len, reverse=True)
    either = "|".join(f"(?:{re.escape(name[0].lower())}|{re.escape(name[0].upper())}){re.escape(name[1:])}" for name in names)
    return re.compile(rf"(?<![\w-])(?:{either})s?(?![\w-])".replace(r"\ ", r"\s+"))


def mark(root, terms, way):
    """Make a link of the first use of each term in the paragraphs below an element.

    root: the element. terms: the glossary. way: the address of its page, as seen from this one.
    """
    known = {name.lower(): term for term in terms for name in term.names}
    left = {term: True for term in terms}

    def link(found):
        name = " ".join(found.lower().split())
        term = known.get(name) or known[name.removesuffix("s")]
        if not left.pop(term, False):
            return None
        made = etree.Element("a", {"class": "term", "href": f"{way}#{term.anchor}", "title": html.unescape(term.meaning)})
        made.text = found
        return made

    def split(text):
        """The text before the first link, and the links, each with the text behind it as its tail."""
        parts, links, done = text, [], 0
        for match in finder.finditer(text):
            if (made := link(match[0])) is None:
                continue
            if links:
                links[-1].tail = text[done:match.start()]
            else:
                parts = text[:match.start()]
            links.append(made)
            done = match.end()
        if links:
            links[-1].tail = text[done:]
        return parts, links

    def walk(element):
        if element.tag in _PASSED or _PASSED_CLASSES & set(element.get("class", "").split()):
            return
        children = list(element)
        element.text, made = split(element.text or "")
        for place, each in enumerate(made):
            element.insert(place, each)
        for child in children:
            walk(child)
            child.tail, made = split(child.tail or "")
            for place, each in enumerate(made, list(element).index(child) + 1):
                element.insert(place, each)

    if terms:
        finder = pattern(terms)
        for paragraph in list(root.iter("p")):
            walk(paragraph)
