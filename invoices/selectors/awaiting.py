"""Orders whose invoice is due and not issued."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from invoices.models import DocumentKind, Invoice, IssuePolicy
from orders.models import Order
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus

_NOT_ALL_SHIPPED = (FulfilmentStatus.UNFULFILLED, FulfilmentStatus.PARTIALLY_SHIPPED)


def orders_awaiting_invoice(*, policy: IssuePolicy | str) -> QuerySet[Order]:
    """Return the orders whose invoice is due by a policy and that never had one.

    Args:
        policy: on order: once placed; on payment: once paid in full; on shipment: once everything
            has left, as there is one invoice an order; by hand: none.
    """
    if policy == IssuePolicy.BY_HAND:
        return Order.objects.none()
    issued = Invoice.objects.issued().filter(order=OuterRef("pk"), kind=DocumentKind.INVOICE)
    # What was settled in another system was invoiced there.
    orders = Order.objects.filter(
        ~Exists(issued), status__in=[OrderStatus.OPEN, OrderStatus.COMPLETED], settled_elsewhere=False
    )
    if policy == IssuePolicy.ON_PAYMENT:
        return orders.filter(payment_status=PaymentStatus.PAID)
    if policy == IssuePolicy.ON_SHIPMENT:
        return orders.exclude(fulfilment_status__in=_NOT_ALL_SHIPPED)
    return orders
