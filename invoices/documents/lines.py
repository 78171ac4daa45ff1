"""The table of the lines, over as many pages as it takes."""

from __future__ import annotations

from decimal import Decimal

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.blocks import Stack
from backoffice.kernel.documents.flow import Flow
from backoffice.kernel.documents.page import Block
from backoffice.kernel.documents.table import Carry, Column, Row, Table, draw_table
from backoffice.kernel.documents.text import Style, TextBlock
from invoices.documents.looks import BODY, HAIRLINE, INK, SMALL
from invoices.documents.wording import Wording
from invoices.snapshot import InvoiceSnapshot, LineSnapshot

_HEAD = Style(size=7.5, bold=True, colour=INK)
_POSITION, _QUANTITY, _PRICE, _RATE, _DISCOUNT = 22, 58, 58, 38, 50
_NET, _NET_RTL = 66, 80


def net_width(*, rtl: bool) -> float:
    """Return the width in points of the last column; from right to left the totals' amounts stand below it."""
    return _NET_RTL if rtl else _NET


def draw_lines(flow: Flow, snapshot: InvoiceSnapshot, wording: Wording, *, tail: float) -> None:
    """Draw the lines; at page breaks the net so far is carried over.

    Args:
        flow: where to draw.
        snapshot: the document.
        wording: its words and formats.
        tail: height in points of what must stand on the page of the last line.
    """
    has_discount = any(line.allowance_net for line in snapshot.lines)
    running = Decimal(0)
    rows = []
    for line in snapshot.lines:
        running += line.net
        rows.append(Row(_cells(line, wording, has_discount=has_discount), running=wording.amount(running)))
    draw_table(flow, _table(wording, has_discount=has_discount), rows, tail=tail)


def _table(wording: Wording, *, has_discount: bool) -> Table:
    labels = wording.labels.table
    rtl = formats.direction(wording.language) == "rtl"
    columns = [
        Column(labels.position, _POSITION),
        Column(labels.item),
        Column(labels.quantity, _QUANTITY, "number"),
        Column(labels.unit_price, _PRICE, "number"),
        Column(labels.rate, _RATE, "number"),
        *([Column(labels.discount, _DISCOUNT, "number")] if has_discount else []),
        Column(labels.net.format(currency=wording.currency), net_width(rtl=rtl), "number"),
    ]
    return Table(
        columns,
        carry=Carry(labels.carried, labels.brought, len(columns) - 1),
        head=_HEAD,
        body=BODY,
        padding=2.3,
        rule_colour=HAIRLINE,
        where="lines",
    )


def _cells(line: LineSnapshot, wording: Wording, *, has_discount: bool) -> list[str | Block]:
    where = f"line {line.position}"
    name = TextBlock(line.name, BODY, where=f"{where} name")
    discount = wording.amount(-line.allowance_net) if line.allowance_net else ""
    return [
        str(line.position),
        Stack([name, TextBlock(line.sku, SMALL, where=f"{where} SKU")]) if line.sku else name,
        wording.quantity(line),
        wording.unit_price(line.unit_price_net),
        wording.rate(line.tax_category, line.tax_rate),
        *([discount] if has_discount else []),
        wording.amount(line.net),
    ]
