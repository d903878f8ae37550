"""Labs: notebook pages, docs/labs/name.py in cells. A lab runs as a listing does, and mkdocs-jupyter makes the page.

Its run is kept by its text and its data. What mkdocs-jupyter renders is made light: of 600 KB of notebook styles and
scripts a page of this book needs nothing.
"""
import json
import re
from dataclasses import dataclass
from html import escape, unescape
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path

from lxml import html
from markdown.extensions.toc import slugify

from press.book import sources
from press.book.sources import DOCS, Problem, line_of
from press.pages import formulas, reading
from press.pages.listings import image
from press.run.cache import key
from press.run.runner import Runners, versions
from press.site import downloads, kept, markdown

NOTEBOOKS = Path(".press/labs")   # from where mkdocs-jupyter takes them; in rendered/ it keeps their pages
SECONDS = 120                     # of processor time: a lab that takes more is stopped
WAITED = 300                      # and one that is not done by then, on a busy machine or waiting for something
RENDERED_BY = "mkdocs-jupyter", "nbconvert", "pygments"   # on which a page depends besides its notebook

_MARKER = re.compile(r"^# %%(?P<prose> \[markdown\])?(?P<options>.*)\n", re.MULTILINE)
_OPTION = re.compile(r'(\w+)="([^"]*)"')
_FORMULA = re.compile(r"\$\$(?P<displayed>[^$]+)\$\$|\$(?P<inline>[^$\n]+)\$")


@dataclass(frozen=True)
class Lab:
    """A lab: its path below docs/, its text, its cells as a notebook has them, and the files beside it that it names.

    lines: {line of its marker: cell} of the cells of code.
    """

    path: str
    text: str
    cells: list
    lines: dict
    data: dict

    def run(self, runner, wanted=lambda: True):
        """What its cells of code print and draw: [{"output": text, "figures": [SVG]}]. Raises Failure and Problem.

        It runs as one program, line for line, in the folder of its data, and prints where each cell begins.
        """
        file, rows = f"{DOCS}/{self.path}", self.text.split("\n")
        mark = f"# %% {key(self.text)}"   # which it cannot hold
        for line in self.lines:
            rows[line - 1] = f'print("\\n{mark}")'
        rows[0] = f"import os; os.chdir({str(Path(file).parent.absolute())!r})"
        made = runner.run(file, "\n".join(rows), processor=SECONDS, wanted=wanted)
        described = [line for line, cell in self.lines.items() for _ in said(cell, "alt")]
        if len(described) != len(made.figures):
            how = 'a cell that draws says what its figures show, # %% alt="…" alt2="…"'
            message = f"it draws {len(made.figures)} figures and describes {len(described)}: {how}"
            raise Problem(file, min(described, default=1), message)
        drawn, outputs = iter(made.figures), made.output.split(f"\n{mark}\n")[1:]
        figures = ([next(drawn) for _ in said(cell, "alt")] for cell in self.lines.values())
        return [{"output": output, "figures": shown} for output, shown in zip(outputs, figures)]

    def bundle(self):
        """The zip that readers download: the notebook and its data."""
        name = Path(self.path).stem
        files = {f"{name}.ipynb": downloads.notebook(self.cells).encode()} | self.data
        return downloads.zipped({f"{name}/{file}": content for file, content in files.items()})


def said(cell, what):
    """The texts of a cell on its figures, in their order: each has an "alt", and may have a "caption"."""
    return [text for name, text in cell["metadata"].items() if name.startswith(what)]


def read(path, root="."):
    """The Lab at a path below docs/. Raises Problem."""
    file, text = f"{DOCS}/{path}", sources.read(f"{DOCS}/{path}", root)
    markers = list(_MARKER.finditer(text))
    if not markers or markers[0].start() or not markers[0]["prose"]:
        raise Problem(file, 1, 'a lab begins with `# %% [markdown] description="…"`, which says what it answers')
    cells, lines = [], {}
    for marker, end in zip(markers, [*(marker.start() for marker in markers[1:]), len(text)]):
        source, options = text[marker.end():end], dict(_OPTION.findall(marker["options"]))
        if not marker["prose"]:
            cells.append(downloads.code(source.strip("\n"), **options))
            lines[line_of(text, marker.start())] = cells[-1]
        else:
            cells.append(downloads.prose(re.sub(r"(?m)^# ?", "", source).strip("\n"), **options))
    beside = [other for other in Path(root, file).parent.iterdir() if f'"{other.name}"' in text]
    data = {other.name: other.read_bytes() for other in sorted(beside)}
    return Lab(path, text, cells, lines, data)


