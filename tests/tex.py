"""Reads the formulas of the pages, so that they can be compared with the expressions that the tests prove."""
import operator
import re
from dataclasses import dataclass
from pathlib import Path

import sympy as sp

from press import numerals

DOCS = Path(__file__).parent.parent / "docs"

_DISPLAY = re.compile(r"\$\$(?P<tex>(?:(?!\$\$).)*)\$\$(?:[ \t]+\{#(?P<label>[^}]*)\})?", re.DOTALL)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|\\[A-Za-z]+|\S")
_SHORT_FRACTION = re.compile(r"(\\[dt]?frac)\s*(\d)\s*(\d)")
_ORDERS = {
    "<": operator.lt, r"\le": operator.le, r"\leq": operator.le, r"\ne": operator.ne,
    ">": operator.gt, r"\ge": operator.ge, r"\geq": operator.ge, r"\neq": operator.ne,
}
_FUNCTIONS = {r"\ln": sp.log, r"\exp": sp.exp, r"\psi": sp.digamma, "erfc": sp.erfc, "erf": sp.erf}
_NAMES = {"fan_in", "fan_out", "gain", *"alpha beta gamma delta epsilon eta kappa lambda mu rho sigma tau chi omega".split()}
_BREAKS = {"+", "-", ")", "}", "]", "/", r"\right", ""}


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


def split(tex):
    """The last side of a formula, and what stands before it, as tokens: spacing and the size of brackets mean nothing."""
    chains = numerals.chains(tex)
    side = chains[-1].pop()
    return _TOKEN.findall(" ".join(piece for chain in chains for piece in chain)), side


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


def algebra(side, opaque=None):
    """A side of a formula, as SymPy. opaque: TeX that is one symbol → that symbol.

    Raises ValueError where it is not plain algebra.
    """
    parts = []
    for number, (piece, symbol) in enumerate((opaque or {}).items()):
        parts.append(symbol)
        pattern = r"\s*".join(re.escape(token) for token in _TOKEN.findall(piece.replace(r"\left", "").replace(r"\right", "")))
        side = re.sub(pattern, rf" \\opaque{chr(97 + number)} ", side)
    reader = _Reader(_TOKEN.findall(_SHORT_FRACTION.sub(r"\1{\2}{\3}", side)), parts)
    value = reader.sum()
    if reader.next() != "":
        raise ValueError(f"not plain algebra from {reader.next()!r} on: {side}")
    return value


def relations(page):
    """The relations of a page that are true or false by themselves: [(line, side, relation, side)].

    They stand between two sides without symbols, or are equations between two calculations with the same symbols.
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    for offset, tex in numerals.read(text)[1]:
        line = text.count("\n", 0, offset) + 1
        for left, relation, right in numerals.relations(tex):
            if numerals.numeric(left) and numerals.numeric(right) or relation == "=" and _alike(left, right):
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
    whole = r"|\d+" if relation == r"\approx" and numerals.bare(side) else ""
    number = re.search(rf"\d*\.\d+{whole}", side)
    if not number:
        return algebra(side), 0
    before, after = side[:number.start()], side[number.end():].replace(r"\ldots", "")
    half = sp.Rational(1, 2 * 10 ** len(number[0].partition(".")[2]))
    middle = sp.Rational(number[0]) + (half if r"\ldots" in side else 0)   # digits that go on are cut, not rounded
    value = algebra(f"{before}({middle}){after}")
    return value, abs(algebra(f"{before}({middle + half}){after}") - value)


def equal(one, other):
    """Whether two expressions are equal wherever their symbols, matched by name, are positive numbers."""
    names = sorted({symbol.name for expression in (one, other) for symbol in expression.free_symbols})
    for shift in (3, 5, 7):
        numbers = {name: sp.Rational(shift, 2) + sp.sqrt(sp.prime(place + shift)) for place, name in enumerate(names)}
        first, second = (
            expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}).evalf(30)
            for expression in (one, other)
        )
        if not abs(first - second) < 1e-20 * (1 + abs(first)):
            return False
    return True


class _Reader:
    """Sums, products by juxtaposition, fractions, roots, powers and a few functions."""

    def __init__(self, tokens, opaque):
        self.tokens, self.opaque = tokens, opaque

    def next(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, wanted=None):
        token = self.next()
        if wanted not in (None, token):
            raise ValueError(f"expected {wanted!r}, found {token!r}")
        self.tokens = self.tokens[1:]
        return token

    def sum(self):
        sign = self.take() if self.next() in ("+", "-") else "+"
        total = self.product() * (-1 if sign == "-" else 1)
        while self.next() in ("+", "-"):
            sign = self.take()
            total += self.product() * (-1 if sign == "-" else 1)
        return total

    def product(self):
        value = self.factor()
        while self.next() not in _BREAKS or self.next() == "/":
            if self.next() in (r"\cdot", r"\times"):
                self.take()
            if self.next() == "/":
                self.take()
                value /= self.factor()
            else:
                value *= self.factor()
        return value

    def factor(self):
        value = self.atom()
        if self.next() == "^":
            self.take()
            value **= self.group()
        return value

    def group(self):
        if self.next() != "{":
            if len(self.next()) > 1 and self.next()[0].isdigit():
                raise ValueError(f"TeX takes one digit of {self.next()}: put it in braces")
            return self.atom()
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def bracket(self):
        self.take("(")
        value = self.sum()
        self.take(")")
        return value

    def argument(self):
        return self.bracket() if self.next() == "(" else self.factor()

    def atom(self):
        token = self.next()
        if token == "(":
            return self.bracket()
        if token == "{":
            return self.group()
        if token in _BREAKS:
            raise ValueError(f"something is missing before {token!r}")
        self.take()
        if token.startswith(r"\opaque"):
            return self.opaque[ord(token[-1]) - 97]
        if token[0].isdigit():
            return sp.Rational(token)
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            return self.group() / self.group()
        if token == r"\sqrt":
            return sp.sqrt(self.group())
        if token == r"\pi":
            return sp.pi
        if token == r"\psi" and self.next() == "'":
            self.take()
            return sp.polygamma(1, self.argument())
        if token == r"\operatorname":
            self.take("{")
            token = ""
            while self.next() != "}":
                token += self.take()
            self.take("}")
        if token in _FUNCTIONS:
            return _FUNCTIONS[token](self.argument())
        if token == "e" and self.next() != "_":
            return sp.E
        return self.symbol(token)

    def symbol(self, token):
        name = {r"\fanin": "fan_in", r"\fanout": "fan_out", r"\gain": "gain"}.get(token, token.removeprefix("\\"))
        if not re.fullmatch(r"[A-Za-z]", name) and name not in _NAMES:
            raise ValueError(f"{token!r} is not a symbol")
        if self.next() == "_":
            self.take()
            part = self.take()
            if part == "{":
                part = ""
                while self.next() != "}":
                    part += self.take().removeprefix("\\")
                self.take("}")
            name += "_" + part.removeprefix("\\")
        return sp.Symbol(name, positive=True)
