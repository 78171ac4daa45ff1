"""Reading amounts back from a document's text, in the order in which they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel.documents import formats
from invoices.documents.checking.text import NUMBER, UNSIGNED, money_pattern, normalised, number_of, pattern_of
from invoices.documents.wording import OUTSIDE_SCOPE, Wording
from invoices.snapshot import AdjustmentSnapshot, LineSnapshot, TaxGroupSnapshot

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class PrintedLine:
    """The numbers of one line as printed; the rate is in percent, ``net`` after the discount."""

    quantity: Decimal
    unit_price: Decimal
    rate: Decimal
    discount: Decimal
    net: Decimal


class Reader:
    """Read the parts of a document one after the other; each is looked for behind the one before.

    Args:
        wording: the document's words and formats.
        text: of the PDF, in the order in which it was drawn.

    Attributes:
        between: what stands between the part read last and the one before it.
    """

    def __init__(self, wording: Wording, text: str) -> None:
        self._wording = wording
        self._text = normalised(text)
        self._place = 0
        self.between = ""

    def line(self, line: LineSnapshot) -> PrintedLine | None:
        """Read the numbers beside a line's texts; None if there is no such line."""
        texts = rf"(?<!\d){line.position}\s*{pattern_of(line.name)}\s*{pattern_of(line.sku)}"
        unit = "|".join(map(pattern_of, sorted(self._wording.units(line.unit_code), key=len, reverse=True)))
        rate = "–" if line.tax_category == OUTSIDE_SCOPE else rf"{NUMBER}\s*%"
        category = rf"(?:\s*{line.tax_category}\b)?"
        match = self._find(
            rf"{texts}\s*(?P<quantity>{NUMBER})\s*(?:{unit})\s*(?P<price>{NUMBER})\s+(?P<rate>{rate}){category}"
            rf"\s*(?P<discount>-{UNSIGNED}\s+)?(?P<net>{NUMBER})"
        )
        if match is None:
            return None
        return PrintedLine(
            quantity=self._number(match["quantity"]),
            unit_price=self._number(match["price"]),
            rate=_NOTHING if match["rate"] == "–" else self._number(match["rate"]),
            discount=-self._number(match["discount"]) if match["discount"] else _NOTHING,
            net=self._number(match["net"]),
        )

    def carried(self) -> Iterator[Decimal]:
        """Read the running totals that stand between the last two parts: at a page break, two."""
        labels = self._wording.labels.table
        for label in (labels.carried, labels.brought):
            for match in re.finditer(rf"{pattern_of(label)}\s*(?P<amount>{NUMBER})", self.between):
                yield self._number(match["amount"])

    def adjustment(self, item: AdjustmentSnapshot) -> Decimal | None:
        """Read an allowance (negative) or a charge of the document."""
        return self.total(self._wording.adjustment(item))

    def group(self, group: TaxGroupSnapshot) -> tuple[Decimal, Decimal] | None:
        """Read taxable amount and tax of a group."""
        before, after = map(pattern_of, self._wording.tax(group, "\n\n").split("\n\n"))
        match = self._find(rf"{before}\s*{self._money('taxable')}\s*{after}\s*{self._money('tax')}")
        return (self._number(match["taxable"]), self._number(match["tax"])) if match else None

    def total(self, label: str) -> Decimal | None:
        """Read one row of the totals."""
        # In a line from right to left a reader may take the amount's sign for the first thing on it.
        sign = "-?" if formats.direction(self._wording.language) == "rtl" else ""
        match = self._find(rf"(?P<sign>{sign})\s*{pattern_of(label)}\s*{self._money('amount')}")
        return self._number(match["sign"] + match["amount"]) if match else None

    def _money(self, name: str) -> str:
        return money_pattern(name, self._wording.currency, self._wording.language)

    def _find(self, pattern: str) -> re.Match[str] | None:
        match = re.compile(pattern).search(self._text, self._place)
        if match is not None:
            self.between = self._text[self._place : match.start()]
            self._place = match.end()
        return match

    def _number(self, text: str) -> Decimal:
        return number_of(text, self._wording.language)
