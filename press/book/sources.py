"""Source files: where they are, how they are read, and how a problem in one of them is told."""
import functools
import os
from dataclasses import dataclass
from pathlib import Path

DOCS, SNIPPETS, TESTS, EVIDENCE = "docs", "snippets", "tests", "evidence"


@dataclass(unsafe_hash=True)
class Problem(Exception):
    """Something that must be mended before the site is published: the file, its line (from 1), and what to do."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Refused(Exception):
    """What cannot be done, and what to do, in one sentence; it concerns no line of a file."""


class Unreadable(Problem):
    """A source of which nothing else can be said, because it cannot be read."""


def read(path, root="."):
    """The text of a source file, with newlines as line ends and without a byte order mark.

    path: below root, as messages name it. Raises FileNotFoundError where nothing is, and Unreadable.
    """
    file = Path(root, path)
    try:
        found = file.stat()
        return _text(os.path.abspath(file), found.st_mtime_ns, found.st_size, found.st_ino)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Unreadable(path, line, f"it is not UTF-8: {error.reason}; save it as UTF-8") from None
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        if missing and not file.is_symlink():
            raise
        why = "this is a link to nothing" if missing else f"it cannot be read: {error.strerror}"
        raise Unreadable(path, 1, why) from None


def text_of(path, root="."):
    """The text of a source file, or "" where it is not there or cannot be read, which is told elsewhere."""
    try:
        return read(path, root)
    except (FileNotFoundError, Unreadable):
        return ""


@functools.lru_cache(maxsize=4096)
def _text(file, *changed):
    """A file's text. changed: what differs once the file does, so that it is read only once until then."""
    return Path(file).read_text(encoding="utf-8-sig")


def write(file, text):
    """Write a text into a file, a Path, as a whole or not at all; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def line_of(text, offset):
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, max(0, offset)) + 1


def below(folder):
    """The files below a folder, as sorted paths from there with forward slashes; none where there is no such folder."""
    top = Path(folder)
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if not path.is_dir())


def pages(root="."):
    """The Markdown pages, as paths below docs/: first those of the parts, as home and the like show what these make."""
    return sorted((path for path in below(Path(root, DOCS)) if path.endswith(".md")), key=lambda path: "/" not in path)


def test_file(chapter):
    """Where the tests of a chapter, "part/chapter", are."""
    return f"{TESTS}/{chapter.replace('/', '/test_')}.py"
