"""What documents follow from news of orders and payments."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.db import transaction

from backoffice.kernel.money import ZERO
from backoffice.kernel.states.machine import TransitionRefused
from finance.exceptions import FinanceRefused
from finance.models import Payment, Refund
from finance.return_value import return_value
from finance.selectors import order_refunds_waiting
from finance.states import RefundState
from invoices.exceptions import InvoiceRefused
from invoices.models import DocumentKind, Invoice, IssuePolicy, Issuer
from invoices.selectors.awaiting import orders_awaiting_invoice
from invoices.selectors.credits import credited_payable
from invoices.services.credit_notes import credit_note_issue
from invoices.services.drafts import invoice_draft_for_order, issuer_default
from invoices.services.issuing import invoice_issue
from invoices.services.standing import invoices_unpay
from invoices.states import InvoiceStatus
from orders.models import Order, Return

logger = logging.getLogger(__name__)

_REFUSALS = (InvoiceRefused, FinanceRefused, TransitionRefused)


@dataclass
class Issued:
    """What a run issued, and why not the rest.

    Attributes:
        invoices: the documents that were issued.
        refused: what could not be issued, with the reason in plain words.
    """

    invoices: list[Invoice] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def attempt(self, subject: object, issue: Callable[[], Invoice | None]) -> None:
        """Issue in a transaction of its own; a refusal is noted and leaves nothing behind."""
        try:
            with transaction.atomic():
                issued = issue()
        except _REFUSALS as error:
            logger.warning("No document for %s: %s", subject, error)
            self.refused.append((str(subject), str(error)))
        else:
            if issued is not None:
                self.invoices.append(issued)


def invoices_issue_by_policy(*, order_ids: Sequence[int], policy: IssuePolicy) -> Issued:
    """Issue the invoices of orders for which it is time, if the issuer's policy is the one given.

    What cannot be issued (no issuer yet, a closed day) does not stop the payment or shipment that it
    would have followed from: such an order stays in ``orders_awaiting_invoice`` and in the log.

    Args:
        order_ids: the orders there is news of.
        policy: the policy that the news is for.
    """
    result = Issued()
    try:
        issuer = issuer_default()
    except InvoiceRefused as error:
        logger.info("No invoices for %s orders: %s", len(order_ids), error)
        result.refused = [(f"order {pk}", str(error)) for pk in order_ids]
        return result
    if issuer.policy == policy:
        # The order is read whole once it is locked.
        awaiting = orders_awaiting_invoice(policy=policy).filter(pk__in=order_ids).only("number")
        for order in awaiting.order_by("pk"):
            result.attempt(f"order {order}", partial(invoice_issue_for_order, order=order, issuer=issuer))
    return result


def invoices_issue_awaiting(*, issuer: Issuer) -> Issued:
    """Issue the invoice of each order for which it is time by the issuer's policy."""
    result = Issued()
    for order in orders_awaiting_invoice(policy=issuer.policy).order_by("pk"):
        result.attempt(f"order {order}", partial(invoice_issue_for_order, order=order))
    return result


def invoices_issue_for_numbers(*, numbers: Sequence[str]) -> Issued:
    """Issue the invoices of orders that are named, whatever the policy; those that have theirs keep it."""
    result = Issued()
    orders = {order.number: order for order in Order.objects.filter(number__in=numbers)}
    for number in numbers:
        if number in orders:
            result.attempt(f"order {number}", partial(invoice_issue_for_order, order=orders[number]))
        else:
            result.refused.append((f"order {number}", "There is no such order."))
    return result


@transaction.atomic
def invoice_issue_for_order(*, order: Order, issuer: Issuer | None = None) -> Invoice:
    """Draft and issue an order's invoice; an order that has its live invoice keeps it.

    Args:
        order: a placed order.
        issuer: who issues; the default issuer where None.

    Raises:
        InvoiceRefused, PeriodClosed: as for ``invoice_issue``.
    """
    invoice = invoice_draft_for_order(order=order, issuer=issuer)
    return invoice if invoice.is_issued else invoice_issue(invoice=invoice, issuer=invoice.issuer)


