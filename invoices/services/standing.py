"""Whether issued invoices are paid, overdue or credited: follows from payments and credit notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.keyed import row_get
from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import apply_transition
from finance.selectors import order_money
from invoices.models import DocumentKind, Invoice
from invoices.selectors.credits import credited_payable
from invoices.states import INVOICE_MACHINE, InvoiceStatus
from orders.services.rows import take_over

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
    return take_over(invoice, _refreshed(invoice.pk))


def _refreshed(pk: int) -> Invoice:
    locked = row_get(Invoice, pk, lock="update")
    standing_apply(locked)
    return locked


def standing_apply(locked: Invoice, *, credited: Decimal | None = None, received: Decimal | None = None) -> None:
    """Refresh the standing of a document whose row the caller locked.

    Args:
        locked: the document.
        credited: what its credit notes give back; read where None.
        received: the money that came in for its order and stayed; read where None.
    """
    if locked.kind != DocumentKind.INVOICE or not locked.is_issued or locked.status == InvoiceStatus.CREDITED:
        return
    credited = credited_payable(locked) if credited is None else credited
    if credited and credited >= locked.payable:
        apply_transition_locked([locked], INVOICE_MACHINE, "credit", reason="Credited in full")
        return
    received = _received(locked) if received is None else received
    is_covered = received >= locked.payable - credited
    if is_covered and locked.status in _OPEN:
        apply_transition_locked([locked], INVOICE_MACHINE, "pay", reason="Paid in full")
    elif not is_covered and locked.status == InvoiceStatus.PAID:
        apply_transition_locked([locked], INVOICE_MACHINE, "unpay", reason="A payment was taken back")


def invoices_pay(*, order_ids: Iterable[int]) -> None:
    """Mark the open invoices of orders as paid, as far as their money came."""
    invoices = Invoice.objects.filter(order__in=list(order_ids), kind=DocumentKind.INVOICE, status__in=_OPEN)
    for pk in invoices.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            _refreshed(pk)


def invoices_unpay(*, order_ids: Iterable[int]) -> None:
    """Open the paid invoices of orders again whose money was taken back."""
    invoices = Invoice.objects.filter(order__in=list(order_ids), kind=DocumentKind.INVOICE, status=InvoiceStatus.PAID)
    for invoice in invoices.order_by("pk"):
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
