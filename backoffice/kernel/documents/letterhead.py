"""What stands around the text of a letter: logo, sender, footer, page number, fold marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backoffice.kernel.documents.blocks import Columns
from backoffice.kernel.documents.errors import DoesNotFit
from backoffice.kernel.documents.flow import Margins
from backoffice.kernel.documents.page import MM, Page
from backoffice.kernel.documents.pictures import Picture, PictureBlock
from backoffice.kernel.documents.text import GREY, Style, TextBlock, fitted

_STYLE = Style(size=8.5)
_FOOTER_STYLE = Style(size=7, colour=GREY)
_GAP = 4 * MM
_LOGO_SHARE = 0.45
# DIN 5008, form B: folds at 105 and 210 mm, the hole punch's mark in the middle of the sheet.
_FOLDS = (105 * MM, 210 * MM)
_PUNCH = 148.5 * MM
# DIN 5008, form B: the address field of 85 × 45 mm, seen through a window on the left.
_WINDOW_LEFT, _WINDOW_TOP, _WINDOW_WIDTH, _WINDOW_HEIGHT = 20 * MM, 45 * MM, 85 * MM, 45 * MM
_WINDOW_PADDING = 5 * MM
_RETURN_ZONE = 17.7 * MM
WINDOW_BOTTOM = _WINDOW_TOP + _WINDOW_HEIGHT


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The furniture of invoices, slips and lists.

    Args:
        sender: lines beside the logo on the first page.
        page_label: turns page number and number of pages into text, in the document's language.
        logo: stands at the start of the first page's header.
        logo_height: in points.
        running_title: what the document is; stands in the header of later pages.
        footer: columns of lines at the foot of each page (company, bank, registration).
        fold_marks: print DIN 5008 fold and punch marks at the left edge (A4 only).
        style: of sender and running title.
        footer_style: of the footer.
    """

    sender: str
    page_label: Callable[[int, int], str]
    logo: Picture | None = None
    logo_height: float = 18 * MM
    running_title: str = ""
    footer: Sequence[str] = ()
    fold_marks: bool = False
    style: Style = _STYLE
    footer_style: Style = _FOOTER_STYLE

    def top(self, page: Page, margins: Margins, *, first: bool) -> float:
        """Return the y at which the text of a page begins."""
        if first:
            return margins.top + max(self._logo_height(page, margins), self._sender_height(page, margins)) + _GAP
        return margins.top + self.style.line_height + _GAP

    def bottom(self, page: Page, margins: Margins) -> float:
        """Return the y at which the text of a page ends at the latest."""
        return self._footer_top(page, margins) - _GAP

    def draw(self, page: Page, margins: Margins, number: int, total: int) -> None:
        """Draw header, footer and marks of page ``number`` of ``total``."""
        width = _width(page, margins)
        if number == 1:
            logo = self._logo_block()
            if logo:
                logo.draw(page, margins.start, margins.top, width * _LOGO_SHARE)
            share = width * (1 - _LOGO_SHARE)
            self._sender().draw(page, margins.start + width - share, margins.top, share)
        elif self.running_title:
            page.text(
                self.running_title, x=margins.start, top=margins.top, width=width, style=self.style, where="title"
            )
        self._draw_footer(page, margins, number, total)
        if self.fold_marks:
            _draw_fold_marks(page)

    def _draw_footer(self, page: Page, margins: Margins, number: int, total: int) -> None:
        width = _width(page, margins)
        top = self._footer_top(page, margins)
        page.rule(x=margins.start, y=top, length=width, weight=0.4, colour=GREY)
        top += 3
        footer = self._footer_block()
        if footer:
            footer.draw(page, margins.start, top, width)
            top += footer.height(width)
        style = self.footer_style.but(align="end")
        label = self.page_label(number, total)
        page.text(label, x=margins.start, top=top, width=width, style=style, where="page number")

    def _footer_top(self, page: Page, margins: Margins) -> float:
        footer = self._footer_block()
        height = footer.height(_width(page, margins)) if footer else 0.0
        return page.size.height - margins.bottom - height - self.footer_style.line_height - 3

    def _footer_block(self) -> Columns | None:
        if not self.footer:
            return None
        return Columns([(TextBlock(text, self.footer_style, where="footer"), 1.0) for text in self.footer])

    def _logo_block(self) -> PictureBlock | None:
        if self.logo is None:
            return None
        return PictureBlock(self.logo, max_width=3 * self.logo_height, max_height=self.logo_height)

    def _logo_height(self, page: Page, margins: Margins) -> float:
        logo = self._logo_block()
        return logo.height(_width(page, margins) * _LOGO_SHARE) if logo else 0.0

    def _sender(self) -> TextBlock:
        return TextBlock(self.sender, self.style.but(align="end"), where="sender")

    def _sender_height(self, page: Page, margins: Margins) -> float:
        return self._sender().height(_width(page, margins) * (1 - _LOGO_SHARE))


def draw_address_window(page: Page, address: str, *, return_line: str = "", style: Style | None = None) -> None:
    """Draw an address where the window of an envelope shows it (DIN 5008, form B).

    The window is on the left whatever the language of the letter.

    Args:
        page: the first page, A4.
        address: lines of the addressee.
        return_line: the sender in one line, small, above the address.
        style: of the address.

    Raises:
        DoesNotFit: the address has more lines than the window shows.
    """
    style = style or Style(size=10)
    width = _WINDOW_WIDTH - _WINDOW_PADDING
    left = _WINDOW_LEFT + _WINDOW_PADDING
    x = page.left(left, width)  # mirroring twice gives the physical place
    block = TextBlock(address, style, where="address")
    if block.height(width) > _WINDOW_HEIGHT - _RETURN_ZONE:
        raise DoesNotFit("the address has more lines than the window of the envelope shows")
    top = _WINDOW_TOP + _RETURN_ZONE
    if return_line:
        small = fitted(return_line, style=Style(size=6.5, colour=GREY), width=width, where="return address")
        page.text(return_line, x=x, top=top - 1.2 * small.line_height, width=width, style=small, where="return address")
    block.draw(page, x, top, width)


def _width(page: Page, margins: Margins) -> float:
    return page.size.width - margins.start - margins.end


def _draw_fold_marks(page: Page) -> None:
    for y, length in (*((fold, 4 * MM) for fold in _FOLDS), (_PUNCH, 6 * MM)):
        page.rule(x=page.left(3 * MM, length), y=y, length=length, weight=0.3, colour=GREY)
