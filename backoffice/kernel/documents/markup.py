"""The bridge to reportlab's platypus, for those who lay out with it.

A platypus ``Paragraph`` reads its text as markup: data must be escaped, or
``Foo <x@y.com> bar`` loses its middle and ``<img src=…>`` opens a file.
"""

from __future__ import annotations

from xml.sax.saxutils import escape as escape_xml

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph

from backoffice.kernel.documents.canvas import paint
from backoffice.kernel.documents.characters import printable
from backoffice.kernel.documents.fonts import face, require_glyphs
from backoffice.kernel.documents.page import Page, Size
from backoffice.kernel.documents.text import Direction, Style, TextBlock


def escape(text: str) -> str:
    """Escape data for the markup of a ``Paragraph``; line breaks become ``<br/>``.

    Raises:
        TypeError: the value is not a plain str.
    """
    return escape_xml(printable(text)).replace("\n", "<br/>")


def paragraph(text: str, style: ParagraphStyle, *, where: str = "") -> Paragraph:
    """Return a left-to-right ``Paragraph`` that prints plain text as it stands.

    Args:
        text: plain text; it is never markup.
        style: its font is replaced by the documents' own.
        where: what the text is, for the message if a glyph is missing.

    Raises:
        MissingGlyph: the font lacks a character.
        TypeError: the text is not a plain str.
    """
    require_glyphs(text, where=where)
    return Paragraph(escape(text), ParagraphStyle("plain", parent=style, fontName=face().name))


class TextFlowable(Flowable):
    """A text of either direction in a platypus story.

    Args:
        text: plain text.
        style: how it is set.
        direction: of the document.
        where: what the text is, for the message if a glyph is missing.
    """

    def __init__(self, text: str, style: Style, *, direction: Direction = "ltr", where: str = "") -> None:
        super().__init__()
        self._block = TextBlock(text, style, where=where)
        self._rtl = direction == "rtl"

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """Return the size that the text takes at a width (called by platypus)."""
        del aH
        self.width, self.height = aW, self._block.height(aW)
        return self.width, self.height

    def draw(self) -> None:
        """Draw the text onto the canvas of the story (called by platypus)."""
        page = Page(Size(self.width, self.height), self._rtl)
        self._block.draw(page, 0, 0, self.width)
        paint(page, self.canv)
