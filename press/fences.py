"""What a page may hold: its fences, found with their lines.

The kinds of fence are closed. A page that holds any other spelling is refused with its line, because a fence that a
tool overlooks is code that nobody ran.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

# Language of a fence → what runs it. None: the fence is shown, and nothing runs.
LANGUAGES = {"python": "site", "text": None, "bash": None, "bibtex": None, "yaml": None}
OPTIONS = re.compile(r'alt\d*="[^"]*"|hl_lines="\d+(?:-\d+)?(?: \d+(?:-\d+)?)*"')

_FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})(?P<info>.*)$")
_AFTER_A_MARKER = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:`{3,}|~{3,})")
_INFO = re.compile(r'^(?P<language>[a-z]+)(?P<options>(?: [a-z_0-9]+="[^"]*")*)$')
_QUOTATION = re.compile(r'^--8<-- "(?P<path>[a-z_/]+\.py)"$')
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(unsafe_hash=True)
class Problem(Exception):
    """Something that must be mended before the site is published: where it is and what it is."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Fence:
    """One fence of a page. `line` counts from 1 and is that of the opening; `quotation` is its listing, if it runs."""

    line: int
    language: str
    options: dict = field(default_factory=dict)
    body: tuple = ()
    quotation: str | None = None
    start: int = 0
    end: int = 0

    @property
    def alts(self):
        """The alternative texts, in the order of the figures."""
        return [self.options[key] for key in sorted(self.options) if key.startswith("alt")]


def read(page, path):
    """The fences of a page, and the problems they have.

    page: the page's Markdown. path: its name in messages. Returns (list of Fence, list of Problem).
    """
    fences, problems = [], []
    comments = [match.span() for match in _COMMENT.finditer(page)]
    lines = page.splitlines(keepends=True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))

    def refuse(number, message):
        problems.append(Problem(path, number, message))

    number = 0
    while number < len(lines):
        line = lines[number].rstrip("\n")
        number += 1
        if _AFTER_A_MARKER.match(line):
            refuse(number, "a fence starts on a line of its own, not behind a list marker")
            continue
        opening = _FENCE.match(line)
        if not opening:
            if "--8<--" in line:
                refuse(number, 'a quotation stands alone in a "```python" fence')
            continue
        first, indent = number, opening["indent"]
        body = []
        closing = re.compile(rf"^[ \t>]*{re.escape(opening['ticks'])}[ \t]*$")
        while number < len(lines) and not closing.match(lines[number].rstrip("\n")):
            body.append(lines[number].rstrip("\n").removeprefix(indent))
            number += 1
        if number == len(lines):
            refuse(first, f"this fence is not closed by {opening['ticks']} on a line of its own")
            continue
        number += 1
        try:
            fence = _fence(opening, first, body, offsets[first - 1], offsets[number])
        except ValueError as error:
            refuse(first, str(error))
            continue
        if any(start < fence.start < end for start, end in comments):
            refuse(first, "this fence stands in a comment, where no reader sees it: remove it")
            continue
        fences.append(fence)
    return fences, problems


def _fence(opening, line, body, start, end):
    """The Fence that these lines spell, or ValueError saying what is wrong with the spelling."""
    if opening["ticks"] != "```":
        raise ValueError(f'a fence opens with three backticks, not "{opening["ticks"]}"')
    info = _INFO.match(opening["info"])
    if not info or info["language"] not in LANGUAGES:
        known = ", ".join(f'"```{language}"' for language in LANGUAGES)
        raise ValueError(f'"```{opening["info"]}" is not a fence of this book; it has {known}')
    runs = LANGUAGES[info["language"]]
    options = {}
    for option in re.findall(r'[a-z_0-9]+="[^"]*"', info["options"]):
        if not runs or not OPTIONS.fullmatch(option):
            raise ValueError(f"a {info['language']} fence has no option {option}")
        key, _, value = option.partition("=")
        if key in options:
            raise ValueError(f"the option {key} is given twice")
        options[key] = value.strip('"')
    quotation = None
    if runs:
        match = _QUOTATION.match(body[0]) if len(body) == 1 else None
        if not match:
            raise ValueError(f'a {info["language"]} fence holds exactly one quotation, --8<-- "part/chapter/name.py"')
        quotation = match["path"]
    elif any("--8<--" in row for row in body):
        raise ValueError(f"a {info['language']} fence shows its own text and quotes nothing")
    return Fence(line, info["language"], options, tuple(body), quotation, start, end)


def pages(docs):
    """The Markdown pages below the folder `docs`, as (path relative to docs, with forward slashes)."""
    return sorted(path.relative_to(docs).as_posix() for path in Path(docs).rglob("*.md"))
