"""Credit notes: documents of their own that give an invoice back, in whole or in part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from backoffice.kernel.history.bulk import bulk_insert
from backoffice.kernel.history.context import audit
from backoffice.kernel.keyed import row_get
from finance.models import Refund
from invoices.credit_parts import CreditPlan, credit_by_amount, credit_by_quantity
from invoices.exceptions import CreditRefused
from invoices.models import DocumentKind, Invoice, InvoiceLine
from invoices.selectors.credits import credited
from invoices.services.drafts import adjustments_create, breakdown_create, totals_of
from invoices.services.issuing import invoice_issue
from invoices.services.standing import invoice_standing_refresh
from orders.models import Return

_BY_AMOUNT = {
    "en": "Credit on invoice {number}",
    "de": "Korrektur der Rechnung {number}",
    "fr": "Avoir sur la facture {number}",
    "ar": "إشعار دائن للفاتورة {number}",
}


@transaction.atomic
def credit_note_issue(
    *,
    invoice: Invoice,
    reason: str,
    quantities: Mapping[int, Decimal] | None = None,
    with_charges: bool = False,
    amount: Decimal | None = None,
    payable: Decimal | None = None,
    refund: Refund | None = None,
    returned: Return | None = None,
    on: dt.date | None = None,
) -> Invoice:
    """Credit an issued invoice by pieces, by an amount, or all that is left of it.

    The credit note has a number of its own series, positive amounts, tax recomputed per group, and
    names the invoice. All credit notes together never give back more than the invoice asked for.

    Args:
        invoice: an issued invoice.
        reason: why; printed as the note.
        quantities: pieces per line's key.
        with_charges: with ``quantities``: give back what is left of shipping too.
        amount: an amount with tax instead of pieces, in the invoice's currency.
        payable: with ``quantities``: what was agreed, cents away from the computation at most.
        refund: the refund that this credit note is for; it gets one at most.
        returned: the return that this credit note is for; it gets one at most.
        on: date of the credit note; today where None.

    Raises:
        CreditRefused: it is no issued invoice, or not that much is left of it.
        InvoiceRefused, PeriodClosed: as for ``invoice_issue``.
    """
    original = row_get(Invoice, invoice.pk, lock="update")
    if original.kind != DocumentKind.INVOICE or not original.is_issued:
        raise CreditRefused(f"{original} is no issued invoice; only those are credited.")
    if not reason.strip():
        raise CreditRefused("Say why the invoice is credited.")
    earlier = _earlier(refund, returned)
    if earlier is not None:
        return earlier
    plan = _plan(original, quantities, amount, with_charges=with_charges, payable=payable)
    with audit(reason=reason):
        note = _draft(original, plan, reason=reason, refund=refund, returned=returned)
        invoice_issue(invoice=note, on=on, reason=reason, issuer=original.issuer)
        invoice_standing_refresh(invoice=original)
    invoice.refresh_from_db()
    return note


def _earlier(refund: Refund | None, returned: Return | None) -> Invoice | None:
    if refund is not None:
        return Invoice.objects.filter(refund=refund).first()
    return None if returned is None else Invoice.objects.filter(returned=returned).first()


def _plan(
    original: Invoice,
    quantities: Mapping[int, Decimal] | None,
    amount: Decimal | None,
    *,
    with_charges: bool,
    payable: Decimal | None,
) -> CreditPlan:
    taken = credited(original)
    left = original.payable - taken.payable
    if left <= 0:
        raise CreditRefused(f"{original} is credited in full already.")
    if amount is not None and quantities is not None:
        raise CreditRefused("Credit pieces or an amount, not both.")
    if amount is not None:
        if amount <= 0 or amount > left:
            raise CreditRefused(f"{amount} {original.currency} cannot be credited: {left} are left of {original}.")
        if amount < left or taken.payable:
            return credit_by_amount(original, taken, amount)
    if quantities is not None:
        return credit_by_quantity(original, taken, quantities, with_charges=with_charges, payable=payable)
    credited_otherwise = sum(taken.nets.values()) + sum(taken.adjustments.values()) != sum(taken.taxables.values())
    rest = {line.pk: line.quantity - taken.quantities.get(line.pk, Decimal(0)) for line in original.lines.all()}
    # Shipping alone would be a document without lines, which is none.
    if (taken.payable and credited_otherwise) or not any(rest.values()):
        return credit_by_amount(original, taken, left)
    return credit_by_quantity(original, taken, rest, with_charges=True, payable=left)


def _draft(
    original: Invoice, plan: CreditPlan, *, reason: str, refund: Refund | None, returned: Return | None
) -> Invoice:
    note = Invoice.objects.create(
        kind=DocumentKind.CREDIT_NOTE,
        issuer=original.issuer,
        order_id=original.order_id,
        corrects=original,
        refund=refund,
        returned=returned,
        order_number=original.order_number,
        ordered_on=original.ordered_on,
        currency=original.currency,
        language=original.language,
        delivered_on=original.delivered_on,
        payment_method=original.payment_method,
        payment_means_code=original.payment_means_code,
        seller_snapshot=original.seller_snapshot,
        buyer_snapshot=original.buyer_snapshot,
        delivery_snapshot=original.delivery_snapshot,
        note=reason,
        due=plan.document.payable,
        **totals_of(plan.document),
    )
    _lines_create(note, original, plan)
    adjustments_create(note, plan.document)
    given = {group.category: group.exemption_reason for group in original.tax_breakdown.all() if group.exemption_reason}
    breakdown_create(note, plan.document, given=given)
    return note


def _lines_create(note: Invoice, original: Invoice, plan: CreditPlan) -> None:
    text = _BY_AMOUNT.get(original.language, _BY_AMOUNT["en"]).format(number=original.number)
    rows = []
    for position, part in enumerate(plan.parts, start=1):
        line, net = part.original, part.net
        rows.append(
            [
                *(note.pk, line.pk if line else None, line.order_line_id if line else None, position),
                *(line.sku if line else "", line.name if line else text, line.unit_code if line else "C62"),
                *(net.quantity, net.net_unit_price, net.discount_net, net.net, net.tax.category, net.tax.rate),
            ]
        )
    columns = [
        *("invoice", "corrects", "order_line", "position", "sku", "name", "unit_code"),
        *("quantity", "unit_price_net", "allowance_net", "net", "tax_category", "tax_rate"),
    ]
    bulk_insert(InvoiceLine, columns, rows)
