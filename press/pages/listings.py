"""A listing on its page: the program, what it printed and drew, and its check. And code that is only shown."""
import functools
import html as markup
import posixpath
import re
from importlib import metadata

from press.book import listings
from press.book.sources import DOCS, SNIPPETS, Unreadable, read
from press.pages import fences
from press.pages.formulas import ASIDE
from press.run import figures
from press.run.runner import Failure

FIGURES = "assets/figures"
VERIFICATION = "verification"

_version = functools.cache(metadata.version)
# Names, signs and spaces, which have the color of the text: two thirds of a program's elements.
_PLAIN = re.compile('<span class="(?:n|o|p|w)">([^<]*)</span>')


def claim(path):
    """The id of what a listing claims, on the verification page."""
    return f"claim-{path.removesuffix('.py').partition('/')[2].replace('/', '-')}"


def html(page, fence):
    """A listing in the place of its fence. What is wrong with its run is noted on the page."""
    try:
        listing = listings.listing(fence.listing, page.runs.root)
    except FileNotFoundError:
        page.problem(fence.line, f"there is no {SNIPPETS}/{fence.listing} to quote")
        return shown(page, fence)
    except Unreadable:   # the listings' own check tells it
        return shown(page, fence)
    page.note_anchor(f"listing-{listing.name}")
    program, output, drawn, kind = _code(page, fence, listing.experiment, listing.file), "", "", "listing"
    try:
        run = page.runs.run(fence.listing)
    except Failure as failure:
        page.problem(fence.line, str(failure))
        output = f'<div class="output failure"><pre><samp>{markup.escape(str(failure))}</samp></pre></div>'
    else:
        if run.environment:
            program += f'<p class="environment">Run with {markup.escape(run.environment)}.</p>'
        if run.output.strip():
            printed = f"<pre><samp>{markup.escape(run.output.rstrip())}</samp></pre>"
            output = f'<div class="output" role="group" aria-label="Output of {listing.name}.py">{printed}</div>'
        drawn = "".join(_figures(page, fence, listing, run))
    check = code(listing.check, "python", page.runs.cache) if listing.check else ""
    check = check and _folded("check", "How this is checked", check)
    inside = program + output + drawn + check
    if "picture" in fence.options:
        program = _folded("program", "How this picture was made", program + check)
        kind, inside = "listing picture", drawn + output + program
    inside += f'<p class="how"><a href="{page.root}{VERIFICATION}/#{claim(fence.listing)}">How do we know?</a></p>'
    named = f'id="listing-{listing.name}" data-listing="{fence.listing}" data-search-exclude'
    return f'<div class="{kind}" {named}>{inside.join(ASIDE)}</div>'


def _folded(kind, summary, inside):
    return f'<details class="{kind}"><summary>{summary}</summary>{inside}</details>'


def shown(page, fence):
    """Code that nothing ran, in the place of its fence."""
    made = _code(page, fence, "\n".join(fence.body), fence.options.get("title", ""))
    return f'<div class="shown">{made}</div>'


def _code(page, fence, source, title):
    """The code of a fence, with the lines highlighted that it names."""
    lines, count = [], source.count("\n") + 1
    for part in fence.options.get("hl_lines", "").split():
        span = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        lines += range(first, last + 1)
        if not 1 <= first <= last <= count:
            page.problem(fence.line, f'hl_lines="{part}" is not among the {count} lines shown; right is "3 5-7"')
    return code(source, fence.language, page.runs.cache, title, lines)


def code(source, language, kept, title="", lines=()):
    """Code as HTML, in colors. kept: the Cache. title: the name above it. lines: the numbers of those to highlight."""
    def make():
        from pygments import formatters, highlight, lexers

        look = formatters.HtmlFormatter(
            cssclass=f"language-{language} highlight", wrapcode=True, filename=title, hl_lines=lines,
        )
        lexer = lexers.get_lexer_by_name(language if language in fences.languages() else "text")
        return _PLAIN.sub(r"\1", highlight(source, lexer, look).strip())

    return kept.made(("code without plain", source, language, title, repr(lines), _version("pygments")), make)


def _figures(page, fence, listing, run):
    """The figures of a listing, each with its number on the page and the line below it."""
    if len(fence.figures) != len(run.figures):
        page.problem(
            fence.line, f"{listing.file} shows {len(run.figures)} figures, the fence describes {len(fence.figures)}: "
            'give each its alt="…" and caption="…", alt2="…" and caption2="…"',
        )
    for number, (picture, (alt, caption)) in enumerate(zip(run.figures, fence.figures), 1):
        name = f"figure-{listing.name}-{number}" if number > 1 else f"figure-{listing.name}"
        page.note_anchor(name)
        page.figures += 1
        below = f'<a href="#{name}">Figure {page.figures}</a> {markup.escape(caption)}'
        yield f'<figure id="{name}">{image(page, picture, alt)}<figcaption>{below}</figcaption></figure>'


def image(page, picture, alt):
    """A figure, published, as <img>: sized, so that nothing moves when it comes, and loaded when it is looked at."""
    name = figures.name(picture)
    page.publish(name, picture)
    width, height = figures.size(picture)
    size = f'width="{width}" height="{height}" loading="lazy" decoding="async"'
    return f'<img src="{page.root}{FIGURES}/{name}" {size} alt="{markup.escape(alt)}">'


def described(path, runs):
    """The figures of a listing as its chapter describes them: [(picture, alternative text, caption)].

    Raises LookupError saying what is missing, Unreadable and Failure.
    """
    home = f"{DOCS}/{posixpath.dirname(path)}.md"
    try:
        pictures, quoting = runs.run(path).figures, fences.read(read(home, runs.root), home)[0]
    except FileNotFoundError:
        raise LookupError(f"there is no {SNIPPETS}/{path} whose figure could be here") from None
    said = [each for fence in quoting if fence.listing == path for each in fence.figures]
    if not (found := [(picture, *each) for picture, each in zip(pictures, said)]):
        raise LookupError(f"{home} shows no figure of {SNIPPETS}/{path} that could be here")
    return found


def explorer(page, kind, path):
    """The figures of a listing of another page; kind: of the explorer whose script takes their place, or None."""
    where = f"{page.root}{posixpath.dirname(path)}/#listing-{posixpath.basename(path).removesuffix('.py')}"
    pictures = ""
    for picture, alt, caption in described(path, page.runs):
        below = f'{markup.escape(caption)} <a href="{where}">Its program</a>'
        pictures += f"<figure>{image(page, picture, alt)}<figcaption>{below}</figcaption></figure>"
    what = f'class="explorer" data-explorer="{kind}"' if kind else 'class="borrowed"'
    return f"<div {what} data-search-exclude>{pictures}</div>"
