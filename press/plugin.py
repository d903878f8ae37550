"""The MkDocs plugin: labs, what keeps a build with a thousand formulas quick, and the policy on top of every page."""
import base64
import contextlib
import logging
import os
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from jinja2 import BytecodeCache, FileSystemLoader
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files

from press import cards, citation, disk, extension, fonts, labs, machines, notebooks, policy, session, store
from press.fences import Problem

log = logging.getLogger("mkdocs.plugins.press")

BESIDE = 0.3   # of a chapter's weight in the search has a page that is none, and repeats what a chapter derives

_COMPILED_BY = version("jinja2"), version("mkdocs")   # which takes a millisecond to say
_ASIDE = re.compile(f"{extension.ASIDE[0]}.*?{extension.ASIDE[1]}", re.DOTALL)
_EXPLORER = re.compile(r'class="explorer" data-explorer="(\w+)"')
_MARK = re.compile("\ue000(\\d+)\ue001")


class Templates(BytecodeCache):
    """The theme's templates, compiled, in the store. Jinja sees to it that they are not stale."""

    def load_bytecode(self, bucket):
        if kept := session.current().store.get(self.key(bucket)):
            bucket.bytecode_from_string(base64.b64decode(kept))

    def dump_bytecode(self, bucket):
        session.current().store.put(self.key(bucket), base64.b64encode(bucket.bytecode_to_string()).decode())

    def key(self, bucket):
        """What the compiled template depends on besides its text, which Jinja compares."""
        return store.key("template", bucket.key, *_COMPILED_BY)


class Visible(FileSystemLoader):
    """Lists no hidden files of the theme: MkDocs leaves them out anyway, after it has looked at fourteen thousand icons."""

    def list_templates(self):
        found = set()
        for theme in self.searchpath:
            for folder, inside, names in os.walk(theme):
                inside[:] = [name for name in inside if not name.startswith(".")]
                found.update(Path(folder, name).relative_to(theme).as_posix() for name in names)
        return sorted(found)


class Press(BasePlugin):
    """Stands after search and mkdocs-jupyter in `plugins:`."""

    serving = False
    labs = None

    def on_startup(self, command, dirty):
        self.serving = command == "serve"

    def on_config(self, config):
        session.current().problems.clear()   # of the build before, while the site is served
        environment = config.theme.get_env()
        environment.loader = Visible(environment.loader.searchpath)
        config.theme.get_env = lambda: environment
        self.book = citation.read()
        self.labs = labs.Labs(config) if "mkdocs-jupyter" in config.plugins else None
        if config.repo_url:
            config.extra["commit"] = _commit()   # for who reports an error
        return config

    def on_files(self, files, config):
        """Begin with the labs, which take longest, and set their pages last."""
        _refuse_redirects(files, config)
        if self.labs:
            self.labs.start(files)
        for lab in list(filter(labs.is_lab, files)):
            files.append(File.generated(config, lab.src_uri.replace(".py", ".zip"), content=self.labs.bundle(lab)))
        return Files(sorted(files, key=labs.is_lab))

    def on_nav(self, nav, config, files):
        self.nav, self.files = nav, files
        return nav

    def on_pre_page(self, page, config, files):
        if labs.is_lab(page.file):
            render = page.render

            def wait_and_render(*arguments):
                self.labs.finish(page.file)
                render(*arguments)

            page.render = wait_and_render
        return page

    def on_page_content(self, content, page, config, files):
        """Put formulas and listings aside: thousands of elements that the search would read and throw away."""
        if labs.is_lab(page.file):
            content = labs.light(content, page, files, config)
            page.meta["description"] = labs.description(Path(page.file.abs_src_path))
        _demand_description(page)
        page.aside = []

        def put_aside(match):
            page.aside.append(match[0])
            return f"\ue000{len(page.aside) - 1}\ue001"

        if "assumes" not in page.meta and not labs.is_lab(page.file):
            page.meta["search"] = {"boost": BESIDE}
        page.meta["formulas"] = 'class="katex"' in content
        page.meta["explorers"] = _EXPLORER.findall(content)
        page.links_to_anchors = {   # of `#explorer?depth=60` the explorer reads what stands behind the anchor
            file: {anchor.partition("?")[0]: link for anchor, link in links.items()} for file, links in (page.links_to_anchors or {}).items()
        }
        if 'class="listing"' in content:
            page.meta["claims"] = page.file.src_uri.removesuffix(".md").replace("/", "-")
            page.meta["download"] = notebooks.name(page)
        if "claims" in page.meta or labs.is_lab(page.file):
            page.meta["cited"] = True
        return _ASIDE.sub(put_aside, content)

    def on_page_context(self, context, page, config, nav):
        """What the theme shows of a page to search engines, and to readers who cite it."""
        if self.book:
            context["book"], context["data"] = self.book, citation.data(self.book, page, config.site_name, config.site_url)
            context["bibtex"] = citation.bibtex(self.book, page) if "cited" in page.meta else ""
        return context

    def on_env(self, env, config, files):
        """Keep the theme's templates compiled."""
        env.bytecode_cache = Templates()
        return env

    def on_post_page(self, output, page, config):
        """Put them back."""
        return _MARK.sub(lambda match: page.aside[int(match[1])], output)

    @event_priority(-100)   # after the plugins that write pages of their own
    def on_post_build(self, config):
        if self.labs:
            self.labs.close()
        runs, site = session.current(), Path(config.site_dir)
        whole = not runs.problems and not runs.failures()   # otherwise nothing is published
        if whole:
            self._hand_out(site, runs, config)
            fonts.subset_all(site, runs.store)
        if not self.serving:   # the server puts a script of its own into every page that it sends, to load it anew
            policy.protect_all(site)
        if whole:
            disk.write(site)

    def _hand_out(self, site, runs, config):
        """Put beside the pages what readers take along."""
        pages = [page for page in self.nav.pages if page.content]
        for page in pages:
            if "download" in page.meta:
                notebooks.write(site, page, self.files, config.site_url or "")
            if config.site_url:   # without it nobody could be told where a card is
                cards.write(site, page, config.site_name, runs.store)
        (site / "listings.zip").write_bytes(notebooks.bundle({listing: runs.text(listing) for listing in runs.listings()}))
        machines.write(site, pages, self.nav, self.files, config)

    def on_build_error(self, error):
        if self.labs:
            self.labs.close()


def _refuse_redirects(files, config):
    """A redirect from a page that is there would take the page's place."""
    redirects = config.plugins.get("redirects")
    pages = {file.dest_uri: file.src_uri for file in files.documentation_pages()}
    for old in redirects.config["redirect_maps"] if redirects else ():
        page = pages.get(File(old, config.docs_dir, config.site_dir, config.use_directory_urls).dest_uri)
        if page:
            log.warning("the redirect from '%s' would take the place of the page %s", old, page)


def _demand_description(page):
    """A page without a description would be shown under the site's by every search engine."""
    if not page.meta.get("description"):
        problem = Problem(f"{session.DOCS}/{page.file.src_uri}", 1, "a page says in its front matter what it answers, `description: …`")
        session.current().problems.append(problem)
        session.log.warning("%s", problem)


def _commit():
    """The commit that the site is built from, or nothing where there is no repository."""
    with contextlib.suppress(FileNotFoundError):   # no git here
        asked = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
        return asked.stdout.strip() if asked.returncode == 0 else ""
    return ""
