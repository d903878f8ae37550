"""The tests of a chapter, read from their code: which of them run a listing, which check a labelled formula, what they say."""
import ast
import functools
import re
from dataclasses import dataclass

from press.book.sources import read, test_file

_LABEL = re.compile(r"eq-[a-z0-9-]+")


@dataclass(frozen=True)
class Test:
    """A test function: its name, its line, its docstring, its source, and the texts that stand in its code."""

    name: str
    line: int
    docstring: str
    source: str
    texts: frozenset

    @property
    def title(self):
        """Its name as words."""
        return self.name.removeprefix("test_").replace("_", " ")

    def claim(self, label):
        """What its docstring says that a labelled formula claims, or "".

        A paragraph that begins with `eq-label:` speaks for that label; otherwise the first paragraph speaks for every label.
        """
        paragraphs = [" ".join(paragraph.split()) for paragraph in self.docstring.split("\n\n") if paragraph.strip()]
        for paragraph in paragraphs:
            if paragraph.startswith(f"{label}:"):
                return paragraph.removeprefix(f"{label}:").strip()
        named = any(_LABEL.match(paragraph) for paragraph in paragraphs)
        return paragraphs[0] if paragraphs and not named else ""


@dataclass(frozen=True)
class ChapterTests:
    """The tests of one chapter and, as source, what else is in their file."""

    path: str
    tests: tuple
    rest: str

    def running(self, listing):
        """The tests that run a listing, given by its path below snippets/."""
        return [test for test in self.tests if listing.removesuffix(".py") in test.texts]

    def checking(self, label):
        """The tests that check a labelled formula: those that name its label."""
        return [test for test in self.tests if label in test.texts]


def of_chapter(chapter, root="."):
    """The ChapterTests of "part/chapter". Raises FileNotFoundError, Unreadable, and SyntaxError with the file's name in it."""
    path = test_file(chapter)
    return _parsed(path, read(path, root))


@functools.lru_cache(maxsize=256)
def _parsed(path, text):
    tests, rest = [], []
    for node in ast.parse(text, path).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            texts = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
            tests.append(Test(node.name, node.lineno, ast.get_docstring(node) or "", _source(node), frozenset(texts)))
        else:
            rest.append(ast.unparse(node))
    return ChapterTests(path, tuple(tests), "\n".join(rest))


def _source(node):
    """The code of a test without its docstring, in which no change changes what it checks."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    stripped = ast.FunctionDef(**{field: getattr(node, field, None) for field in node._fields} | {"body": body or [ast.Pass()]})
    return ast.unparse(ast.fix_missing_locations(ast.copy_location(stripped, node)))
