"""The rule on numbers: what looks measured comes from a run, is in a formula, or is the text of a link to its source."""
import pytest
from typesetting import book   # noqa: F401

from press.pages import numbers


@pytest.mark.parametrize("text", [
    "thirty layers of 256 units, 1,374 in all, at a rate of 0.1, 0.05 or 1.5", "1/2 and 3/4", "on 2025-01-31", "1. One\n2. Two",
    "version 1.6.1, Python 3.11", "float16, ResNet-50, GPT-3.75, v2.125", "`0.708` and ``94 %``", "$x = 0.708$", "$2^{-30}$, $0.5$",
    "[94 % of them](../sources.md#he2015)", "[0.708](https://example.org)", "0.708 is so <!-- number: the title has it -->",
    "its square is (49 + 1.125) / 4 = 12.53, by hand", "$1/\\sqrt2$ ≈ 0.707", "## By hand\n\nIt is 0.708.",
    "## Exercises\n\n### One\n\nIt is 0.708.\n\nAnd 94 %.", "```text\n0.708 and 94 %\n```", "| a | b |\n| - | - |\n| 0.71 | 9 |",
])
def test_free(book, text):
    assert book.set(text)[1] == []


@pytest.mark.parametrize(("text", "found"), [
    *((f"about {number} of it.", number) for number in ("94 %", "94%", "10 per cent", "12.5 percent", "0.708", "1,234.5")),
    *((f"about {number} of it.", number) for number in ("5.7·10⁻⁷", "2.1 × 10^-5", "1e-7", "10⁶")), ("(−0.708)", "0.708"),
    ("it is $0.708$", "0.708"), ("it is $94\\,\\%$", "94%"), (r"it is $5.7 \cdot 10^{-7}$", "5.7×10^-7"), ("it is *0.708*", "0.708"),
    ("- one\n- two 0.708", "0.708"), ("| a | b |\n| - | - |\n| 0.708 | 9 |", "0.708"), ("[0.708](other.md)", "0.708"),
    ("## By hand\n\n9.123\n\n## Then\n\nIt is 0.708", "0.708"), ("!!! note\n    It is\n    0.708 here", "0.708"),
])
def test_measured(book, text, found):
    [problem] = book.set(f"# T\n\n{text}\n\nThe end.")[1]
    assert problem == f"{3 + text[:text.index(found[:2])].count(chr(10))}: {found} {numbers.ADVICE}"
    assert book.set(text, page="sources.md")[1] == book.set(text, page="changelog.md")[1] == []
