"""What has been credited of an invoice, and what is left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Sum

from backoffice.kernel.document_math import TaxKey
from backoffice.kernel.money import round_money
from invoices.models import Invoice, InvoiceAdjustment, InvoiceLine, TaxBreakdown

_NOTHING = Decimal(0)


def credited_payable(invoice: Invoice) -> Decimal:
    """Return what the credit notes of an invoice give back in all, in its currency."""
    sums = Invoice.objects.issued().filter(corrects=invoice).aggregate(sum=Sum(F("gross") + F("rounding")))
    return round_money(sums["sum"] or _NOTHING)


@dataclass(frozen=True)
class Credited:
    """What the issued credit notes of an invoice have taken of it.

    Attributes:
        quantities: pieces per line of the invoice.
        nets: net per line of the invoice.
        adjustments: net per (kind, tax) of discounts and charges.
        taxables: taxable amount per tax group.
        gross: sum of their totals with tax.
        payable: sum of what they give back.
    """

    quantities: dict[int, Decimal]
    nets: dict[int, Decimal]
    adjustments: dict[tuple[str, TaxKey], Decimal]
    taxables: dict[TaxKey, Decimal]
    gross: Decimal
    payable: Decimal


def credited(invoice: Invoice) -> Credited:
    """Return what has been credited of an invoice so far."""
    notes = Invoice.objects.issued().filter(corrects=invoice)
    quantities: dict[int, Decimal] = defaultdict(Decimal)
    nets: dict[int, Decimal] = defaultdict(Decimal)
    for line in InvoiceLine.objects.filter(invoice__in=notes, corrects__isnull=False):
        assert line.corrects_id is not None
        quantities[line.corrects_id] += line.quantity
        nets[line.corrects_id] += line.net
    adjustments: dict[tuple[str, TaxKey], Decimal] = defaultdict(Decimal)
    for item in InvoiceAdjustment.objects.filter(invoice__in=notes):
        adjustments[item.kind, TaxKey(item.tax_category, item.tax_rate)] += item.net
    taxables: dict[TaxKey, Decimal] = defaultdict(Decimal)
    for group in TaxBreakdown.objects.filter(invoice__in=notes):
        taxables[TaxKey(group.category, group.rate)] += group.taxable
    documents = list(notes)
    return Credited(
        dict(quantities),
        dict(nets),
        dict(adjustments),
        dict(taxables),
        sum((note.gross for note in documents), _NOTHING),
        sum((note.payable for note in documents), _NOTHING),
    )
