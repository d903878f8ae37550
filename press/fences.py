"""What a page may hold: its fences, found with their lines.

The kinds of fence are closed. A page that holds any other spelling is refused with its line, because a fence that a
tool overlooks is code that nobody ran.
"""
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

# Language of a fence → what runs it. None: the fence is shown, and nothing runs.
LANGUAGES = {"python": "site", "text": None, "bash": None, "bibtex": None, "yaml": None}
META = {"title", "description", "hide", "assumes", "tags"}
SCISSORS = "-8<-"   # in every spelling of a quotation
OPTIONS = re.compile(r'(?:alt|caption)\d*="[^"]*"|hl_lines="\d+(?:-\d+)?(?: \d+(?:-\d+)?)*"')

_FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})(?P<info>.*)$")
_AFTER_A_MARKER = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:`{3,}|~{3,})")
_INFO = re.compile(r'^(?P<language>[a-z]+)(?P<options>(?: [a-z_0-9]+="[^"]*")*)$')
_QUOTATION = re.compile(r'^--8<-- "(?P<path>[a-z_/]+\.py)"$')
FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(   # what is no prose: code between backticks, formulas, comments, addresses, anchors that a page once had
    r"(?<!\\)(`+)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)|\$\$.*?\$\$|\$[^$\n]+\$"
    r"|<!--(?!-?>|/?press-->)(?:(?!--!>).)*?-->|<https?:[^>\s]*>|<a id=\"[\w-]+\"></a>", re.DOTALL   # comments to browsers as well
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

# No text of the book holds what nobody sees: control characters, characters without a width, those that turn the order
# of the letters around them, private ones, and the mark of a byte that could not be read.
ODD = re.compile("[^\n\t -~\xa0-\xac\xae-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef\U00010000-\U000dffff]")
# Letters that look like others, and marks that are drawn over the letter before them: a ≠ is one character.
FOREIGN = "[\u0250-\u03b0\u03ca-\u1fff\u20d0-\u20ff\u2c00-\u2fff\u3040-\ufaff\uff00-\uffef\U0001d400-\U0001d7ff]"


@dataclass(unsafe_hash=True)
class Problem(Exception):
    """Something that must be mended before the site is published: where it is and what it is."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Unreadable(Problem):
    """A source of which nothing else can be said, because it cannot be read."""


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

    @property
    def captions(self):
        """The lines below the figures, in the same order."""
        return [self.options[key] for key in sorted(self.options) if key.startswith("caption")]


def text(path, root="."):
    """The text of a source file, its lines ended by newlines. Raises FileNotFoundError where nothing is, and Unreadable."""
    file = Path(root) / path
    if not os.path.lexists(file):
        raise FileNotFoundError(path)
    try:
        if not file.is_file():   # a folder, a link to nothing, a pipe that would be waited for
            raise Unreadable(path, 1, "this is no file")
        data = file.read_bytes()
        found = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise Unreadable(path, 1, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Unreadable(path, data.count(b"\n", 0, error.start) + 1, f"not UTF-8: {error.reason}") from None
    if odd := ODD.search(found):
        line = found.count("\n", 0, odd.start()) + 1
        raise Unreadable(path, line, f"it holds a character that nobody sees, U+{ord(odd[0]):04X}")
    return found


def front(page, path):
    """The problems of what stands between `---` at the top of a page. MkDocs would print it where it cannot read it."""
    if not page.startswith("---"):
        if re.match(r" {0,3}[\w-]+:", page):   # MkDocs takes it for another kind of front matter, and no reader sees it
            yield Problem(path, 1, "a page begins with front matter between --- or with its heading")
        return
    matter = FRONT.match(page)
    if not matter:
        yield Problem(path, 1, "the front matter is not closed by a line ---")
        return
    try:
        found = yaml.safe_load(matter[1])
    except yaml.MarkedYAMLError as error:
        yield Problem(path, error.problem_mark.line + 2, f"the front matter is no YAML: {error.problem}")
        return
    if not isinstance(found, dict):
        yield Problem(path, 1, "the front matter names nothing")
        return
    for number, row in enumerate(matter[1].splitlines(), 2):
        if not re.match(r"[a-z]+: [^\s>|]", row):   # numerals.py reads such lines only
            yield Problem(path, number, f"front matter is made of lines `name: text`, not of {row!r}")
    tags = found.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        at = page.partition("\ntags:")[0].count("\n") + 2
        yield Problem(path, at, "tags are what readers search for and the page words otherwise, `tags: [kaiming, loss is nan]`")
    for key in set(found) - META:
        at = matter[1].partition(str(key))[0].count("\n") + 2
        yield Problem(path, at, f"front matter has no {key}; it has {', '.join(sorted(META))}")


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
            if SCISSORS in line:
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
    elif any(SCISSORS in row for row in body):
        raise ValueError(f"a {info['language']} fence shows its own text and quotes nothing")
    return Fence(line, info["language"], options, tuple(body), quotation, start, end)


def markup(page, path):
    """The problems of a page's text between its fences: spellings that Markdown knows and this book does not."""
    for fence in read(page, path)[0]:
        page = page[:fence.start] + re.sub(r"[^\n]", " ", page[fence.start:fence.end]) + page[fence.end:]
    prose = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), page)
    for text, pattern, message in (
        (page, r"``+\s*\{[^`]*\}\s*``+", "a value stands between single backticks"),
        (prose, r"<[a-zA-Z/!?][^\s>]*", "a page is written in Markdown, without HTML"),
        (prose, r"\{(?!:? ?#[\w-]+ ?\})[^}\n]*\}", "an attribute is the name of an anchor, {#name}, and nothing else"),
        (prose, r"&(?:#\w+|[A-Za-z]\w*);", "a character is written as it is"),
        (prose, r"!\[", "a picture is drawn by a listing"),
        (prose, r"\](?:\(|:[ \t])\s*<?(?!https?:|mailto:)(?:[a-zA-Z][\w+.-]*:\S+|\))", "this address leads nowhere"),
        (prose, r"\\[\[(]|\\begin\b", "a formula stands between dollars"),
        (prose, FOREIGN, "a letter is Latin or a small Greek one, and nothing is drawn over it"),
        (page, r"\\label\b", "the label of a formula stands behind it, {#eq-chapter-name}"),
    ):
        for found in re.finditer(pattern, text):
            yield Problem(path, page.count("\n", 0, found.start()) + 1, f"{message}: {found[0]}")


def pages(docs):
    """The Markdown pages below the folder `docs`, as (path relative to docs, with forward slashes)."""
    return sorted(path.relative_to(docs).as_posix() for path in Path(docs).rglob("*.md") if not path.is_dir())
