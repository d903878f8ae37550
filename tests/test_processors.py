"""What is printed does not depend on the processor: every listing again, with the oldest instructions that its libraries know."""
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from press import claims, extension, program, session

ROOT = Path(__file__).parent.parent
# The kernels of OpenBLAS, and the instructions that NumPy leaves alone: other orders of summation, other last bits.
OLD = {
    "x86_64": {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"},
    "AMD64": {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"},
    "aarch64": {"OPENBLAS_CORETYPE": "ARMV8", "NPY_DISABLE_CPU_FEATURES": "ASIMDHP ASIMDDP SVE"},
    "arm64": {"OPENBLAS_CORETYPE": "ARMV8", "NPY_DISABLE_CPU_FEATURES": "ASIMDHP ASIMDDP SVE"},
}


@pytest.fixture(scope="module")
def runs():
    """{listing: its Run}, on this processor and on an old one."""
    found = []
    for variables in {}, OLD[platform.machine()]:
        worker = program.Worker(**variables)
        try:
            found.append({
                listing: worker.run(f"{session.SNIPPETS}/{listing}", session.read(listing, ROOT), draw=False)
                for listing in session.listings(ROOT)
            })
        finally:
            worker.close()
    return found


def test_the_old_processor_is_another_one(runs):
    here, old = runs
    assert any(here[listing].values != old[listing].values for listing in here)


def test_programs_print_the_same(runs):
    here, old = runs
    assert {listing: old[listing].output for listing in old} == {listing: here[listing].output for listing in here}


def test_sentences_have_the_same_numbers(runs):
    written = {page: (ROOT / "docs" / page).read_text() for page in ("index.md", *(f"{name}.md" for name in claims.chapters(ROOT)))}
    written["verification.md"] = claims.markdown(ROOT)
    count = 0
    for page, text in written.items():
        here, old = (SimpleNamespace(run=lambda name, found=found: found[name]) for found in runs)
        for value in re.findall(r"`\{([^`{}]+)\}`", text):
            count += 1
            assert extension.value(value, page, here) == extension.value(value, page, old), f"docs/{page}: {value}: print fewer digits"
    assert count > 100


@pytest.mark.parametrize("lab", sorted(path.name for path in (ROOT / "docs" / "labs").glob("*.py")))
def test_labs_print_the_same(lab):
    printed = [
        subprocess.run(
            [sys.executable, "-W", "ignore:FigureCanvasAgg", lab], cwd=ROOT / "docs" / "labs", check=True, capture_output=True, text=True,
            env=os.environ | {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"} | variables,
        ).stdout
        for variables in ({}, OLD[platform.machine()])
    ]
    assert printed[0] == printed[1] != ""
