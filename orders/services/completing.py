"""Orders are complete when everything is delivered and paid."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.states.locked import apply_transition_locked
from orders.exceptions import OrderRefused
from orders.models import Order
from orders.services.rows import lock_order, take_over
from orders.states import ORDER_MACHINE, OrderStatus, PaymentStatus

_SETTLED = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED})


def order_complete(*, order: Order, reason: str = "") -> Order:
    """Close a delivered order by hand, for example one whose last cents are written off.

    Args:
        order: an open order.
        reason: for the history.

    Raises:
        OrderRefused: not open, or not delivered yet; nothing was changed.
    """
    with transaction.atomic():
        locked = lock_order(order)
        refused = ORDER_MACHINE.refusal(locked, "complete")
        if refused:
            raise OrderRefused(refused)
        _complete([locked], reason=reason)
    return take_over(order, locked)


def orders_complete_settled(orders: Sequence[Order]) -> list[Order]:
    """Complete those of the locked orders that are delivered and paid, so that nobody has to.

    Returns:
        The orders that were completed.
    """
    settled = [
        order
        for order in orders
        if order.status == OrderStatus.OPEN
        and (order.payment_status in _SETTLED or not order.total)
        and not ORDER_MACHINE.refusal(order, "complete")
    ]
    _complete(settled, reason="Delivered and paid")
    return settled


def _complete(orders: Sequence[Order], *, reason: str) -> None:
    apply_transition_locked(orders, ORDER_MACHINE, "complete", reason=reason, values={"completed_at": clock.now()})
