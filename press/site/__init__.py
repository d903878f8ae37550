"""The plugin of MkDocs: labs, what stands beside the pages, their policies; and what is checked once all is there."""
import base64

VERSION = "7"   # raised by hand when something that is kept here would come out otherwise


def kept(cache, parts, make):
    """What `make()` returns, kept in a Cache, as `Cache.made` does."""
    return cache.made((VERSION, *parts), make)


def kept_bytes(cache, parts, make):
    """The same for bytes."""
    return base64.b64decode(kept(cache, parts, lambda: base64.b64encode(make()).decode()))
