"""The tests of a chapter, read from their code: which run a listing, which check a labelled formula, what they say."""
import ast
import functools
from dataclasses import dataclass

from press.book.sources import Unreadable, read, test_file


@dataclass(frozen=True)
class Test:
    """A test function: its name, its docstring, its source without that, and the texts that stand in its code."""

    name: str
    docstring: str
    source: str
    texts: frozenset

    def claim(self, label):
        """What its docstring says that a labelled formula claims, or "".

        A paragraph that begins with `eq-label:` speaks for that label; without such, the first speaks for every label.
        """
        paragraphs = [" ".join(paragraph.split()) for paragraph in self.docstring.split("\n\n")]
        said = [each.removeprefix(f"{label}:").strip() for each in paragraphs if each.startswith(f"{label}:")]
        if not said and not any(paragraph.startswith("eq-") for paragraph in paragraphs):
            said = paragraphs
        return said[0] if said else ""


@dataclass(frozen=True)
class ChapterTests:
    """The tests of one chapter and, as source, what else is in their file."""

    tests: tuple = ()
    rest: str = ""

    def running(self, name):
        """The tests that run a listing, given by its path below snippets/, or check a formula, given by its label."""
        return [test for test in self.tests if name.removesuffix(".py") in test.texts]


def of_chapter(chapter, root="."):
    """The ChapterTests of "part/chapter", empty where there are none. Raises Unreadable, also of what is no Python."""
    try:
        return _parsed(read(test_file(chapter), root))
    except FileNotFoundError:
        return ChapterTests()
    except SyntaxError as error:
        raise Unreadable(test_file(chapter), error.lineno or 1, f"it is no Python: {error.msg}") from None


@functools.lru_cache(maxsize=256)
def _parsed(text):
    tests, rest = [], []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            docstring = ast.get_docstring(node) or ""
            constants = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
            texts = frozenset(constant for constant in constants if isinstance(constant, str))
            if docstring:   # in which no change changes what the test checks
                node.body = node.body[1:] or [ast.Pass()]
            tests.append(Test(node.name, docstring, ast.unparse(node), texts))
        else:
            rest.append(ast.unparse(node))
    return ChapterTests(tuple(tests), "\n".join(rest))
