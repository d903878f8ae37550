"""Formulas: TeX as HTML for the eye and MathML for screen readers, set by KaTeX while the page is."""
import atexit
import html as markup
import json
import re
import unicodedata
from functools import cache
from pathlib import Path

from markdown.util import AtomicString

from press.book.sources import line_of
from press.run.cache import key

KATEX = Path(__file__).parent / "katex"
ASIDE = "<!--press-->", "<!--/press-->"   # around what no search reads

_SET = """
(formulas, macros) => JSON.stringify(formulas.map(([tex, displayMode]) => {
    const options = {displayMode, output: "htmlAndMathml", throwOnError: true, strict: "error", macros: {...macros}};
    const apart = (html) => html.replaceAll('</span><span class="katex-base">', '</span><wbr><span class="katex-base">');
    try { return {html: apart(katex.renderToString(tex, options))} }
    catch (error) { return {error: error.message.replace("KaTeX parse error: ", "")} }
}))
"""
_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"   # an argument, which holds braces in braces in braces
_REFUSED = "#cc0000"   # the color in which KaTeX prints a command that it does not trust

# In a source the label is behind its formula; within it, it stays with the formula while Markdown reads the page.
_BEHIND = re.compile(r"\$\$[ \t]*\{#(?P<label>[^}\s]*)\}[ \t]*$", re.MULTILINE)
_WITHIN = re.compile(r"\\label\{([^}]*)\}\s*")
_LABELLED = re.compile(r"\$\$(?P<tex>(?:(?!\$\$).)*?)" + _BEHIND.pattern, re.DOTALL | re.MULTILINE)
_SIGNS = {
    "approx": "≈", "cdot": "·", "times": "×", "le": "≤", "ge": "≥", "ne": "≠", "sqrt": "√", "infty": "∞", "to": "→", "pm": "±",
    "sum": "Σ", "prod": "∏", "ldots": "…", "dots": "…", "cdots": "…", "sim": "∼", "partial": "∂", "in": "∈",
}
_POWERS = str.maketrans("0123456789-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ")


class FormulaError(ValueError):
    """A formula that cannot be set, with KaTeX's reason."""


@cache
def _sources():
    """KaTeX, the macros of this book as JSON, and the key of what both make of a formula."""
    script, macros = ((KATEX / name).read_text(encoding="utf-8") for name in ("katex.min.js", "macros.json"))
    return script, macros, key(script, macros, _SET)


@cache
def _engine():
    """KaTeX in a JavaScript engine of this process. Started by the first formula that is not kept."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    atexit.register(engine.close)   # left to the end of the interpreter, its thread would be waited for in vain
    engine.eval(_sources()[0])
    return engine


def html(formulas, kept):
    """Formulas as HTML with MathML. formulas: a list of (tex, whether it is displayed). kept: the Cache.

    Returns a list with the HTML of each, or the FormulaError of one that cannot be set.
    """
    _, macros, version = _sources()
    keys = {formula: key("formula", formula[0], str(formula[1]), version) for formula in formulas}
    made = {formula: kept.get(name) for formula, name in keys.items()}
    if new := [formula for formula, found in made.items() if found is None]:
        # The call is written out as JSON, which is JavaScript: nothing of a formula is ever run.
        for formula, answer in zip(new, json.loads(_engine().eval(f"({_SET})({json.dumps(new)}, {macros})"))):
            if _REFUSED in answer.get("html", ""):
                answer = {"error": "KaTeX does not set this command here"}
            made[formula] = answer
            kept.put(keys[formula], answer)
    return [made[formula].get("html") or FormulaError(made[formula]["error"]) for formula in formulas]


def expanded(tex):
    """A formula without the macros of this book, for whoever does not know them."""
    for name, meaning in json.loads(_sources()[1]).items():
        pattern = re.compile(re.escape(name) + r"(?![A-Za-z])" + rf"\s*{_GROUP}" * meaning.count("#"))
        while pattern.search(tex):
            tex = pattern.sub(lambda match: re.sub(r"#(\d)", lambda place: match[int(place[1])], meaning), tex)
    return tex


def labelled(text):
    """The labelled formulas of a page's Markdown, in their order: [(label, TeX, line of the label)]."""
    return [
        (match["label"], re.sub(r"(?m)^[ \t>]+", "", match["tex"]).strip(), line_of(text, match.end()))
        for match in _LABELLED.finditer(text)
    ]


def plain(formula):
    """A formula as one would type it: "σ² = 2/fan_in"."""
    def word(match):
        try:
            return _SIGNS.get(match[1]) or unicodedata.lookup(f"GREEK SMALL LETTER {match[1]}")
        except KeyError:   # a function, or the shape of letters, spaces and brackets
            return match[1] if match[1] in ("ln", "exp", "max", "min", "log") else ""

    text = re.sub(r"\\[,;:! ]|\\q?quad\b|\\displaystyle\b", " ", expanded(formula))
    text = re.sub(r"\\[dt]?frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))", r"\1\2/\3\4", text)
    text = re.sub(r"\\sqrt\{(\w*[-+/ ][^{}]*)\}", r"\\sqrt(\1)", text)
    text = re.sub(r"\\([A-Za-z]+)", word, text)
    text = re.sub(r"\^\{([-0-9n]+)\}|\^([0-9n])", lambda power: (power[1] or power[2]).translate(_POWERS), text)
    return " ".join(re.sub(r"[{}\\]", "", text).split())


def with_labels(text):
    """A page's Markdown with the label of each formula within it, line for line."""
    return _BEHIND.sub(lambda match: f"\\label{{{match['label']}}}$$", text)


def tex(element):
    """The label of a formula's element, or "", and its TeX."""
    found = markup.unescape(element.text)[2:-2]
    return "".join(_WITHIN.findall(found)), _WITHIN.sub("", found).strip()


def place(root, page):
    """Set what `arithmatex` found between dollars on a page. root: its tree."""
    for level in range(1, 7):
        for element in root.iterfind(f".//h{level}//*[@class='arithmatex']"):
            page.problem(tex(element)[1], "a heading holds no formula, which no search finds: say it in words")
    elements, number = root.findall(".//*[@class='arithmatex']"), 0
    read = [tex(element) for element in elements]
    made = html([(formula, element.tag == "div") for element, (_, formula) in zip(elements, read)], page.runs.cache)
    for element, (label, formula), done in zip(elements, read, made):
        if not formula or isinstance(done, FormulaError):
            why = done if formula else "it is empty"
            page.problem(formula.split("\n")[0] or "$$", f"this formula cannot be set: {why}")
            done = f"<code>{markup.escape(formula)}</code>"
        element.set("data-search-exclude", "")
        if label:
            if not label.startswith("eq-"):
                page.problem("{#" + label, 'the label of a formula begins with "eq-": {#eq-chapter-name}')
            number += 1
            element.set("id", label)
            element.set("class", "arithmatex labelled")
            where = f'href="#{label}" aria-label="Link to equation {number}"'
            done += f'<a class="equation-number" {where}>({number})</a>'
        element.text = AtomicString(page.md.htmlStash.store(done.join(ASIDE)))
