"""The pick list: what to take from which shelf, for several orders in one walk."""

from __future__ import annotations

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.document import Document
from backoffice.kernel.documents.letterhead import Letterhead
from backoffice.kernel.documents.page import Page
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.table import Column, Row, Table, draw_table
from backoffice.kernel.documents.text import BLACK, GREY, Style, TextBlock
from orders.documents.snapshots import PickListSnapshot, PickRow

_LANGUAGE = "en"
_TITLE = Style(size=16, bold=True)
_SMALL = Style(size=8.5, colour=GREY)
_PLACE = Style(size=11, bold=True)
_BODY = Style(size=10)
_BOX = 9.0


class _TickBox:
    """An empty box to tick."""

    def height(self, width: float) -> float:
        """Return the height of the box."""
        del width
        return _BOX

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the four sides."""
        del width
        for y in (top, top + _BOX):
            page.rule(x=x, y=y, length=_BOX, colour=BLACK)
        for side in (x, x + _BOX):
            page.rule(x=side, y=top, length=_BOX, colour=BLACK, upright=True)

    def split(self, width: float, room: float) -> None:
        """Boxes do not break."""
        del width, room


def render_pick_list(snapshot: PickListSnapshot) -> bytes:
    """Return the pick list as a PDF: a table per place, a row per SKU, a box to tick.

    Raises:
        MissingGlyph: a text holds a character that cannot be printed.
    """
    moment = formats.moment(snapshot.printed_at, _LANGUAGE, "medium")
    info = DocumentInfo(
        title=f"Pick list {moment}", author=snapshot.shop, language=_LANGUAGE, created=snapshot.printed_at
    )
    letterhead = Letterhead(
        sender=snapshot.shop,
        page_label=lambda page, pages: f"Page {page} of {pages}",
        running_title=f"Pick list {moment}",
    )
    document = Document(info, furniture=letterhead)
    flow = document.flow
    flow.put(TextBlock("Pick list", _TITLE, where="title"))
    pieces = sum(row.quantity for row in snapshot.rows)
    flow.put(TextBlock(f"{moment} · {len(snapshot.orders)} orders · {pieces} pieces", _SMALL, where="summary"))
    for place in dict.fromkeys(row.place for row in snapshot.rows):
        flow.space(12)
        flow.put(TextBlock(place, _PLACE, where="place"))
        flow.space(3)
        draw_table(flow, _TABLE, [_row(row) for row in snapshot.rows if row.place == place])
    flow.space(12)
    flow.put(TextBlock(f"Orders: {', '.join(snapshot.orders)}", _SMALL, where="orders"))
    return document.finish()


_TABLE = Table(
    columns=(
        Column("", width=14),
        Column("SKU", width=110),
        Column("Goods"),
        Column("Pieces", width=45, align="number"),
        Column("For orders", width=170),
    ),
    body=_BODY,
    padding=4,
    gap=8,
    where="pick list",
)


def _row(row: PickRow) -> Row:
    # Number and pieces of an order stay on one line.
    orders = ", ".join(f"{count}\u00a0×\u00a0{number}" for number, count in row.orders)
    return Row((_TickBox(), row.sku, row.name, str(row.quantity), orders))
