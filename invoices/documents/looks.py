"""Sizes, colours and measures that the parts of a document share."""

from __future__ import annotations

from backoffice.kernel.documents.flow import Margins
from backoffice.kernel.documents.page import MM
from backoffice.kernel.documents.text import Colour, Style

INK: Colour = (0.11, 0.13, 0.16)
QUIET: Colour = (0.42, 0.45, 0.49)
HAIRLINE: Colour = (0.82, 0.84, 0.86)

TITLE = Style(size=15, bold=True, colour=INK)
HEADING = Style(size=8.5, bold=True, colour=INK)
BODY = Style(size=8.5, colour=INK, leading=10.8)
SMALL = Style(size=7, colour=QUIET, leading=8.8)
LABEL = Style(size=8, colour=QUIET)
FOOTER = Style(size=6.5, colour=QUIET, leading=8.6)

# DIN 5008: 25 mm on the side where sheets are bound and the window's text begins, 20 mm on the other.
_BOUND, _FREE = 25 * MM, 20 * MM
_TOP, _BOTTOM = 15 * MM, 10 * MM


def margins(*, rtl: bool) -> Margins:
    """Return the free edges; the left one is the wide one in both directions, since the window is there."""
    start, end = (_FREE, _BOUND) if rtl else (_BOUND, _FREE)
    return Margins(top=_TOP, bottom=_BOTTOM, start=start, end=end)
