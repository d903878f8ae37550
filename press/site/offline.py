"""The book as a zip that is read from a disk, without a server: links name files, and the search loads a script."""
import json
import posixpath
import re
from html import escape, unescape

from press.site import csp, kept_bytes
from press.site.downloads import zipped

NAME = "unit-variance"

_INDEX = "search/search_index.json"
_LEFT_OUT = re.compile(
    r".*\.map|sitemap\..*|robots\.txt|404\.html|(?:.*/)?card\.png|assets/lost\.js|assets/javascripts/lunr/.*|[^/]*\.pdf"
    rf"|{NAME}\.zip|{_INDEX}"
)
_LINK = re.compile(r'(?P<before>href="|; url=)(?P<link>[^"]*)"')
_ONLINE = re.compile(r"<!--online-->.*?<!--/online-->", re.DOTALL)   # marks of the theme, around what a disk has not


def write(site, cache):
    """Put the zip into a built site. Its pages have their policy already, and get that of what they are in the zip."""
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
    parts = "offline", *(part for file in files.items() for part in file)
    (site / f"{NAME}.zip").write_bytes(kept_bytes(cache, parts, lambda: _packed(files)))


def _packed(files):
    held = {
        path: page(path, content.decode(), files).encode() if path.endswith(".html") else content
        for path, content in files.items() if not _LEFT_OUT.fullmatch(path)
    }
    held["search/search_index.js"] = index(files[_INDEX]).encode()
    return zipped({f"{NAME}/{path}": content for path, content in held.items()})


def page(path, text, files):
    """A page whose links lead to files, as a folder on a disk shows no page. path: its own. files: the paths of all."""
    def led(match):
        place, rest = re.match(r"([^:?#]*)(.*)", unescape(match["link"]), re.DOTALL).groups()
        if not place or posixpath.normpath(posixpath.join(posixpath.dirname(path), place, "index.html")) not in files:
            return match[0]
        return match["before"] + escape(place.rstrip("/") + "/index.html" + rest) + '"'

    text = _LINK.sub(led, _ONLINE.sub("", text))
    way = "../" * path.count("/")
    search = f'<script src="{way}assets/search.js">'
    return csp.protect(text.replace(search, f'<script src="{way}assets/disk.js"></script>{search}'))


def index(content):
    """The index of the search as a script, which a page may load from a disk, with the names of files."""
    found = json.loads(content)
    for entry in found["docs"]:
        place, mark, anchor = entry["location"].partition("#")
        entry["location"] = f"{place}index.html{mark}{anchor}"
    return f"var __index = {json.dumps(found)};\n"
