"""For the tests and the audit: what axe-core says against a page. It knows what keeps readers out of one."""
from functools import cache

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAUSES = 0, 500, 2000, 5000   # ms before it is asked, and asked again: on a busy machine the page's scripts may not have done their part


@cache
def _axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


def violations(tab):
    """What is wrong with the page that a tab shows, as "rule: element: what about it"."""
    for pause in PAUSES:
        tab.wait_for_timeout(pause)
        if not (found := _ask(tab)):
            break
    return found


def _ask(tab):
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
    found = _axe().run(tab, options=options).response["violations"]
    return [f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]
