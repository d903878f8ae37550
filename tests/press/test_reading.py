"""What a chapter assumes, and how long it takes."""
import pytest

from press import reading

OTHER = "---\ndescription: Another.\nassumes: [part/growth.md]\n---\n\n# The other\n\nWords.\n"


def write(project, assumes="[]"):
    project.replace("docs/part/growth.md", "press.\n---\n", f"press.\nassumes: {assumes}\n---\n")
    project.write("docs/part/other.md", OTHER)
    project.replace("docs/index.md", "# Home", "# Home\n\n<!-- reading -->")
    project.replace("mkdocs.yml", "  - verification.md\n", "  - verification.md\n  - part/other.md\n")


def test_it_stands_under_the_title_and_in_a_table(project):
    write(project)
    done = project.build()
    assert done.returncode == 0, done.stderr
    site = project.site()
    assert b"About 5 minutes. It assumes no other chapter.</p>" in site["part/growth/index.html"]
    assert b'About 5 minutes. It assumes <a href="../growth/">Growth</a>.</p>' in site["part/other/index.html"]
    table = site["index.html"].decode()
    assert table.index('<a href="part/growth/">Growth</a></td>\n<td>no other') < table.index('<a href="part/other/">The other</a></td>')
    assert table.count("<td>5</td>") == 2


FAULTS = {
    "a page that is not there": ("[part/absent.md]", "docs/part/growth.md:4: it assumes part/absent.md, which is no chapter"),
    "a page that is no chapter": ("[verification.md]", "docs/part/growth.md:4: it assumes verification.md, which is no chapter"),
    "no list": ("5", "docs/part/growth.md:4: it assumes 5, which is no chapter"),
    "itself": ("[part/growth.md]", "docs/part/growth.md:4: a circle, so that nobody could begin: part/growth.md assumes part/growth.md"),
    "a circle": ("[part/other.md]", "a circle, so that nobody could begin: part/"),
}


@pytest.mark.parametrize("assumes, message", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_assumed_is_refused(project, assumes, message):
    write(project, assumes)
    done = project.build()
    assert done.returncode == 1
    assert message in done.stderr


def test_minutes_count_words_formulas_and_listings():
    listing = '\n```python\n--8<-- "part/chapter/name.py"\n```\n'
    formula = "\n$$\na = b\n$$\n"
    assert reading.minutes("word " * reading.WORDS * 5) == 5
    assert reading.minutes("word " * (reading.WORDS * 5 + 1)) == 10
    assert reading.minutes(listing * 3) == 5 and reading.minutes(listing * 4) == 10
    assert reading.minutes(formula * 10) == 5 and reading.minutes(formula * 11) == 10
