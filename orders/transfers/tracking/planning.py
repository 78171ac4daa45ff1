"""Which shipment each row of a chunk speaks of, and what changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, time

from django.utils.timezone import is_aware, localtime, make_aware

from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import Run, Staged, as_json, error_row, skipped_row
from backoffice.kernel.transfers.table import CLEAR, Batch
from backoffice.kernel.transfers.values import reads_as
from orders.transfers.tracking.existing import ExistingShipment, Shipments, read_shipments
from orders.transfers.tracking.resource import TrackingResource

WRITTEN = ("carrier", "tracking_number")
_KEYS = ("shipment", "order", "seller")
_SHOWN = 5


def plan_tracking(batch: Batch, run: Run) -> list[Staged]:
    """Plan a chunk.

    Args:
        batch: the rows as values.
        run: for whom and how.
    """
    _refuse_cleared(batch)
    live = [place for place in range(len(batch)) if place not in batch.skipped and place not in batch.errors]
    numbers, orders = batch.column("shipment"), batch.column("order")
    known = read_shipments(
        run.user,
        {numbers[place] for place in live if numbers[place] is not None},
        {orders[place] for place in live if numbers[place] is None and orders[place] is not None},
    )
    found = {place: shipment for place in live if (shipment := _find(batch, place, known)) is not None}
    _refuse_doubles(batch, found)
    diffs = {place: _diff(batch, place, shipment) for place, shipment in found.items()}
    for place, shipment in found.items():
        if diffs[place] and shipment.is_cancelled:
            batch.refuse(place, "", None, f"Shipment {shipment.number} is cancelled.")
    _watch(batch, run, found, diffs)
    return [_planned(batch, run, place, found.get(place), diffs.get(place, {})) for place in range(len(batch))]


def _refuse_cleared(batch: Batch) -> None:
    for name in _KEYS:
        for place, value in enumerate(batch.column(name)):
            if value is CLEAR:
                batch.refuse(place, name, None, "This cannot be empty.")


def _find(batch: Batch, place: int, known: Shipments) -> ExistingShipment | None:
    """Return the shipment of a row, or refuse the row. What a user may not see is not there."""
    number, order, seller = (batch.column(name)[place] for name in _KEYS)
    if number is None and order is None:
        batch.refuse(place, "shipment", None, "A row needs the number of the shipment or of the order.")
        return None
    if number is None:
        return _find_by_order(batch, place, known.by_order.get(order, []), order, seller)
    shipment = known.by_number.get(number)
    if shipment is None:
        batch.refuse(place, "shipment", number, f"There is no shipment “{number}”.")
    elif order is not None and order not in {shipment.order, shipment.external}:
        batch.refuse(place, "order", order, f"Shipment {number} belongs to order {shipment.order}.")
        return None
    elif seller is not None and not shipment.is_sent_by(seller):
        sender = shipment.seller or "the shop itself"
        batch.refuse(place, "seller", seller, f"Shipment {number} is sent by {sender}.")
        return None
    return shipment


def _find_by_order(
    batch: Batch, place: int, shipments: list[ExistingShipment], order: str, seller: str | None
) -> ExistingShipment | None:
    """Return the one shipment of an order that can be meant."""
    there = [one for one in shipments if not one.is_cancelled and (seller is None or one.is_sent_by(seller))]
    if len(there) > 1:
        # A file that was loaded before names the shipment by the tracking number that it got then.
        tracking = batch.column("tracking_number")[place]
        there = [one for one in there if one.tracking_number == tracking] or there
    if len(there) == 1:
        return there[0]
    sent_by = f" sent by “{seller}”" if seller is not None else ""
    if not there:
        batch.refuse(place, "order", order, f"There is no shipment of order “{order}”{sent_by}.")
        return None
    names = [f"{one.number} ({one.seller or 'the shop itself'})" for one in there[:_SHOWN]]
    shown = ", ".join(names) + (" and more" if len(there) > _SHOWN else "")
    message = f"Order “{order}” has {len(there)} shipments{sent_by}: {shown}. Name the shipment."
    batch.refuse(place, "order", order, message)
    return None


def _refuse_doubles(batch: Batch, found: dict[int, ExistingShipment]) -> None:
    """Leave out rows that repeat an earlier one; refuse rows that say different things of one shipment."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, shipment in found.items():
        places[shipment.pk].append(place)
    for shared in places.values():
        if len(shared) < 2:
            continue
        said = {tuple(batch.column(name)[place] for name in WRITTEN) for place in shared}
        first = batch.numbers[shared[0]]
        for place in shared[1:] if len(said) == 1 else shared:
            if len(said) == 1:
                batch.skipped[place] = f"Row {first} says the same of this shipment."
                continue
            others = [str(batch.numbers[other]) for other in shared if other != place]
            rows = ", ".join(others[:_SHOWN]) + (" and more" if len(others) > _SHOWN else "")
            message = f"Row{'s' if len(others) > 1 else ''} {rows} say{'' if len(others) > 1 else 's'} something else"
            batch.refuse(place, "shipment", found[place].number, f"{message} of the same shipment.")


