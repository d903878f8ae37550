"""The fonts of formulas, each with the characters that the pages set in it and no others: a third of their bytes.

Which characters those are follows from KaTeX's own style sheet: an element has the font of the rule that matches its
classes, or that of the element around it.
"""
import base64
import hashlib
import io
import re
from importlib.metadata import version
from pathlib import Path

from lxml import html

from press import session, store
from press.fences import Problem

FOLDER = "assets/katex"   # below docs/, with the whole fonts, and below site/

_RULE = re.compile(r"(?<=})(?P<selectors>\.[^{}]+)\{[^{}]*?\bfont(?:-family)?:[^;{}]*?(?P<family>KaTeX_\w+)")
_MADE_WITH = version("fonttools"), version("brotli"), Path(__file__).read_text(encoding="utf-8")
_FORMULAS = "//*[@class='katex-html']"


def subset_all(site, kept):
    """Subset the fonts of a built site. kept: the store. Raises Problem where a file is no font."""
    whole = Path(session.DOCS, FOLDER)
    rules, used = _rules((whole / "katex.min.css").read_text(encoding="utf-8")), {}
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if 'class="katex-html"' in text:
            for formula in html.document_fromstring(text).xpath(_FORMULAS):
                _gather(formula, {"KaTeX_Main"}, rules, used)
    for path in sorted(whole.glob("fonts/*.woff2")):
        characters = "".join(sorted(used.get(path.name.partition("-")[0], ())))
        (site / FOLDER / "fonts" / path.name).write_bytes(_kept_subset(path, characters, kept))


def _rules(style):
    """What a style sheet says of fonts, as (classes, family): an element that has all these classes is set in it."""
    return [
        (set(selector.partition(">")[0].split()[-1].split(".")[1:]), rule["family"])
        for rule in _RULE.finditer(style) for selector in rule["selectors"].split(",")
    ]


def _gather(element, families, rules, used):
    """Add to `used`, {family: characters}, what an element shows. families: those of the element around it."""
    classes = set((element.get("class") or "").split())
    families = {family for needed, family in rules if needed <= classes} or families
    for text in (element.text, *(child.tail for child in element)):
        for family in families if text else ():
            used.setdefault(family, set()).update(text)
    for child in element:
        _gather(child, families, rules, used)


def _kept_subset(path, characters, kept):
    """A font with these characters and no others, from the store or made."""
    font = path.read_bytes()
    key = store.key("font", hashlib.sha256(font).hexdigest(), characters, *_MADE_WITH)
    done = kept.get(key)
    if done is None:
        try:
            done = base64.b64encode(subset(font, characters)).decode()
        except Exception as error:   # a font can be damaged in more ways than its reader has errors
            raise Problem(path.as_posix(), 1, f"this is no font: {error}") from None
        kept.put(key, done)
    return base64.b64decode(done)


def subset(font, characters):
    """The bytes of a WOFF2 font with these characters and no others."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    made = TTFont(io.BytesIO(font), recalcTimestamp=False)   # its day stays the day of the whole font
    cut = Subsetter(Options(hinting=False))   # which is for screens of few pixels, and a fifth of the bytes
    cut.populate(text=characters)
    cut.subset(made)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()
