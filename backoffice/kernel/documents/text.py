"""Text: how it is set, where its lines break, and the block that holds it.

All data enters as plain ``str`` and is drawn as it stands; there is no markup
language between the data and the page, so ``<b>`` prints as ``<b>``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from backoffice.kernel.documents import bidi
from backoffice.kernel.documents.characters import printable
from backoffice.kernel.documents.errors import MissingGlyph
from backoffice.kernel.documents.fonts import face

if TYPE_CHECKING:
    from backoffice.kernel.documents.page import Page

Direction = Literal["ltr", "rtl"]
# start and end follow the document's direction; number is flush right in both,
# because digits run from left to right in every script and must line up.
Align = Literal["start", "end", "centre", "number"]
Colour = tuple[float, float, float]

BLACK: Colour = (0.0, 0.0, 0.0)
GREY: Colour = (0.4, 0.4, 0.4)
_LEADING = 1.3
_SLACK = 0.001  # points; hides the rounding of sums of widths
_KEPT_TEXTS = 8192
_BREAKS_AFTER = "-/_.,;:@&?=+"
_TOKENS = re.compile(r" +|[^ ]+")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set.

    Args:
        size: font size in points.
        bold: use the bold face.
        colour: red, green and blue from 0 to 1, in sRGB.
        align: where a line stands in its box.
        leading: distance of two baselines in points; 1.3 × size if 0.
    """

    size: float = 9.0
    bold: bool = False
    colour: Colour = BLACK
    align: Align = "start"
    leading: float = 0.0

    @property
    def line_height(self) -> float:
        """Distance of two baselines in points."""
        return self.leading or self.size * _LEADING

    def but(
        self,
        *,
        size: float | None = None,
        bold: bool | None = None,
        colour: Colour | None = None,
        align: Align | None = None,
    ) -> Style:
        """Return this style with some things changed; the leading is set anew with the size."""
        return replace(
            self,
            size=self.size if size is None else size,
            bold=self.bold if bold is None else bold,
            colour=self.colour if colour is None else colour,
            align=self.align if align is None else align,
            leading=self.leading if size is None else 0.0,
        )


class Line(NamedTuple):
    """One line in reading order, with the width in points that it takes on the page."""

    text: str
    width: float
    has_rtl: bool = False
    opens_rtl: bool = False

    def runs(self, *, in_rtl_document: bool) -> tuple[bidi.Run, ...]:
        """Return the glyphs of the line from left to right, in runs of one direction."""
        return bidi.runs(self.text, rtl=in_rtl_document or self.opens_rtl)


def wrap(text: str, *, width: float, style: Style, where: str = "") -> tuple[Line, ...]:
    """Break a text into lines no wider than ``width`` points.

    Lines break at spaces and at the line breaks of the text; a word wider than
    the box breaks after punctuation if it has any, else anywhere. Breaking
    happens in reading order, before any reordering.

    Raises:
        MissingGlyph: the font lacks a character.
        TypeError: the text is not a plain str.
    """
    try:
        return _wrap(printable(text), width, style.size, bold=style.bold)
    except MissingGlyph as error:
        raise MissingGlyph(characters=error.characters, text=text, font=error.font, where=where) from None


def single_line(text: str, *, style: Style, where: str = "") -> Line:
    """Measure a text as one line; its line breaks become spaces."""
    return wrap(printable(text).replace("\n", " "), width=float("inf"), style=style, where=where)[0]


def fitted(text: str, *, style: Style, width: float, where: str = "") -> Style:
    """Return the style, smaller where need be, in which a text takes one line of ``width`` points."""
    natural = single_line(text, style=style, where=where).width
    return style if natural <= width + _SLACK else style.but(size=style.size * width / natural)


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def _wrap(text: str, width: float, size: float, *, bold: bool) -> tuple[Line, ...]:
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        has_rtl = bidi.has_rtl(paragraph)
        opens_rtl = has_rtl and bidi.is_rtl(paragraph, in_rtl_document=False)

        measure = functools.partial(_measure_shaped if has_rtl else _measure, size=size, bold=bold)
        whole = measure(paragraph)
        if whole <= width + _SLACK:
            lines.append(Line(paragraph, whole, has_rtl, opens_rtl))
        else:
            lines.extend(Line(piece, measure(piece), has_rtl, opens_rtl) for piece in _fill(paragraph, width, measure))
    return tuple(lines)


