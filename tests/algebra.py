"""Reads a side of a formula in TeX as SymPy, and compares expressions by their values."""
import re

import sympy as sp

TOKEN = re.compile(r"\d+(?:\.\d+)?|\\[A-Za-z]+|\S")
_SHORT_FRACTION = re.compile(r"(\\[dt]?frac)\s*(\d)\s*(\d)")
_FUNCTIONS = {r"\ln": sp.log, r"\exp": sp.exp, r"\sin": sp.sin, r"\psi": sp.digamma, "erfc": sp.erfc, "erf": sp.erf}
_NAMES = {"fan_in", "fan_out", "gain", *"alpha beta gamma delta epsilon eta kappa lambda mu rho sigma tau chi omega".split()}
_BREAKS = {"+", "-", ")", "}", "]", "/", r"\right", ""}


def algebra(side, opaque=None):
    """A side of a formula, as SymPy. opaque: TeX that is one symbol → that symbol.

    Raises ValueError where it is not plain algebra.
    """
    parts = []
    for number, (piece, symbol) in enumerate((opaque or {}).items()):
        parts.append(symbol)
        pattern = r"\s*".join(re.escape(token) for token in TOKEN.findall(piece.replace(r"\left", "").replace(r"\right", "")))
        side = re.sub(pattern, rf" \\opaque{chr(97 + number)} ", side)
    reader = _Reader(TOKEN.findall(_SHORT_FRACTION.sub(r"\1{\2}{\3}", side)), parts)
    value = reader.sum()
    if reader.next() != "":
        raise ValueError(f"not plain algebra from {reader.next()!r} on: {side}")
    return value


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