def _diff(batch: Batch, place: int, shipment: ExistingShipment) -> dict[str, list[str]]:
    """Return field → [old, new]."""
    diff: dict[str, list[str]] = {}
    for name in WRITTEN:
        value = batch.column(name)[place]
        if value is None:
            continue
        old, new = getattr(shipment, name), "" if value is CLEAR else value
        if old != new and not reads_as(TrackingResource.by_field()[name], old, new):
            diff[name] = [old, new]
    return diff


def _watch(batch: Batch, run: Run, found: dict[int, ExistingShipment], diffs: dict[int, dict[str, list[str]]]) -> None:
    """Warn of what people should look at before they apply."""
    sound = [place for place in found if place not in batch.errors and place not in batch.skipped]
    replaced = [found[place].number for place in sound if diffs[place].get("tracking_number", [""])[0]]
    run.warn(
        "shipment gets another tracking number than it has.",
        "shipments get another tracking number than they have.",
        len(replaced),
        examples=replaced,
    )
    tracking = batch.column("tracking_number")
    given = Counter(tracking[place] for place in sound if tracking[place] is not None and tracking[place] is not CLEAR)
    shared = [number for number, count in given.items() if count > 1]
    run.warn(
        "tracking number is given to several shipments.",
        "tracking numbers are given to several shipments.",
        len(shared),
        examples=shared,
    )
    moments = batch.column("shipped_at")
    told = [place for place in sound if moments[place] is not None and moments[place] is not CLEAR]
    here = [found[place].number for place in told if found[place].shipped_at is None]
    run.warn(
        "shipment has not left here, though the file says when it did; ship it in the list of shipments.",
        "shipments have not left here, though the file says when they did; ship them in the list of shipments.",
        len(here),
        examples=here,
    )
    differing = [found[place].number for place in told if _differs(found[place].shipped_at, moments[place])]
    run.warn(
        "shipment left at another moment than the file says; the moment stays as it is.",
        "shipments left at another moment than the file says; the moments stay as they are.",
        len(differing),
        examples=differing,
    )


def _differs(shipped_at: datetime | None, told: str) -> bool:
    """Say whether two moments are different ones; a file gives seconds at best, and often the day alone."""
    if shipped_at is None:
        return False
    moment = datetime.fromisoformat(told)
    moment = moment if is_aware(moment) else make_aware(moment)
    if localtime(moment).time() == time():
        return localtime(moment).date() != localtime(shipped_at).date()
    return abs((moment - shipped_at).total_seconds()) >= 60


def _planned(
    batch: Batch, run: Run, place: int, shipment: ExistingShipment | None, diff: dict[str, list[str]]
) -> Staged:
    number = batch.numbers[place]
    key = shipment.number if shipment is not None else _key(batch, place)
    if place in batch.skipped:
        return skipped_row(number, batch.skipped[place], key)
    if shipment is None or place in batch.errors:
        return error_row(number, batch.errors[place], key)
    if run.mode == "create":
        return skipped_row(number, "This exists, and the upload only creates.", key)
    if not diff:
        return Staged(number, RowAction.UNCHANGED.value, key, 0, shipment.pk)
    return Staged(number, RowAction.UPDATE.value, key, 0, shipment.pk, "", as_json(diff))


def _key(batch: Batch, place: int) -> str:
    """Return what a row that means no shipment calls it."""
    return next((value for name in _KEYS[:2] if isinstance(value := batch.column(name)[place], str)), "")
