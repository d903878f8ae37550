"""All runs of a build: they begin at once, on every core, while the pages are being set."""
import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from press.book import listings
from press.book.sources import Unreadable
from press.run.cache import Cache, key
from press.run.environments import recorded
from press.run.runner import Failure, Run, Runner, Runners, versions

CACHE = ".press/cache.sqlite"
SLOW = 2   # seconds; a listing that takes longer is named


@dataclass(eq=False)
class Job:
    """The run of a listing as it was read, in an environment ("" for this one)."""

    listing: listings.Listing
    environment: str
    future: Future          # of its Run
    runner: Runner = None   # in which it runs now
    seconds: float = None   # that it took, where it ran since the build began


class Runs:
    """The runs of the listings of a project, each made once for a text, and kept. For several threads."""

    def __init__(self, root="."):
        self.root, self.cache, self.closed = Path(root), Cache(Path(root, CACHE)), False
        self._jobs, self._environments = {}, {}   # by path below snippets/
        self._waiting = deque()                   # jobs, the next one first
        self._lock = threading.RLock()            # of all these
        self._pool = Runners()

    @property
    def ran(self):
        """{path: seconds} of the listings that ran since start()."""
        return {path: job.seconds for path, job in self._jobs.copy().items() if job.seconds is not None}

    @property
    def kept(self):
        """The paths of the others that are done."""
        return {path for path, job in self._jobs.copy().items() if job.future.done()} - self.ran.keys()

    def start(self, environments):
        """Begin the runs that are not kept, and end those of older texts.

        environments: {listing: the name of its environment, "" for this one}; the runs of other listings are forgotten.
        """
        with self._lock:
            self._environments = dict(environments)
            for path in self._jobs.keys() - environments.keys():
                self._forget(path)
            for job in self._jobs.values():
                job.seconds = None
            for path in environments:
                with suppress(FileNotFoundError, Unreadable):   # whoever checks the sources tells it
                    self._job(path)

    def run(self, path):
        """The Run of a listing as it is now; waits for it. Raises Failure, FileNotFoundError, Unreadable."""
        while True:
            job = self._job(path)
            with self._lock, suppress(ValueError):   # it has begun
                self._waiting.remove(job)
                self._waiting.appendleft(job)        # somebody waits for it
            try:
                return job.future.result()
            except (CancelledError, Failure):   # for a text that was changed meanwhile, the next is the one to wait for
                if self._wants(job):
                    raise

    def failures(self):
        """The Failure of each listing, as it is now, that has one. Waits for all runs."""
        found = []
        for path in sorted(self._jobs.copy()):
            with suppress(FileNotFoundError, Unreadable):
                try:
                    self.run(path)
                except Failure as failure:
                    found.append(failure)
        return found

    def progress(self):
        """(listings that are done, listings in all, {slow one: seconds})."""
        jobs = self._jobs.copy().values()
        slow = {path: seconds for path, seconds in self.ran.items() if seconds > SLOW}
        return sum(job.future.done() for job in jobs), len(jobs), slow

    def close(self):
        """End every run at once, and keep what is done. From any thread."""
        with self._lock:
            self.closed = True
            for job in self._waiting:
                job.future.cancel()
        self._pool.close()
        self.cache.close()

    def _wants(self, job):
        """Whether anybody waits for a job: its text is that of now."""
        return self._jobs.get(job.listing.path) is job and not self.closed

    def _job(self, path):
        """The Job of a listing as it is now, begun. One of an older text is ended."""
        listing = listings.listing(path, self.root)
        with self._lock:
            if self.closed:
                raise Failure(listing.file, 1, "it was stopped")
            environment, job = self._environments.get(path, ""), self._jobs.get(path)
            if job and not environment and (job.listing, job.environment) == (listing, ""):   # records change, too
                return job
            self._forget(path)
            job = self._jobs[path] = Job(listing, environment, Future())
            if environment:   # its run is a record, which is read at once
                self._settle(job)
            else:
                self._waiting.append(job)
                self._pool.submit(self._next)
            return job

    def _forget(self, path):
        job = self._jobs.pop(path, None)
        if job and not job.future.cancel() and job.runner:
            job.runner.close()

    def _next(self):
        """Make the run that is wanted first."""
        with self._lock:
            job = self._waiting.popleft()
        self._settle(job)

    def _settle(self, job):
        """Give a job its run, or what went wrong, for whoever asks for it."""
        if job.future.set_running_or_notify_cancel():
            try:
                job.future.set_result(self._made(job))
            except BaseException as error:
                job.future.set_exception(error)

    def _made(self, job):
        """The Run of a job, kept or made."""
        listing = job.listing
        if job.environment:
            return recorded(listing, job.environment, self.root)
        name = key("run", listing.file, listing.text, *versions().values())
        if kept := self.cache.get(name):
            return Run(**kept)
        with self._lock:
            job.runner, job.seconds = self._pool.runner, 0.0
        try:
            run = job.runner.run(listing.file, listing.text, wanted=lambda: self._wants(job))
        finally:
            with self._lock:
                job.runner = None
        job.seconds = run.seconds
        self.cache.put(name, asdict(run))
        return run


_current = None


def current():
    """The Runs of this process, for the folder at hand: made at first use, and anew after close()."""
    global _current
    if _current is None or _current.closed:
        _current = Runs()
    return _current
