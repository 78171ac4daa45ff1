"""The totals: what the lines come to, what is taken off and added, the tax of each group, what is due."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.kernel.documents import formats
from backoffice.kernel.documents.blocks import Stack
from backoffice.kernel.documents.page import Block, Page
from backoffice.kernel.documents.text import Style, TextBlock, fitted
from invoices.documents.lines import net_width
from invoices.documents.looks import BODY, HAIRLINE, INK, SMALL
from invoices.documents.wording import Wording
from invoices.snapshot import InvoiceSnapshot

_STRONG = BODY.but(bold=True)
_DUE = Style(size=10.5, bold=True, colour=INK)
_DETAIL = SMALL.but(colour=INK)
_RULES = {"strong": (0.5, HAIRLINE), "due": (1.0, INK)}
_GAP = 8.0
_PADDING = 1.6
_DUE_PADDING = 4.5
_VALUE_WIDTH = 96.0
_SHARE = 0.57
_BESIDE_GAP = 16.0


@dataclass(frozen=True, slots=True)
class Total:
    """One row of the totals, as it is printed.

    Attributes:
        label: what it is.
        amount: with its currency.
        detail: small print below the label: a discount's reason, why a group bears no tax.
        weight: ``strong`` rows stand in bold under a line; ``due`` is the last and largest.
    """

    label: str
    amount: str
    detail: str = ""
    weight: str = ""


def total_rows(snapshot: InvoiceSnapshot, wording: Wording) -> list[Total]:
    """Return the rows of the totals from top to bottom (BT-106 to BT-115).

    Rounding stands before what was paid, so that the price agreed can be read off; amounts that
    are taken off bear a minus sign.
    """
    labels, totals = wording.labels.totals, snapshot.totals
    rows = [Total(labels.lines, wording.money(totals.lines_net))]
    for item in snapshot.adjustments:
        amount = item.net if item.is_charge else -item.net
        rows.append(Total(wording.adjustment(item), wording.money(amount), detail=item.reason))
    rows.append(Total(labels.net, wording.money(totals.net), weight="strong"))
    for group in snapshot.breakdown:
        label = wording.tax(group, wording.money(group.taxable))
        rows.append(Total(label, wording.money(group.tax), detail=group.exemption_reason))
    rows.append(Total(labels.gross, wording.money(totals.gross), weight="strong"))
    if totals.rounding:
        rows.append(Total(labels.rounding, wording.money(totals.rounding)))
        if totals.prepaid:  # else the amount due says it
            rows.append(Total(labels.payable, wording.money(totals.gross + totals.rounding), weight="strong"))
    if totals.prepaid:
        rows.append(Total(labels.prepaid, wording.money(-totals.prepaid)))
    rows.append(Total(wording.kind.due, wording.money(totals.due), weight="due"))
    return rows


class TotalRow:
    """A label and, at the end of the row, its amount.

    Args:
        row: what it says.
        value_width: room for the amount, in points.
    """

    __slots__ = ("_detail", "_label", "_padding", "_value", "_value_width", "_weight")

    def __init__(self, row: Total, value_width: float) -> None:
        self._value_width = value_width
        style = {"strong": _STRONG, "due": _DUE}.get(row.weight, BODY)
        self._weight = row.weight
        self._padding = _DUE_PADDING if row.weight == "due" else _PADDING
        self._label = TextBlock(row.label, style, where="totals")
        self._detail = TextBlock(row.detail, _DETAIL, where=row.label) if row.detail else None
        self._value = TextBlock(row.amount, style.but(align="number"), where=row.label)

    def _widths(self, width: float) -> tuple[float, float]:
        return width - _GAP - self._value_width, self._value_width

    def height(self, width: float) -> float:
        """Return the height in points that the row takes at a width."""
        label_width, _ = self._widths(width)
        detail = self._detail.height(width) if self._detail else 0.0
        return self._label.height(label_width) + detail + 2 * self._padding

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the row with its upper start corner at (x, top)."""
        label_width, value_width = self._widths(width)
        if self._weight:
            weight, colour = _RULES[self._weight]
            page.rule(x=x, y=top, length=width, weight=weight, colour=colour)
        top += self._padding
        style = fitted(self._value.text, style=self._value.style, width=value_width)
        value_x = x + width - value_width
        self._label.draw(page, x, top, label_width)
        page.text(self._value.text, x=value_x, top=top, width=value_width, style=style, where=self._value.where)
        if self._detail:
            self._detail.draw(page, x, top + self._label.height(label_width), width)

    def split(self, width: float, room: float) -> None:
        """A row of the totals does not break."""
        del width, room


class TotalsBlock:
    """The totals at the end side of the page; what is beside them stands at the start side.

    Args:
        rows: from top to bottom.
        beside: a block in the free room, or None.
    """

    __slots__ = ("_beside", "_rows")

    def __init__(self, rows: Stack, beside: Block | None = None) -> None:
        self._rows = rows
        self._beside = beside

    def height(self, width: float) -> float:
        """Return the height in points that totals and neighbour take at a width."""
        beside = self._beside.height(width * (1 - _SHARE) - _BESIDE_GAP) if self._beside else 0.0
        return max(self._rows.height(width * _SHARE), beside)

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw both with their common upper edge at ``top``."""
        own = width * _SHARE
        if self._beside:
            self._beside.draw(page, x, top, width - own - _BESIDE_GAP)
        self._rows.draw(page, x + width - own, top, own)

    def split(self, width: float, room: float) -> tuple[TotalsBlock, TotalsBlock] | None:
        """Divide totals that are higher than a page between two of their rows."""
        parts = self._rows.split(width * _SHARE, room)
        return (TotalsBlock(parts[0], self._beside), TotalsBlock(parts[1])) if parts else None


def totals_block(snapshot: InvoiceSnapshot, wording: Wording, *, beside: Block | None = None) -> TotalsBlock:
    """Return the totals as one block that stays together on a page."""
    # Flush right in both directions: from right to left that is the inner edge of the lines' last column.
    value_width = net_width(rtl=True) if formats.direction(wording.language) == "rtl" else _VALUE_WIDTH
    return TotalsBlock(Stack([TotalRow(row, value_width) for row in total_rows(snapshot, wording)]), beside)
