"""The book as a zip that is read from a disk: links name files there, and the search needs no server."""
import json
import posixpath
import re

from press import notebooks, policy

NAME = "unit-variance"

_LEFT_OUT = re.compile(r".*\.map|sitemap\..*|robots\.txt|404\.html|(?:.*/)?card\.png|assets/lost\.js|assets/javascripts/lunr/.*|search/search_index\.json|[^/]*\.pdf")
_LINK = re.compile(r'(?P<before>\shref="|\scontent="0; url=|location\.href=")(?P<path>[^":?#]+)(?=[?#"])')
# What leads to files that the zip has not, and fonts asked for early, which no browser hands out from a disk.
_ONLINE = re.compile(r'<span class="online">.*?</span>|<link rel="preload"[^>]*>', re.DOTALL)
_SEARCH = re.compile(r'<script src="(?P<way>[^"]*)assets/search\.js"></script>')


def write(site):
    """Put the zip into a built site. Its pages have their policy already, and get that of what they are in the zip."""
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    packed = {}
    for name, path in files.items():
        if name.endswith(".html") and not _LEFT_OUT.fullmatch(name):
            packed[name] = page(name, path.read_text(encoding="utf-8"), files).encode()
        elif not _LEFT_OUT.fullmatch(name):
            packed[name] = path.read_bytes()
    if "search/search_index.json" in files:
        packed["search/search_index.js"] = index(files["search/search_index.json"].read_text(encoding="utf-8")).encode()
    zipped = notebooks.zipped({f"{NAME}/{name}": content for name, content in packed.items()})
    (site / f"{NAME}.zip").write_bytes(zipped)


def page(name, text, files):
    """A page whose links lead to files, because a folder on a disk shows no page."""
    def named(link):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link["path"], "index.html"))
        return f"{link[0].rstrip('/')}/index.html" if target in files else link[0]

    text = _LINK.sub(named, _ONLINE.sub("", text))
    text = _SEARCH.sub(lambda script: f'<script src="{script["way"]}assets/disk.js"></script>{script[0]}', text)
    return policy.protect(text)


def index(text):
    """The index of the search as a script, which a page may load from a disk, with the names of files."""
    found = json.loads(text)
    for entry in found["docs"]:
        path, mark, anchor = entry["location"].partition("#")
        entry["location"] = f"{path}index.html{mark}{anchor}"
    return f"var __index = {json.dumps(found)};\n"
