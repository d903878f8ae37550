"""The fences of a page with their lines: the listings that it quotes, and the code that it only shows.

The spellings are closed: Python that looks run and that nothing ran, because its fence was read otherwise, is refused.
"""
import functools
import re
from dataclasses import dataclass

from press.book import listings
from press.book.sources import DOCS, SNIPPETS, Problem, Unreadable, line_of, pages, read as source, text_of
from press.run.environments import ENVIRONMENTS

# It ends with what it is in, where no line closes it.
_FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<marker>(?:[-*+]|\d+[.)])[ \t]+|)(?P<ticks>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>.*)"
    r"(?P<body>(?:\n(?!(?P=indent)[ ]{0,3}(?P=ticks)[`~]*[ \t]*$)(?:(?P=indent).*|[ \t>]*$))*)"
    r"(?P<closing>\n(?P=indent)[ ]{0,3}(?P=ticks).*)?", re.MULTILINE,
)
_INFO = re.compile(r'[^\s={}"]+(?:[ \t]+[a-z_]+\d*(?:="[^"]*")?)*[ \t]*')
_OPTION = re.compile(r'([a-z_]+\d*)(?:="([^"]*)")?')
_QUOTATION = re.compile(r'\s*--8<-- "((?:[a-z][a-z0-9_]*/){2}[a-z][a-z0-9_]*\.py)"\s*')
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_PYTHON = {
    "python", "py", "py2", "py3", "pyi", "python2", "python3", "pycon", "python-console", "ipython", "numpy", "sage",
}
_FIGURE = re.compile(r"(?:alt|caption)([2-9]|[1-9]\d+)?")   # alt, alt2, alt3 …
_QUOTING, _SHOWING = ("env", "hl_lines", "picture"), ("hl_lines", "shown", "title")


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
    fences, quoted, outside = [], {}, _CODE.sub("", prose(text)).split("\n")
    loose = 'a quotation is alone in a "```python" fence'
    problems = [Problem(path, line, loose) for line, row in enumerate(outside, 1) if "-8<-" in row]
    for match in _FENCE.finditer(text):
        fence = _fence(match)
        fences.append(fence)
        listing, ticks = fence.listing, match["ticks"]
        home, first = f"{DOCS}/{listing.rpartition('/')[0]}.md", quoted.setdefault(listing, fence.line)
        marks = re.findall("<!--|-->", "\n".join(outside[:fence.line]))
        rules = (
            (marks[-1:] == ["<!--"], "this fence is in a comment, where no reader sees it: take it out"),
            (ticks[0] == "~", "a fence is made of backticks here, not of tildes"),
            (match["marker"], "a fence begins below the marker of its list, four spaces deeper"),
            (not match["closing"], f"this fence is not closed by a line {ticks}, indented as its opening is"),
            *_spelling(fence, match["info"]),
            (listing and path != home, f"{listing} belongs on {home}: link to it from here"),
            (listing and first != fence.line, f"{listing} is quoted in line {first} already: link to it from here"),
        )   # the first that it breaks is told
        problems += [Problem(path, fence.line, message) for wrong, message in rules if wrong][:1]
    return tuple(fences), tuple(sorted(problems, key=lambda problem: problem.line))


def _fence(match):
    """The Fence that was found in a text."""
    text, indent = match.string, match["indent"] + " " * len(match["marker"])
    language, _, rest = match["info"].partition(" ")
    options = dict(_OPTION.findall(rest))
    body = tuple(line.removeprefix(indent) for line in match["body"].split("\n")[1:])
    quotation = _QUOTATION.fullmatch(*body) if len(body) == 1 else None
    listing = quotation[1] if quotation and language == "python" and "shown" not in options else ""
    line, end = line_of(text, match.start()), min(match.end() + 1, len(text))
    return Fence(line, language, options, body, listing, match.start(), end, indent)


def _spelling(fence, info):
    """The rules on how a fence is spelled, in their order: (whether it breaks one, what to do)."""
    language, options, listing = fence.language, fence.options, fence.listing
    env = options.get("env", "torch")
    quotes = len(fence.body) == 1 and _QUOTATION.fullmatch(*fence.body)
    known = (*_QUOTING, "alt", "caption", "alt2", "caption2 …") if listing else _SHOWING
    unknown = [key for key in options if key not in known and not (listing and _FIGURE.fullmatch(key))]
    twice = [key for key in options if len(re.findall(rf"\s{key}(?!\w)", info)) > 1]
    gap = any(f"alt{number}" not in options for number in range(2, len(fence.figures) + 1))
    return (
        (not _INFO.fullmatch(info), 'a fence begins with its language, then words and key="value", as in "```text"'),
        (
            language != "python" and language.lower() in _PYTHON,
            f'write "```python", not "```{language}": only that is known to be run, or to be shown',
        ),
        (language not in languages(), f'"{language}" is no language that Pygments knows: "```text" shows plain text'),
        (quotes and not listing, 'a listing is quoted in a "```python" fence, without `shown`'),
        (
            language == "python" and not listing and "shown" not in options,
            'nothing runs this Python: quote a listing in one line, --8<-- "part/chapter/name.py", '
            'or write "```python shown" over Python that is only shown',
        ),
        (unknown, f"this fence has no option {', '.join(unknown)}: it has {', '.join(known)}"),
        (twice, f"the option {', '.join(twice)} is given twice"),
        (env not in ENVIRONMENTS, f'there is no env="{env}": it is one of {", ".join(ENVIRONMENTS)}'),
        (
            gap or not all(map(all, fence.figures)),
            'each figure has alt="what it shows" and caption="what to see in it", then alt2, caption2 …',
        ),
    )


@functools.cache
def languages():
    """The names of the languages that Pygments knows."""
    from pygments.lexers import get_all_lexers

    return {alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


def prose(text):
    """A page's Markdown with nothing in the place of its fences but the ends of their lines."""
    return _FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)


def quoted(root="."):
    """The listings that pages quote: {listing: (its environment or "", [(page, line)])}."""
    places = {}
    for path in (f"{DOCS}/{page}" for page in pages(root)):
        for fence in read(text_of(path, root), path)[0]:
            if fence.listing:
                places.setdefault(fence.listing, (fence.options.get("env", ""), []))[1].append((path, fence.line))
    return places


def environments(root="."):
    """The listings that pages quote: {listing: the name of its environment, "" for the book's own}."""
    return {listing: environment for listing, (environment, _) in quoted(root).items()}


def problems(root="."):
    """Pages that cannot be read, and listings that no page quotes. What is wrong on a page is told when it is set."""
    left = set(listings.listings(root)) - set(quoted(root))
    for page in pages(root):
        try:
            source(f"{DOCS}/{page}", root)
        except Unreadable as problem:
            left = ()   # it may quote them
            yield problem
    for path in sorted(left):
        how = f'{DOCS}/{path.rpartition("/")[0]}.md does, in a "```python" fence with the line --8<-- "{path}"'
        yield Problem(f"{SNIPPETS}/{path}", 1, f"no page quotes it: {how}")
