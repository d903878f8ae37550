"""What is printed does not depend on the processor: every listing again, with the oldest instructions that its libraries know."""
import platform
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from press.book import listings
from press.pages import values
from press.run.runner import Runner
from press.site import labs

pytestmark = pytest.mark.nightly

ROOT = Path(__file__).parent.parent
OWN = [path for path in listings.listings(ROOT) if not (ROOT / "snippets" / path).with_suffix(".run.json").exists()]
# The kernels of OpenBLAS, and the instructions that NumPy leaves alone: other orders of summation, other last bits.
X86 = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
ARM = {"OPENBLAS_CORETYPE": "ARMV8", "NPY_DISABLE_CPU_FEATURES": "ASIMDHP ASIMDDP SVE"}
OLD = {"x86_64": X86, "AMD64": X86, "aarch64": ARM, "arm64": ARM}


@pytest.fixture(scope="module")
def runs():
    """{listing: its Run}, on this processor and on an old one."""
    found = []
    for variables in {}, OLD[platform.machine()]:
        runner = Runner(**variables)
        try:
            found.append({path: runner.run(path, listings.listing(path, ROOT).text, draw=False) for path in OWN})
        finally:
            runner.close()
    return found


def test_the_old_processor_is_another_one(runs):
    here, old = runs
    assert any(here[listing].values != old[listing].values for listing in here)


def test_listings_print_the_same(runs):
    here, old = runs
    assert {listing: old[listing].output for listing in old} == {listing: here[listing].output for listing in here}


def test_sentences_have_the_same_numbers(runs):
    found = [
        (page.relative_to(ROOT / "docs").as_posix(), value)
        for page in sorted((ROOT / "docs").rglob("*.md")) for value in re.findall(r"`\{([^`{}]+)\}`", page.read_text(encoding="utf-8"))
    ]
    compared = 0
    for page, value in found:
        asked = [SimpleNamespace(run=lambda listing, made=made: made[listing]) for made in runs]
        try:
            here, old = (values.text(value, page, those) for those in asked)
        except KeyError:   # of a listing that runs in another environment
            continue
        compared += 1
        assert here == old, f"docs/{page}: {value}: print fewer digits"
    assert compared


@pytest.mark.parametrize("path", sorted(f"labs/{lab.name}" for lab in (ROOT / "docs" / "labs").glob("*.py")))
def test_labs_print_the_same(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    printed = []
    for variables in {}, OLD[platform.machine()]:
        runner = Runner(seconds=labs.SECONDS, **variables)
        try:
            printed.append([cell["output"] for cell in labs.read(path).run(runner)])
        finally:
            runner.close()
    assert printed[0] == printed[1] and any(printed[0])
