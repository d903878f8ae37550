"""Build the site: in a folder beside it, with every check, and put in its place only where nothing is wrong."""
import contextlib
import fcntl
import os
import shutil
import sys
import time
from pathlib import Path

import yaml

from press.book import listings, nav
from press.book.sources import Problem, Refused, Unreadable
from press.cli.messages import gathered, no_yaml, problems_of_error, progress, report, say
from press.pages import extension, fences, glossary, reading, verification
from press.run import runs

WORK = ".press"   # beside the site: the lock, and what is being built


def build(into="site", publish=True):
    """Build and check. Where nothing is wrong, and it is to be published, put the site in its place.

    Every problem is told, at once and in order. Returns the exit status. Raises Refused and OSError.
    """
    started, into = time.monotonic(), Path(into)
    if into.is_symlink() or into.exists() and not into.is_dir():
        raise Refused(f"{into} is no folder, so no site can take its place; move it away")
    os.umask(0o022)   # a site is there for everybody
    with _beside(into) as (new, before), contextlib.closing(runs.current()) as made:
        with progress(made):
            problems = problems_of_build(new, made)
        report(problems, fences.quoted())
        if problems:
            told = f"nothing was published; {into}/ is as it was" if publish else "not ready to be published"
            say(f"press: {told}", to=sys.stderr)
            return 1
        pages = sum(1 for _ in new.rglob("*.html"))
        if publish:
            if into.exists():
                into.rename(before)
            new.rename(into)
    say(
        f"press: {len(made.ran) + len(made.kept)} listings, {len(made.ran)} ran, {len(made.kept)} from the cache; "
        f"{pages} pages{'' if publish else ' with nothing to mend'} in {time.monotonic() - started:.1f} s"
    )
    return 0


@contextlib.contextmanager
def _beside(into):
    """Folders for a new site and for the one before, when no other build is at work in them."""
    work = into.parent / WORK
    work.mkdir(exist_ok=True)
    new, before = (work / f"{into.name}-{which}" for which in ("new", "before"))
    with open(work / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:   # the site of the last one to begin is what stays
            say("press: another build is at work here; this one waits for its end", to=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        if before.exists() and not into.exists():   # the last one was killed between its two renames
            before.rename(into)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        try:
            yield new, before
        finally:
            for left in new, before:
                shutil.rmtree(left, ignore_errors=True)


def problems_of_build(folder, made):
    """Build into a folder, with these Runs. Returns every Problem: of sources, MkDocs, runs, pages and the site."""
    made.start(fences.environments())
    problems = problems_of_sources()
    if any(problem.path == nav.CONFIG for problem in problems):   # nothing else is certain then
        return problems
    if not any(isinstance(problem, Unreadable) for problem in problems):
        problems += make(folder)
    failures = made.failures()
    told = {str(failure) for failure in failures}   # the page that quotes a failed listing is named beside it
    problems += [problem for found in extension.problems.values() for problem in found if problem.message not in told]
    if not problems and not failures:   # there is a site
        from press.site import checks

        problems += checks.problems(folder)
    return problems + failures


def problems_of_sources(root="."):
    """The Problems of the sources as they stand, before anything is set: the one list of these checks."""
    try:
        nav.order(root)
    except Unreadable as problem:
        return [problem]
    except yaml.YAMLError as error:
        return [no_yaml(error)]
    except (AttributeError, TypeError):   # nav is no list of pages, which MkDocs tells
        return []
    return [problem for room in (listings, fences, verification, reading, glossary) for problem in room.problems(root)]


def make(folder, address="", dirty=False, more=()):
    """Have MkDocs build into a folder: the one way to do so. Returns the Problems that it told.

    address: where the folder is served, if it is. dirty: whether pages stay that stand there, newer than their source.
    more: further plugins of MkDocs.
    """
    from jinja2 import TemplateError
    from mkdocs.commands.build import build as mkdocs
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    with gathered() as problems:
        try:
            config = load_config(nav.CONFIG, site_dir=str(folder), strict=False, site_url=address or None)
            if problems:
                return problems
            for plugin in more:
                config.plugins[type(plugin).__name__] = plugin
            config.plugins.on_startup(command="serve" if address else "build", dirty=False)
            try:
                mkdocs(config, serve_url=address or None, dirty=dirty)
            finally:
                config.plugins.on_shutdown()
        except (MkDocsException, TemplateError, UnicodeDecodeError) as error:   # mostly told already, with its page
            return problems or problems_of_error(error)
        except Problem as problem:
            problems.append(problem)
    return problems
