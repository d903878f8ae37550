"""The verification page: made from listings, the tests' code and docstrings, runs and evidence, with nothing said twice."""
import json
import subprocess

import pytest
from lxml import html
from typesetting import QUOTED, Book

from press.book import evidence, listings
from press.pages import verification

PAGE = "# One {#old}\n\n$$\na = b\n$$ {#eq-one-a}\n\n" + QUOTED.format("")
PROGRAM = '''"""A *layer* keeps [half]."""
rng = np.random.default_rng(3)

# %% check
# Four standard errors
# of a mean.
assert measured < 4  # 2**-52: rounding
x = 3  # an aside
# Rounding.  # no mutate: it cancels
for name in rng:
    # Exact.
    assert name
'''
TESTS = '''
def test_half_is_kept(run):
    """A layer halves a_b.

    More of it.
    """
    assert run("part/chapter/one").measured == 1 or "eq-one-a"
'''
VALUES = {
    "predicted": 0.5, "measured": 0.4912345, "predicted_rms": {"He": 1.0, "Le": 2}, "measured_rms": {"He": 1.01, "Le": 2},
    "predicted_all": list(range(7)), "measured_all": list(range(7)), "predicted_q": 1.0, "measured_2": [1, 2], "predicted_2": [1, 2.5],
}
BOTH = {"by another road": "half is kept", "other seeds": evidence.STALE, "mutants": evidence.STALE}


@pytest.fixture
def book(tmp_path, monkeypatch):
    book = Book(tmp_path, monkeypatch)
    book.listing(values=VALUES, text=PROGRAM)
    book.write("docs/part/chapter.md", PAGE)
    book.write("tests/part/test_chapter.py", TESTS)
    return book


def claim(book, number):
    """What the page says: (the claim, where it leads, what is known of it)."""
    made, problems = book.set("# How\n\n<!-- overview -->\n\n<!-- claims -->\n", page="verification.md")
    page = html.fragment_fromstring(made, create_parent=True)
    item, dot = page.xpath("//details//li[p[contains(@class, 'claim')]]")[number], page.xpath("//dd[@class='dots']/a")[number]
    assert dot.get("href") == f"#{item.find('p').get('id')}" and item.find("p").text_content().startswith(dot.get("title").removesuffix(" …"))
    names, said = ([part.text_content().strip() for part in item.iter(tag)] for tag in ("dt", "dd"))
    assert not problems and '<h2 id="part-chapter">One</h2>' in made
    return item.find("p").text_content(), f"{item.find('p').get('id')} {item.find('p/a').get('href')}", dict(zip(names, said))


def test_each_formula_and_each_listing_of_a_page_has_its_claim_in_their_order(book):
    text, where, said = claim(book, 0)
    assert (text, where) == ("A layer halves a_b. In the text", "claim-eq-one-a part/chapter.md#eq-one-a")
    assert said.pop("formula") and said == {"by another road": "half is kept"}
    text, where, said = claim(book, 1)
    assert (text, where) == ("A *layer* keeps [half]. Run one", "claim-chapter-one part/chapter.md#listing-one")
    assert said == BOTH | {
        "predicted": "0.5; rms: He 1, Le 2; 2: 1, 2.5", "measured": "0.4912; rms: He 1.01, Le 2; 2: 1, 2",
        "checked": "Four standard errors of a mean. 2**-52: rounding. Exact.",
    }


def test_evidence_is_that_of_the_program_as_it_is(book):
    listing = listings.listing("part/chapter/one.py", book.root)
    records = {kind: {"program": evidence.subject(kind, listing, book.root), "tried": 40} for kind in ("seeds", "mutants")}
    records["seeds"]["failed"], records["mutants"]["survivors"] = [7], ["3: a", "4: b"]
    book.write("evidence/part/chapter.json", json.dumps({"one.py": records}))
    said = claim(book, 1)[2]
    assert said["other seeds"] == "holds for 39 of 40" and said["mutants"] == "38 of 40 caught"
    made = html.fragment_fromstring(book.set("# How\n\n<!-- overview -->\n\n<!-- claims -->\n", page="verification.md")[0], create_parent=True)
    assert [number.text for number in made.xpath("//ul[@class='totals']/li/strong")] == ["1", "1", "39 of 40", "38 of 40"]
    assert made.xpath("//dd[@class='dots']/a/@class") == ["formula", "tried"]
    book.listing(text='"""It is."""\na = 1\n\n# %% check\nassert a\n')
    assert claim(book, 1)[2] == BOTH | {"other seeds": "it draws no random numbers"}
    assert 'class="untried"' in verification.overview(book.root)


@pytest.mark.parametrize(("old", "new", "problems"), [
    ("a", "a", []), ("eq-one-a", "eq", ["docs/part/chapter.md:5: no test says what eq-one-a claims"]),
    ('"""', "'", ["tests/part/test_chapter.py:3: it is no Python"]),
    (TESTS, "x = 1", ["docs/part/chapter.md:5: ", "snippets/part/chapter/one.py:1: no test checks it"]),
    ("chapter/one", "chapter/two", ["snippets/part/chapter/one.py:1: no test checks it"]),
    ("A layer halves", "eq-other: it halves", ["docs/part/chapter.md:5: no test says what eq-one-a claims"]),
])
def test_what_nothing_claims_or_checks(book, old, new, problems):
    book.write("tests/part/test_chapter.py", TESTS.replace(old, new))
    found = list(map(str, verification.problems(book.root)))
    assert len(found) == len(problems) and all(map(str.startswith, found, problems)), found


def test_what_the_site_was_built_from(book):
    def commit():
        return [row.split("|")[2].strip() for row in verification.inputs(book.root).splitlines() if row.startswith("| commit")]

    assert commit() == ["`none`"]   # also where another project's repository is around it
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one"]):
        subprocess.run(["git", *command], cwd=book.root, check=True)
    assert len(commit()[0].strip("`")) == 40
    book.write("docs/part/chapter.md", "# Two")
    assert commit()[0].endswith(" with changes`")
