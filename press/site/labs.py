"""Labs: notebook pages, docs/labs/name.py in cells. A lab runs as a listing does, and mkdocs-jupyter makes the page.

Its run is kept by its text and its data. mkdocs-jupyter gets a notebook with the outputs in it, and what it renders
is made light: of 600 KB of notebook styles and scripts a page of this book needs nothing.
"""
import itertools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path

from lxml import html
from markdown.extensions.toc import slugify

from press.book import sources
from press.book.sources import DOCS, Problem, line_of
from press.pages.listings import image
from press.run.cache import key
from press.run.runner import Runner, versions
from press.site import downloads, markdown

NOTEBOOKS = Path(".press/labs")   # from where mkdocs-jupyter takes them; in rendered/ it keeps their pages
SECONDS = 120                     # a lab that runs longer is stopped
RENDERED_BY = "mkdocs-jupyter", "nbconvert", "pygments"   # on which a page depends besides its notebook
VERSION = 1                       # raised by hand when a lab's run would come out otherwise

_MARKER = re.compile(r"^# %%(?P<prose> \[markdown\])?(?P<options>.*)\n", re.MULTILINE)
_OPTION = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Cell:
    """A cell: the line of its marker, whether it is text, the options of the marker, and what the cell holds."""

    line: int
    is_prose: bool
    options: dict
    source: str

    @property
    def alts(self):
        """The alternative texts of its figures, in their order."""
        return [text for name, text in self.options.items() if name.startswith("alt")]


@dataclass(frozen=True)
class Lab:
    """A lab: its path below docs/, its text, its cells, and the files beside it that bear its name."""

    path: str
    text: str
    cells: tuple
    data: dict

    @property
    def key(self):
        """The key of its run."""
        return key("lab", str(VERSION), self.path, self.text, *sum(self.data.items(), ()), *versions().values())

    @property
    def code(self):
        """Its cells of code."""
        return [cell for cell in self.cells if not cell.is_prose]

    def run(self, runner, wanted=lambda: True):
        """What its cells of code print and draw: [{"output": text, "figures": [SVG]}]. Raises Failure and Problem.

        It runs as one program, line for line, in the folder of its data, and prints where each cell begins.
        """
        file, cells = f"{DOCS}/{self.path}", self.code
        marks = {cell.line: f'print("\\n# %% {number}")' for number, cell in enumerate(cells, 1)}
        marks[1] = f"import os; os.chdir({str(Path(file).parent.absolute())!r})"
        lines = enumerate(self.text.split("\n"), 1)
        made = runner.run(file, "\n".join(marks.get(number, line) for number, line in lines), wanted=wanted)
        before, *outputs = re.split(r"\n# %% \d+\n", made.output)
        if before or len(outputs) != len(cells):
            raise Problem(file, 1, 'a lab prints no line like "# %% 1", by which its cells are told apart')
        described = sum(len(cell.alts) for cell in cells)
        if described != len(made.figures):
            line = next((cell.line for cell in cells if cell.alts), 1)
            how = 'a cell that draws says what its figures show, # %% alt="…" alt2="…"'
            raise Problem(file, line, f"it draws {len(made.figures)} figures and describes {described}: {how}")
        drawn = iter(made.figures)
        return [{"output": output, "figures": [next(drawn) for _ in cell.alts]} for cell, output in zip(cells, outputs)]

    def notebook(self, outputs=itertools.repeat(()), **metadata):
        """It as a notebook. outputs: of each cell of code."""
        return downloads.notebook([
            downloads.prose(cell.source, **cell.options) if cell.is_prose
            else downloads.code(cell.source, next(outputs), **cell.options) for cell in self.cells
        ], **metadata)

    def bundle(self):
        """The zip that readers download: the notebook and its data."""
        name = Path(self.path).stem
        files = {f"{name}.ipynb": self.notebook().encode()} | self.data
        return downloads.zipped({f"{name}/{file}": content for file, content in files.items()})


def is_lab(file):
    """Whether a file of MkDocs is the source of a lab."""
    return file.src_uri.startswith("labs/") and file.src_uri.endswith(".py")


def read(path, root="."):
    """The Lab at a path below docs/. Raises Problem."""
    file, text = f"{DOCS}/{path}", sources.read(f"{DOCS}/{path}", root)
    markers = list(_MARKER.finditer(text))
    if not markers or markers[0].start() or not markers[0]["prose"]:
        raise Problem(file, 1, 'a lab begins with `# %% [markdown] description="…"`, which says what it answers')
    cells = []
    for marker, end in zip(markers, [*(marker.start() for marker in markers[1:]), len(text)]):
        source, is_prose = text[marker.end():end], bool(marker["prose"])
        if is_prose and "$" in source:
            line = line_of(text, text.index("$", marker.end()))
            raise Problem(file, line, "a lab holds no formula between dollars: nothing on its page would set it")
        source = (re.sub(r"(?m)^# ?", "", source) if is_prose else source).strip("\n")
        cells.append(Cell(line_of(text, marker.start()), is_prose, dict(_OPTION.findall(marker["options"])), source))
    beside = Path(root, file).parent.glob(f"{Path(file).stem}.*")
    data = {other.name: other.read_bytes() for other in sorted(beside) if other.name != Path(file).name}
    return Lab(path, text, tuple(cells), data)


