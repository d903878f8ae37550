"""press new: the skeleton builds and passes as it is; a name that is none, or is taken, is refused in one sentence."""
import subprocess
import sys

import pytest
from small_project import FILES, ROOT, YML

from press.book.nav import place

PARTS = "abstract question success warning tip note tabbed-set eq-new-chapter-variance picture shown".split()


def test_a_new_chapter_builds_and_passes_at_once(project):
    done = project.build("new", "other_part/new_chapter")
    assert done.returncode == 0, done.stderr
    assert "wrote docs/other_part/new_chapter.md" in done.stdout and "make serve" in done.stdout
    assert project.build().returncode == 0, project.build().stderr
    page = project.site()["other_part/new_chapter/index.html"].decode()
    assert [part for part in PARTS if part not in page] == []
    for file in "conftest.py", "ran.py":
        (project.folder / "tests" / file).symlink_to(ROOT / "tests" / file)
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/other_part"]
    assert subprocess.run(tests, cwd=project.folder, stdout=subprocess.DEVNULL).returncode == 0


NAV = """# one
nav:
  - index.md      # two
  - "Part":
      - part/first.md
      - Called: part/second.md
  # three
  - Practice:
      - practice/a.md
theme: {name: material}
"""


@pytest.mark.parametrize(("page", "line", "rows"), [
    ("part/third.md", 7, ["      - part/third.md"]),
    ("practice/b.md", 10, ["      - practice/b.md"]),
    ("other_part/a.md", 8, ["  - Other part:", "      - other_part/a.md"]),
    ("top.md", 4, ["  - top.md"]),
])
def test_a_page_goes_below_its_part_and_a_new_part_before_practice(page, line, rows):
    assert place(NAV, page) == (line, rows)


def test_parts_may_stand_inside_another_and_a_page_of_a_part_above_it():
    inner = NAV.replace("\n  ", "\n      ").replace("nav:\n", "nav:\n  - Read:\n").replace("theme:", "  - Alone: practice/alone.md\ntheme:")
    assert place(inner, "practice/b.md") == (11, ["          - practice/b.md"])
    assert place(inner, "other_part/a.md") == (9, ["      - Other part:", "          - other_part/a.md"])


def test_nav_keeps_everything_else(cold):
    commented = FILES[YML].replace("  - Part:", "  # why\n  - Part:")
    cold.write(YML, commented)
    assert cold.build("new", "part/second").returncode == 0
    expected = commented.replace("      - part/growth.md\n", "      - part/growth.md\n      - part/second.md\n")
    assert (cold.folder / YML).read_text() == expected


REFUSED = {
    **{name: f"press: {name}: a chapter is named part/chapter" for name in ("a", "Part/a", "../part/a", "labs/a")},
    "part/growth": "docs/part/growth.md:1: it is there", "other/growth": "tests/part/test_growth.py:1: it is there",
}
SETTINGS = {
    settings: f"mkdocs.yml:{line}: nav has no line for each page; add a/b.md by hand"
    for settings, line in {"nav: [index.md]\n": 1, "site_name: a\nnav: ]\n": 2, "site_name: a\n": 1}.items()
}


@pytest.mark.parametrize(("chapter", "settings", "message"), [
    *((chapter, FILES[YML], message) for chapter, message in REFUSED.items()),
    *(("a/b", settings, message) for settings, message in SETTINGS.items()),
])
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(cold, chapter, settings, message):
    cold.write(YML, settings)
    done = cold.build("new", chapter)
    assert done.returncode == 1 and done.stderr.startswith(message) and done.stderr.count("\n") == 1
    assert (cold.folder / YML).read_text() == settings and not (cold.folder / "docs/a").exists()
