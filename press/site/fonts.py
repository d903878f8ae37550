"""The fonts of formulas, each with the characters that the pages set in it and no others: a third of their bytes.

Which those are follows from KaTeX's style sheet: an element has the font of the rule that matches its classes, or that
of the element around it.
"""
import io
import re
from importlib.metadata import version
from itertools import product
from pathlib import Path

from lxml import html

from press.book.sources import DOCS, Problem
from press.site import kept, kept_bytes

FOLDER = "assets/katex"   # below docs/, with the whole fonts, and below the site

_RULE = re.compile(r"(?<=})(?P<selectors>\.[^{}]+)\{[^{}]*?\bfont(?:-family)?:[^;{}]*?(?P<family>KaTeX_\w+)")


def characters(content, cache, root="."):
    """What the formulas in some HTML show, as {family: characters}."""
    style = Path(root, DOCS, FOLDER, "katex.min.css").read_text(encoding="utf-8")
    return kept(cache, ("characters", content, style), lambda: _characters(content, style))


def _characters(content, style):
    rules = [   # an element that has all of the classes is set in the family
        (set(selector.partition(">")[0].split()[-1].split(".")[1:]), rule["family"])
        for rule in _RULE.finditer(style) for selector in rule["selectors"].split(",")
    ]
    used = {}
    for formula in html.fragment_fromstring(content, create_parent=True).find_class("katex-html"):
        for family, text in _texts(formula, {"KaTeX_Main"}, rules):
            used.setdefault(family, set()).update(text)
    return {family: "".join(sorted(shown)) for family, shown in used.items()}


def _texts(element, families, rules):
    """What an element shows, as pairs of a family and a text. families: those of the element around it."""
    classes = set(element.get("class", "").split())
    families = {family for needed, family in rules if needed <= classes} or families
    yield from product(families, filter(None, (element.text, *(child.tail for child in element))))
    for child in element:
        yield from _texts(child, families, rules)


def write(site, used, cache, root="."):
    """Put the subsets into a built site. used: what `characters` found on each page. Raises Problem.

    A font that no page uses stays whole: no browser asks for it.
    """
    made_with = version("fonttools"), version("brotli")
    for path in sorted(Path(root, DOCS, FOLDER).glob("fonts/*.woff2")):
        font, family = path.read_bytes(), path.name.partition("-")[0]
        shown = "".join(sorted(set().union(*(page.get(family, "") for page in used))))
        if not shown.strip():
            continue
        try:
            parts = "font", font, shown, *made_with
            made = kept_bytes(cache, parts, lambda: subset(font, shown))
        except Exception as error:   # a font can be damaged in more ways than its reader has errors
            raise Problem(path.relative_to(root).as_posix(), 1, f"this is no font: {error}") from None
        (site / FOLDER / "fonts" / path.name).write_bytes(made)


def subset(font, shown, features=()):
    """The bytes of a font, packed as WOFF2, with these characters and no others. features: of OpenType, such as "kern"."""
    from fontTools.subset import Options, Subsetter   # late: most builds need no new subset
    from fontTools.ttLib import TTFont

    made, packed = TTFont(io.BytesIO(font), recalcTimestamp=False), io.BytesIO()   # of the day of the whole font
    # Hints are for screens of few pixels, and a fifth of the bytes. Of the names only those of its makers and their license
    # stay: that of a font is reserved, often, for the whole one.
    cut = Subsetter(Options(hinting=False, name_IDs=[0, 13, 14], layout_features=[*features]))
    cut.options.drop_tables = [*cut.options.drop_tables, "FFTM"]   # the day on which it was drawn
    cut.populate(text=shown)
    cut.subset(made)
    made.flavor = "woff2"
    made.save(packed)
    return packed.getvalue()
