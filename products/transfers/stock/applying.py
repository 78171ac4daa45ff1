"""Writing a chunk of stock rows under lock, and finding those that cannot be written any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import ApplyConflict, ApplyOutcome, PlannedChange
from products.models import MovementReason, Variant
from products.services.bulk_stock import StockWrite, stock_bulk_write
from products.services.stock.counts import Since, count_note, stock_moved_since
from products.services.stock.rows import NO_STOCK, Place, StockNow, stock_now
from products.transfers.applying.updates import CHANGED, GONE
from products.transfers.stock.terms import Terms


@dataclass(slots=True)
class _Line:
    """A planned row beside the stock as it is now."""

    change: PlannedChange
    now: StockNow
    counted_at: dt.datetime | None

    @property
    def spot(self) -> Place:
        return self.change.payload["variant"], self.change.payload["location"]

    def planned(self, name: str, before: int) -> tuple[int, int] | None:
        """Return the old and the new value of the preview, or None where the row leaves the field alone."""
        value = self.change.diff.get(name)
        if value is None:
            return None
        return (value[0], value[1]) if isinstance(value, list) else (before, value)


def apply_stock(changes: Sequence[PlannedChange], terms: Terms, *, reference: str) -> ApplyOutcome:
    """Write a chunk inside the transaction that the caller has opened.

    Quantities that are added, and counts, hold whatever was sold or received since the preview, so
    they are worked out again. A quantity that stock is set to is a conflict where the stock is
    neither what the preview showed nor already the new figure.

    Args:
        changes: rows of the plan.
        terms: what their quantities mean.
        reference: the document behind the movements.
    """
    try:
        with transaction.atomic():
            return _apply(changes, terms, reference=reference)
    except IntegrityError:
        # Somebody opened one of the places at this very moment; now its row is there to be locked.
        return _apply(changes, terms, reference=reference)


def _apply(changes: Sequence[PlannedChange], terms: Terms, *, reference: str) -> ApplyOutcome:
    lines = _lock(changes)
    gone = _gone(lines)
    moments = {line.now.pk: line.counted_at for line in lines if line.counted_at and line.now.pk}
    since = stock_moved_since(moments=moments)
    outcome = ApplyOutcome()
    opened: list[StockWrite] = []
    changed: list[StockWrite] = []
    for line in lines:
        write, conflict = _decide(line, terms, since.get(line.now.pk))
        if line.change.number in gone:
            conflict = GONE
        if conflict:
            outcome.conflicts.append(ApplyConflict(line.change.number, conflict))
            continue
        if line.change.action == RowAction.CREATE and line.now.pk:
            outcome.moved[line.change.number] = line.now.pk
        if not line.now.pk:
            opened.append(write)
        elif (write.after, write.reorder_point) != (line.now.on_hand, line.now.reorder_point):
            changed.append(write)
    # In one order for everybody, so that two uploads of the same new places wait and do not block each other.
    opened.sort(key=lambda write: write.place)
    stock_bulk_write(opened=opened, changed=changed, reference=reference)
    return outcome


def _lock(changes: Sequence[PlannedChange]) -> list[_Line]:
    places = [(change.payload["variant"], change.payload["location"]) for change in changes]
    locked = stock_now(places=places, lock=True)
    lines = []
    for change, spot in zip(changes, places, strict=True):
        moment = change.payload.get("counted_at")
        lines.append(_Line(change, locked.get(spot, NO_STOCK), dt.datetime.fromisoformat(moment) if moment else None))
    return lines


def _gone(lines: Sequence[_Line]) -> set[int]:
    """Return the rows whose stock, or whose variant, is not there any more."""
    missing = {line.change.number for line in lines if line.change.action == RowAction.UPDATE and not line.now.pk}
    fresh = {line.spot[0] for line in lines if not line.now.pk}
    there = set(Variant.objects.filter(pk__among=sorted(fresh)).values_list("pk", flat=True)) if fresh else set()
    return missing | {line.change.number for line in lines if line.spot[0] in fresh - there}


def _decide(line: _Line, terms: Terms, since: Since | None) -> tuple[StockWrite, str]:
    """Return what is to be written, and why it cannot be; "" where it can."""
    now, payload = line.now, line.change.payload
    after, point, conflict = now.on_hand, now.reorder_point, ""
    quantity = line.planned("quantity", 0)
    if quantity is not None:
        if not terms.adds and line.counted_at is None and now.on_hand not in quantity:
            conflict = CHANGED.format(fields=f"quantity, now {now.on_hand}")
        else:
            after, conflict = terms.outcome(payload["quantity"], now, since)
    points = line.planned("reorder_point", 0)
    if points is not None:
        point = points[1]
        if now.reorder_point not in points:
            conflict = conflict or CHANGED.format(fields="reorder point")
    if line.counted_at is not None:
        moved = since.moved if since else 0
        note = count_note(payload["quantity"], at=line.counted_at, since=moved)
        reason = MovementReason.COUNT
    else:
        note, reason = "", MovementReason.UPLOAD if now.pk else MovementReason.OPENING
    write = StockWrite(
        stock_id=now.pk or line.change.object_id,
        place=line.spot,
        before=now.on_hand,
        after=after,
        reorder_point=point,
        reason=reason,
        note=payload.get("note", note),
        happened=line.counted_at,
    )
    return write, conflict
