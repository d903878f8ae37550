"""Claims: each listing and each labelled formula has one, and the verification page tells all of it."""
import hashlib
import re

import pytest

CLAIMS, SUM, PAGE, TEST = "snippets/part/growth/claims.yml", "snippets/part/growth/sum.py", "docs/part/growth.md", "tests/part/test_growth.py"
FAULTS = {
    "a listing without a claim": (CLAIMS, "sum:\n  claim: Two and two are {total}.\n  check: exact\n", "", f"{SUM}:1: nobody says what sum claims"),
    "a formula without a claim": (CLAIMS, "eq-growth-square:", "eq-growth-cube:", f"{PAGE}:12: nobody says what eq-growth-square claims"),
    "a claim of nothing": (CLAIMS, "picture:", "portrait:", f"{CLAIMS}:5: portrait is neither a listing nor a labelled formula"),
    "a claim without a check": (CLAIMS, "  check: symbolic\n", "", f"{CLAIMS}:9: eq-growth-square needs `check`"),
    "an unknown kind of check": (CLAIMS, "check: symbolic", "check: by heart", f"{CLAIMS}:9: `check` of eq-growth-square begins with one of"),
    "an unknown field": (CLAIMS, "check: symbolic", "check: symbolic\n  proof: trivial", f"{CLAIMS}:9: eq-growth-square has no field `proof`"),
    "a formula without its test": (CLAIMS, "  test: test_square\n", "", f"{CLAIMS}:9: eq-growth-square needs `test`"),
    "a test that is not there": (TEST, "def test_square", "def test_cube", f"{CLAIMS}:9: there is no test_square in {TEST}"),
    "tests that are no Python": (TEST, "def test_square():", "def test_square(:", f"{TEST}:1: it is no Python"),
    "a value that the listing does not leave": (CLAIMS, "{total}", "{sum}", f"{CLAIMS}:1: `{{part/growth/sum.sum}}`"),
    "a number typed in a claim": (CLAIMS, "are {total}.", "are 4.", f"{CLAIMS}:1: `claim` of sum: a typed number, 4"),
    "a prediction that is measured by itself": (
        CLAIMS, "check: exact\n\npicture", 'check: exact\n  predicted: "{total}"\n  measured: "{total:.1f}"\n\npicture',
        f"{CLAIMS}:1: `predicted` and `measured` of sum are both total",
    ),
    "a measurement that is shown as the prediction": (
        CLAIMS, "check: exact\n\npicture", 'check: exact\n  predicted: "{measured_total}"\n\npicture',
        f"{CLAIMS}:1: `predicted` of sum has measured_total, whose name says measured",
    ),
    "claims that are no YAML": (CLAIMS, "claim: The square.", "claim: [The square.", f"{CLAIMS}:11: "),
    "claims that are a list": (CLAIMS, "sum:\n  claim: Two and two are {total}.\n  check: exact", "- sum", f"{CLAIMS}:"),
}


@pytest.mark.parametrize(("path", "old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_with_file_and_line(project, path, old, new, message):
    project.write("site/index.html", "the last good site")
    project.replace(path, old, new)
    done = project.build()
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert project.site() == {"index.html": b"the last good site"}


def test_missing_claims_are_told_once(project):
    (project.folder / CLAIMS).unlink()
    done = project.build()
    assert done.returncode == 1 and f"{CLAIMS}:1: is missing" in done.stderr


def test_the_verification_page_tells_what_was_claimed_and_built(project):
    project.write("requirements.txt", "numpy==1.0\n")
    assert project.build().returncode == 0
    pages = {name: text.decode() for name, text in project.site().items() if name.endswith(".html")}
    page = pages["verification/index.html"]
    words = re.sub(r"\s+", " ", re.sub(r"<(?!math)[^>]*>", " ", page))
    assert "Two and two are 4 ." in words and "checked exact" in words
    assert "by another road growth" in words and "by another road square" in words
    assert "it draws no random numbers" in words and "not tried since it changed" in words
    assert 'id="claim-growth-sum"' in page and 'id="claim-eq-growth-square"' in page
    assert '<a href="../../verification/#claim-growth-sum">How do we know?</a>' in pages["part/growth/index.html"]
    assert hashlib.sha256(b"numpy==1.0\n").hexdigest() in page
    assert "numpy" in page and "commit" in page


def test_a_share_is_shown_for_the_listing_that_it_was_measured_of_only(project):
    from press import trials

    text = (project.folder / SUM).read_text() + "rng = None  # default_rng(3)\n"
    project.write(SUM, text)
    entry = f'{{"part/growth/sum.py": {{"text": "{trials.digest(text)}", "seeds": 200, "failed": [1007]}}}}'
    project.write("evidence/seeds.json", entry)
    assert project.build().returncode == 0
    assert b"holds for 199 of 200" in project.site()["verification/index.html"]
    project.write(SUM, text.replace("print(total)", "print( total)"))
    assert project.build().returncode == 0
    assert b"holds for" not in project.site()["verification/index.html"]
