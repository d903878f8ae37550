"""One path, three trees: knowing the path of a chapter is knowing its page, its listings and its test."""
import ast
import re
import sys
from pathlib import Path

import yaml

from press import fences, reading, session

ROOT = Path(__file__).parent.parent
PARTS = sorted(folder.name for folder in (ROOT / "snippets").iterdir() if folder.is_dir())
PURE = {"cmath", "collections", "decimal", "fractions", "functools", "itertools", "math", "operator", "statistics"}   # of Python's own
LISTINGS = sorted((ROOT / "snippets").rglob("*.py"))


def chapters(tree, pattern):
    return {path.relative_to(ROOT / tree).with_suffix("").as_posix() for part in PARTS for path in (ROOT / tree / part).glob(pattern)}


def test_every_chapter_has_its_page_its_listings_and_its_test():
    pages = chapters("docs", "*.md")
    tests = {name.replace("test_", "") for name in chapters("tests", "test_*.py")}
    listings = {path.parent.relative_to(ROOT / "snippets").as_posix() for path in LISTINGS}
    assert pages == listings == tests


def test_every_chapter_says_what_it_assumes():
    for chapter in chapters("docs", "*.md"):
        assert reading.assumes((ROOT / "docs" / f"{chapter}.md").read_text()) is not None, chapter


def test_every_listing_is_shown_once_on_the_page_of_its_path():
    assert [str(problem) for problem in session.check(ROOT)] == []


def test_every_page_stands_in_the_order_of_the_site():
    class Loader(yaml.SafeLoader):
        """Reads mkdocs.yml without its tags."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
    order = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader)["nav"]
    named = re.findall(r"[\w/]+\.(?:md|py)", str(order))
    files = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*")]
    pages = [path for path in files if path.endswith(".md") or re.fullmatch(r"labs/\w+\.py", path)]
    assert sorted(named) == sorted(pages)


def test_names_are_legal_lower_case_nouns_without_numbers():
    for path in [*LISTINGS, *(ROOT / "docs").glob("*/*.md")]:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", path.stem), path
        assert path.stem not in sys.stdlib_module_names, f"{path}: beside it, a program would import it for Python's own"


def test_a_listing_needs_numpy_and_matplotlib_only():
    for path in LISTINGS:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.partition(".")[0] in {"numpy", "matplotlib", *PURE} and "random" not in name, f"{path}: imports {name}"


def test_a_listing_is_short_asserts_and_is_seeded_in_one_line():
    for path in LISTINGS:
        text = path.read_text()
        assert text.count("\n") <= 35, f"{path}: {text.count(chr(10))} lines"
        assert max(map(len, text.splitlines())) <= 79, f"{path}: a line of more than 79 characters"
        assert re.search(r"^\s*(assert |np\.testing\.)", text, re.MULTILINE), f"{path}: asserts nothing"
        seeds = re.findall(r"default_rng|np\.random\.(?!default_rng)\w+", text)
        lines = re.findall(r"^rng = np\.random\.default_rng\(\d+\)$", text, re.MULTILINE)
        assert len(seeds) == len(lines) <= 1, f"{path}: one line, rng = np.random.default_rng(<int>)"


def test_a_listing_disarms_no_warning():
    for path in LISTINGS:
        assert not re.search(r"simplefilter|filterwarnings|catch_warnings|np\.seterr", path.read_text()), path


ELSEWHERE = {"__builtins__", "__file__", "__import__", "compile", "delattr", "eval", "exec", "getattr", "globals", "input", "locals", "open", "setattr", "vars"}


def test_a_listing_is_the_same_program_wherever_it_runs():
    for path in LISTINGS:
        for node in ast.walk(ast.parse(path.read_text())):
            assert getattr(node, "id", "") not in ELSEWHERE, f"{path}:{node.lineno}: {node.id} can tell the build from a reader"
            assert not isinstance(node, ast.Try), f"{path}:{node.lineno}: an assertion that is caught says nothing"


def test_a_listing_prints_no_value_twice_in_one_line():
    """What is predicted would stand in the place of what is measured."""
    for path in LISTINGS:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                printed = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
                assert len(set(printed)) == len(printed), f"{path}:{node.lineno}: {ast.unparse(node)} prints a value twice"


def test_a_test_has_its_own_name_and_asserts():
    for path in [path for part in PARTS for path in (ROOT / "tests" / part).glob("*.py")]:
        tree = ast.parse(path.read_text())
        functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert len(set(functions)) == len(functions), f"{path}: of two functions with one name, pytest sees the last"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert node in tree.body, f"{path}:{node.lineno}: pytest does not collect it"
                assert any(isinstance(part, ast.Assert) for part in ast.walk(node)), f"{path}:{node.lineno}: it asserts nothing"


def test_nothing_is_compared_in_vain():
    for path in [*LISTINGS, *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            lost = isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare | ast.BoolOp | ast.GeneratorExp)
            true = isinstance(node, ast.Assert) and isinstance(node.test, ast.GeneratorExp | ast.Lambda | ast.Constant | ast.JoinedStr)
            assert not (lost or true), f"{path}:{node.lineno}: {ast.unparse(node)}: nobody asks whether that is so"


def test_a_figure_ends_a_listing_with_show():
    for path in LISTINGS:
        text = path.read_text()
        assert ("plt." in text) == text.rstrip().endswith("plt.show()"), path


def test_every_language_of_a_fence_is_known_to_the_site():
    config = (ROOT / "mkdocs.yml").read_text()
    assert set(re.findall(r"- \{name: (\w+), class", config)) == set(fences.LANGUAGES)
