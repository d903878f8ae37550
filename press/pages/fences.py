"""The fences of a page with their lines: the listings that it quotes, and the code that it only shows.

The spellings are closed: Python that looks run and that nothing ran, because its fence was read otherwise, is refused.
"""
import contextlib
import functools
import re
from dataclasses import dataclass
from itertools import accumulate

from press.book import listings
from press.book.sources import DOCS, SNIPPETS, Problem, Unreadable, pages, read as source
from press.run.environments import ENVIRONMENTS

_OPENING = re.compile(
    r"(?P<indent>[ \t>]*)(?P<marker>(?:[-*+]|\d+[.)])[ \t]+|)(?P<ticks>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)"
)
_INFO = re.compile(r'[^\s={}"]+(?:[ \t]+[a-z_]+\d*(?:="[^"]*")?)*[ \t]*')
_OPTION = re.compile(r'([a-z_]+\d*)(?:="([^"]*)")?')
_QUOTATION = re.compile(r'--8<-- "((?:[a-z][a-z0-9_]*/){2}[a-z][a-z0-9_]*\.py)"')
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_PYTHON = {"py", "py2", "py3", "pyi", "python2", "python3", "pycon", "python-console", "ipython", "numpy", "sage"}
_FIGURE = re.compile(r"(?:alt|caption)([2-9]|[1-9]\d+)?")   # alt, alt2, alt3 …
_QUOTING, _SHOWING = {"hl_lines", "env", "picture"}, {"hl_lines", "title", "shown"}


@dataclass(frozen=True)
class Fence:
    """A fence of a page."""

    line: int       # of its opening, from 1
    language: str
    options: dict   # a bare word has the value ""
    body: tuple     # its lines, without what is before them in a list or a quotation
    listing: str    # the path below snippets/ of the listing that it quotes, or ""
    start: int      # where it begins in the text, and where the line behind it does
    end: int
    indent: str     # what is before each of its lines: white space, and the > of a block quote

    @property
    def figures(self):
        """What is said of each figure, in their order: [(alternative text, caption)]."""
        ends = {match[1] or "" for match in map(_FIGURE.fullmatch, self.options) if match}
        ends = sorted(ends, key=lambda end: int(end or 1))
        return [tuple(self.options.get(f"{name}{end}", "").strip() for name in ("alt", "caption")) for end in ends]


@functools.lru_cache(maxsize=1024)
def read(text, path):
    """The fences of a page, and what is wrong with them as far as the page alone shows it: tuples of Fence, of Problem.

    text: its Markdown. path: its name in messages, "docs/part/chapter.md", which also says what listings belong on it.
    """
    fences, problems, quoted = [], [], {}
    lines = text.split("\n")
    offsets = [0, *accumulate(len(line) + 1 for line in lines)]
    number, commented = 0, False
    while number < len(lines):
        line, number = lines[number], number + 1
        opening, first = _OPENING.fullmatch(line), number
        if not opening:
            bare = _CODE.sub("", line)
            for mark in re.findall("<!--|-->", bare):
                commented = mark == "<!--"
            if "-8<-" in bare:
                problems.append(Problem(path, first, 'a quotation is alone in a "```python" fence'))
            continue
        indent, ticks = opening["indent"] + " " * len(opening["marker"]), opening["ticks"]
        number, closed = _end(lines, number, indent, ticks)
        body = tuple(line.removeprefix(indent) for line in lines[first:number - closed])
        fence = _fence(opening["info"], first, body, offsets[first - 1], min(offsets[number], len(text)), indent)
        fences.append(fence)
        messages = list(_wrong(fence, opening["info"]))
        if opening["marker"]:
            messages.append("a fence begins below the marker of its list, four spaces deeper")
        if ticks[0] == "~":
            messages = ["a fence is made of backticks here, not of tildes"]
        if commented:
            messages = ["this fence is in a comment, where no reader sees it: take it out"]
        if not closed:
            messages.append(f"this fence is not closed by a line {ticks}, indented as its opening is")
        if fence.listing and path != (home := f"{DOCS}/{fence.listing.rpartition('/')[0]}.md"):
            messages.append(f"{fence.listing} belongs on {home}: link to it from here")
        if fence.listing and quoted.setdefault(fence.listing, first) != first:
            messages.append(f"{fence.listing} is quoted in line {quoted[fence.listing]} already: link to it from here")
        problems += [Problem(path, first, message) for message in messages]
    return tuple(fences), tuple(problems)


