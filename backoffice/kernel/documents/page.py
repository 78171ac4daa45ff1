"""One page as a list of things to draw, in points, measured from its upper start corner.

``x`` grows from the edge where reading starts: from the left, or from the
right in a right-to-left document. So a layout is written once, and mirrors
itself. ``y`` grows downwards. Writing the PDF comes later (``canvas``), when
the number of pages is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from backoffice.kernel.documents.fonts import face
from backoffice.kernel.documents.pictures import Picture
from backoffice.kernel.documents.text import BLACK, Align, Colour, Line, Style, single_line

_ASCENT = 0.76  # height of the letters above the baseline, in parts of the font size
MM = 72 / 25.4


class Size(NamedTuple):
    """Width and height of a sheet in points."""

    width: float
    height: float


A4 = Size(210 * MM, 297 * MM)
LETTER = Size(612, 792)


class TextOp(NamedTuple):
    """A line of glyphs at a place measured from the lower left corner."""

    x: float
    y: float
    glyphs: str
    style: Style


class RectsOp(NamedTuple):
    """Filled rectangles (x, y, width, height), measured from the lower left corner."""

    rects: tuple[tuple[float, float, float, float], ...]
    colour: Colour


class RuleOp(NamedTuple):
    """A straight line, measured from the lower left corner."""

    ends: tuple[float, float, float, float]
    weight: float
    colour: Colour


class PictureOp(NamedTuple):
    """A picture in a box measured from the lower left corner."""

    box: tuple[float, float, float, float]
    picture: Picture


Op = TextOp | RectsOp | RuleOp | PictureOp


class Block(Protocol):
    """What can be placed on a page."""

    def height(self, width: float) -> float:
        """Return the height in points that the block takes at a width."""

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the block with its upper start corner at (x, top)."""

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Divide the block so that the first part is no higher than ``room``; None if it cannot be."""


@dataclass(slots=True)
class Page:
    """A sheet and what is to be drawn on it, in order."""

    size: Size
    rtl: bool = False
    ops: list[Op] = field(default_factory=list)

    def left(self, x: float, width: float = 0.0) -> float:
        """Return the distance from the left edge of a box that starts at x."""
        return self.size.width - x - width if self.rtl else x

    def lines(self, lines: Iterable[Line], *, x: float, top: float, width: float, style: Style) -> float:
        """Draw lines below each other in a box and return the y below the last one."""
        left = self.left(x, width)
        slack = _slack_left(style.align, rtl=self.rtl)
        pitch = style.line_height
        # The letters stand in the middle of the line's height.
        baseline = self.size.height - top - (pitch - style.size) / 2 - style.size * _ASCENT
        for line in lines:
            start = left + slack * (width - line.width)
            if line.has_rtl:
                self._runs(line, start, baseline, style)
            elif line.text:
                self.ops.append(TextOp(start, baseline, line.text, style))
            baseline -= pitch
            top += pitch
        return top

    def _runs(self, line: Line, start: float, baseline: float, style: Style) -> None:
        placed: list[tuple[int, TextOp]] = []
        measure = face(bold=style.bold).width
        for run in line.runs(in_rtl_document=self.rtl):
            placed.append((run.start, TextOp(start, baseline, run.glyphs, style)))
            start += measure(run.glyphs, style.size)
        self.ops.extend(op for _, op in sorted(placed, key=lambda entry: entry[0]))

    def text(self, text: str, *, x: float, top: float, width: float = 0.0, style: Style, where: str = "") -> None:
        """Draw one line that does not wrap; it is aligned in the box from x on."""
        self.lines((single_line(text, style=style, where=where),), x=x, top=top, width=width, style=style)

    def rule(
        self, *, x: float, y: float, length: float, weight: float = 0.5, colour: Colour = BLACK, upright: bool = False
    ) -> None:
        """Draw a thin line from (x, y) onwards, or downwards."""
        from_left, from_bottom = self.left(x), self.size.height - y
        along = -length if self.rtl else length
        end = (from_left, from_bottom - length) if upright else (from_left + along, from_bottom)
        self.ops.append(RuleOp((from_left, from_bottom, *end), weight, colour))

    def rects(
        self, rects: Sequence[tuple[float, float, float, float]], *, x: float, top: float, width: float, colour: Colour
    ) -> None:
        """Fill rectangles (x, y, width, height) given from the upper left corner of a box.

        The box is mirrored as a whole, its content is not: a barcode reads
        from left to right everywhere.
        """
        left = self.left(x, width)
        above = self.size.height - top
        self.ops.append(RectsOp(tuple((left + rx, above - ry - h, w, h) for rx, ry, w, h in rects), colour))

    def fill(self, *, x: float, top: float, width: float, height: float, colour: Colour) -> None:
        """Fill one box."""
        self.rects(((0, 0, width, height),), x=x, top=top, width=width, colour=colour)

    def picture(self, picture: Picture, *, x: float, top: float, width: float, height: float) -> None:
        """Draw a picture into a box."""
        self.ops.append(PictureOp((self.left(x, width), self.size.height - top - height, width, height), picture))


def _slack_left(align: Align, *, rtl: bool) -> float:
    """Return which share of the free width stays to the left of a line."""
    if align == "centre":
        return 0.5
    if align == "number":
        return 1.0
    return 1.0 if (align == "start") == rtl else 0.0