class Labs:
    """The labs of one build: they run as soon as it begins, while the pages are being set."""

    def __init__(self, cache):
        self.cache, self._running, self._closed = cache, {}, False
        self._pool = Runners(threads=1, seconds=WAITED)
        NOTEBOOKS.mkdir(parents=True, exist_ok=True)
        for page in NOTEBOOKS.glob("rendered/*.json"):
            try:
                json.loads(page.read_text(encoding="utf-8"))
            except ValueError:   # half a page, from a build that was killed
                page.unlink()

    def start(self, lab):
        """Begin to run a lab, if its run is not kept. Returns the path of its notebook, which has no outputs."""
        def run():
            return lab.run(self._pool.runner, wanted=lambda: not self._closed)

        parts = "lab", lab.path, lab.text, *sum(lab.data.items(), ()), *versions().values()
        self._running[lab.path] = self._pool.submit(kept, self.cache, parts, run)
        # mkdocs-jupyter keeps a page by the text of its notebook alone.
        text = downloads.notebook(lab.cells, made_with={name: version(name) for name in RENDERED_BY})
        file = (NOTEBOOKS / f"{Path(lab.path).stem}.ipynb").absolute()
        file.write_text(text, encoding="utf-8")
        return str(file)

    def made(self, lab):
        """What the cells of a lab printed and drew, once they did. Raises Problem."""
        return self._running[lab.path].result()

    def close(self):
        """End what still runs."""
        self._closed = True
        self._pool.close()


def light(content, lab, made, page):
    """The cells of a lab as mkdocs-jupyter sets them, without styles and scripts, and what they printed and drew.

    page: its page, as `image` asks for it, with the Cache of formulas. Raises Problem of a formula that cannot be set.
    """
    parts, ran, number = [], iter(made), 0
    for cell, block in zip(lab.cells, html.document_fromstring(content).find_class("jp-Notebook")[0]):
        for anchor in block.find_class("anchor-link"):
            anchor.drop_tree()
        for heading in block.iter("h1", "h2", "h3", "h4"):
            heading.set("id", slugify(heading.text_content(), "-"))
        if cell["cell_type"] == "markdown":
            parts += [_set(_inside(output), lab, page) for output in block.find_class("jp-MarkdownOutput")]
            continue
        part, [code] = next(ran), block.xpath(".//div[contains(@class, 'highlight-ipynb')]/pre")
        shown = f'<div class="language-python highlight"><pre><code>{_inside(code)}</code></pre></div>'
        if part["output"].strip():
            printed = f'<pre><samp>{escape(part["output"], quote=False)}</samp></pre>'
            shown += f'<div class="output" role="group" aria-label="Output">{printed}</div>'
        for svg, alt, caption in zip_longest(part["figures"], said(cell, "alt"), said(cell, "caption"), fillvalue=""):
            number += 1
            below = f'<figcaption><a href="#figure-{number}">Figure {number}</a> {escape(caption)}</figcaption>'
            shown += f'<figure id="figure-{number}">{image(page, svg, alt)}{below}</figure>'
        parts.append(f'<div class="listing lab">{shown}</div>')
    address = f"{page.root}{lab.path.removesuffix('.py')}.zip"
    text = "\n\n".join(cell["source"] for cell in lab.cells if cell["cell_type"] == "markdown")
    facts = reading.facts(text, programs=len(lab.lines))
    download = f'<a href="{address}" download>Download the notebook with its data</a>'
    below = f'</h1><p class="reading">About {facts.minutes} minutes. {download}</p>'
    return "\n".join(parts).replace("</h1>", below, 1)


def _set(text, lab, page):
    """The HTML of a cell of text, with its formulas set."""
    found = list(_FORMULA.finditer(text))
    wanted, set_ = [(unescape(match["displayed"] or match["inline"]), bool(match["displayed"])) for match in found], []
    for (tex, displayed), done in zip(wanted, formulas.html(wanted, page.cache)):
        if isinstance(done, formulas.FormulaError):
            raise Problem(
                f"{DOCS}/{lab.path}", line_of(lab.text, lab.text.find(tex)), f"this formula cannot be set: {done}",
            )
        tag = "div" if displayed else "span"
        set_.append(f'<{tag} class="arithmatex">{done.join(formulas.ASIDE)}</{tag}>')
    return _FORMULA.sub(lambda _: set_.pop(0), text)


def _inside(element):
    """What an element holds, as HTML."""
    children = (html.tostring(child, encoding="unicode") for child in element)
    return escape(element.text or "", quote=False) + "".join(children)


def pieces(lab, made, page):
    """A lab as the pieces of `markdown`, with what its cells printed and drew. page: its page of MkDocs."""
    parts, root = iter(made), "../" * page.url.count("/")
    for cell in lab.cells:
        yield "text" if cell["cell_type"] == "markdown" else "program", cell["source"]
        if cell["cell_type"] == "code":
            part = next(parts)
            yield from [("output", part["output"].rstrip())] if part["output"].strip() else []
            yield from (markdown.figure(svg, alt, root) for svg, alt in zip(part["figures"], said(cell, "alt")))
