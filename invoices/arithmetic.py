"""A document's arithmetic, computed again from its stored rows."""

from __future__ import annotations

from backoffice.kernel.document_math import Document, NetAmount, NetLine, TaxKey, document_totals
from invoices.models import Invoice


def stored_document(invoice: Invoice) -> Document:
    """Add an invoice's stored lines, discounts and charges up anew, with what it asks for as the amount payable."""
    adjustments = invoice.adjustments.all()
    return document_totals(
        lines=[
            NetLine(
                quantity=line.quantity,
                net_unit_price=line.unit_price_net,
                discount_net=line.allowance_net,
                net=line.net,
                tax=TaxKey(line.tax_category, line.tax_rate),
            )
            for line in invoice.lines.all()
        ],
        allowances=[
            NetAmount(item.net, TaxKey(item.tax_category, item.tax_rate), item.reason)
            for item in adjustments
            if not item.is_charge
        ],
        charges=[
            NetAmount(item.net, TaxKey(item.tax_category, item.tax_rate), item.reason)
            for item in adjustments
            if item.is_charge
        ],
        payable=invoice.payable,
        currency=invoice.currency,
    )
