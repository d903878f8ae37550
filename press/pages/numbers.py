"""The one rule on numbers in prose: what looks measured is from a run, in a formula, or a link to its source.

It looks measured if it is a percentage, a power of ten, or a decimal with three or more significant digits. Free are a
paragraph with `=` or `≈` between numbers, a section whose heading says "by hand", what is below "Exercises".
A formula that is one such number and nothing else is read as if its dollars were not there.
"""
import re

from press.book.sources import line_of
from press.pages.formulas import tex

ADVICE = (
    "looks measured: take it from a run, `{listing.name:.3f}`, put it behind the formula that gives it, or make it the "
    "text of a link to its source; an honest exception says why on the same line, <!-- number: reason -->"
)
FREE = {"sources.md", "changelog.md"}   # pages about sources, and about what was wrong

_MEASURED = re.compile(
    r"(?=\d)(?<![\w.])(?<!\d,)(?<![A-Za-z]-)(?:"   # not within a name, a version or a date
    r"\d[\d.,]*\s?(?:[%‰]|per ?cent\b)"
    r"|(?:\d[\d.]*\s?[×·]\s?)?10(?:\^[-−+]?\d+|[⁻⁺]?[⁰¹²³⁴-⁹]+)|\d[\d.]*[eE][-−+]?\d+"
    r"|(?P<decimal>\d[\d,]*\.\d+)(?![\w.]*\w))"
)
_VERSION = re.compile(
    r"\b(?:Python|NumPy|SciPy|SymPy|Matplotlib|PyTorch|TensorFlow|Keras|JAX|CUDA|[Vv]ersions?|[Ss]ection)\s+$"
)
_BY_HAND = re.compile(r"[\d⁰¹²³⁴-⁹)%]\s*[=≈]\s*[-−(]*\d")
_BARE = re.compile(r"[-+]?\d[\d.]*(?:×10\^[-+]?\d+)?%?|10\^[-+]?\d+")   # as TeX without its dress
_BLOCK = re.compile("p|li|t[dh]|d[dt]|summary|h([1-6])")
_PASSED = re.compile(f"{_BLOCK.pattern}|code|pre")
_SOURCE = re.compile(r"^https?:|\bsources\.md")
_ROW = re.compile("\n|\x02[^\x03]*\x03")   # also at what Markdown has put aside


def measured(text):
    """The numbers in a text that look measured."""
    for match in _MEASURED.finditer(text):
        digits = re.sub(r"\D", "", match["decimal"] or "1.00").lstrip("0")
        if len(digits) > 2 and not _VERSION.search(text, 0, match.start()):
            yield match[0]


def typed(root, page):
    """The measured numbers typed on a page, also in what is said of figures: (line, number). root: its tree."""
    if page.path in FREE:
        return
    for fence in page.fences:
        yield from ((fence.line, number) for said in fence.figures for number in measured(" ".join(said)))
    free = 0   # the level of the heading below which numbers are free, or 0
    for block in root.iter():
        found = _BLOCK.fullmatch(str(block.tag))
        if found and found[1] and not 0 < free < int(found[1]):
            title = _ROW.sub("", "".join(block.itertext())).strip().lower()
            free = int(found[1]) if "by hand" in title or title == "exercises" else 0
        pieces = list(_pieces(block)) if found and not free else []
        seen = "".join(text for text, _ in pieces)
        if any(_MEASURED.search(text) for text, _ in pieces) and not _BY_HAND.search(seen):
            yield from _in_lines(pieces, page.text)


def _in_lines(pieces, source):
    """The measured numbers of some pieces, with their lines; what the source has not the press wrote, and no hand."""
    for row, written in (rows for piece in pieces for rows in zip(*map(_ROW.split, piece))):
        line = line_of(source, source.find(written.strip()))
        if written.strip() in source and "<!-- number:" not in source.split("\n")[line - 1]:
            yield from ((line, number) for number in measured(row))


def _pieces(element):
    """What is seen of a block, without blocks in it: (text, as it is written). A formula is 0, if no bare number."""
    yield element.text or "", element.text or ""
    for child in element:
        if child.get("class") == "arithmatex":
            written = tex(child)[1]
            bare = re.sub(r"\\(?:cdot|times)", "×", re.sub(r"\\,|[{}\s]|\\(?=%)", "", written))
            yield (bare, written) if _BARE.fullmatch(bare) else ("0", "")
        elif child.get("class") == "value":
            yield "0", ""
        elif not _PASSED.fullmatch(str(child.tag)) and not _SOURCE.search(child.get("href", "")):
            yield from _pieces(child)
        yield child.tail or "", child.tail or ""
