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
from press.book.sources import DOCS, EVIDENCE, SNIPPETS, TESTS, Refused, below, pages, text_of
from press.cli.build import WORK, make
from press.cli.messages import progress, say
from press.pages import fences
from press.run import runs

FOLDER = Path(WORK, "serve")
WATCHED = DOCS, SNIPPETS, TESTS, EVIDENCE, "theme"
INTERVAL = 0.1   # seconds between two looks at the files

_HEAD = re.compile(r".*?^# [^\n]*", re.DOTALL | re.MULTILINE)                       # front matter and title
_CHAPTER = re.compile(rf"(?:{SNIPPETS}|{TESTS}|{EVIDENCE})/(\w+)/(?:test_)?(\w+)")   # whose file this is
_NAMED = re.compile(r"([a-z]\w*/[a-z]\w*)/[a-z]\w*")                                # the chapter of a listing
_OF_ALL = re.compile(r"<!-- (?:claims|inputs|reading) -->")                         # what is made of all chapters


def serve(address):
    """Serve until a signal comes. Raises Refused where the address cannot be had."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_server((host, int(port))).close()
    except (OSError, ValueError, OverflowError) as error:
        why = getattr(error, "strerror", "") or error
        raise Refused(f"{address}: {why}; choose another with --address 127.0.0.1:8001") from None
    site, saved = Site(address), FileSystemEventHandler()
    # A listing that was saved runs at once, and a run that nobody waits for any more ends.
    saved.on_any_event = lambda event: site.runs.start(fences.environments())
    server = LiveReloadServer(site.renew, host, int(port), str(FOLDER), polling_interval=INTERVAL)
    server.build_delay = INTERVAL / 2   # in which nothing more is saved, before the pages are set
    server.error_handler = lambda code: b"".join(page.read_bytes() for page in FOLDER.glob("404.html"))
    logging.getLogger("mkdocs.livereload").setLevel(logging.ERROR)
    for folder in filter(os.path.isdir, WATCHED):
        server.watch(folder)
    server.watch(".", recursive=False)   # the files at the top
    server.observer.schedule(saved, SNIPPETS, recursive=True)
    try:
        with progress(site.runs):
            site.renew()
        say(f"press: the site is at {server.url}, until Ctrl-C")
        server.serve()
    finally:
        server.shutdown()
        site.close()


class Site(BasePlugin):
    """The served site. As a plugin it keeps what MkDocs knows of pages that stay as they are, and are not read."""

    def __init__(self, address):
        self.address, self.runs = address, runs.current()
        self.made_of = {}    # what each page was made of when it was set
        self.known = {}      # page → (its file in the site, its title, its front matter)
        self.searched = {}   # address → what the search has of that page
        self.check = None    # the process that looks for what `make site` would refuse

    def renew(self):
        """Set the pages anew of which something has changed, until nothing has, and have the whole checked."""
        if not self.stale():
            return
        if self.check:
            self.check.terminate()
        while stale := self.stale():
            self.set(stale)
        if self.check:
            self.check.wait()
        self.check = subprocess.Popen([sys.executable, "-P", "-m", "press.cli.main", "check"])

    def stale(self):
        """{page: what it is made of} of the pages of which something has changed; with "" where that concerns all."""
        return {page: parts for page, parts in parts_of_pages().items() if self.made_of.get(page) != parts}

    def set(self, stale):
        """Set pages anew; with "" among them, all."""
        started = time.monotonic()
        self.runs.start(fences.environments())
        for page in stale.keys() & self.known.keys():   # by the file that is not there MkDocs sees what is to be set
            Path(self.known.pop(page)[0]).unlink(missing_ok=True)
        try:
            make(FOLDER, f"http://{self.address}/", dirty="" not in stale, more=[self])
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

    def on_nav(self, nav, config, files):
        for page in nav.pages:
            if page.file.src_uri in self.known and not page.file.is_modified():
                _, page.title, page.meta = self.known[page.file.src_uri]

    def on_post_page(self, output, page, config):
        self.known[page.file.src_uri] = page.file.abs_dest_path, page.title, page.meta

    @event_priority(-50)   # after the search
    def on_post_build(self, config):
        file = Path(config.site_dir, "search", "search_index.json")
        index, new = json.loads(file.read_text(encoding="utf-8")), {}
        for entry in index["docs"]:
            new.setdefault(entry["location"].partition("#")[0], []).append(entry)
        self.searched |= new
        index["docs"] = [entry for entries in self.searched.values() for entry in entries]
        file.write_text(json.dumps(index), encoding="utf-8")


def parts_of_pages():
    """{page: what it is made of}: its text, and what belongs to its chapter and to those whose listings it names.

    Under "" is what all are made of: their titles, and every file that is neither a page nor of a chapter.
    """
    texts, chapters = {page: text_of(f"{DOCS}/{page}") for page in pages()}, {}
    common = [(page, _HEAD.match(text)[0]) for page, text in texts.items() if _HEAD.match(text)]
    for state in _states():
        if chapter := _CHAPTER.match(state[0]):
            chapters.setdefault("/".join(chapter.groups()), []).append(state)
        elif not state[0].endswith(".md") or state[0] == f"{DOCS}/glossary.md":
            common.append(state)
    made = {"": common}
    for page, text in texts.items():
        named = sorted({page.removesuffix(".md"), *_NAMED.findall(text)})
        made[page] = (texts, chapters) if _OF_ALL.search(text) else (text, [chapters.get(name) for name in named])
    return made


def _states():
    """The files that the site is made of, as of now: (path, time, size)."""
    files = [f"{folder}/{path}" for folder in WATCHED for path in below(folder) if "__pycache__" not in path]
    for file in [CONFIG, "CITATION.cff", *files]:
        with contextlib.suppress(OSError):   # it is gone
            state = os.stat(file)
            yield file, state.st_mtime_ns, state.st_size
