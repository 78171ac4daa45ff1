"""What can be wrong with a document, said in plain words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_QUOTED_LENGTH = 60


def describe_character(character: str) -> str:
    """Name one character as code point and Unicode name, e.g. ``U+1F600 GRINNING FACE``."""
    name = unicodedata.name(character, "")
    if not name:
        name = "(control character)" if unicodedata.category(character) == "Cc" else "(no name)"
    return f"U+{ord(character):04X} {name}"


class DocumentError(ValueError):
    """A document cannot be made from this input."""


class MissingGlyph(DocumentError):
    """A text holds characters that the font cannot draw.

    Printing such a text would put empty boxes on paper, so the document is
    refused instead.

    Attributes:
        characters: the characters without a glyph, each once, in order of appearance.
        where: what the text is, in the words of the caller (``"buyer name"``); may be empty.
        text: the whole text.
        font: the name of the font.
    """

    def __init__(self, *, characters: Sequence[str], text: str, font: str, where: str = "") -> None:
        self.characters = tuple(characters)
        self.text = text
        self.font = font
        self.where = where
        names = ", ".join(describe_character(character) for character in self.characters)
        quoted = text if len(text) <= _QUOTED_LENGTH else text[: _QUOTED_LENGTH - 1] + "…"
        place = f"{where}, " if where else ""
        super().__init__(f"{place}{quoted!r}: the font {font} has no glyph for {names}")


class DoesNotFit(DocumentError):
    """A piece of a document is larger than the place that was meant for it."""


class CodeRefused(DocumentError):
    """A barcode or QR code cannot hold this value."""


class ImageRefused(DocumentError):
    """A picture is not accepted; the message says why, for the person who uploaded it."""
