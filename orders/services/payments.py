"""What the payments of an order add up to, stored on the order."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from orders.models import Order
from orders.services.completing import orders_complete_settled
from orders.services.rows import lock_order, take_over
from orders.states import PaymentStatus


def order_set_payment(*, order: Order, paid_total: Decimal, payment_status: PaymentStatus) -> Order:
    """Store what the payments say; the only way in which an order's payment columns change.

    An order that is delivered completes when it is paid.

    Args:
        order: the order, whatever its status.
        paid_total: settled payments less refunds, in the order's currency.
        payment_status: derived from the same payments.
    """
    with transaction.atomic():
        locked = lock_order(order)
        order_put_payment(locked, paid_total=paid_total, payment_status=payment_status)
    return take_over(order, locked)


def order_put_payment(locked: Order, *, paid_total: Decimal, payment_status: PaymentStatus) -> None:
    """Do what ``order_set_payment`` does to an order that the caller locked and read in this transaction."""
    if (locked.paid_total, locked.payment_status) != (paid_total, payment_status):
        locked.paid_total, locked.payment_status = paid_total, payment_status
        locked.save(update_fields=["paid_total", "payment_status", "updated_at"])
        orders_complete_settled([locked])