class Labs:
    """The labs of one build: they run as soon as it begins, while the pages are being set."""

    def __init__(self, cache):
        self.cache = cache
        self.made = {}       # what the cells of each printed and drew, once that is known
        self._running, self._closed = {}, False
        self._runner = Runner(seconds=SECONDS)
        self._pool = ThreadPoolExecutor(max_workers=1)
        NOTEBOOKS.mkdir(parents=True, exist_ok=True)
        for page in NOTEBOOKS.glob("rendered/*.json"):
            try:
                json.loads(page.read_text(encoding="utf-8"))
            except ValueError:   # half a page, from a build that was killed
                page.unlink()

    def start(self, lab, page):
        """Begin to run a lab whose run is not kept. Returns where its notebook is, which until then has no outputs."""
        self.made[lab.path] = self.cache.get(lab.key)
        if self.made[lab.path] is None:
            self._running[lab.path] = self._pool.submit(lab.run, self._runner, lambda: not self._closed)
        return self._write(lab, page)

    def finish(self, lab, page):
        """Wait until a lab has run, and its notebook has its outputs. Raises Problem."""
        if lab.path in self._running:
            self.made[lab.path] = self._running.pop(lab.path).result()
            self.cache.put(lab.key, self.made[lab.path])
            self._write(lab, page)

    def close(self):
        """End what still runs."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._runner.close()

    def _write(self, lab, page):
        """Write the notebook of a lab, if it is another: by that MkDocs sees that its page is. Returns its path."""
        file, made = (NOTEBOOKS / f"{Path(lab.path).stem}.ipynb").absolute(), self.made[lab.path]
        outputs = (_outputs(cell, part, page) for cell, part in zip(lab.code, made)) if made else itertools.repeat(())
        # mkdocs-jupyter keeps a page by the text of its notebook alone.
        text = lab.notebook(outputs, made_with={name: version(name) for name in RENDERED_BY})
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
        return str(file)


def _outputs(cell, made, page):
    """What a cell printed and drew, as a notebook has it; the figures as HTML of its page."""
    if made["output"].strip():
        yield {"output_type": "stream", "name": "stdout", "text": made["output"]}
    for svg, alt in zip(made["figures"], cell.alts):
        figure = f"<figure>{image(page, svg, alt)}</figure>"
        yield {"output_type": "display_data", "metadata": {}, "data": {"text/html": figure}}


def light(content, lab, root):
    """What mkdocs-jupyter made of a lab, without styles and scripts. root: the way from its page to the site's."""
    parts = []
    for cell in html.document_fromstring(content).find_class("jp-Notebook")[0]:
        for heading in cell.iter("h1", "h2", "h3", "h4"):
            for anchor in heading.find_class("anchor-link"):
                anchor.drop_tree()
            heading.set("id", slugify(heading.text_content(), "-"))
        code = "".join(_code(cell))
        if code:
            parts.append(f'<div class="listing lab">{code}</div>')
        parts += [_inside(block) for block in cell.find_class("jp-MarkdownOutput")]
    address = f"{root}{lab.path.removesuffix('.py')}.zip"
    download = f'</h1><p class="download"><a href="{address}" download>Download the notebook with its data</a></p>'
    return "\n".join(parts).replace("</h1>", download, 1)


def _code(cell):
    """The parts of a cell of code: its program, what it printed, and its figures."""
    for code in cell.xpath(".//div[contains(@class, 'highlight-ipynb')]/pre"):
        yield f'<div class="language-python highlight"><pre><code>{_inside(code)}</code></pre></div>'
    for output in cell.xpath(".//div[contains(@class, 'jp-OutputArea-output')]/*"):
        if output.tag == "pre":
            printed = f"<pre><samp>{_inside(output)}</samp></pre>"
            yield f'<div class="output" role="group" aria-label="Output">{printed}</div>'
        else:
            yield html.tostring(output, encoding="unicode", with_tail=False)


def _inside(element):
    """What an element holds, as HTML."""
    children = (html.tostring(child, encoding="unicode") for child in element)
    return escape(element.text or "", quote=False) + "".join(children)


def pieces(lab, made, root):
    """A lab as the pieces of `markdown`, with what its cells printed and drew. root: as for `light`."""
    parts = iter(made)
    for cell in lab.cells:
        yield "text" if cell.is_prose else "program", cell.source
        if not cell.is_prose:
            part = next(parts)
            yield from [("output", part["output"].rstrip())] if part["output"].strip() else []
            yield from (markdown.figure(svg, alt, root) for svg, alt in zip(part["figures"], cell.alts))
