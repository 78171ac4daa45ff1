"""Receivers of invoices: news of orders and money that documents follow from."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.events import person_data_collected, person_erased
from finance.events import payment_status_changed, payments_settled, refunds_succeeded
from finance.models import Payment
from invoices.models import IssuePolicy
from invoices.selectors.ledger import person_documents
from invoices.services.following import (
    credit_notes_for_cancelled_orders,
    credit_notes_for_refunds,
    credit_notes_for_returns,
    invoices_follow_payment,
    invoices_issue_by_policy,
)
from invoices.services.privacy import documents_erase_of
from invoices.services.standing import invoices_pay
from orders.events import orders_cancelled, orders_placed, orders_shipped, returns_completed


@receiver(orders_placed, dispatch_uid="invoices.orders_placed.issue")
def issue_on_order(order_ids: list[int], **_: Any) -> None:
    """Issue the invoices of placed orders, where that is the policy."""
    invoices_issue_by_policy(order_ids=order_ids, policy=IssuePolicy.ON_ORDER)


@receiver(payments_settled, dispatch_uid="invoices.payments_settled.issue")
def issue_on_payment(order_ids: list[int], **_: Any) -> None:
    """Issue the invoices of paid orders, where that is the policy."""
    invoices_issue_by_policy(order_ids=order_ids, policy=IssuePolicy.ON_PAYMENT)


@receiver(payments_settled, dispatch_uid="invoices.payments_settled.standing")
def follow_settled_payments(order_ids: list[int], **_: Any) -> None:
    """Mark issued invoices as paid."""
    invoices_pay(order_ids=order_ids)


@receiver(orders_shipped, dispatch_uid="invoices.orders_shipped.issue")
def issue_on_shipment(order_ids: list[int], **_: Any) -> None:
    """Issue the invoices of shipped orders, where that is the policy."""
    invoices_issue_by_policy(order_ids=order_ids, policy=IssuePolicy.ON_SHIPMENT)


@receiver(payment_status_changed, dispatch_uid="invoices.payment_status_changed.standing")
def follow_payment(instance: Payment, transition: str, **_: Any) -> None:
    """Open invoices again whose payment was taken back."""
    invoices_follow_payment(payment=instance, transition=transition)


@receiver(refunds_succeeded, dispatch_uid="invoices.refunds_succeeded.credit")
def credit_refunds(refund_ids: list[int], **_: Any) -> None:
    """Issue credit notes for refunds of invoiced orders."""
    credit_notes_for_refunds(refund_ids=refund_ids)


@receiver(returns_completed, dispatch_uid="invoices.returns_completed.credit")
def credit_returns(return_ids: list[int], **_: Any) -> None:
    """Credit returned goods that had not been paid."""
    credit_notes_for_returns(return_ids=return_ids)


@receiver(orders_cancelled, dispatch_uid="invoices.orders_cancelled.credit")
def credit_cancelled_orders(order_ids: list[int], **_: Any) -> None:
    """Credit the invoices of cancelled orders that had not been paid."""
    credit_notes_for_cancelled_orders(order_ids=order_ids)


@receiver(person_data_collected, dispatch_uid="invoices.person_data")
def add_documents_to_person_data(user: Any, **_: Any) -> dict[str, Any]:
    """A person's invoices and credit notes are handed over with the rest."""
    return {"documents": person_documents(user=user)}


@receiver(person_erased, dispatch_uid="invoices.person_erased")
def erase_documents_of_person(user: Any, **_: Any) -> None:
    """Drafts go; issued documents are kept as tax law wants it."""
    documents_erase_of(customer=user)
