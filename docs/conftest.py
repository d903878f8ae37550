"""Makes every python fence of these pages a pytest item. It must stand here: sybil collects below its conftest."""
from press.proof import sybil

pytest_collect_file = sybil().pytest()
