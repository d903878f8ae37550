"""Keeps runs and formulas, by content: the key says everything that the value depends on, so nothing kept is stale.

One SQLite file, because it is whole after a kill at any moment and serves two builds at once. Each value stands beside
its hash, so one that a disk or a hand has changed is made again. Where the file cannot be read or written, the press
works without it.
"""
import hashlib
import json
import sqlite3
import sys
import threading
from pathlib import Path

VERSION = 2           # of the table
LARGEST = 128 << 20   # bytes; beyond, what the last build did not use is forgotten


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
        self._used = set()   # the keys that were asked for
        self._full = False   # nothing more can be written
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._connect()
        except (sqlite3.OperationalError, OSError) as error:
            self._give_up(error)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)

    def _connect(self):
        file = sqlite3.connect(self._path, timeout=60, check_same_thread=False, isolation_level=None)
        file.text_factory = bytes
        if not file.execute("SELECT * FROM sqlite_master").fetchone():
            file.executescript(
                "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID; "
                f"PRAGMA user_version = {VERSION}; COMMIT"
            )
        elif file.execute("PRAGMA user_version").fetchone() != (VERSION,):
            raise sqlite3.DatabaseError("it is of another version")
        return file

    def _begin_anew(self, error):
        """A damaged file is of no use: everything in it can be made again."""
        print(f"press: {self._path} is begun anew: {error}", file=sys.stderr)
        try:
            for path in (self._path, Path(f"{self._path}-journal")):
                path.unlink(missing_ok=True)
            self._file = self._connect()
        except (sqlite3.DatabaseError, OSError) as error:
            self._give_up(error)

    def _give_up(self, error):
        print(f"press: {self._path} is not used, so nothing is kept: {error}", file=sys.stderr)
        self._file = None

    def _ask(self, command, *values):
        """The answer to a command, or None where there is no file that could answer."""
        if self._file is None:
            return None
        try:
            return self._file.execute(command, values).fetchone()
        except sqlite3.OperationalError as error:   # a full disk, a lock: what is there may still be read
            if not self._full:
                print(f"press: {self._path} keeps nothing more: {error}", file=sys.stderr)
            self._full = True
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
        return None

    def get(self, name):
        """What is kept under a key, or None."""
        with self._lock:
            self._used.add(name)
            row = self._ask("SELECT value FROM kept WHERE key = ?", name)
        digest, _, text = str(row[0], "utf-8", "replace").partition(" ") if row and isinstance(row[0], bytes) else ("", "", "")
        return json.loads(text) if digest == key(name, text) else None

    def put(self, name, value):
        """Keep a value under a key."""
        text = json.dumps(value)
        with self._lock:
            self._used.add(name)
            if not self._full:
                self._ask("INSERT OR REPLACE INTO kept VALUES (?, ?)", name, f"{key(name, text)} {text}")

    def forget(self, largest=LARGEST):
        """Drop what this process did not use, once the file is larger than that. Until then an older text runs at once."""
        with self._lock:
            if self._file is None or self._path.stat().st_size <= largest:
                return
            used = json.dumps(sorted(self._used))
            self._ask("DELETE FROM kept WHERE key NOT IN (SELECT value FROM json_each(?))", used)
            self._ask("VACUUM")
