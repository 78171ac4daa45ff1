"""A place on the page that moves down, and on to the next page when it must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from backoffice.kernel.documents.errors import DoesNotFit
from backoffice.kernel.documents.page import MM, Block, Page, Size

_SLACK = 0.001


@dataclass(frozen=True, slots=True)
class Margins:
    """The free edges of a sheet in points; start is where reading starts."""

    top: float = 20 * MM
    bottom: float = 20 * MM
    start: float = 20 * MM
    end: float = 20 * MM


class Furniture(Protocol):
    """What stands around the text of each page: logo, header, footer, page number."""

    def top(self, page: Page, margins: Margins, *, first: bool) -> float:
        """Return the y at which the text of a page begins."""

    def bottom(self, page: Page, margins: Margins) -> float:
        """Return the y at which the text of a page ends at the latest."""

    def draw(self, page: Page, margins: Margins, number: int, total: int) -> None:
        """Draw the furniture of page ``number`` of ``total``, counted from 1."""


class Flow:
    """Place blocks from top to bottom over as many pages as they need.

    Args:
        add_page: makes the next page.
        limits: returns the y where the text of a page begins and ends.
        margins: free edges.
        size: of the sheet.

    Attributes:
        page: the current page.
        y: the place of the next block, in points below the upper edge.
        x: where the text starts.
        width: of the text.
    """

    def __init__(
        self,
        *,
        add_page: Callable[[], Page],
        limits: Callable[[Page], tuple[float, float]],
        margins: Margins,
        size: Size,
    ) -> None:
        self._add_page = add_page
        self._limits = limits
        self.x = margins.start
        self.width = size.width - margins.start - margins.end
        self.new_page()

    def new_page(self) -> None:
        """Go to the top of a new page."""
        self.page = self._add_page()
        self.top, self.bottom = self._limits(self.page)
        if self.bottom <= self.top or self.width <= 0:
            raise DoesNotFit("header, footer and margins leave no room on the page")
        self.y = self.top

    @property
    def room(self) -> float:
        """Points left on this page."""
        return self.bottom - self.y

    @property
    def page_room(self) -> float:
        """Points of text that a page like this one holds."""
        return self.bottom - self.top

    def fits(self, height: float) -> bool:
        """Say whether a height fits on the rest of this page."""
        return height <= self.room + _SLACK

    def ensure(self, height: float) -> None:
        """Go to a new page unless this much height is left, or the page is still empty."""
        if not self.fits(height) and self.y > self.top:
            self.new_page()

    def space(self, height: float) -> None:
        """Leave some room, but none at the top of a page."""
        if self.y > self.top:
            self.y = min(self.y + height, self.bottom)

    def put(self, block: Block, *, x: float = 0.0, width: float | None = None) -> None:
        """Place a block; what does not fit goes on to the next page.

        Args:
            block: what to place.
            x: distance from the start of the text.
            width: of the block; the rest of the text's width by default.

        Raises:
            DoesNotFit: the block cannot be divided and is higher than a page.
        """
        own_width = self.width - x if width is None else width
        rest: Block | None = block
        while rest is not None:
            rest = self._put_part(rest, x, own_width)

    def _put_part(self, block: Block, x: float, width: float) -> Block | None:
        height = block.height(width)
        if self.fits(height):
            block.draw(self.page, self.x + x, self.y, width)
            self.y += height
            return None
        parts = block.split(width, self.room)
        if parts is None:
            if self.y <= self.top:
                raise DoesNotFit(f"a block of {height:.0f} points is higher than a page ({self.page_room:.0f} points)")
            self.new_page()
            return block
        first, rest = parts
        first.draw(self.page, self.x + x, self.y, width)
        self.new_page()
        return rest

    def keep_together(self, *blocks: Block) -> None:
        """Place blocks below each other on one page; only what exceeds a page is divided."""
        self.ensure(sum(block.height(self.width) for block in blocks))
        for block in blocks:
            self.put(block)
