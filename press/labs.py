"""Labs: notebook pages that mkdocs-jupyter executes and renders.

It makes three things of them that mkdocs-jupyter does not: never stale (what a lab depends on is in the key under
which its page is kept), light (of its 700 KB of notebook styles and scripts nothing is needed), and like the rest of
the book (figures as files for light and dark with alternative texts, one zip to download).
"""
import base64
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from lxml import html
from markdown.extensions.toc import slugify
from mkdocs.structure.files import File

from press import extension, figures, program, session, store, worker
from press.fences import Problem

SECONDS = 120   # a lab that runs longer is stopped
OPTIONS = (     # of mkdocs-jupyter, that its rendering depends on
    "kernel_name", "theme", "allow_errors", "show_input", "no_input", "no_prompt", "remove_tag_config",
    "highlight_extra_classes", "include_requirejs", "custom_mathjax_url",
)
MADE_WITH = ("ipykernel", "ipython", "jupytext", "matplotlib-inline", "mkdocs-jupyter", "nbconvert", "pygments")


class Labs:
    """The labs of one build: executed as soon as it starts, while the pages are being set."""

    def __init__(self, config):
        self.store = session.current().store
        self.notebooks = config.plugins["mkdocs-jupyter"].config
        self.docs = Path(config.docs_dir)
        self.folder = Path(tempfile.mkdtemp(prefix="press-labs-"))
        self.notebooks["cache_dir"] = str(self.folder)   # one of its own for each build; what lasts is in the store
        self.options = {name: self.notebooks[name] for name in OPTIONS}
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._executed = {}

    def start(self, files):
        """Take the pages of labs that are kept from the store, and execute the others."""
        self._prepare_kernels()
        for lab in filter(is_lab, files):
            kept = self.store.get(self.key(lab))
            if kept:
                self._rendering(lab).write_text(json.dumps(kept))
            else:
                self._executed[lab.src_uri] = self._pool.submit(self._execute, lab)

    def finish(self, lab):
        """Wait until a lab has its page. Raises what its kernel raised."""
        if lab.src_uri in self._executed:
            self._executed[lab.src_uri].result()
            self.store.put(self.key(lab), json.loads(self._rendering(lab).read_text()))

    def bundle(self, lab):
        """The zip of a lab that readers download, kept as well."""
        key = store.key("bundle", self.key(lab))
        kept = self.store.get(key)
        if kept is None:
            kept = base64.b64encode(bundle(Path(lab.abs_src_path))).decode()
            self.store.put(key, kept)
        return base64.b64decode(kept)

    def close(self):
        """Remove what only this build needed."""
        self._pool.shutdown()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare_kernels(self):
        """Have every kernel of this build call `prepare` before a cell."""
        profile = self.folder / "ipython" / "profile_default"
        profile.mkdir(parents=True)
        first = f"from press.labs import prepare; prepare({str(self.docs)!r})"
        (profile / "ipython_kernel_config.py").write_text(
            f"app = get_config().IPKernelApp\napp.exec_lines = [{first!r}]\napp.log_level = 40\n"
            "app.exec_PYTHONSTARTUP = False\n"
        )
        os.environ.update(program.environment() | {"IPYTHONDIR": str(self.folder / "ipython")})
        os.environ.pop("MPLBACKEND", None)   # the kernel brings its own

    def _execute(self, lab):
        """Execute and render a lab with mkdocs-jupyter, and put the page where mkdocs-jupyter looks for it."""
        from mkdocs_jupyter import convert
        from mkdocs_jupyter.plugin import _get_nb_toc_tokens

        try:
            content = convert.nb2html(lab.abs_src_path, execute=True, **self.options)
        except Exception as error:
            error.lab = f"{session.DOCS}/{lab.src_uri}"
            raise
        tokens, title = _get_nb_toc_tokens(lab.abs_src_path, self.notebooks["toc_depth"])
        self._rendering(lab).write_text(json.dumps({"content": content, "toc_tokens": tokens, "title": title}))

    def _rendering(self, lab):
        """Where mkdocs-jupyter looks for the finished page of a lab."""
        from mkdocs_jupyter.plugin import _compute_cache_key, _get_cache_path

        return _get_cache_path(self.folder, _compute_cache_key(lab.abs_src_path, self.notebooks, True))

    def key(self, lab):
        """Everything that a lab's page depends on: its text, its data, the versions, the options, and this module."""
        source = Path(lab.abs_src_path)
        data = [f"{path.name} {store.key(path.read_bytes().hex())}" for path in beside(source)]
        made_with = [f"{name} {version(name)}" for name in MADE_WITH]
        here = Path(__file__).read_text(encoding="utf-8")
        return store.key("lab", source.read_text(encoding="utf-8"), *data, *made_with, repr(self.options), here, *session.versions().values())


def is_lab(file):
    """Whether a file of MkDocs is the source of a lab."""
    return file.src_uri.startswith("labs/") and file.src_uri.endswith(".py")


def prepare(docs):
    """Called in the kernel of a lab before its first cell: the folder, the figures and the strictness of the build."""
    import matplotlib
    import matplotlib.pyplot as plt
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    matplotlib.rcdefaults()
    os.chdir(Path(docs) / "labs")
    sys.stdout.flush_interval = SECONDS   # what a cell prints comes in one piece, not in as many as the time allows
    signal.alarm(SECONDS)
    figures.style(plt.rcParams)
    set_matplotlib_formats("svg", metadata={"Date": None, "Creator": None}, bbox_inches=None)
    warnings.filterwarnings("error", module="__main__")
    worker.only_seeded_numpy()


def beside(source):
    """The data that belongs to a lab: the files beside it that bear its name."""
    return sorted(path for path in source.parent.glob(f"{source.stem}.*") if path != source)


