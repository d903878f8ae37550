"""The terms of the field: the first use of each in a chapter is a link to its entry, and says what it means.

docs/glossary.md is the one place that has them: `### Name, other name {#anchor}`, and below it what that means.
"""
import functools
import html
import re
import xml.etree.ElementTree as etree

from press.book.sources import DOCS, Problem, line_of, text_of

PAGE = "glossary.md"

_TERM = re.compile(r"^### (?P<names>.+?)[ \t]*(?:\{#(?P<anchor>[\w-]+)\}[ \t]*)?\n\s*(?P<meaning>[^#\n].*)?", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
# Elements, and classes of elements, in which no term is looked for.
_PASSED = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "value", "arithmatex", "admonition-title"}


def _terms(root):
    """The terms of the page: [(names, anchor or "", meaning, line)]."""
    text = text_of(f"{DOCS}/{PAGE}", root)
    for found in _TERM.finditer(text):
        meaning = re.sub("[`*]", "", _LINK.sub(r"\1", found["meaning"] or ""))
        yield re.split(r"\s*,\s*", found["names"]), found["anchor"] or "", meaning, line_of(text, found.start())


def problems(root="."):
    """Terms that no chapter can link to, or that are there twice."""
    seen = {}
    for names, anchor, _, line in _terms(root):
        if not anchor:
            yield Problem(f"{DOCS}/{PAGE}", line, "a term has an address: end its heading with {#name}")
        for name in (*names, f"#{anchor}"):
            if (first := seen.setdefault(name.lower(), line)) != line:
                yield Problem(f"{DOCS}/{PAGE}", line, f"{name} is in line {first} already: keep one of the two")


@functools.lru_cache(maxsize=4)
def _finder(names):
    """What finds one of some names in a text: in the singular or plural, also at the start of a sentence."""
    names = sorted(names, key=len, reverse=True)
    either = "|".join(f"[{re.escape(name[0].lower() + name[0].upper())}]{re.escape(name[1:])}" for name in names)
    return re.compile(rf"(?<![\w-])(?:{either})s?(?![\w-])".replace(r"\ ", r"\s+"))


def mark(root, page):
    """Make a link of the first use of each term in the paragraphs of a page. root: its tree."""
    meant = {name: (anchor, meaning) for names, anchor, meaning, _ in _terms(page.runs.root) for name in names}
    known, left = {name.lower(): term for name, term in meant.items()}, set(meant.values())
    finder = _finder(tuple(meant))

    def cut(text):
        """A text up to its first link, and the links, each with the text behind it."""
        links, at = [etree.Element("none")], 0
        for use in finder.finditer(text or ""):
            name = " ".join(use[0].lower().split())
            term = known.get(name) or known[name.removesuffix("s")]
            if term in left:
                left.remove(term)
                links[-1].tail, at = text[at:use.start()], use.end()
                said = {"class": "term", "href": f"{page.way(PAGE)}#{term[0]}", "title": html.unescape(term[1])}
                links.append(etree.Element("a", said))
                links[-1].text = use[0]
        links[-1].tail = (text or "")[at:]
        return links[0].tail, links[1:]

    def walk(element):
        if not _PASSED & {element.tag, *element.get("class", "").split()}:
            element.text, parts = cut(element.text)
            for child in element:
                walk(child)
                child.tail, links = cut(child.tail)
                parts += [child, *links]
            element[:] = parts

    for paragraph in list(root.iter("p")) if meant else ():
        walk(paragraph)
