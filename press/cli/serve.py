"""Serve the site while it is written: a save shows its page at once, and then what `make site` would refuse."""
import contextlib
import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from watchdog.events import FileSystemEventHandler

from press.book.nav import CONFIG
from press.book.sources import DOCS, EVIDENCE, SNIPPETS, TESTS, Unreadable, below, pages, read
from press.cli.build import WORK, environments, make
from press.cli.messages import Refused, progress, say
from press.run import runs

FOLDER = Path(WORK, "serve")
THEME, CITATION, PRESS = "theme", "CITATION.cff", str(Path(__file__).parents[1])
INTERVAL = 0.1   # seconds between two looks at the files
COMMAND = [sys.executable, "-P", "-m", "press.cli.main"]

_HEAD = re.compile(r".*?^# [^\n]*", re.DOTALL | re.MULTILINE)          # front matter and title
_NAMED = re.compile(r"[a-z]\w*/[a-z]\w*/[a-z]\w*")                      # a listing
_OF_ALL = re.compile(r"<!-- (?:claims|inputs|reading) -->")             # what a page makes of all others


def serve(address):
    """Serve until a signal comes. Raises Refused where the address cannot be had."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_server((host, int(port))).close()
    except (OSError, ValueError, OverflowError) as error:
        why = getattr(error, "strerror", "") or error
        raise Refused(f"{address}: {why}; choose another with --address 127.0.0.1:8001") from None
    site = Site(address)
    server = LiveReloadServer(site.renew, host, int(port), str(FOLDER), polling_interval=INTERVAL)
    server.build_delay = INTERVAL / 2   # in which nothing more is saved, before the pages are set
    server.error_handler = lambda code: b"".join(page.read_bytes() for page in FOLDER.glob("404.html"))
    logging.getLogger("mkdocs.livereload").setLevel(logging.ERROR)
    for folder in filter(os.path.isdir, (DOCS, SNIPPETS, TESTS, EVIDENCE, THEME, PRESS)):
        server.watch(folder)
    server.watch(".", recursive=False)   # the files at the top
    server.observer.schedule(site, SNIPPETS, recursive=True)
    try:
        with progress(site.runs):
            site.renew()
        say(f"press: the site is at {server.url}, until Ctrl-C")
        server.serve()
    finally:
        server.shutdown()
        site.close()


class Site(FileSystemEventHandler):
    """The served site, and what each of its pages was made of when it was set."""

    def __init__(self, address):
        self.address, self.runs, self.pages = address, runs.current(), Pages()
        self.made_of, self.press = {}, _states(_files(PRESS))
        self.check = None   # the process that looks for what `make site` would refuse

    def on_any_event(self, event):
        """A listing was saved: it runs at once, and a run that nobody waits for any more ends."""
        self.runs.start(environments())

    def renew(self):
        """Set the pages anew of which something has changed, until nothing has, and have the whole checked."""
        if _states(_files(PRESS)) != self.press:   # another press takes the place of this process
            self.close()
            os.execv(sys.executable, [*COMMAND, "serve", "--address", self.address])
        stale = self.stale()
        if not stale:
            return
        if self.check:
            self.check.terminate()
        while stale:
            self.set(stale)
            stale = self.stale()
        if self.check:
            self.check.wait()
        self.runs.cache.commit()   # or it would run everything again
        self.check = subprocess.Popen([*COMMAND, "check"])

    def stale(self):
        """{page: what it is made of} of the pages of which something has changed; with "" where that concerns all."""
        return {page: parts for page, parts in parts_of_pages().items() if self.made_of.get(page) != parts}

    def set(self, stale):
        """Set pages anew; with "" among them, all."""
        started = time.monotonic()
        self.runs.start(environments())
        self.pages.forget(stale)
        try:
            make(FOLDER, f"http://{self.address}/", dirty="" not in stale, more=[self.pages])
        except Exception as error:   # a full disk, a fault of a template: the check tells it, and the server goes on
            say(f"press: {error}", to=sys.stderr)
        self.made_of |= stale
        if "" not in stale:
            say(f"press: {', '.join(sorted(stale))} in {time.monotonic() - started:.2f} s")

    def close(self):
        """End what still runs."""
        if self.check:
            self.check.terminate()
            self.check.wait()
        self.runs.close()


class Pages(BasePlugin):
    """Knows the pages that stand: their files, what menus say of them, and what the search finds on them."""

    def __init__(self):
        self.known = {}      # page → (its file in the site, its title, its front matter)
        self.searched = {}   # address → what the search has of that page

    def forget(self, stale):
        """Remove the files of pages, by which MkDocs sees that they are to be set."""
        for page in stale.keys() & self.known.keys():
            Path(self.known.pop(page)[0]).unlink(missing_ok=True)

    def on_nav(self, nav, config, files):
        """Give their titles to the pages that stay as they are, and are not read."""
        for page in nav.pages:
            if page.file.src_uri in self.known and not page.file.is_modified():
                _, page.title, page.meta = self.known[page.file.src_uri]

    def on_post_page(self, output, page, config):
        """Note a page that has been set."""
        self.known[page.file.src_uri] = page.file.abs_dest_path, page.title, page.meta

    @event_priority(-50)   # after the search
    def on_post_build(self, config):
        """Give back to the search what it had of the other pages."""
        file = Path(config.site_dir, "search", "search_index.json")
        index, new = json.loads(file.read_text(encoding="utf-8")), {}
        for entry in index["docs"]:
            new.setdefault(entry["location"].partition("#")[0], []).append(entry)
        self.searched |= new
        index["docs"] = [entry for entries in self.searched.values() for entry in entries]
        file.write_text(json.dumps(index), encoding="utf-8")


def parts_of_pages():
    """{page: what it is made of}, and under "" what all are made of: settings, theme, terms, titles, assets, labs."""
    texts = {page: _text(page) for page in pages()}
    heads = {page: (_HEAD.match(text) or [""])[0] for page, text in texts.items()}
    beside = [file for file in _files(DOCS) if not file.endswith(".md")]
    programs = [*_files(SNIPPETS), *_files(TESTS), *_files(EVIDENCE)]
    made = {"": (heads, _states([CONFIG, CITATION, f"{DOCS}/glossary.md", *_files(THEME), *beside]))}
    for page, text in texts.items():
        if _OF_ALL.search(text):
            made[page] = texts, _states(programs)
            continue
        part, _, name = page.removesuffix(".md").rpartition("/")
        own = f"{SNIPPETS}/{part}/{name}/", f"{TESTS}/{part}/test_{name}.py", f"{EVIDENCE}/{part}/{name}.json"
        named = {f"{SNIPPETS}/{listing}.py" for listing in _NAMED.findall(text)}
        made[page] = text, _states(file for file in programs if file.startswith(own) or file in named)
    return made


def _files(folder):
    """The files below a folder, but those that Python makes for itself."""
    return [f"{folder}/{path}" for path in below(folder) if "__pycache__" not in path]


def _states(files):
    """The files that are there, as of now: [(name, time, size)]."""
    found = []
    for file in files:
        with contextlib.suppress(OSError):   # it is gone
            state = os.stat(file)
            found.append((file, state.st_mtime_ns, state.st_size))
    return found


def _text(page):
    """The text of a page; "" where it cannot be read, which the check tells."""
    try:
        return read(f"{DOCS}/{page}")
    except (FileNotFoundError, Unreadable):
        return ""
