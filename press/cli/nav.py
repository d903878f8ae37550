"""Where a page belongs in `nav` of mkdocs.yml, found in its text, so that comments and order stay as they are."""
import yaml

from press.book.nav import CONFIG
from press.book.sources import Problem

LAST = {"practice", "reference"}   # parts before which a new one stands


def place(text, page):
    """(line, rows): the line of mkdocs.yml, from 1, that the rows become, so that nav names a page.

    text: mkdocs.yml; page: a path below docs/. Raises Problem where nav has no line for each page.
    """
    try:
        settings = yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise no_yaml(error) from None
    nav = next((value for key, value in getattr(settings, "value", ()) if key.value == "nav"), None)
    if not isinstance(nav, yaml.SequenceNode) or nav.flow_style:
        line = nav.start_mark.line + 1 if nav else 1
        raise Problem(CONFIG, line, f"nav has no line for each page; add {page} by hand")
    leaves, part = _leaves(nav), page.rpartition("/")[0]
    if beside := [leaf for leaf in leaves if leaf.value.rpartition("/")[0] == part]:   # below the last page of its part
        line = beside[-1].start_mark.line
        return line + 2, [f"{text.splitlines()[line].partition('-')[0]}- {page}"]
    sections = [entry for entry in nav.value if entry.id == "mapping"]
    later = [entry.start_mark.line for entry in sections if entry.value[0][0].value.lower() in LAST]
    line = later[0] if later else leaves[-1].start_mark.line + 1
    indent, title = " " * nav.start_mark.column, part.replace("/", " ").replace("_", " ").capitalize()
    return line + 1, [f"{indent}- {title}:", f"{indent}    - {page}"] if part else [f"{indent}- {page}"]


def no_yaml(error):
    """The Problem of a yaml.YAMLError in mkdocs.yml."""
    mark = getattr(error, "problem_mark", None)   # of a character that no YAML may hold, there is none
    what = error.problem if mark else str(error).splitlines()[0]
    return Problem(CONFIG, mark.line + 1 if mark else 1, f"it is no YAML: {what}")


def _leaves(node):
    """The scalars of nav that name pages, in their order."""
    if node.id == "scalar":
        return [node]
    entries = node.value if node.id == "sequence" else [value for _, value in node.value]
    return [leaf for entry in entries for leaf in _leaves(entry)]
