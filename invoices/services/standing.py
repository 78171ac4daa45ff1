"""Whether issued invoices are paid, overdue or credited: follows from payments and credit notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.states.machine import apply_transition
from finance.selectors import order_money
from invoices.models import DocumentKind, Invoice
from invoices.selectors.credits import credited_payable
from invoices.states import INVOICE_MACHINE, InvoiceStatus

_OPEN = (InvoiceStatus.ISSUED, InvoiceStatus.OVERDUE)


@transaction.atomic
def invoice_standing_refresh(*, invoice: Invoice) -> Invoice:
    """Move an issued invoice to paid, credited or back to issued, as payments and credits demand.

    An invoice is credited once its credit notes give all of it back, and paid once the money that
    came in, less what was given back, covers what was not credited. Credit notes have no standing
    of their own.

    Args:
        invoice: an issued document; drafts and credit notes are left as they are.
    """
    if invoice.kind != DocumentKind.INVOICE or not invoice.is_issued or invoice.status == InvoiceStatus.CREDITED:
        return invoice
    credited = credited_payable(invoice)
    if credited and credited >= invoice.payable:
        return apply_transition(invoice, INVOICE_MACHINE, "credit", reason="Credited in full")
    is_covered = _received(invoice) >= invoice.payable - credited
    if is_covered and invoice.status in _OPEN:
        return apply_transition(invoice, INVOICE_MACHINE, "pay", reason="Paid in full")
    if not is_covered and invoice.status == InvoiceStatus.PAID:
        return apply_transition(invoice, INVOICE_MACHINE, "unpay", reason="A payment was taken back")
    return invoice


def invoices_standing_refresh(*, order_ids: Iterable[int]) -> None:
    """Refresh the standing of the invoices of orders whose payments moved."""
    invoices = Invoice.objects.issued().filter(order__in=list(order_ids), kind=DocumentKind.INVOICE)
    for invoice in invoices.exclude(status=InvoiceStatus.CREDITED).order_by("pk"):
        invoice_standing_refresh(invoice=invoice)


def invoices_mark_overdue(*, on: dt.date | None = None) -> list[int]:
    """Mark the issued invoices that are not paid by their due date.

    Args:
        on: the day that is looked from; today where None.

    Returns:
        Keys of the invoices that became overdue.
    """
    day = on or clock.today()
    late = Invoice.objects.filter(kind=DocumentKind.INVOICE, status=InvoiceStatus.ISSUED, due_on__lt=day, due__gt=0)
    marked = []
    for invoice in late.order_by("pk"):
        apply_transition(invoice, INVOICE_MACHINE, "become_overdue", reason=f"Not paid by {invoice.due_on}")
        marked.append(invoice.pk)
    return marked


def _received(invoice: Invoice) -> Decimal:
    """Return the money that came in for the invoice's order and stayed, before this invoice or after."""
    return order_money(order_id=invoice.order_id).paid if invoice.order_id else invoice.prepaid
