"""Sets a page of a made-up book as a generator does, with runs that the test makes up."""
from pathlib import Path
from types import SimpleNamespace

import markdown
import pytest
from markdown.treeprocessors import Treeprocessor

from press.pages import extension
from press.run import runs
from press.run.cache import Cache
from press.run.runner import Failure, Run

EXTENSIONS = [   # of mkdocs.yml, and those that MkDocs adds
    "press", "admonition", "attr_list", "def_list", "fenced_code", "md_in_html", "tables", "toc", "pymdownx.arithmatex",
    "pymdownx.details", "pymdownx.tabbed",
]
OPTIONS = {"pymdownx.arithmatex": {"generic": True, "smart_dollar": True}, "pymdownx.tabbed": {"alternate_style": True}}
PROGRAM = '"""It is so."""\na = 1\nb = 2\n\n# %% check\n# Exact.\nassert a < b\n'
QUOTED = '```python{}\n--8<-- "part/chapter/one.py"\n```\n'
SVG = '<svg width="72pt" height="36pt"></svg>'


class Book:
    """A folder with sources. It is its own Runs; `ran` has the Run, or the Failure, of each listing."""

    def __init__(self, folder, monkeypatch):
        self.root, self.cache, self.ran, self.published = folder, Cache(":memory:"), {}, {}
        monkeypatch.setattr(runs, "current", lambda: self)
        self.write("mkdocs.yml", "site_name: A book\n")

    def write(self, path, text):
        Path(self.root, path).parent.mkdir(parents=True, exist_ok=True)
        Path(self.root, path).write_text(text, encoding="utf-8")

    def listing(self, name="one", text=PROGRAM, output="", figures=(), values=None, unkept=None, environment=""):
        self.write(f"snippets/part/chapter/{name}.py", text)
        self.ran[f"part/chapter/{name}.py"] = Run(output, list(figures), values or {}, unkept or {}, 0, 0, environment)

    def start(self, environments):
        """Nothing is to be begun."""

    def run(self, path):
        found = self.ran.get(path, FileNotFoundError(path))
        if isinstance(found, FileNotFoundError | Failure):
            raise found
        return found

    def set(self, text, page="part/chapter.md", matter=""):
        """The HTML of a page, and what is wrong with it as "line: message"."""
        self.write(f"docs/{page}", matter + text)
        md = markdown.Markdown(extensions=EXTENSIONS, extension_configs=OPTIONS)
        mkdocs = Treeprocessor()
        mkdocs.run, mkdocs.present_anchor_ids = lambda root: None, set()
        mkdocs.file = SimpleNamespace(src_uri=page, url=page.removesuffix(".md") + "/")
        append = lambda file: self.published.update({file.src_uri: file})   # noqa: E731
        mkdocs.files = SimpleNamespace(get_file_from_path=self.published.get, append=append)
        plugins = SimpleNamespace(_current_plugin=None)
        mkdocs.config = SimpleNamespace(site_dir="site", use_directory_urls=True, plugins=plugins)
        md.treeprocessors.register(mkdocs, "relpath", 0)
        made, self.anchors = md.convert(text), mkdocs.present_anchor_ids
        return made, [f"{problem.line}: {problem.message}" for problem in extension.problems.get(page, [])]


@pytest.fixture
def book(tmp_path, monkeypatch):
    return Book(tmp_path, monkeypatch)
