"""Goods come back: announced, approved, received, inspected, and restocked or written off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.history.rows import rows_update
from backoffice.kernel.states.locked import apply_transition_locked
from orders.events import returns_completed
from orders.exceptions import NothingToReturn, OrderRefused
from orders.models import Order, OrderLine, Return, ReturnLine, ReturnReason
from orders.selectors.parcels import lines_to_return
from orders.services.fulfilment import fulfilment_refresh
from orders.services.numbers import numbers_take
from orders.services.rows import lock_order, take_over
from orders.states import RETURN_MACHINE, ReturnStatus
from products.models import Location, MovementReason, Stock
from products.services.stock import StockMove, stock_move


def return_create(
    *, order: Order, lines: Sequence[tuple[OrderLine, int]], reason: ReturnReason, note: str = ""
) -> Return:
    """Announce that delivered goods come back.

    Args:
        order: an order of which something was delivered.
        lines: (line, pieces).
        reason: why they come back.
        note: what the customer says.

    Raises:
        NothingToReturn: no pieces, or more than were delivered and have not come back.
        OrderRefused: a line is of another order.
    """
    with transaction.atomic():
        locked = lock_order(order)
        content = _chosen(locked, lines)
        document = Return.objects.create(number=numbers_take(kind="return")[0], order=locked, reason=reason, note=note)
        for line, quantity in content:
            ReturnLine.objects.create(document=document, order_line=line, quantity=quantity)
    return document


def return_approve(*, document: Return, reason: str = "") -> Return:
    """Agree to a return: the customer may send the goods.

    Raises:
        OrderRefused: wrong state; nothing was changed.
    """
    return _apply(document, "approve", reason=reason)


def return_reject(*, document: Return, reason: str = "") -> Return:
    """Refuse a return.

    Raises:
        OrderRefused: wrong state; nothing was changed.
    """
    return _apply(document, "reject", reason=reason)


def return_receive(*, document: Return, reason: str = "") -> Return:
    """Record that the goods are back in the house, not yet inspected.

    Raises:
        OrderRefused: wrong state; nothing was changed.
    """
    return _apply(document, "receive", reason=reason)


def return_inspect(*, document: Return, restock: Mapping[int, bool]) -> Return:
    """Write down, per line, whether the goods can be sold again.

    Args:
        document: a return that was received.
        restock: per primary key of a return line, True for back into stock, False for written off.

    Raises:
        OrderRefused: not received yet or completed already, or a line of another return.
    """
    with transaction.atomic():
        locked = _lock(document)
        if locked.status != ReturnStatus.RECEIVED:
            raise OrderRefused(
                f"Return {locked} is {locked.get_status_display().lower()}; goods are inspected once received."
            )
        lines = {line.pk: line for line in locked.lines.all()}
        if set(restock) - set(lines):
            raise OrderRefused(f"Return {locked} has no such line.")
        changed = [lines[pk] for pk, decision in restock.items() if lines[pk].restock is not decision]
        for line in changed:
            line.restock = restock[line.pk]
        rows_update(ReturnLine, changed, ["restock"])
    return take_over(document, locked)


def return_complete(*, document: Return, location: Location | None = None, reason: str = "") -> Return:
    """Close an inspected return: goods go back into stock, and finance hears what to refund.

    Args:
        document: a return that was received and inspected.
        location: where restocked goods go; None for where each variant lies first.
        reason: for the history.

    Raises:
        OrderRefused: wrong state, a line not inspected, or nowhere to put the goods; nothing was changed.
    """
    with transaction.atomic():
        order = lock_order(document.order)
        locked = _lock(document)
        _refuse(locked, "complete")
        lines = OrderLine.objects.in_bulk([item.order_line_id for item in locked.lines.all()])
        for item in locked.lines.all():
            lines[item.order_line_id].returned += item.quantity
        _restock(locked, lines, location)
        rows_update(OrderLine, lines.values(), ["returned"])
        apply_transition_locked(
            [locked], RETURN_MACHINE, "complete", reason=reason, values={"completed_at": clock.now()}
        )
        fulfilment_refresh([order])
        returns_completed.send(
            sender=Return, return_ids=[locked.pk], order_ids=[order.pk], job_id=current_audit().job_id
        )
    take_over(document.order, order)
    return take_over(document, locked)


def _apply(document: Return, name: str, *, reason: str) -> Return:
    with transaction.atomic():
        locked = _lock(document)
        _refuse(locked, name)
        values = {"received_at": clock.now()} if name == "receive" else {}
        apply_transition_locked([locked], RETURN_MACHINE, name, reason=reason, values=values)
    return take_over(document, locked)


def _lock(document: Return) -> Return:
    rows = Return.objects.select_for_update(of=("self",), no_key=True).prefetch_related("lines")
    return rows.get(pk=document.pk)


def _refuse(document: Return, name: str) -> None:
    refused = RETURN_MACHINE.refusal(document, name)
    if refused:
        raise OrderRefused(refused)


def _chosen(order: Order, lines: Sequence[tuple[OrderLine, int]]) -> list[tuple[OrderLine, int]]:
    wanted: dict[int, int] = defaultdict(int)
    rows = {line.pk: line for line, _ in lines}
    for line, count in lines:
        wanted[line.pk] += count
    free = {line.pk: count for line, count in lines_to_return([order.pk])[order.pk]}
    for pk, count in wanted.items():
        if rows[pk].order_id != order.pk:
            raise OrderRefused(f"{rows[pk].sku} is not on order {order}.")
        if count < 0 or count > free.get(pk, 0):
            raise NothingToReturn(f"{rows[pk].sku}: {count} cannot come back, {free.get(pk, 0)} are with the customer.")
    chosen = [(rows[pk], count) for pk, count in wanted.items() if count]
    if not chosen:
        raise NothingToReturn(f"Choose what comes back of order {order}.")
    return chosen


def _restock(document: Return, lines: Mapping[int, OrderLine], location: Location | None) -> None:
    restocked = [item for item in document.lines.all() if item.restock]
    if not restocked:
        return
    places = {} if location else _places({lines[item.order_line_id].variant_id for item in restocked})
    moves = []
    for item in restocked:
        line = lines[item.order_line_id]
        place = location.pk if location else places.get(line.variant_id)
        if place is None:
            raise OrderRefused(f"There is no active location to put {line.sku}.", field="location")
        moves.append(StockMove(variant_id=line.variant_id, location_id=place, quantity=item.quantity))
    stock_move(moves=moves, reason=MovementReason.RETURN, reference=document.number)


def _places(variant_ids: set[int]) -> dict[int, int]:
    """Return per variant the active location that it is allocated from first."""
    first = Location.objects.filter(is_active=True).order_by("priority", "code").first()
    places = dict.fromkeys(variant_ids, first.pk) if first else {}
    rows = Stock.objects.filter(variant__in=variant_ids, location__is_active=True)
    for variant_id, location_id in rows.order_by("-location__priority", "-location__code").values_list(
        "variant", "location"
    ):
        places[variant_id] = location_id
    return places
