"""How far an order's goods have come: derived from its lines, and only here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from backoffice.kernel.history.rows import rows_update
from orders.models import Order, OrderLine
from orders.services.rows import lock_order, take_over
from orders.states import FulfilmentStatus


def order_refresh_fulfilment(*, order: Order) -> Order:
    """Derive an order's fulfilment status from its lines and save it if it changed."""
    with transaction.atomic():
        locked = lock_order(order)
        fulfilment_refresh([locked])
    return take_over(order, locked)


def fulfilment_refresh(orders: Sequence[Order]) -> None:
    """Derive the fulfilment status of locked orders and save those that changed."""
    by_order: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=[order.pk for order in orders]).order_by("pk"):
        by_order[line.order_id].append(line)
    changed = []
    for order in orders:
        status = fulfilment_of(by_order[order.pk])
        if order.fulfilment_status != status:
            order.fulfilment_status = status
            changed.append(order)
    rows_update(Order, changed, ["fulfilment_status"])


def fulfilment_of(lines: Iterable[OrderLine]) -> FulfilmentStatus:
    """Return the fulfilment status that lines add up to.

    Pieces that were cancelled are not waited for. Returns only show once everything is delivered.
    """
    rows = list(lines)
    wanted = sum(line.quantity - line.cancelled for line in rows)
    shipped, delivered, returned = (
        sum(getattr(line, name) for line in rows) for name in ("shipped", "delivered", "returned")
    )
    if not shipped:
        return FulfilmentStatus.UNFULFILLED
    if shipped < wanted:
        return FulfilmentStatus.PARTIALLY_SHIPPED
    if delivered < wanted:
        return FulfilmentStatus.SHIPPED
    if not returned:
        return FulfilmentStatus.DELIVERED
    return FulfilmentStatus.PARTIALLY_RETURNED if returned < wanted else FulfilmentStatus.RETURNED
