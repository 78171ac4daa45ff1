"""Checking a printed document by recomputation, to the minor unit.

Public validators allow a whole unit of difference in the tax and do not compare lines with totals;
a quantity changed from 3 to 30 passes them. So what a PDF says is read back from its text, compared
with the snapshot, and computed again: in whole minor units and fractions, by no code that issuing
or rendering uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from invoices.documents.checking.extraction import document_text
from invoices.documents.checking.reading import PrintedLine, Reader
from invoices.documents.checking.recomputing import Printed, contradictions
from invoices.documents.wording import Wording, wording_of
from invoices.snapshot import InvoiceSnapshot, LineSnapshot

__all__ = ["Discrepancy", "check_document", "document_text"]


@dataclass(frozen=True)
class Discrepancy:
    """An amount that is not what it should be.

    Attributes:
        where: which amount.
        expected: what it should be, by the snapshot or by computation.
        printed: what stands on the page; None if it was not found.
    """

    where: str
    expected: Decimal
    printed: Decimal | None

    def __str__(self) -> str:
        said = "is not printed" if self.printed is None else f"{self.printed} is printed"
        return f"{self.where}: {said}, {self.expected} expected"


def check_document(snapshot: InvoiceSnapshot, pdf_text: str) -> tuple[Discrepancy, ...]:
    """Compare each amount printed with the snapshot, and compute all of them again from the printed lines.

    Args:
        snapshot: what the document is to say.
        pdf_text: the text of all pages in the order in which it was drawn: by ``document_text``, or by pypdf.

    Returns:
        All that is wrong; empty if every amount is printed, equals the snapshot's, and follows from
        the lines by the rules of EN 16931.
    """
    return tuple(_Check(snapshot, wording_of(snapshot), pdf_text).discrepancies())


class _Check:
    """Read a document from top to bottom; what was read is kept for the recomputation."""

    def __init__(self, snapshot: InvoiceSnapshot, wording: Wording, text: str) -> None:
        self._snapshot = snapshot
        self._wording = wording
        self._reader = Reader(wording, text)
        self._printed = Printed()
        self._running = Decimal(0)
        self._is_whole = True

    def discrepancies(self) -> Iterator[Discrepancy]:
        for line in self._snapshot.lines:
            yield from self._line(line)
        yield from self._totals()
        if self._is_whole:
            for found in contradictions(self._snapshot, self._printed):
                yield Discrepancy(found.where, found.computed, found.printed)

    def _line(self, line: LineSnapshot) -> Iterator[Discrepancy]:
        where = f"line {line.position}"
        printed = self._reader.line(line)
        if printed is None:
            self._is_whole = False
            yield Discrepancy(where, line.net, None)
            return
        if self._printed.lines and self._is_whole:  # else the line missed stands between
            yield from self._page_break(f"above {where}")
        self._printed.lines.append(printed)
        self._running += printed.net
        yield from self._line_numbers(where, line, printed)

    def _line_numbers(self, where: str, line: LineSnapshot, printed: PrintedLine) -> Iterator[Discrepancy]:
        yield from self._same(f"{where} quantity", line.quantity, printed.quantity)
        yield from self._same(f"{where} unit price", line.unit_price_net, printed.unit_price)
        yield from self._same(f"{where} tax rate", line.tax_rate, printed.rate)
        yield from self._same(f"{where} discount", line.allowance_net, printed.discount)
        yield from self._same(f"{where} net", line.net, printed.net)

    def _page_break(self, where: str) -> Iterator[Discrepancy]:
        """Check what stands between two lines: nothing, or the net so far at both sides of a page break."""
        if not self._reader.between.strip():
            return
        carried = list(self._reader.carried())
        for side, amount in (("carried", carried[:1]), ("brought", carried[1:])):
            yield from self._same(f"{side} forward {where}", self._running, amount[0] if amount else None)

    def _totals(self) -> Iterator[Discrepancy]:
        snapshot, labels = self._snapshot, self._wording.labels.totals
        said = snapshot.totals
        yield from self._total("lines_net", labels.lines, said.lines_net)
        for item in snapshot.adjustments:
            amount = self._reader.adjustment(item)
            yield from self._same(self._wording.adjustment(item), item.net if item.is_charge else -item.net, amount)
            self._printed.adjustments.append(amount or Decimal(0))
        yield from self._total("net", labels.net, said.net)
        for group in snapshot.breakdown:
            taxable, tax = self._reader.group(group) or (None, None)
            yield from self._same(f"tax {group.category} {group.rate} taxable", group.taxable, taxable)
            yield from self._same(f"tax {group.category} {group.rate} amount", group.tax, tax)
            self._printed.groups.append((taxable or Decimal(0), tax or Decimal(0)))
        yield from self._total("gross", labels.gross, said.gross)
        if said.rounding:
            yield from self._total("rounding", labels.rounding, said.rounding)
        if said.rounding and said.prepaid:
            yield from self._total("payable", labels.payable, said.gross + said.rounding)
        if said.prepaid:
            yield from self._total("prepaid", labels.prepaid, -said.prepaid)
        yield from self._total("due", self._wording.kind.due, said.due)

    def _total(self, name: str, label: str, expected: Decimal) -> Iterator[Discrepancy]:
        amount = self._reader.total(label)
        self._printed.totals[name] = amount or Decimal(0)
        yield from self._same(label, expected, amount)

    def _same(self, where: str, expected: Decimal, printed: Decimal | None) -> Iterator[Discrepancy]:
        if printed is None:
            self._is_whole = False
        if printed != expected:
            yield Discrepancy(where, expected, printed)
