"""A listing runs wherever NumPy and Matplotlib are, so that who copies it needs nothing else."""
import ast
import sys
from pathlib import Path

import pytest

from press.book import listings

ROOT = Path(__file__).parent.parent
# Those that need a framework say so on their page, and have their run beside them.
OWN = [path for path in listings.listings(ROOT) if not (ROOT / "snippets" / path).with_suffix(".run.json").exists()]


@pytest.mark.parametrize("path", OWN)
def test_a_listing_needs_numpy_and_matplotlib_only(path):
    for node in ast.walk(ast.parse(listings.listing(path, ROOT).text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += ["." * node.level + (node.module or "")] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.partition(".")[0] in {"numpy", "matplotlib", *sys.stdlib_module_names}, f"line {node.lineno} imports {name}"
