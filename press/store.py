"""Keeps runs and formulas, by content: the key says everything that the value depends on, so nothing kept is stale.

One SQLite file, because it is whole after a kill at any moment and serves two builds at once. Where it cannot be read
or written, the press works without it.
"""
import hashlib
import json
import logging
import sqlite3
import threading
from pathlib import Path

log = logging.getLogger("mkdocs.press")


def key(*parts):
    """A key for what depends on these texts and on nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


class Store:
    """A dictionary on disk, text → JSON."""

    def __init__(self, path):
        self._lock = threading.Lock()
        self._path = Path(path)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._open()
        except (sqlite3.DatabaseError, OSError) as error:
            self._give_up(error)

    def _open(self):
        try:
            return self._connect()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:   # not a database: nothing in it can be used
            self._path.unlink()
            return self._connect()

    def _connect(self):
        file = sqlite3.connect(self._path, timeout=60, check_same_thread=False, isolation_level=None)
        file.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        return file

    def _begin_anew(self, error):
        """A damaged file is of no use: everything in it can be made again."""
        log.warning("%s is damaged and begun anew: %s", self._path, error)
        self._file.close()
        try:
            self._path.unlink(missing_ok=True)
            self._file = self._connect()
        except (sqlite3.DatabaseError, OSError) as error:
            self._give_up(error)

    def _give_up(self, error):
        log.info("%s is not used: %s", self._path, error)
        self._file = None

    def get(self, name):
        """What is kept under a key, or None."""
        with self._lock:
            if self._file is None:
                return None
            try:
                row = self._file.execute("SELECT value FROM kept WHERE key = ?", (name,)).fetchone()
                return json.loads(row[0]) if row else None
            except sqlite3.OperationalError as error:
                self._give_up(error)
            except (sqlite3.DatabaseError, ValueError) as error:
                self._begin_anew(error)
            return None

    def put(self, name, value):
        """Keep a value under a key."""
        with self._lock:
            if self._file is None:
                return
            try:
                self._file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, json.dumps(value)))
            except (sqlite3.DatabaseError, OSError) as error:
                self._give_up(error)
