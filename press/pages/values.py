"""Values: `{listing.name:format}` in the text becomes what the listing's run computed."""
import re
import xml.etree.ElementTree as etree

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from press.book.sources import SNIPPETS, Problem

ROUNDED = 1 / 3   # of a value, that a format may take from it or add: a power of ten is printed with one digit

_VALUE = re.compile(
    r"(?P<listing>\w+(?:/\w+)*)\.(?P<name>[A-Za-z_]\w*)(?P<entries>(?:\[[^\]]*\])*)"
    r"(?::(?P<format>,?(?:\.\d{1,2})?[defgEG%]?))?"   # no fill, which could add digits, and no base but ten
)


def text(source, page, runs):
    """A value as Python prints it. source: listing.name:format. page: the page that asks, below docs/. runs: the Runs.

    Raises LookupError, ValueError or OverflowError, which say what is wrong with the request, and the Failure or
    Unreadable of the listing.
    """
    match = _VALUE.fullmatch(source)
    if not match:
        raise ValueError("write it as {listing.name:format}, as in {growth.rate:.3f}")
    listing, name = match["listing"], match["name"]
    file = f"{listing if '/' in listing else page.removesuffix('.md') + '/' + listing}.py"
    try:
        run = runs.run(file)
    except FileNotFoundError:
        raise LookupError(f"there is no {SNIPPETS}/{file}") from None
    if name in run.unkept:
        raise LookupError(f"{name} of {SNIPPETS}/{file} cannot be kept: {run.unkept[name]}")
    if name not in run.values:
        raise LookupError(f"{SNIPPETS}/{file} leaves no value named {name}")
    found = run.values[name]
    for entry in re.findall(r"\[([^\]]*)\]", match["entries"]):
        entry = entry.strip("\"'")   # a key may have the quotes that it has in the program
        try:
            found = found[int(entry) if isinstance(found, list) else entry]
        except (LookupError, ValueError, TypeError):
            raise LookupError(f"{name} has no entry [{entry}]") from None
    return _formatted(name, found, match["format"] or "")


def _formatted(name, value, spec):
    """A value in a format that does not make another number of it."""
    for wrong, why in (
        (isinstance(value, list | dict), f"is a collection: name one entry, {name}[…]"),
        (isinstance(value, str) and spec, "is a text, which has no format"),
        (str(value) in ("None", "nan", "inf", "-inf"), f"is {value}: no number to print"),
    ):
        if wrong:
            raise ValueError(f"{name} {why}")
    printed = format(value, spec)
    if isinstance(value, str) or isinstance(value, bool) and not spec:
        return printed
    number = float(printed.replace(",", "").removesuffix("%")) / (100 if printed.endswith("%") else 1)
    if abs(number - value) > ROUNDED * abs(value):
        raise ValueError(f"{name} is {value}, and {printed} is another number: print more digits")
    return printed if number else printed.removeprefix("-")   # zero has no sign


def typeset(printed):
    """A printed value as it is set: (digits, with a minus sign; the exponent of a power of ten, or "")."""
    number = re.fullmatch(r"(-?[\d.,]+%?)(?:[eE]\+?(-?)0*(\d+))?", printed)
    if not number:
        return printed, ""
    digits, minus, exponent = number.groups(default="")
    return digits.replace("-", "−"), minus.replace("-", "−") + exponent


class Values(InlineProcessor):
    """Puts values into the text, in front of Markdown's own code between backticks."""

    def __init__(self, md):
        super().__init__(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", md)   # code, as Markdown has it

    def handleMatch(self, match, data):
        asked = re.fullmatch(r"`\{([^{}]+)\}`", match[0])
        if not asked:   # it is code, also `` `{a.b}` ``
            return None, None, None
        page, element = self.md.press, etree.Element("span", {"class": "value"})
        try:
            digits, exponent = typeset(text(asked[1], page.path, page.runs))
        except Problem as failure:   # told where the listing is quoted; here the number is missing
            digits, exponent = f"({failure.path} has no run)", ""
        except (LookupError, ValueError, OverflowError) as error:
            page.problem(match[0], f"{match[0]}: {error.args[0]}")
            digits, exponent = "?", ""
        element.text = AtomicString(f"{digits} × 10" if exponent else digits)
        if exponent:
            etree.SubElement(element, "sup").text = AtomicString(exponent)
        return element, match.start(0), match.end(0)