def _measure(text: str, *, size: float, bold: bool) -> float:
    return face(bold=bold).width(text, size)


def _measure_shaped(text: str, *, size: float, bold: bool) -> float:
    return face(bold=bold).width(bidi.shape(text), size)


def _fill(paragraph: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yield the lines of a paragraph that is too wide for one."""
    line, taken, space = "", 0.0, ""
    for token in _TOKENS.findall(paragraph):
        if token[0] == " ":
            space = token if line or not taken else ""
            continue
        for piece in _pieces(token, width, measure):
            needed = measure(space + piece)
            if line and taken + needed > width + _SLACK:
                yield line
                line, taken, space = "", 0.0, ""
                needed = measure(piece)
            line += space + piece
            taken += needed
            space = ""
    yield line


def _pieces(word: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Cut a word that is wider than the box; yield it whole otherwise."""
    while measure(word) > width + _SLACK and len(word) > 1:
        fitting = max(1, next((n for n in range(1, len(word)) if measure(word[: n + 1]) > width + _SLACK), 1))
        cut = max((n for n in range(fitting // 2 + 1, fitting + 1) if word[n - 1] in _BREAKS_AFTER), default=fitting)
        while cut < len(word) and unicodedata.combining(word[cut]):  # a mark stays with its letter
            cut += 1
        if cut == len(word):
            break
        yield word[:cut]
        word = word[cut:]
    yield word


class TextBlock:
    """A text that fills the width it is given; the same class in both directions.

    Args:
        text: plain text; its line breaks are kept.
        style: how it is set.
        where: what the text is, for the message if a glyph is missing.
    """

    __slots__ = ("_lines", "_width", "style", "text", "where")

    def __init__(self, text: str, style: Style, *, where: str = "") -> None:
        self.text = text
        self.style = style
        self.where = where
        self._width = -1.0
        self._lines: tuple[Line, ...] = ()

    def lines(self, width: float) -> tuple[Line, ...]:
        """Return the lines of the block at a width in points."""
        if width != self._width:
            self._lines = wrap(self.text, width=width, style=self.style, where=self.where)
            self._width = width
        return self._lines

    def height(self, width: float) -> float:
        """Return the height in points that the block takes at a width."""
        return len(self.lines(width)) * self.style.line_height

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the block with its upper start corner at (x, top)."""
        page.lines(self.lines(width), x=x, top=top, width=width, style=self.style)

    def split(self, width: float, room: float) -> tuple[LinesBlock, LinesBlock] | None:
        """Divide the block so that the first part is no higher than ``room``; None if no line fits."""
        return LinesBlock(self.lines(width), self.style).split(width, room)


class LinesBlock:
    """Lines that are already broken: a part of a text that goes on over a page break."""

    __slots__ = ("_lines", "_style")

    def __init__(self, lines: tuple[Line, ...], style: Style) -> None:
        self._lines = lines
        self._style = style

    def height(self, width: float) -> float:
        """Return the height in points; the width was settled before."""
        del width
        return len(self._lines) * self._style.line_height

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the lines with their upper start corner at (x, top)."""
        page.lines(self._lines, x=x, top=top, width=width, style=self._style)

    def split(self, width: float, room: float) -> tuple[LinesBlock, LinesBlock] | None:
        """Divide the lines so that the first part is no higher than ``room``; None if that is impossible."""
        del width
        count = int((room + _SLACK) / self._style.line_height)
        if count < 1 or count >= len(self._lines):
            return None
        return LinesBlock(self._lines[:count], self._style), LinesBlock(self._lines[count:], self._style)


def text_block(text: str, style: Style | None = None, *, where: str = "") -> TextBlock:
    """Return a block of text in the given style, or in the plain one."""
    return TextBlock(text, style or Style(), where=where)
