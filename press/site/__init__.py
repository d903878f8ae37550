"""The plugin of MkDocs: labs, what stands beside the pages, their policies; and what is checked once all is there."""
from press.run.cache import key

VERSION = "7"   # raised by hand when something that is kept here would come out otherwise


def kept(cache, parts, make):
    """What `make()` returns, kept in a Cache. parts: texts and bytes from which it follows, and from nothing else."""
    name = key(VERSION, *parts)
    found = cache.get(name)
    if found is None:
        cache.put(name, found := make())
    return found