def _end(lines, number, indent, ticks):
    """The number of lines up to the end of a fence, and whether a line closes it: what it is in may end before."""
    closing = re.compile(rf"{re.escape(indent)} {{0,3}}{ticks}{ticks[0]}*[ \t]*")
    for at in range(number, len(lines)):
        if closing.fullmatch(lines[at]):
            return at + 1, True
        if not lines[at].startswith(indent) and lines[at].strip(" \t>"):
            return at, False
    return len(lines), False


def _fence(info, first, body, start, end, indent):
    language, _, rest = info.partition(" ")
    options = dict(_OPTION.findall(rest))
    quotation = _QUOTATION.fullmatch(body[0].strip()) if len(body) == 1 else None
    listing = quotation[1] if quotation and language == "python" and "shown" not in options else ""
    return Fence(first, language, options, body, listing, start, end, indent)


def _wrong(fence, info):
    """What is wrong with the spelling of a fence."""
    language, options = fence.language, fence.options
    if not _INFO.fullmatch(info):
        yield 'a fence begins with its language, then words and key="value", as "```text" or "```python shown"'
    elif language.lower() in _PYTHON or language.lower() == "python" != language:
        yield f'write "```python", not "```{language}": only that is known to be run, or to be shown'
    elif language not in _languages():
        yield f'"{language}" is no language that Pygments knows: "```text" shows plain text'
    elif not fence.listing and any(map(_QUOTATION.fullmatch, fence.body)) and len(fence.body) == 1:
        yield 'a listing is quoted in a "```python" fence, without `shown`'
    elif language == "python" and not fence.listing and "shown" not in options:
        yield (
            'nothing runs this Python: quote a listing in one line, --8<-- "part/chapter/name.py", '
            'or write "```python shown" over Python that is only shown'
        )
    else:
        known = _QUOTING if fence.listing else _SHOWING
        for key in options:
            if key not in known and not (fence.listing and _FIGURE.fullmatch(key)):
                more = ", alt, caption, alt2, caption2 …" if fence.listing else ""
                yield f"this fence has no option {key}: it has {', '.join(sorted(known))}{more}"
            if len(re.findall(rf"\s{key}(?![\w])", info)) > 1:
                yield f"the option {key} is given twice"
        if options.get("env", "torch") not in ENVIRONMENTS:
            yield f'there is no env="{options["env"]}": it is one of {", ".join(ENVIRONMENTS)}'
        for number, (alt, caption) in enumerate(fence.figures, 1):
            if not (alt and caption) or number > 1 and f"alt{number}" not in options:
                yield 'each figure has alt="what it shows" and caption="what to see in it", then alt2, caption2 …'


@functools.cache
def _languages():
    from pygments.lexers import get_all_lexers

    return {alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


def prose(text):
    """A page's Markdown with nothing in the place of its fences but the ends of their lines."""
    parts, at = [], 0
    for fence in read(text, "")[0]:
        parts += [text[at:fence.start], "\n" * text.count("\n", fence.start, fence.end)]
        at = fence.end
    return "".join([*parts, text[at:]])


def quoted(root="."):
    """The listings that pages quote: {listing: (its environment or "", [(page, line)])}."""
    places = {}
    for path in (f"{DOCS}/{page}" for page in pages(root)):
        with contextlib.suppress(Unreadable):   # `problems` tells it
            for fence in read(source(path, root), path)[0]:
                if fence.listing:
                    places.setdefault(fence.listing, (fence.options.get("env", ""), []))[1].append((path, fence.line))
    return places


def problems(root="."):
    """Pages that cannot be read, and listings that no page quotes. What is wrong on a page is told when it is set."""
    known = True
    for page in pages(root):
        try:
            source(f"{DOCS}/{page}", root)
        except Unreadable as problem:
            known = False
            yield problem
    for path in sorted(set(listings.listings(root)) - set(quoted(root))) if known else ():
        how = f'{DOCS}/{path.rpartition("/")[0]}.md does, in a "```python" fence with the line --8<-- "{path}"'
        yield Problem(f"{SNIPPETS}/{path}", 1, f"no page quotes it: {how}")
