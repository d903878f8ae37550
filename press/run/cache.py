"""What is kept from build to build, by content: a key says all that its value depends on, so nothing kept is stale.

One SQLite file, which is whole after a kill at any moment and serves two builds at once: with a log that is written
ahead, a value waits neither for the disk nor for another build.
"""
import hashlib
import json
import sqlite3
import sys
import threading
from pathlib import Path

VERSION = 4           # of the table
LARGEST = 512 << 20   # characters of all values; beyond, the oldest are dropped: a build of the book has 25 million

_PREPARE = f"""PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA user_version = {VERSION};
CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, size INTEGER, value TEXT)"""
_PUT = "INSERT OR REPLACE INTO kept (key, size, value) VALUES (?, ?, ?)"
_DROP = """DELETE FROM kept WHERE rowid IN
    (SELECT id FROM (SELECT rowid AS id, SUM(size) OVER (ORDER BY rowid DESC) AS total FROM kept) WHERE total > ?)"""


def key(*parts):
    """A key for what depends on these texts, or bytes, and on nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


class Cache:
    """A dictionary on disk, text → JSON value, for the threads of a process; in memory where the disk is of no use."""

    def __init__(self, path):
        self._path, self._lock = Path(path), threading.Lock()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _opened(path)
        except (sqlite3.OperationalError, OSError) as error:   # no right to it, a full disk
            self._leave(error)
        except sqlite3.DatabaseError as error:
            print(f"press: {path} is begun anew: {error}", file=sys.stderr)
            for ending in "", "-wal", "-shm":
                Path(f"{path}{ending}").unlink(missing_ok=True)
            self._file = _opened(path)

    def get(self, key):
        """What is kept under a key, or None."""
        with self._lock:
            row = self._file.execute("SELECT value FROM kept WHERE key = ?", [key]).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, key, value):
        """Keep a JSON value under a key."""
        text = json.dumps(value)
        self._do(_PUT, key, len(text), text)

    def made(self, parts, make):
        """What `make()` returns, a JSON value, kept. parts: texts and bytes from which it follows, and from nothing else."""
        name = key(*parts)
        if (found := self.get(name)) is None:
            self.put(name, found := make())
        return found

    def close(self):
        """Drop what is too much. From then on it keeps only what is put, for as long as the process lives."""
        self._do(_DROP, LARGEST)
        with self._lock:
            self._file.close()
            self._file = _opened(":memory:")

    def _do(self, command, *values):
        with self._lock:
            try:
                self._file.execute(command, values)
            except sqlite3.OperationalError as error:
                self._leave(error)

    def _leave(self, error):
        print(f"press: {self._path} cannot be used, so nothing is kept: {error}", file=sys.stderr)
        self._file = _opened(":memory:")


def _opened(path):
    file = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
    (version,), (state,) = (file.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "quick_check(1)"))
    if state != "ok" or version not in (0, VERSION):
        raise sqlite3.DatabaseError("it is damaged, or of another version")
    file.executescript(_PREPARE)
    return file
