"""Builds the book for the tests, in a folder of its own."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ("docs", "snippets", "tests", "theme", "mkdocs.yml", "CITATION.cff")


def build(folder, **variables):
    """Build a copy of the book in a folder. Returns what the build said."""
    for source in SOURCES:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, folder / source)
    (folder / "press").mkdir()   # mkdocs.yml watches it
    done = subprocess.run(
        [sys.executable, "-m", "press.command", "build"], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "SITE_URL": "", "REPO_URL": ""} | variables,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
