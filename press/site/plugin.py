"""The MkDocs plugin: labs, what the theme and search engines are told of a page, and what is put beside the pages."""
import re
from pathlib import Path
from types import SimpleNamespace

from jinja2 import FileSystemBytecodeCache
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files

from press.book import commit
from press.book.sources import DOCS, Problem
from press.pages import extension
from press.pages.listings import FIGURES
from press.run import runs
from press.run.runner import Failure
from press.site import citation, csp, downloads, faces, fonts, labs, markdown, offline, search

BESIDE = 0.3   # of a chapter's weight in the search has a page that is none: it repeats what chapters derive
TEMPLATES = Path(".press/templates")   # compiled

_EXPLORER = re.compile(r'class="explorer" data-explorer="(\w+)"')


class Press(BasePlugin):
    """Is the last in `plugins:`, behind search and mkdocs-jupyter.

    While the site is served, what takes time and nobody sees is left out: policies, small fonts, llms.txt, the zip.
    """

    def on_startup(self, *, command, dirty):
        commit.set_date()
        self.serving, self.runs = command == "serve", runs.current()
        self.labs = labs.Labs(self.runs.cache)

    def on_shutdown(self):
        self.labs.close()

    def on_config(self, config):
        self.book = citation.book()
        self.lab, self.aside, self.beside = {}, {}, {}   # of each page: its Lab, what is put aside, the files beside it
        self.characters = []   # of fonts, that the formulas of each page show
        if config.repo_url:
            config.extra["commit"] = commit.commit()[0]   # for who reports an error

    def on_files(self, files, config):
        """Begin with the labs, which take longest, and set the pages that wait for those of all parts last."""
        for file in [file for file in files if file.src_uri.startswith("labs/") and file.src_uri.endswith(".py")]:
            lab = self.lab[file.src_uri] = labs.read(file.src_uri)
            file.abs_src_path = self.labs.start(lab)
            files.append(File.generated(config, file.src_uri.replace(".py", ".zip"), content=lab.bundle()))
        for address, content in faces.made(self.runs.cache):
            files.append(File.generated(config, address, content=content))
        return Files(sorted(files, key=lambda file: "/" not in file.src_uri))

    def on_nav(self, nav, config, files):
        self.nav, self.files = nav, files

    def on_env(self, env, config, files):
        """Keep the theme's templates compiled."""
        TEMPLATES.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES))

    def on_page_content(self, content, page, config, files):
        """Note what the theme asks for, and put aside what no search reads: the elements of formulas and listings."""
        path, meta = page.file.src_uri, page.meta
        if lab := self.lab.get(path):
            extension.problems[path] = []
            try:
                content = labs.light(content, lab, self.labs.made(lab), _place(page, files, config, self.runs.cache))
            except Problem as problem:
                extension.problems[path].append(problem)
            meta["description"] = lab.cells[0]["metadata"].get("description")   # of its first line
            meta["tags"] = lab.cells[0]["metadata"].get("searches", "").split(", ")
        if not meta.get("description"):
            message = "a page says in its front matter what it answers, `description: …`, which search engines show"
            extension.problems.setdefault(path, []).append(Problem(f"{DOCS}/{path}", 1, message))
        if "assumes" not in meta and not lab:
            meta.setdefault("search", {"boost": BESIDE})
        meta["formulas"], meta["explorers"] = 'class="katex"' in content, _EXPLORER.findall(content)
        if "data-listing=" in content:
            meta["claims"], meta["download"] = path.removesuffix(".md").replace("/", "-"), page.file.name
        if "claims" in meta or lab:
            meta["cited"] = True
        for anchor in search.answers(page):
            if f'id="{anchor}"' not in content:
                message = f"`answers` names {anchor}, and no section of this page has that anchor"
                extension.problems.setdefault(path, []).append(Problem(f"{DOCS}/{path}", 1, message))
        page.links_to_anchors = {   # of `#explorer?depth=60` the explorer reads what is behind the anchor
            file: {anchor.partition("?")[0]: link for anchor, link in links.items()}
            for file, links in (page.links_to_anchors or {}).items()
        }
        self.beside[path] = self._beside(page, content, config.site_url or "")
        if meta["formulas"] and not self.serving:
            self.characters.append(fonts.characters(content, self.runs.cache))
        content, self.aside[path] = search.put_aside(content)
        return content

    def on_page_context(self, context, page, config, nav):
        """What the theme shows of a page to search engines, and to readers who cite it."""
        if self.book:
            context["book"] = self.book
            context["data"] = citation.data(self.book, page, config.site_name, config.site_url)
            context["bibtex"] = citation.bibtex(self.book, page) if "cited" in page.meta else ""

    def on_post_page(self, output, page, config):
        """Put back what was put aside."""
        return search.put_back(output, self.aside.pop(page.file.src_uri))

    @event_priority(-100)   # after the plugins that write pages of their own
    def on_post_build(self, config):
        """Put beside the pages what readers take along, all of it only where nothing is wrong."""
        site, cache = Path(config.site_dir), self.runs.cache
        pages = [page for page in self.nav.pages if page.file.src_uri in self.beside]
        for page in pages:
            for name, text in self.beside[page.file.src_uri].items():
                (site / page.url / name).write_text(text, encoding="utf-8")
        (site / "listings.zip").write_bytes(downloads.bundle())
        search.write(site, self.nav.pages)
        if self.serving:
            return
        if whole := all(self.beside.values()) and not any(extension.problems.values()):
            texts = [self.beside[page.file.src_uri]["index.md"] for page in pages]
            downloads.write_llms(site, texts, self.nav, config)
            fonts.write(site, self.characters, cache)
        for page in sorted(site.rglob("*.html")):
            page.write_text(csp.protect(page.read_text(encoding="utf-8")), encoding="utf-8")
        if whole:
            offline.write(site, cache)

    def _beside(self, page, content, address):
        """The files beside a page as {name: text}, a chapter as script and notebook too; none where something is wrong."""
        try:
            if lab := self.lab.get(page.file.src_uri):
                return {"index.md": markdown.as_markdown(labs.pieces(lab, self.labs.made(lab), page))}
            return downloads.of_page(page, content, self.files, address, self.runs)
        except (Problem, LookupError, ValueError, TypeError, Failure):   # told with the page
            return {}


def _place(page, files, config, cache):
    """A page as `light` asks for it: the way to the site's root, how a figure comes to the site, what keeps formulas."""
    def publish(name, svg):
        if files.get_file_from_path(address := f"{FIGURES}/{name}") is None:
            files.append(File.generated(config, address, content=svg))

    return SimpleNamespace(root="../" * page.url.count("/"), publish=publish, cache=cache)
