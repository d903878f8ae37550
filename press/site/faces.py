"""The faces of the site: a serif that goes with the formulas, for the text, and one for programs. No other host is asked for them.

They come whole with packages, and are cut to the letters that a book of mathematics in English has. A character that
is not among them is shown in the reader's own fonts.
"""
import base64
import importlib.util
from importlib.metadata import version
from pathlib import Path
from string import printable

from press.site import fonts, kept

FOLDER = "assets/faces"   # below the site; site.css has the @font-face of each

_SERIF, _MONO = "font-source-serif-pro", "matplotlib"
_FACES = {   # name: (package, module, file in it, features); kerning costs a third of the bytes, and pays in running text
    "text": (_SERIF, "font_source_serif_pro", "files/SourceSerifPro-Regular.ttf", ["kern"]),
    "italic": (_SERIF, "font_source_serif_pro", "files/SourceSerifPro-It.ttf", []),
    "code": (_MONO, "matplotlib", "mpl-data/fonts/ttf/DejaVuSansMono.ttf", []),
}
_TEXT = printable.strip() + " \u00a0¶·×±−–—‘’“”…½²áäéíïöóü→≈≤≥"
_CODE = printable.strip() + " \u00a0·×÷±−…½¼²³αβγδεηθκλμπσφχψ⁰¹⁴⁵⁶⁷⁸⁹⁻ⁿ₀₁₂₃₄√∞‖′←→≈≤≥"


def made(cache):
    """The files of the faces, {address below the site: bytes}."""
    for name, (package, module, file, features) in _FACES.items():
        path, letters = Path(importlib.util.find_spec(module).origin).parent / file, _CODE if package == _MONO else _TEXT
        parts = "face", package, version(package), file, letters, *features, version("fonttools"), version("brotli")
        cut = kept(cache, parts, lambda: base64.b64encode(fonts.subset(path.read_bytes(), letters, features)).decode())
        yield f"{FOLDER}/{name}.woff2", base64.b64decode(cut)
