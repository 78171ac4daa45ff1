"""The arithmetic of EN 16931 once more, over what is printed: whole minor units, exact fractions, no Decimal context."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision

from invoices.documents.checking.reading import PrintedLine
from invoices.snapshot import InvoiceSnapshot

_HALF = Fraction(1, 2)
_TaxKey = tuple[str, Decimal]


@dataclass
class Printed:
    """Every amount that was read from a document.

    Attributes:
        lines: in order.
        adjustments: allowances (negative) and charges, in order.
        groups: taxable amount and tax of each group, in order.
        totals: by the names of the snapshot's totals.
    """

    lines: list[PrintedLine] = field(default_factory=list)
    adjustments: list[Decimal] = field(default_factory=list)
    groups: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    totals: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Contradiction:
    """A printed amount that does not follow from the other printed amounts."""

    where: str
    computed: Decimal
    printed: Decimal


def contradictions(snapshot: InvoiceSnapshot, printed: Printed) -> Iterator[Contradiction]:
    """Compute a completely read document again and yield each amount that comes out differently.

    Only tax categories are taken from the snapshot, since rates alone are printed; amounts that are
    nought and not printed count as nought.
    """
    places = get_currency_precision(snapshot.meta.currency)
    yield from _compared(_computed(snapshot, printed, places), places)


def _computed(snapshot: InvoiceSnapshot, printed: Printed, places: int) -> Iterator[tuple[str, int, Decimal]]:
    """Yield name, computed minor units and printed amount of everything that follows from something else."""
    for line, said in zip(snapshot.lines, printed.lines, strict=True):
        before = _half_up(Fraction(said.quantity) * Fraction(said.unit_price) * 10**places)
        yield f"line {line.position} net", before - _minor(said.discount, places), said.net
    nets = [_minor(said.net, places) for said in printed.lines]
    adjusted = [_minor(amount, places) for amount in printed.adjustments]
    totals = {name: _minor(amount, places) for name, amount in printed.totals.items()}
    yield "lines net", sum(nets), printed.totals["lines_net"]
    yield "net", totals["lines_net"] + sum(adjusted), printed.totals["net"]

    taxable: dict[_TaxKey, int] = {}
    keys = [(line.tax_category, said.rate) for line, said in zip(snapshot.lines, printed.lines, strict=True)]
    keys += [(item.tax_category, item.tax_rate) for item in snapshot.adjustments]
    for key, amount in zip(keys, [*nets, *adjusted], strict=True):
        taxable[key] = taxable.get(key, 0) + amount
    for group, (said_taxable, said_tax) in zip(snapshot.breakdown, printed.groups, strict=True):
        where = f"tax {group.category} {group.rate}"
        yield f"{where} taxable", taxable.get((group.category, group.rate), 0), said_taxable
        yield f"{where} amount", _half_up(_minor(said_taxable, places) * Fraction(group.rate) / 100), said_tax
    taxes = _sum((tax for _, tax in printed.groups), places)
    yield "gross", totals["net"] + taxes, printed.totals["gross"]
    yield from _settlement(printed, totals)


def _settlement(printed: Printed, totals: dict[str, int]) -> Iterator[tuple[str, int, Decimal]]:
    payable = totals["gross"] + totals.get("rounding", 0)
    if "payable" in totals:
        yield "payable", payable, printed.totals["payable"]
    yield "due", payable + totals.get("prepaid", 0), printed.totals["due"]


def _compared(amounts: Iterator[tuple[str, int, Decimal]], places: int) -> Iterator[Contradiction]:
    for where, computed, said in amounts:
        if Fraction(computed, 10**places) != Fraction(said):
            yield Contradiction(f"{where} by computation", Decimal(computed).scaleb(-places), said)


def _sum(amounts: Iterator[Decimal] | Sequence[Decimal], places: int) -> int:
    return sum(_minor(amount, places) for amount in amounts)


def _minor(amount: Decimal, places: int) -> int:
    """Return an amount in minor units; the parts of one, which no amount should have, count as a whole one."""
    return math.ceil(Fraction(amount) * Fraction(10**places))


def _half_up(value: Fraction) -> int:
    """Round half away from zero."""
    return int(math.floor(value + _HALF) if value >= 0 else -math.floor(_HALF - value))
