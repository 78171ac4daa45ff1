"""The two faces that every document is set in: DejaVu Sans, regular and bold.

DejaVu Sans holds Latin, Greek, Cyrillic, Hebrew and Arabic in one design, so
that a line which mixes scripts needs no second font. The slanted faces lack
Arabic and are therefore not offered. The font files are those that the
matplotlib distribution carries; matplotlib itself is never imported.

A character that the font lacks (CJK, emoji) is refused with
:class:`~backoffice.kernel.documents.errors.MissingGlyph`, never printed as a box.
"""

from __future__ import annotations

import importlib.util
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from reportlab.pdfbase import pdfmetrics

from backoffice.kernel.documents.characters import printable
from backoffice.kernel.documents.errors import DocumentError, MissingGlyph
from backoffice.kernel.documents.fontprogram import DocumentFont

FAMILY = "DejaVu Sans"
_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
_NAMES = {False: "DejaVuSans", True: "DejaVuSans-Bold"}
_DISTRIBUTION = "matplotlib"
_FOLDER = Path("mpl-data") / "fonts" / "ttf"
_LAST_OF_PLANE_0 = 0xFFFF
_PER_EM = 1000

_lock = threading.Lock()
_faces: dict[bool, Face] = {}


class Face:
    """One weight of the font: its glyph widths and what it can draw.

    Attributes:
        name: the name under which reportlab knows the face.
        font: the reportlab font.
    """

    __slots__ = ("_widths", "font", "name")

    def __init__(self, *, name: str, path: Path) -> None:
        self.name = name
        self.font = DocumentFont(name, str(path))
        widths = self.font.face.charWidths
        # Beyond plane 0 the PDF's map back to Unicode would be wrong, so these
        # characters count as missing. Control characters are never text.
        self._widths: dict[str, float] = {
            chr(code): float(width)
            for code, width in widths.items()
            if code <= _LAST_OF_PLANE_0 and unicodedata.category(chr(code)) not in ("Cc", "Cs")
        }

    def width(self, text: str, size: float, *, where: str = "") -> float:
        """Measure one line of text, as it will be drawn.

        Args:
            text: one line, already shaped if it is Arabic.
            size: font size in points.
            where: what the text is, for the error message.

        Returns:
            The width in points.

        Raises:
            MissingGlyph: the face lacks a character of the text.
        """
        try:
            return sum(map(self._widths.__getitem__, text)) * size / _PER_EM
        except KeyError:
            raise self._missing(text, where) from None

    def covers(self, text: str) -> bool:
        """Say whether the face can draw each character of the text."""
        return all(character in self._widths for character in text)

    def characters(self) -> Iterable[str]:
        """Iterate over every character that the face can draw, in code point order."""
        return sorted(self._widths)

    def _missing(self, text: str, where: str) -> MissingGlyph:
        missing = dict.fromkeys(character for character in text if character not in self._widths)
        return MissingGlyph(characters=tuple(missing), text=text, font=FAMILY, where=where)


def font_folder() -> Path:
    """Find the folder of the font files without importing the package that carries them.

    Raises:
        DocumentError: the distribution is not installed.
    """
    spec = importlib.util.find_spec(_DISTRIBUTION)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / _FOLDER
        if folder.is_dir():
            return folder
    raise DocumentError(f"the {FAMILY} font files are missing: install {_DISTRIBUTION} (see requirements.txt)")


def face(*, bold: bool = False) -> Face:
    """Return the regular or the bold face, loaded and registered at first use.

    Safe to call from several threads: the files are parsed once.
    """
    found = _faces.get(bold)
    if found is not None:
        return found
    with _lock:
        if bold not in _faces:
            loaded = Face(name=_NAMES[bold], path=font_folder() / _FILES[bold])
            pdfmetrics.registerFont(loaded.font)
            _faces[bold] = loaded
        return _faces[bold]


def covers(text: str, *, bold: bool = False) -> bool:
    """Say whether the text can be printed; line breaks and tabs do not count."""
    return face(bold=bold).covers(printable(text).replace("\n", ""))


def require_glyphs(text: str, *, where: str = "", bold: bool = False) -> None:
    """Refuse a text that cannot be printed, before a document is begun.

    Args:
        text: any text, with line breaks.
        where: what the text is, in the words of the reader (``"buyer name"``).
        bold: check against the bold face.

    Raises:
        MissingGlyph: names each character that the font lacks.
    """
    for line in printable(text).split("\n"):
        face(bold=bold).width(line, 1, where=where)
