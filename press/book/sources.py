"""Source files: where they are, how they are read, and how a problem in one of them is told."""
import codecs
import functools
import os
from dataclasses import dataclass
from pathlib import Path

DOCS = "docs"
SNIPPETS = "snippets"
TESTS = "tests"
EVIDENCE = "evidence"


@dataclass(unsafe_hash=True)
class Problem(Exception):
    """Something that must be mended before the site is published: the file, its line (from 1), and what to do."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Unreadable(Problem):
    """A source of which nothing else can be said, because it cannot be read."""


def read(path, root="."):
    """The text of a source file, with newlines as line ends and without a byte order mark.

    path: below root, as messages name it. Raises FileNotFoundError where nothing is, and Unreadable.
    """
    file = Path(root, path)
    try:
        found = file.stat()
    except FileNotFoundError:
        if file.is_symlink():
            raise Unreadable(path, 1, "this is a link to nothing") from None
        raise
    except OSError as error:
        raise Unreadable(path, 1, f"it cannot be read: {error.strerror}") from None
    if not file.is_file():   # a folder, or a pipe that would be waited for
        raise Unreadable(path, 1, "this is no file")
    return _text(path, os.path.abspath(file), found.st_mtime_ns, found.st_size, found.st_ino)


@functools.lru_cache(maxsize=4096)
def _text(path, file, *changed):
    """A file's text. changed: what differs once the file does, so that it is read only once until then."""
    try:
        data = Path(file).read_bytes()
        return decoded(data)
    except OSError as error:
        raise Unreadable(path, 1, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(path, line, f"it is not UTF-8: {error.reason}; save it as UTF-8") from None


def decoded(data):
    """Bytes of a source file as text. Raises UnicodeDecodeError."""
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def line_of(text, offset):
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, max(0, offset)) + 1


def below(folder):
    """The files below a folder, as sorted paths from there with forward slashes; none where there is no such folder."""
    top = Path(folder)
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if not path.is_dir())


def pages(root="."):
    """The Markdown pages, as paths below docs/."""
    return [path for path in below(Path(root, DOCS)) if path.endswith(".md")]


def test_file(chapter):
    """Where the tests of a chapter, "part/chapter", are."""
    part, name = chapter.split("/")
    return f"{TESTS}/{part}/test_{name}.py"
