"""What can go into parcels, come back, or be delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Sum

from orders.models import OrderLine, ReturnLine, ShipmentLine
from orders.states import ReturnStatus, ShipmentStatus


def lines_to_pack(order_ids: Collection[int]) -> dict[int, list[tuple[OrderLine, int]]]:
    """Return per order its lines with the pieces that are allocated and in no parcel yet."""
    lines = OrderLine.objects.filter(order__in=order_ids, allocated__gt=0).order_by("order_id", "position", "pk")
    packed = dict(
        ShipmentLine.objects.filter(shipment__status=ShipmentStatus.DRAFT, order_line__order__in=order_ids)
        .order_by()
        .values_list("order_line")
        .annotate(Sum("quantity"))
    )
    found: dict[int, list[tuple[OrderLine, int]]] = defaultdict(list)
    for line in lines:
        free = line.allocated - packed.get(line.pk, 0)
        if free > 0:
            found[line.order_id].append((line, free))
    return found


def lines_to_return(order_ids: Collection[int]) -> dict[int, list[tuple[OrderLine, int]]]:
    """Return per order its lines with the pieces that were delivered and are in no return yet."""
    lines = OrderLine.objects.filter(order__in=order_ids, delivered__gt=0).order_by("order_id", "position", "pk")
    announced = dict(
        ReturnLine.objects.filter(
            document__status__in=[ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED],
            order_line__order__in=order_ids,
        )
        .order_by()
        .values_list("order_line")
        .annotate(Sum("quantity"))
    )
    found: dict[int, list[tuple[OrderLine, int]]] = defaultdict(list)
    for line in lines:
        free = line.delivered - line.returned - announced.get(line.pk, 0)
        if free > 0:
            found[line.order_id].append((line, free))
    return found