def invoices_follow_payment(*, payment: Payment, transition: str) -> None:
    """Let an order's invoices follow a payment that was taken back; refunds bring credit notes of their own."""
    if transition in {"unsettle", "dispute_lost"}:
        invoices_unpay(order_ids=[payment.order_id])


def credit_notes_for_refunds(*, refund_ids: Sequence[int]) -> Issued:
    """Issue a credit note for each refund of an invoiced order.

    A refund of returned goods credits their pieces; any other credits its amount.
    """
    result = Issued()
    refunds = Refund.objects.filter(pk__in=refund_ids, status=RefundState.SUCCEEDED, credit_note__isnull=True)
    for refund in refunds.select_related("payment", "document__order").order_by("pk"):
        invoice = _live(refund.payment.order_id)
        if invoice is not None:
            result.attempt(f"refund {refund}", partial(_credit_refund, refund, invoice))
    return result


def credit_notes_for_returns(*, return_ids: Sequence[int]) -> Issued:
    """Credit returned goods that no money has to go back for: their invoice was not paid, or not in full."""
    result = Issued()
    for document in Return.objects.filter(pk__in=return_ids).select_related("order").order_by("pk"):
        invoice = _live(document.order_id)
        if invoice is not None:
            result.attempt(f"return {document}", partial(_credit_return, document, invoice))
    return result


def credit_notes_for_cancelled_orders(*, order_ids: Sequence[int]) -> Issued:
    """Credit the invoices of cancelled orders, less what waits to be refunded: that is credited when it goes out."""
    result = Issued()
    for order in Order.objects.filter(pk__in=order_ids).order_by("pk"):
        invoice = _live(order.pk)
        if invoice is not None:
            result.attempt(f"order {order}", partial(_credit_cancelled, order, invoice))
    return result


def _live(order_id: int) -> Invoice | None:
    return (
        Invoice.objects.issued()
        .filter(order=order_id, kind=DocumentKind.INVOICE)
        .exclude(status=InvoiceStatus.CREDITED)
        .first()
    )


def _credit_refund(refund: Refund, invoice: Invoice) -> Invoice | None:
    left = invoice.payable - credited_payable(invoice)
    amount = min(refund.amount, left)
    if amount <= 0:
        return None
    if refund.document is not None and refund.amount == return_value(refund.document) and amount == refund.amount:
        pieces = _pieces(refund.document, invoice)
        return credit_note_issue(
            invoice=invoice, quantities=pieces, payable=amount, refund=refund, reason=refund.reason
        )
    return credit_note_issue(invoice=invoice, amount=amount, refund=refund, reason=refund.reason)


def _credit_return(document: Return, invoice: Invoice) -> Invoice | None:
    refunds = Refund.objects.filter(document=document).exclude(status=RefundState.FAILED)
    value = return_value(document)
    open_value = value - sum(refunds.values_list("amount", flat=True), ZERO)
    amount = min(open_value, invoice.payable - credited_payable(invoice))
    if amount <= 0:
        return None
    reason = f"Return {document}"
    if amount == value:
        pieces = _pieces(document, invoice)
        return credit_note_issue(invoice=invoice, quantities=pieces, payable=value, returned=document, reason=reason)
    return credit_note_issue(invoice=invoice, amount=amount, returned=document, reason=reason)


def _credit_cancelled(order: Order, invoice: Invoice) -> Invoice | None:
    left = invoice.payable - credited_payable(invoice) - order_refunds_waiting(order_id=order.pk)
    if left <= 0:
        return None
    return credit_note_issue(invoice=invoice, amount=left, reason=f"Order {order} was cancelled")


def _pieces(document: Return, invoice: Invoice) -> dict[int, Decimal]:
    lines: dict[int | None, int] = dict(invoice.lines.values_list("order_line", "pk"))
    rows: Iterable[tuple[int, int]] = document.lines.values_list("order_line", "quantity")
    return {lines[line]: Decimal(quantity) for line, quantity in rows if line in lines}
