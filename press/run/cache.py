"""What is kept from build to build, by content: a key says all that its value depends on, so nothing kept is stale.

One SQLite file, which is whole after a kill at any moment and serves two builds at once. Values are gathered and
written together, so that a build waits neither for the disk nor for another build.
"""
import hashlib
import json
import sqlite3
import sys
import threading
from pathlib import Path

VERSION = 4           # of the table
LARGEST = 512 << 20   # characters of all values; beyond, the oldest are dropped: a build of the book has 25 million
GATHERED = 8 << 20    # characters that are held in memory before they are written

_PREPARE = f"""PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA user_version = {VERSION};
CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, lasting INTEGER, size INTEGER, value TEXT)"""
_DROP = """DELETE FROM kept WHERE NOT lasting AND rowid IN (SELECT id FROM
    (SELECT rowid AS id, SUM(size) OVER (ORDER BY lasting DESC, rowid DESC) AS total FROM kept) WHERE total > ?)"""


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
        self._new, self._held = {}, 0   # since the last commit: {key: (lasting, JSON)}, and their characters
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
            row = self._new.get(key) or self._file.execute("SELECT 0, value FROM kept WHERE key = ?", [key]).fetchone()
        return json.loads(row[1]) if row else None

    def put(self, key, value, lasting=False):
        """Keep a JSON value under a key. lasting: it is never dropped for want of space; it took hours to find out."""
        with self._lock:
            self._new[key] = lasting, (text := json.dumps(value))
            self._held += len(text)
            if self._held > GATHERED:
                self._write()

    def commit(self):
        """Write what was put since the last time, as one or not at all, and drop what is too much."""
        with self._lock:
            self._write()

    def _write(self):
        rows = [(key, lasting, len(value), value) for key, (lasting, value) in self._new.items()]
        try:
            with self._file:
                self._file.execute("BEGIN IMMEDIATE")
                self._file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
                self._file.execute(_DROP, [LARGEST])
            self._new, self._held = {}, 0
        except sqlite3.OperationalError as error:
            self._leave(error)

    def close(self):
        """Commit. From then on it keeps only what is put, for as long as the process lives."""
        self.commit()
        with self._lock:
            self._file.close()
            self._file = _opened(":memory:")

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
