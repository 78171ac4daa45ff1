"""Parcels are packed: what goes into which, carrier and tracking number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import SellerProfile
from backoffice.kernel.history.rows import rows_insert
from backoffice.kernel.states.locked import apply_transition_locked
from orders.exceptions import NothingToShip, OrderRefused
from orders.models import Order, OrderLine, Shipment, ShipmentLine
from orders.selectors.parcels import lines_to_pack
from orders.services.numbers import numbers_take
from orders.services.rows import lock_order, lock_orders, take_over
from orders.states import SHIPMENT_MACHINE, OrderStatus, ShipmentStatus


@dataclass(frozen=True, kw_only=True)
class Packing:
    """What goes into a parcel, and who sends it; see ``shipment_create``."""

    order: Order
    lines: Sequence[tuple[OrderLine, int]] | None = None
    seller: SellerProfile | None = None
    carrier: str = ""
    tracking_number: str = ""


def shipment_create(
    *,
    order: Order,
    lines: Sequence[tuple[OrderLine, int]] | None = None,
    seller: SellerProfile | None = None,
    carrier: str = "",
    tracking_number: str = "",
) -> Shipment:
    """Prepare a parcel from what is allocated to an order.

    Args:
        order: an open order.
        lines: (line, pieces); None packs everything that is allocated and in no parcel yet.
        seller: who sends it, and whose lines alone it may hold; None for the house, which may send all.
        carrier: name of the carrier.
        tracking_number: as the carrier gave it.

    Raises:
        NothingToShip: the parcel would be empty, or hold pieces that are not allocated or packed already.
        OrderRefused: the order is not open, or a line is of another order or seller.
    """
    packing = Packing(order=order, lines=lines, seller=seller, carrier=carrier, tracking_number=tracking_number)
    return _pack([packing])[0]


def shipments_create(*, packings: Sequence[Packing]) -> list[int]:
    """Prepare many parcels at once, all or none; an order may be in several of them.

    Args:
        packings: the parcels, in the order of their numbers.

    Returns:
        Their primary keys.

    Raises:
        NothingToShip, OrderRefused: as for ``shipment_create``, of any of them; nothing was changed.
    """
    return [shipment.pk for shipment in _pack(packings)] if packings else []


def _pack(packings: Sequence[Packing]) -> list[Shipment]:
    with transaction.atomic():
        orders = {order.pk: order for order in lock_orders({packing.order.pk for packing in packings})}
        free = lines_to_pack(orders)
        contents = []
        for packing in packings:
            locked = orders[packing.order.pk]
            if locked.status != OrderStatus.OPEN:
                raise OrderRefused(
                    f"Order {locked} is {locked.get_status_display().lower()}; only open orders are shipped."
                )
            content = _content(packing, free[locked.pk])
            if not content:
                raise NothingToShip(f"Nothing of order {locked} is left to pack.")
            contents.append(content)
            packed = {line.pk: count for line, count in content}
            free[locked.pk] = [(line, count - packed.get(line.pk, 0)) for line, count in free[locked.pk]]
        shipments = [
            Shipment(
                number=number,
                order=orders[packing.order.pk],
                seller=packing.seller,
                carrier=packing.carrier.strip(),
                tracking_number=packing.tracking_number.strip(),
            )
            for number, packing in zip(numbers_take(kind="shipment", count=len(packings)), packings, strict=True)
        ]
        rows_insert(Shipment, shipments, ["number", "order", "seller", "carrier", "tracking_number"])
        rows_insert(
            ShipmentLine,
            (
                ShipmentLine(shipment=shipment, order_line=line, quantity=quantity)
                for shipment, content in zip(shipments, contents, strict=True)
                for line, quantity in content
            ),
            ["shipment", "order_line", "quantity"],
        )
    return shipments


def shipment_update(*, shipment: Shipment, carrier: str | None = None, tracking_number: str | None = None) -> Shipment:
    """Write down carrier and tracking number, before or after the parcel has left.

    Args:
        shipment: the parcel.
        carrier: None leaves it as it is.
        tracking_number: None leaves it as it is.

    Raises:
        OrderRefused: the parcel was cancelled.
    """
    with transaction.atomic():
        locked = Shipment.objects.select_for_update(of=("self",)).get(pk=shipment.pk)
        if locked.status == ShipmentStatus.CANCELLED:
            raise OrderRefused(f"Shipment {locked} is cancelled.")
        given = {"carrier": carrier, "tracking_number": tracking_number}
        changes = {
            name: value.strip()
            for name, value in given.items()
            if value is not None and getattr(locked, name) != value.strip()
        }
        for name, value in changes.items():
            setattr(locked, name, value)
        if changes:
            locked.save(update_fields=[*changes, "updated_at"])
    return take_over(shipment, locked)


def shipment_cancel(*, shipment: Shipment, reason: str = "") -> Shipment:
    """Unpack a parcel that has not left; its pieces stay allocated to the order.

    Raises:
        OrderRefused: it has left, or was cancelled before.
    """
    with transaction.atomic():
        lock_order(shipment.order)
        locked = Shipment.objects.select_for_update(of=("self",)).get(pk=shipment.pk)
        refused = SHIPMENT_MACHINE.refusal(locked, "cancel")
        if refused:
            raise OrderRefused(refused)
        apply_transition_locked([locked], SHIPMENT_MACHINE, "cancel", reason=reason)
    return take_over(shipment, locked)


def _content(packing: Packing, free: Sequence[tuple[OrderLine, int]]) -> list[tuple[OrderLine, int]]:
    if packing.lines is None:
        return _everything_of(free, packing.seller)
    return _chosen(packing.order, packing.lines, free, packing.seller)


def _everything_of(free: Sequence[tuple[OrderLine, int]], seller: SellerProfile | None) -> list[tuple[OrderLine, int]]:
    return [(line, count) for line, count in free if count and (seller is None or line.seller_id == seller.pk)]


def _chosen(
    order: Order,
    lines: Sequence[tuple[OrderLine, int]],
    free: Sequence[tuple[OrderLine, int]],
    seller: SellerProfile | None,
) -> list[tuple[OrderLine, int]]:
    wanted: dict[int, int] = defaultdict(int)
    rows = {line.pk: line for line, _ in lines}
    for line, count in lines:
        wanted[line.pk] += count
    known = {line.pk: count for line, count in free}
    for pk, count in wanted.items():
        line = rows[pk]
        if line.order_id != order.pk:
            raise OrderRefused(f"{line.sku} is not on order {order}.")
        if seller is not None and line.seller_id != seller.pk:
            raise OrderRefused(f"{line.sku} is not sold by {seller}.")
        if count < 0 or count > known.get(pk, 0):
            raise NothingToShip(f"{line.sku}: {count} cannot be packed, {known.get(pk, 0)} are left.")
    return [(rows[pk], count) for pk, count in wanted.items() if count]
