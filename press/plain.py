"""A page as plain Markdown: what its readers see, in a form that programs read and notebooks hold.

Programs stand in it whole, with what they printed; values are filled in; formulas are TeX that needs no macros of this book.
"""
import posixpath
import re
from dataclasses import dataclass

from lxml import html

from press import extension, fences, figures, labs, mathematics, session

_BOX = re.compile(r'^(?P<indent> *)(?:!!!|\?\?\?\+?|===\+?)(?: [\w-]+)* "(?P<title>[^"]*)"[ \t]*$')
_TOKEN = re.compile(
    r"`\{(?P<value>[^`{}]+)\}`"
    r"|(?P<code>(?<!\\)(?P<ticks>`+)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
    r"|\$\$(?P<display>.*?)\$\$(?:[ \t]+\{#(?P<label>[^}\s]*)\})?"
    r"|(?<!\\)\$(?P<inline>[^$\n]+)\$"
    r"|(?P<comment><!--.*?-->|<a id=\"[\w-]+\"></a>)"
    r"|(?P<attributes>[ \t]*\{(?:: ?)?[#.][^}\n]*\})"
    r"|\[(?P<words>(?:`[^`]*`|[^\[\]`])*)\]\((?P<target>[^)\s]+)\)",
    re.DOTALL,
)
_CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?.*\n", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """A piece of prose."""

    markdown: str


@dataclass(frozen=True)
class Program:
    """A program, what it printed, and the figures it drew as (address below the site, alternative text)."""

    name: str
    text: str
    output: str = ""
    pictures: tuple = ()


@dataclass(frozen=True)
class Picture:
    """The figure of another place's listing: its address below the site, and its alternative text."""

    address: str
    alt: str


def parts(page, link):
    """The Text, Program and Picture pieces of a page of MkDocs, in their order. Its listings have run.

    link: what makes (words, target) of a link, the target as the page has it, into Markdown.
    """
    return list(_lab(page, link) if labs.is_lab(page.file) else _chapter(page, link))


def markdown(pieces, root):
    """Pieces as one text. root: the way from its place to the site's."""
    return "\n\n".join(filter(None, (_shown(piece, root) for piece in pieces))) + "\n"


def linker(page, files, address):
    """What makes the words and the target of a link of a page into Markdown.

    address: what tells the address of a file of MkDocs, or nothing where there is none; then the words alone remain.
    """
    def link(words, target):
        place, mark, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            return f"[{words}]({target})"
        source = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), place))
        file = files.get_file_from_path(source) if place else page.file
        found = file and address(file)
        return f"[{words}]({found}{mark}{anchor})" if found else words

    return link


def _chapter(page, link):
    """The pieces of a page that was written in Markdown."""
    runs = session.current()
    [text] = extension.generated(runs.root, _unboxed(page.markdown))
    number = at = 0

    def plain(found):
        nonlocal number
        number += bool(found["label"])
        return _token(found, number, page.file.src_uri, runs, link)

    for fence in fences.read(text, page.file.src_uri)[0]:
        yield from _prose(text[at:fence.start], plain, runs)
        if fence.quotation:
            run = runs.run(fence.quotation)
            pictures = tuple((f"{extension.FIGURES}/{figures.name(picture)}", alt) for picture, alt in zip(run.figures, fence.alts))
            yield Program(f"{session.SNIPPETS}/{fence.quotation}", runs.text(fence.quotation).strip("\n"), run.output.rstrip(), pictures)
        else:
            yield Text("\n".join([f"```{fence.language}", *fence.body, "```"]))
        at = fence.end
    yield from _prose(text[at:], plain, runs)


def _prose(text, plain, runs):
    """What stands between two fences: sentences, and pictures in the places of explorers."""
    at = 0
    for found in extension.EXPLORER.finditer(text):
        yield Text(_TOKEN.sub(plain, text[at:found.start()]).strip("\n"))
        for picture, alt, _ in extension.described(found["listing"], runs):
            yield Picture(f"{extension.FIGURES}/{figures.name(picture)}", alt)
        at = found.end()
    yield Text(_TOKEN.sub(plain, text[at:]).strip("\n"))


def _token(found, number, path, runs, link):
    """What a piece of Markdown that is more than its letters becomes."""
    if found["value"]:
        digits = extension.value(found["value"], path, runs)
        power = extension.EXPONENT.match(digits)
        return rf"${power['digits']} \times 10^{{{power['sign'].strip('+')}{power['exponent']}}}$" if power else digits
    if found["display"]:
        tag = rf" \tag{{{number}}}" if found["label"] else ""
        tex = mathematics.expanded(found["display"])
        return f"$${tex.rstrip()}{tag}{tex[len(tex.rstrip()):]}$$"
    if found["inline"]:
        return f"${mathematics.expanded(found['inline'])}$"
    if found["target"]:
        return link(_TOKEN.sub(lambda inner: _token(inner, number, path, runs, link), found["words"]), found["target"])
    return found["code"] or ""


def _unboxed(text):
    """Boxes and tabs as their titles in bold, and what they hold without its indentation."""
    while any(map(_BOX.match, text.split("\n"))):
        rows, inside = [], None   # inside: the indentation of the box, while there is one
        for row in text.split("\n"):
            if inside is not None and row.strip() and not row.startswith(" " * (inside + 4)):
                inside = None
            box = _BOX.match(row) if inside is None else None
            if box:
                inside = len(box["indent"])
                rows += [f"{box['indent']}**{box['title']}**", ""]
            else:
                rows.append(row if inside is None else row.removeprefix("    "))
        text = "\n".join(rows)
    return text


def _lab(page, link):
    """The pieces of a lab: its cells as they were written, their outputs as they were rendered."""
    source = fences.text(page.file.abs_src_path, "/")
    cells = _CELL.split(source)[1:]
    made = iter(html.fragment_fromstring(page.content, create_parent=True).find_class("listing"))
    for kind, cell in zip(cells[::2], cells[1::2]):
        if kind:
            yield Text(re.sub(r"(?m)^# ?", "", cell).strip("\n"))
            continue
        shown = next(made)
        output = "".join(box.text_content() for box in shown.find_class("output")).rstrip()
        pictures = tuple((re.sub(r"^(\.\./)+", "", image.get("src")), image.get("alt")) for image in shown.iter("img"))
        yield Program("", cell.strip("\n"), output, pictures)


def _shown(piece, root):
    """A piece as Markdown."""
    if isinstance(piece, Text):
        return piece.markdown
    if isinstance(piece, Picture):
        return f"![{piece.alt}]({root}{piece.address})"
    blocks = [f"`{piece.name}`:"] if piece.name else []
    blocks.append(f"```python\n{piece.text}\n```")
    if piece.output:
        blocks.append(f"Output:\n\n```text\n{piece.output}\n```")
    blocks += [f"![{alt}]({root}{address})" for address, alt in piece.pictures]
    return "\n\n".join(blocks)
