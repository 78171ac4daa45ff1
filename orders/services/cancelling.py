"""Cancelling orders: what was promised is set free."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import prefetch_related_objects

from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.rows import rows_delete, rows_update
from backoffice.kernel.states.locked import apply_transition_locked
from orders.events import orders_cancelled
from orders.exceptions import OrderRefused
from orders.models import Allocation, Order, OrderLine, Shipment
from orders.services.outcome import Outcome
from orders.services.rows import lock_orders, take_over
from orders.states import ORDER_MACHINE, SHIPMENT_MACHINE, ShipmentStatus
from products.services.stock import stock_release


def order_cancel(*, order: Order, reason: str = "") -> Order:
    """Cancel an order of which nothing has left: release its stock, drop its prepared parcels.

    Args:
        order: a draft or an open order.
        reason: for the history.

    Raises:
        OrderRefused: wrong state, or goods have left already; nothing was changed.
    """
    with transaction.atomic():
        cancelled, refused = _cancel(lock_orders([order.pk]), reason=reason)
    if refused:
        raise OrderRefused(refused[0][1])
    return take_over(order, cancelled[0])


def orders_cancel_bulk(*, order_ids: Collection[int], reason: str = "") -> Outcome:
    """Cancel many orders in one transaction; what cannot be cancelled is left as it is.

    Args:
        order_ids: primary keys.
        reason: for the history.
    """
    with transaction.atomic():
        cancelled, refused = _cancel(lock_orders(order_ids), reason=reason)
    return Outcome([order.pk for order in cancelled], refused)


def _cancel(orders: Sequence[Order], *, reason: str) -> tuple[list[Order], list[tuple[str, str]]]:
    prefetch_related_objects(orders, "lines")
    reasons = {order.pk: ORDER_MACHINE.refusal(order, "cancel") for order in orders}
    refused = [(str(order), reasons[order.pk]) for order in orders if reasons[order.pk]]
    going = [order for order in orders if not reasons[order.pk]]
    if not going:
        return [], refused
    parcels = list(
        Shipment.objects.select_for_update(of=("self",))
        .filter(order__in=[order.pk for order in going], status=ShipmentStatus.DRAFT)
        .prefetch_related("lines")
        .order_by("pk")
    )
    apply_transition_locked(parcels, SHIPMENT_MACHINE, "cancel", reason=reason)
    lines = [line for order in going for line in order.lines.all()]
    allocations = list(Allocation.objects.filter(line__in=[line.pk for line in lines]).order_by("pk"))
    if allocations:
        stock_release(shares=[(row.stock_id, row.quantity) for row in allocations])
        rows_delete(Allocation, allocations)
    for line in lines:
        line.cancelled, line.allocated = line.quantity - line.shipped, 0
    rows_update(OrderLine, lines, ["allocated", "cancelled"])
    apply_transition_locked(going, ORDER_MACHINE, "cancel", reason=reason, values={"cancelled_at": clock.now()})
    orders_cancelled.send(sender=Order, order_ids=[order.pk for order in going], job_id=current_audit().job_id)
    return going, refused
