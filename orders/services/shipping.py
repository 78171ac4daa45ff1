"""Parcels leave: stock leaves once, under the parcel's number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.rows import rows_delete, rows_insert, rows_update
from backoffice.kernel.states.locked import apply_transition_locked
from orders.events import orders_shipped
from orders.exceptions import OrderRefused
from orders.models import Allocation, Order, OrderLine, Shipment, ShipmentLine
from orders.selectors.parcels import lines_to_pack
from orders.services.fulfilment import fulfilment_refresh
from orders.services.numbers import numbers_take
from orders.services.outcome import Outcome
from orders.services.rows import lock_order, lock_orders, lock_parcels, lock_parcels_with_orders, take_over
from orders.states import SHIPMENT_MACHINE, OrderStatus, ShipmentStatus
from products.exceptions import StockRefused
from products.services.stock import stock_ship_parcels
from products.services.stock.rows import lock_stock


def shipment_ship(*, shipment: Shipment, carrier: str = "", tracking_number: str = "", reason: str = "") -> Shipment:
    """Hand a prepared parcel to the carrier: its pieces leave the stock, under the parcel's number.

    Args:
        shipment: the parcel.
        carrier: "" leaves what the parcel says.
        tracking_number: "" leaves what the parcel says.
        reason: for the history.

    Raises:
        OrderRefused: it has left already, is empty or cancelled, or pieces are not on hand; nothing was changed.
    """
    with transaction.atomic():
        order = lock_order(shipment.order)
        locked = lock_parcels([shipment.pk])[0]
        refused = _not_open(order) or SHIPMENT_MACHINE.refusal(locked, "ship")
        if refused:
            raise OrderRefused(refused)
        locked.carrier = carrier.strip() or locked.carrier
        locked.tracking_number = tracking_number.strip() or locked.tracking_number
        try:
            _ship([order], [locked], reason=reason)
        except StockRefused as error:
            raise OrderRefused(str(error)) from error
    take_over(shipment.order, order)
    return take_over(shipment, locked)


def shipments_ship(*, shipment_ids: Collection[int], reason: str = "") -> None:
    """Hand many prepared parcels to the carrier at once, all or none.

    Args:
        shipment_ids: primary keys.
        reason: for the history.

    Raises:
        OrderRefused: as for ``shipment_ship``, of any of them; nothing was changed.
    """
    with transaction.atomic():
        orders, parcels = lock_parcels_with_orders(shipment_ids)
        refused = [_not_open(order) for order in orders]
        refused += [SHIPMENT_MACHINE.refusal(parcel, "ship") for parcel in parcels]
        if any(refused):
            raise OrderRefused(next(filter(None, refused)))
        try:
            _ship(orders, parcels, reason=reason)
        except StockRefused as error:
            raise OrderRefused(str(error)) from error


def orders_ship_bulk(*, order_ids: Collection[int], carrier: str = "", reason: str = "") -> Outcome:
    """Ship all that is allocated to many orders, in one transaction.

    Parcels in preparation go as they are; what is in no parcel goes into a new one sent by the house.

    Args:
        order_ids: primary keys.
        carrier: for parcels that name none.
        reason: for the history.
    """
    with transaction.atomic():
        orders = lock_orders(order_ids)
        reasons = {order.pk: _not_open(order) for order in orders}
        open_orders = [order for order in orders if not reasons[order.pk]]
        reasons |= _nothing_or_short(open_orders)
        going = [order for order in open_orders if not reasons[order.pk]]
        _pack_rest(going, carrier=carrier)
        ids = Shipment.objects.filter(order__in=[order.pk for order in going], status=ShipmentStatus.DRAFT)
        parcels = lock_parcels(ids.values_list("pk", flat=True))
        for parcel in parcels:
            parcel.carrier = parcel.carrier or carrier
        _ship(going, parcels, reason=reason)
    refused = [(str(order), reasons[order.pk]) for order in orders if reasons[order.pk]]
    return Outcome([order.pk for order in going], refused)


def _not_open(order: Order) -> str:
    if order.status == OrderStatus.OPEN:
        return ""
    return f"Order {order} is {order.get_status_display().lower()}; only open orders are shipped."


def _nothing_or_short(orders: Sequence[Order]) -> dict[int, str]:
    """Return per order why it cannot be shipped, or an empty string; lock the stock that it would leave."""
    allocations: dict[int, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(line__order__in=[order.pk for order in orders]).select_related("line")
    for row in rows.order_by("pk"):
        allocations[row.line.order_id].append(row)
    stocks = lock_stock({row.stock_id for found in allocations.values() for row in found})
    on_hand = {pk: stock.on_hand for pk, stock in stocks.items()}
    reasons: dict[int, str] = {}
    for order in orders:
        wanted: dict[int, int] = defaultdict(int)
        for row in allocations[order.pk]:
            wanted[row.stock_id] += row.quantity
        if not wanted:
            reasons[order.pk] = f"Nothing of order {order} is left to ship."
            continue
        short = [row.line.sku for row in allocations[order.pk] if wanted[row.stock_id] > on_hand[row.stock_id]]
        reasons[order.pk] = f"Not on hand yet: {', '.join(short)}." if short else ""
        if not short:
            for pk, count in wanted.items():
                on_hand[pk] -= count
    return reasons


def _pack_rest(orders: Sequence[Order], *, carrier: str) -> None:
    """Put what is in no parcel yet into a new one per order."""
    free = lines_to_pack([order.pk for order in orders])
    packing = [order for order in orders if free.get(order.pk)]
    if not packing:
        return
    numbers = numbers_take(kind="shipment", count=len(packing))
    parcels = [
        Shipment(number=number, order=order, carrier=carrier) for number, order in zip(numbers, packing, strict=True)
    ]
    rows_insert(Shipment, parcels, ["number", "order", "carrier"])
    rows_insert(
        ShipmentLine,
        (
            ShipmentLine(shipment=parcel, order_line=line, quantity=count)
            for parcel in parcels
            for line, count in free[parcel.order_id]
        ),
        ["shipment", "order_line", "quantity"],
    )


def _ship(orders: Sequence[Order], parcels: Sequence[Shipment], *, reason: str) -> None:
    """Let locked parcels of locked, open orders leave."""
    if not parcels:
        return
    allocations: dict[int, list[Allocation]] = defaultdict(list)
    for row in Allocation.objects.filter(line__order__in=[order.pk for order in orders]).order_by("pk"):
        allocations[row.line_id].append(row)
    lines = OrderLine.objects.order_by("pk").in_bulk(
        {item.order_line_id for parcel in parcels for item in parcel.lines.all()}
    )
    taken = {parcel.pk: _take(parcel, allocations, lines) for parcel in parcels}
    # All rows at once, in the order of their keys: parcel by parcel, two calls could wait for each other.
    stock_ship_parcels(parcels={parcel.number: sorted(taken[parcel.pk].items()) for parcel in parcels})
    touched = [row for line_id in lines for row in allocations[line_id]]
    rows_delete(Allocation, (row for row in touched if not row.quantity))
    rows_update(Allocation, (row for row in touched if row.quantity), ["quantity"])
    rows_update(OrderLine, sorted(lines.values(), key=lambda line: line.pk), ["allocated", "shipped"])
    apply_transition_locked(
        parcels,
        SHIPMENT_MACHINE,
        "ship",
        reason=reason,
        values={"shipped_at": clock.now()},
        changed=["carrier", "tracking_number"],
    )
    fulfilment_refresh(orders)
    orders_shipped.send(
        sender=Order,
        order_ids=[order.pk for order in orders],
        shipment_ids=[parcel.pk for parcel in parcels],
        job_id=current_audit().job_id,
    )


def _take(parcel: Shipment, allocations: dict[int, list[Allocation]], lines: dict[int, OrderLine]) -> dict[int, int]:
    """Take a parcel's pieces from the allocations and move them on its lines, in memory.

    Returns:
        Per primary key of stock, the pieces that leave it.

    Raises:
        OrderRefused: fewer pieces are allocated than the parcel holds.
    """
    shares: dict[int, int] = defaultdict(int)
    for item in parcel.lines.all():
        line, rest = lines[item.order_line_id], item.quantity
        for row in allocations[line.pk]:
            count = min(rest, row.quantity)
            if count:
                row.quantity -= count
                shares[row.stock_id] += count
                rest -= count
        if rest:
            raise OrderRefused(f"Shipment {parcel}: {rest} of {line.sku} are not allocated.")
        line.allocated -= item.quantity
        line.shipped += item.quantity
    return shares
