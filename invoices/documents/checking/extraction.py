"""Reading the text of a document's own PDF, as it was drawn, run by run.

For documents that were rendered here: one line per text that was placed, in the order of drawing. A
general reader guesses words and directions from the places of glyphs; here nothing is guessed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4,})>")  # not the range of all codes

_CharacterMap = dict[int, str]


def document_text(pdf: bytes) -> str:
    """Return the text of all pages of a PDF that the renderer wrote.

    A run from right to left comes as it stands on the page, its last letter first.

    Raises:
        pikepdf.PdfError: these bytes are no PDF.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return "\n".join(text for page in document.pages for text in _page_texts(page))


def _page_texts(page: pikepdf.Page) -> Iterator[str]:
    """Yield the texts of a page; one that changes fonts on its way is still one."""
    maps = {name: _character_map(font) for name, font in page.resources.get("/Font", {}).items()}
    current: _CharacterMap = {}
    text = ""
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator):
            case "Tf":
                current = maps[str(instruction.operands[0])]
            case "Tj":
                text += "".join(current[code] for code in bytes(instruction.operands[0]))
            case "Tm" | "ET":
                if text:
                    yield text
                text = ""


def _character_map(font: pikepdf.Object) -> _CharacterMap:
    """Return what each code of a font means, by its ToUnicode map (PDF 1.7, 9.10.3)."""
    pairs = _PAIR.findall(font["/ToUnicode"].read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode("ascii")).decode("utf-16-be") for code, text in pairs}
