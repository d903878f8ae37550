"""Reads the formulas of the pages, so that they can be compared with the expressions that the tests prove."""
import operator
import re
from dataclasses import dataclass
from pathlib import Path

import sympy as sp
from algebra import TOKEN, algebra, equal

from press.book.sources import line_of
from press.pages import fences

DOCS = Path(__file__).parent.parent / "docs"

_DISPLAY = re.compile(r"\$\$(?P<tex>(?:(?!\$\$).)*)\$\$(?:[ \t]+\{#(?P<label>[^}]*)\})?", re.DOTALL)
_PIECE = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_RELATION = re.compile(r"=|<|>|\\(?:leq?|geq?|neq?|approx)(?![A-Za-z])")
_SEPARATORS = {",", ";", r"\quad", r"\qquad", r"\\", r"\text"}
_ALIGNMENT = re.compile(rf"\\(?:begin|end)\{{aligned\}}|(?<!\\)&|\\\\(?=[\s&]*(?:{_RELATION.pattern}))")
_SPACE = re.compile(r"(?:(?<!\\)\\[,;:! ]|~|\\(?:left|right)(?![A-Za-z])|\s)+")
_NUMERIC = re.compile(
    r"(?:\\(?:[dt]?frac|sqrt|pi|psi|ln|exp|sin|cdot|times|ldots|operatorname\{erfc?\})(?![A-Za-z])"
    r"|(?<![A-Za-z\\])e(?![A-Za-z])|[\d\s.+\-/^{}()'])+"
)
_DRESS = re.compile(r"[{}()\[\]]|(?<!\d)\s|\s(?!\d)|\\(?=%)|\\(?:pm|mathrm|mathbf|boldsymbol)(?![A-Za-z])")
_BARE = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)?(?:(?:\\cdot|\\times)?10\^[-+]?\d+)?%?")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_FORMULA = re.compile(r"\$\$(?P<display>(?:(?!\$\$).)*)\$\$|(?<!\\)\$(?!\s)(?P<inline>(?:\\.|[^\\$])+?)(?<!\s)\$", re.DOTALL)
_ORDERS = {
    "<": operator.lt, r"\le": operator.le, r"\leq": operator.le, r"\ne": operator.ne,
    ">": operator.gt, r"\ge": operator.ge, r"\geq": operator.ge, r"\neq": operator.ne,
}


@dataclass(frozen=True)
class Labelled:
    """A labelled formula: its page, the line of its first row, its label and its TeX."""

    page: str
    line: int
    label: str
    tex: str


def labelled(page):
    """The labelled formulas of a page, given by its path below docs/."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for match in _DISPLAY.finditer(text):
        if match["label"]:
            tex = match["tex"]
            line = text.count("\n", 0, match.start("tex") + len(tex) - len(tex.lstrip())) + 1
            yield Labelled(page, line, match["label"], tex.strip())


def formulas(text):
    """The formulas of a page's Markdown outside of code and fences: [(line, TeX)]."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match if isinstance(match, str) else match[0])

    for fence in fences.read(text, "")[0]:
        text = text[:fence.start] + blank(text[fence.start:fence.end]) + text[fence.end:]
    text = _CODE.sub(blank, text)
    for match in _FORMULA.finditer(text):
        tex = match[match.lastgroup]
        yield line_of(text, match.start(match.lastgroup) + len(tex) - len(tex.lstrip())), tex.strip()


def chains(tex):
    """The chains of relations in a formula, each a list of sides and relations in turn: [side, relation, side, …]."""
    found, side, depth = [[]], "", 0
    for token in _PIECE.findall(_ALIGNMENT.sub(" ", tex)):
        depth = max(0, depth + (token in {"{", "[", "(", r"\begin"}) - (token in {"}", "]", ")", r"\end"}))
        if depth or not (token in _SEPARATORS or _RELATION.fullmatch(token)):
            side += token
            continue
        found[-1].append(_SPACE.sub(" ", side).strip(" ."))
        side = ""
        if token in _SEPARATORS:
            found.append([])
        else:
            found[-1].append(token)
    found[-1].append(_SPACE.sub(" ", side).strip(" ."))
    return found


def relations_of(tex):
    """Each relation of a formula with its sides: [(side, relation, side)]."""
    return [triple for chain in chains(tex) for triple in zip(chain[::2], chain[1::2], chain[2::2])]


def numeric(side):
    """Whether a side is a calculation with numbers alone. `tests/test_formulas.py` evaluates the relations between such."""
    return bool(_NUMERIC.fullmatch(side) and re.search(r"\d|\\pi|e", side.replace(r"\operatorname", "")))


def bare(side):
    """Whether a side is a number and no more: digits, with a sign, a point, a power of ten or a percent sign."""
    return any(character.isdigit() for character in side) and bool(_BARE.fullmatch(_DRESS.sub("", side)))


def split(tex):
    """The last side of a formula, and what stands before it, as tokens: spacing and the size of brackets mean nothing."""
    found = chains(tex)
    side = found[-1].pop()
    return TOKEN.findall(" ".join(piece for chain in found for piece in chain)), side


def difference(tex, left, expression, opaque=None):
    """What a formula shows other than it should, or nothing. left: TeX up to the last relation. expression: of the last side."""
    before, side = split(tex)
    if before != split(left)[0]:
        return f"{tex} does not begin with {left}"
    try:
        same = equal(algebra(side, opaque), sp.sympify(expression))
    except ValueError as error:
        return f"{side}: {error}"
    return "" if same else f"{side} is not {expression}"


def relations(page):
    """The relations of a page that are true or false by themselves: [(line, side, relation, side)].

    They stand between two sides without symbols, or are equations between two calculations with the same symbols.
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    for line, tex in formulas(text):
        for left, relation, right in relations_of(tex):
            if numeric(left) and numeric(right) or relation == "=" and _alike(left, right):
                yield line, left, relation, right


def _alike(left, right):
    try:
        sides = algebra(left), algebra(right)
    except ValueError:
        return False
    return sides[0].free_symbols == sides[1].free_symbols and not any(side.is_Symbol for side in sides)


def holds(left, relation, right):
    """Whether a relation is true, to the digits that it prints. Raises ValueError where nothing says how exact it is."""
    if relation in _ORDERS:
        return bool(_ORDERS[relation](algebra(left), algebra(right)))
    (one, rough), (other, cut) = _printed(left, relation), _printed(right, relation)
    if one.free_symbols:
        return equal(one, other)
    if relation == r"\approx" and not (rough or cut):
        raise ValueError(f"{left} {relation} {right}: neither side is a number of so many digits")
    return bool(abs(one - other).evalf(30) <= (cut or rough) + 1e-20)


def _printed(side, relation):
    """A side, and how far the truth may be from it: half a unit of the last digit of its decimal number."""
    side = re.sub(r"^10\s*\^", r"1 \\times 10^", side)
    whole = r"|\d+" if relation == r"\approx" and bare(side) else ""
    number = re.search(rf"\d*\.\d+{whole}", side)
    if not number:
        return algebra(side), 0
    before, after = side[:number.start()], side[number.end():].replace(r"\ldots", "")
    half = sp.Rational(1, 2 * 10 ** len(number[0].partition(".")[2]))
    middle = sp.Rational(number[0]) + (half if r"\ldots" in side else 0)   # digits that go on are cut, not rounded
    value = algebra(f"{before}({middle}){after}")
    return value, abs(algebra(f"{before}({middle + half}){after}") - value)
