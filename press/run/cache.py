"""What is kept from build to build, by content: a key says all that its value depends on, so nothing kept is stale.

One SQLite file, which is whole after a kill at any moment and serves two builds at once. Values are gathered and
written together, so that a build waits neither for the disk nor for another build. Where the file cannot be read or
written, the press works without it.
"""
import hashlib
import json
import sqlite3
import sys
import threading
import time
from pathlib import Path

VERSION = 3           # of the table
LARGEST = 128 << 20   # bytes; beyond, what was not used for longest is dropped, down to three quarters
INTERVAL = 5          # seconds after which what was put is written, where nobody commits
WEEK = 7 * 86400      # seconds; what was used is noted no more often

_TABLE = "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, used INTEGER, lasting INTEGER, value TEXT)"
_OLDEST = """DELETE FROM kept WHERE NOT lasting AND key IN (SELECT key FROM
    (SELECT key, SUM(LENGTH(value)) OVER (ORDER BY lasting DESC, used DESC, key) AS size FROM kept) WHERE size > ?)"""


def key(*parts):
    """A key for what depends on these texts, or bytes, and on nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


class Cache:
    """A dictionary on disk, text → JSON value, for the threads of a process."""

    def __init__(self, path):
        self._path = Path(path)
        self._lock = threading.Lock()
        self._new = {}       # {key: (value as JSON, lasting)} since the last commit
        self._used = set()   # the keys that were asked for
        self._committed = time.monotonic()
        self._file = None
        self._attempt(self._open)

    def get(self, key):
        """What is kept under a key, or None."""
        with self._lock:
            self._used.add(key)
            row = self._new.get(key) or self._file and self._attempt(
                lambda: self._file.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
            )
        try:
            return json.loads(row[0]) if row else None
        except (TypeError, ValueError):   # somebody has changed it
            return None

    def put(self, key, value, lasting=False):
        """Keep a JSON value under a key. lasting: it is never dropped for want of space; it took hours to find out."""
        with self._lock:
            self._new[key] = json.dumps(value), lasting
            self._used.add(key)
            if time.monotonic() > self._committed + INTERVAL:
                self._commit()

    def commit(self):
        """Write what was put since the last time; drop what was not used for longest, where all is over LARGEST."""
        with self._lock:
            self._commit()

    def close(self):
        """Commit. From then on it keeps only what is put, for as long as the process lives."""
        with self._lock:
            self._commit()
            self._leave()

    def _open(self):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(self._path, timeout=60, check_same_thread=False, isolation_level=None)
        tables = self._pragma("schema_version")
        if tables and self._pragma("user_version") != VERSION:
            raise sqlite3.DatabaseError("it is of another version")
        self._file.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")   # no waiting for the disk
        if not tables:
            self._file.executescript(f"BEGIN IMMEDIATE; {_TABLE}; PRAGMA user_version = {VERSION}; COMMIT")

    def _commit(self):
        self._committed = time.monotonic()
        if self._file:
            self._attempt(self._write)

    def _write(self):
        now = int(time.time())
        with self._file:   # as one, or not at all
            self._file.execute("BEGIN IMMEDIATE")
            rows = [(key, now, lasting, value) for key, (value, lasting) in self._new.items()]
            self._file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
            large = self._size() > LARGEST
            used = [(now, key, now if large else now - WEEK) for key in self._used]
            self._file.executemany("UPDATE kept SET used = ? WHERE key = ? AND used < ?", used)
            if large:
                self._file.execute(_OLDEST, (LARGEST * 3 // 4,))
        self._new.clear()

    def _size(self):
        """Bytes that are in use. What is dropped leaves the file as large, with room in it."""
        pages, free, size = map(self._pragma, ("page_count", "freelist_count", "page_size"))
        return (pages - free) * size

    def _pragma(self, name):
        return self._file.execute(f"PRAGMA {name}").fetchone()[0]

    def _attempt(self, act):
        """What an action on the file returns, or None. A damaged file is begun anew; one of no use is left."""
        try:
            return act()
        except (sqlite3.OperationalError, OSError) as error:   # no right to it, a full disk
            print(f"press: {self._path} cannot be used, so nothing is kept: {error}", file=sys.stderr)
            self._leave()
        except sqlite3.DatabaseError as error:
            print(f"press: {self._path} is begun anew: {error}", file=sys.stderr)
            self._leave()
            self._attempt(self._begin)
        return None

    def _begin(self):
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)
        self._open()

    def _leave(self):
        if self._file:
            self._file.close()
            self._file = None
