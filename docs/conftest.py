"""Makes every python fence of these pages a pytest item. It must stand here: sybil collects below the file that makes it."""
from sybil import Sybil

from sybil_items import regions

pytest_collect_file = Sybil(parsers=[regions], patterns=["*.md"]).pytest()
