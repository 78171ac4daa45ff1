"""Parcels arrive."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.history.rows import rows_update
from backoffice.kernel.states.locked import apply_transition_locked
from orders.exceptions import OrderRefused
from orders.models import Order, OrderLine, Shipment
from orders.services.completing import orders_complete_settled
from orders.services.fulfilment import fulfilment_refresh
from orders.services.outcome import Outcome
from orders.services.rows import lock_order, lock_orders, lock_parcels, lock_parcels_with_orders, take_over
from orders.states import SHIPMENT_MACHINE, ShipmentStatus


def shipment_deliver(*, shipment: Shipment, reason: str = "") -> Shipment:
    """Record that a parcel has arrived; a paid order all of which has arrived completes.

    Args:
        shipment: a parcel that was shipped.
        reason: for the history.

    Raises:
        OrderRefused: it has not left yet, or has arrived before; nothing was changed.
    """
    with transaction.atomic():
        order = lock_order(shipment.order)
        locked = lock_parcels([shipment.pk])[0]
        refused = SHIPMENT_MACHINE.refusal(locked, "deliver")
        if refused:
            raise OrderRefused(refused)
        _deliver([order], [locked], reason=reason)
    take_over(shipment.order, order)
    return take_over(shipment, locked)


def shipments_deliver(*, shipment_ids: Collection[int], reason: str = "") -> None:
    """Record that many parcels have arrived, as a carrier reports them, all or none.

    Args:
        shipment_ids: primary keys.
        reason: for the history.

    Raises:
        OrderRefused: as for ``shipment_deliver``, of any of them; nothing was changed.
    """
    with transaction.atomic():
        orders, parcels = lock_parcels_with_orders(shipment_ids)
        refused = [SHIPMENT_MACHINE.refusal(parcel, "deliver") for parcel in parcels]
        if any(refused):
            raise OrderRefused(next(filter(None, refused)))
        _deliver(orders, parcels, reason=reason)


def orders_deliver_bulk(*, order_ids: Collection[int], reason: str = "") -> Outcome:
    """Record that all parcels of many orders that are under way have arrived, in one transaction.

    Args:
        order_ids: primary keys.
        reason: for the history.
    """
    with transaction.atomic():
        orders = lock_orders(order_ids)
        ids = Shipment.objects.filter(order__in=order_ids, status=ShipmentStatus.SHIPPED).values_list("pk", flat=True)
        parcels = lock_parcels(ids)
        under_way = {parcel.order_id for parcel in parcels}
        refused = [
            (str(order), f"No parcel of order {order} is under way.") for order in orders if order.pk not in under_way
        ]
        going = [order for order in orders if order.pk in under_way]
        _deliver(going, parcels, reason=reason)
    return Outcome([order.pk for order in going], refused)


def _deliver(orders: Sequence[Order], parcels: Sequence[Shipment], *, reason: str) -> None:
    if not parcels:
        return
    lines = OrderLine.objects.order_by("pk").in_bulk(
        {item.order_line_id for parcel in parcels for item in parcel.lines.all()}
    )
    for parcel in parcels:
        for item in parcel.lines.all():
            lines[item.order_line_id].delivered += item.quantity
    rows_update(OrderLine, sorted(lines.values(), key=lambda line: line.pk), ["delivered"])
    apply_transition_locked(parcels, SHIPMENT_MACHINE, "deliver", reason=reason, values={"delivered_at": clock.now()})
    fulfilment_refresh(orders)
    orders_complete_settled(orders)
