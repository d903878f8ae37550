"""The faces of the site: a serif that goes with the formulas, for the text, and one for programs.

They come whole with packages, and are cut to the letters that a book of mathematics in English has. A character that
is not among them is shown in the reader's own fonts. No other host is asked for any.
"""
from importlib.metadata import distribution, version
from pathlib import Path
from string import printable

from press.site import fonts, kept_bytes

FOLDER = "assets/faces"   # below the site; site.css has the @font-face of each

_SERIF, _MONO = ("font-source-serif-pro", "font_source_serif_pro/files"), ("matplotlib", "matplotlib/mpl-data/fonts/ttf")
_FACES = {   # name: (package and folder, file, features). Kerning is a third of the bytes, and pays in running text.
    "text": (_SERIF, "SourceSerifPro-Regular.ttf", ["kern"]),
    "italic": (_SERIF, "SourceSerifPro-It.ttf", []),
    "code": (_MONO, "DejaVuSansMono.ttf", []),
}
_TEXT = printable.strip() + " \u00a0¶·×±−–—‘’“”…½²áäéíïöóü→≈≤≥"
_CODE = printable.strip() + " \u00a0·×÷±−…½¼²³αβγδεηθκλμπσφχψ⁰¹⁴⁵⁶⁷⁸⁹⁻ⁿ₀₁₂₃₄√∞‖′←→≈≤≥"


def made(cache):
    """The files of the faces, as pairs of an address below the site and its bytes."""
    for name, ((package, folder), file, features) in _FACES.items():
        letters = _CODE if name == "code" else _TEXT
        whole = distribution(package).locate_file(Path(folder, file)).read_bytes()
        parts = "face", whole, letters, *features, version("fonttools"), version("brotli")
        yield f"{FOLDER}/{name}.woff2", kept_bytes(cache, parts, lambda: fonts.subset(whole, letters, features))
