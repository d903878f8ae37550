"""The order of the pages, from mkdocs.yml alone."""
import yaml

from press.book.sources import read

CONFIG = "mkdocs.yml"


class _Loader(yaml.CSafeLoader):
    """Reads YAML, and passes over MkDocs' own tags, of which the order of the pages needs none."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def order(root="."):
    """The pages in reading order, as (title of the part or "", path below docs/). Empty where mkdocs.yml has no nav.

    Raises FileNotFoundError, Unreadable and yaml.YAMLError.
    """
    config = yaml.load(read(CONFIG, root), _Loader)
    return list(_pages(config.get("nav") or [] if isinstance(config, dict) else [], ""))


def _pages(entries, part):
    for entry in entries:
        for title, inside in entry.items() if isinstance(entry, dict) else [(part, entry)]:
            if isinstance(inside, str):
                yield part, inside
            else:
                yield from _pages(inside or [], title)