def notebook(text):
    """A program in cells, `# %%`, as a notebook without outputs. The same text gives the same bytes."""
    import jupytext  # late, as most builds have no new lab

    made = jupytext.reads(text, fmt="py:percent")
    made.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    made.nbformat_minor = 4   # before cells had random names
    for cell in made.cells:
        cell.pop("id", None)
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def bundle(source):
    """The zip that readers download: the notebook and its data."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in [
            (f"{source.stem}.ipynb", notebook(source.read_text(encoding="utf-8")).encode()),
            *((path.name, path.read_bytes()) for path in beside(source)),
        ]:
            entry = zipfile.ZipInfo(f"{source.stem}/{name}")   # dated 1980, on every machine
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def description(source):
    """What a lab answers, from its first line, `# %% [markdown] description="…"`, or nothing."""
    found = re.match(r'# %% \[markdown\] description="([^"]+)"\n', source.read_text(encoding="utf-8"))
    return found[1] if found else ""


def alternatives(source):
    """For each cell of code of a lab, (its line, the alternative texts of its figures), from `# %% alt="…"`."""
    text = source.read_text(encoding="utf-8")
    cells = re.finditer(r"^# %%(?! \[)(.*)$", text, re.MULTILINE)
    return [(text.count("\n", 0, cell.start()) + 1, re.findall(r'\balt\d*="([^"]*)"', cell[1])) for cell in cells]


def light(content, page, files, config):
    """The page of a lab without the notebook's styles and scripts: text, code, output, figures."""
    source = Path(page.file.abs_src_path)
    name = f"{session.DOCS}/{page.file.src_uri}"
    root = html.fromstring("<div>" + content[content.index('<div class="jupyter-wrapper">'):] + "</div>")
    described = iter(alternatives(source))
    parts = []
    for cell in root.xpath(".//div[contains(@class, 'jp-Cell') and not(ancestor::div[contains(@class, 'jp-Cell')])]"):
        if "jp-CodeCell" in cell.get("class"):
            line, alts = next(described)
            made = list(_code(cell, Problem(name, line, ""), alts, page, files, config))
            parts.append(f'<div class="listing lab">{"".join(made)}</div>')
        for block in cell.find_class("jp-MarkdownOutput"):
            for heading in block.iter("h1", "h2", "h3", "h4"):
                for anchor in heading.find_class("anchor-link"):
                    anchor.drop_tree()
                heading.set("id", slugify(heading.text_content(), "-"))
            if "$" in block.text_content():
                raise Problem(name, 1, "a lab holds no formula between dollars: nothing on its page would set it")
            parts.append("".join(html.tostring(child, encoding="unicode") for child in block))
    address = "../" * page.file.url.count("/") + page.file.src_uri.replace(".py", ".zip")
    download = f'<p class="download"><a href="{address}" download>Download the notebook with its data</a></p>'
    first = next((place for place, part in enumerate(parts) if "<h1" in part), 0)
    parts[first] = parts[first].replace("</h1>", f"</h1>{download}", 1)
    return "\n".join(parts)


def _code(cell, problem, alts, page, files, config):
    """The parts of a cell of code: its program, what it printed, and its figures."""
    for code in cell.xpath(".//div[contains(@class, 'highlight-ipynb')]/pre"):
        inner = "".join(html.tostring(child, encoding="unicode") for child in code)
        yield f'<div class="language-python highlight"><pre><code>{inner}</code></pre></div>'
    alts = list(alts)
    for output in cell.xpath(".//div[contains(@class, 'jp-OutputArea-output')]"):
        kind = output.get("data-mime-type")
        pictures, printed = list(output.iter("img")), list(output.iter("pre"))
        if kind == "image/svg+xml" and pictures:
            if not alts:
                problem.message = 'a cell that draws says what: # %% alt="…"'
                raise problem
            text = figures.neutral(base64.b64decode(pictures[0].get("src").partition(",")[2]).decode())
            yield _figure(text, alts.pop(0), page, files, config)
        elif kind in ("text/plain", "application/vnd.jupyter.stdout") and printed:
            text = html.tostring(printed[0], encoding="unicode", with_tail=False)
            text = text.replace("<pre>", "<pre><samp>").replace("</pre>", "</samp></pre>")
            yield f'<div class="output" role="group" aria-label="Output">{text}</div>'
        else:
            problem.message = f"a cell of a lab prints text and draws figures; this one puts out {kind}"
            raise problem
    if alts:
        problem.message = f"this cell draws fewer figures than it describes: {alts[0]}"
        raise problem


def _figure(text, alt, page, files, config):
    """A figure of a lab as a file beside the pages."""
    file = figures.name(text)
    address = f"{extension.FIGURES}/{file}"
    if files.get_file_from_path(address) is None:
        files.append(File.generated(config, address, content=text))
    return f'<figure>{extension.image("../" * page.file.url.count("/") + address, text, alt)}</figure>'


def explain(error):
    """The Problem behind an error of a lab's kernel: the file, and the line at which the cell failed."""
    told = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    message = " ".join(filter(None, [getattr(error, "ename", type(error).__name__), getattr(error, "evalue", told)]))
    cell = re.search(r"-{18}\n(.*?)\n-{18}", told, re.DOTALL)
    at_line = re.search(r"Cell In\[\d+\], line (\d+)", told)
    for path in sorted(Path(session.DOCS).glob("labs/*.py")):
        text = path.read_text(encoding="utf-8")
        place = text.find(cell[1]) if cell else -1
        if place >= 0:
            line = text.count("\n", 0, place) + int(at_line[1] if at_line else 1)
            return Problem(path.as_posix(), line, message)
    return Problem(getattr(error, "lab", "mkdocs.yml"), 1, message)
