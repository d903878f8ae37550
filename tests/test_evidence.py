"""The claims are declared, tried under other seeds and by breaking them, and the figures that we name are those measured."""
import re
from pathlib import Path

import press
from press import claims, session, trials

ROOT = Path(__file__).parent.parent


def test_every_listing_and_every_labelled_formula_has_its_claim():
    assert [str(problem) for problem in claims.check(ROOT)] == []


def test_what_was_tried_is_what_stands_here():
    assert [str(problem) for problem in trials.check(ROOT)] == []


def test_a_share_and_a_score_are_not_of_nothing():
    shares, deaths = trials.record("seeds", ROOT), trials.record("mutants", ROOT)
    assert sorted(deaths) == session.listings(ROOT)
    assert sorted(shares) == [listing for listing in session.listings(ROOT) if trials.seeded(listing, ROOT)]
    assert all(found["mutants"] > 10 for found in deaths.values())


def test_the_figures_in_contributing_are_the_measured_ones():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    smallest, mutants, survivors = trials.figures(ROOT)
    listings = len(trials.record("seeds", ROOT))
    row = re.search(r"\| `make seeds` \| (\d+) listings, 200 other seeds each \| every claim holds for at least ([\d.]+) % \|", text)
    assert row and (int(row[1]), float(row[2])) == (listings, smallest * 100)
    row = re.search(r"\| `make mutants` \| ([\d,]+) mutants \| ([\d.]+) % killed, (\d+) survivors, each with a reason \|", text)
    assert row and (int(row[1].replace(",", "")), int(row[3])) == (mutants, survivors)
    assert abs(float(row[2]) - 100 * (1 - survivors / mutants)) <= 0.051


def test_the_mutants_of_every_formula_are_tried():
    known = {claim.name for claim in claims.read(ROOT)[0] if not claim.listing}
    assert set(trials.formulas(ROOT)) == set(trials.record("formulas", ROOT)) == known != set()


def test_every_module_of_the_press_is_introduced():
    modules = {path.stem for path in Path(press.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(re.findall(r"^    (\w+) ", press.__doc__, re.MULTILINE))
