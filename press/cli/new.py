"""press new part/chapter: a page, its listing, its test, and the line in nav. They build and pass as they are."""
import re
from importlib import resources
from pathlib import Path

from press.book.nav import CONFIG, place
from press.book.sources import DOCS, SNIPPETS, TESTS, Problem, Refused, read, test_file, write
from press.cli.messages import say

NO_PART = "assets, labs, press, release"   # folders of docs/ and tests/ that hold something else


def new(chapter):
    """Write the skeleton of "part/chapter". Raises Refused and Problem, and has written nothing then."""
    part, _, name = chapter.partition("/")
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", chapter) or part in NO_PART.split(", "):
        raise Refused(f"{chapter}: a chapter is named part/chapter, of a to z, 0 to 9 and _; no part is {NO_PART}")
    files = {
        f"{DOCS}/{chapter}.md": "chapter.md",
        f"{SNIPPETS}/{chapter}/means.py": "means.py",
        test_file(chapter): "test_chapter.py",
    }
    for there in [*filter(Path.exists, map(Path, files)), *Path(TESTS).rglob(f"test_{name}.py")]:
        raise Problem(there.as_posix(), 1, "it is there already; choose a name that no other chapter has")
    settings = read(CONFIG)
    line, added = place(settings, f"{chapter}.md")
    rows = settings.split("\n")
    rows[line - 1:line - 1] = added
    for file, template in files.items():
        text = resources.files("press.cli").joinpath("skeleton", template).read_text(encoding="utf-8")
        text = text.replace("part/chapter", chapter).replace("eq-chapter", f"eq-{name.replace('_', '-')}")
        write(Path(file), text)
    write(Path(CONFIG), "\n".join(rows))
    say(
        *(f"wrote {file}" for file in files), f"added to {CONFIG}, line {line}:", *added,
        f"Now `make serve` and rewrite {DOCS}/{chapter}.md; `make site test` before you commit.",
    )
