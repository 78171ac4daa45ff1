"""Stock is counted, or set to a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from backoffice.kernel import clock
from products.exceptions import StaleCount, StockRefused
from products.models import MovementReason, Stock, StockMovement
from products.services.stock.movements import StockMove, stock_move
from products.services.stock.rows import Place, lock_places


@dataclass(frozen=True, slots=True)
class StockCount:
    """What somebody counted at one place.

    Attributes:
        variant_id: primary key of the variant.
        location_id: primary key of the location.
        quantity: pieces that lay there, promised ones included.
    """

    variant_id: int
    location_id: int
    quantity: int


def stock_count(
    *,
    counts: Sequence[StockCount],
    counted_at: dt.datetime | None = None,
    reference: str = "",
    note: str = "",
) -> list[StockMovement]:
    """Enter a count: what moved between the counting and now stays counted in.

    Ten pieces counted at noon, two of them shipped at one, and entered at two, leave eight. What
    was entered since but tells of the time before the count (an older count, say) plays no part.

    Args:
        counts: what was counted where, each place once.
        counted_at: when it was counted; None for now.
        reference: number of the count list.
        note: further words.

    Returns:
        The movements; places whose books were right have none.

    Raises:
        InsufficientStock: fewer pieces than are promised to orders.
        StaleCount: the same place was counted later and that count is in the books already.
        StockRefused: a negative count, a place named twice, a time in the future.
    """
    now = clock.now()
    at = counted_at or now
    _refuse_impossible(counts, at=at, now=now)
    with transaction.atomic():
        rows = lock_places([_place(count) for count in counts])
        since = _moved_since(rows, at=at) if counted_at is not None else {}
        moves = [
            StockMove(
                variant_id=count.variant_id,
                location_id=count.location_id,
                quantity=change,
                note=note or count_note(count.quantity, at=at, since=since.get(rows[_place(count)].pk, 0)),
                effective_at=at,
            )
            for count in counts
            if (change := count.quantity + since.get(rows[_place(count)].pk, 0) - rows[_place(count)].on_hand)
        ]
        return stock_move(moves=moves, reason=MovementReason.COUNT, reference=reference)


def stock_set(
    *,
    counts: Sequence[StockCount],
    reason: MovementReason = MovementReason.ADJUSTMENT,
    reference: str = "",
    note: str = "",
) -> list[StockMovement]:
    """Set stock on hand to a figure, whatever it was.

    Args:
        counts: the figures, each place once.
        reason: why.
        reference: the document behind it.
        note: further words.

    Returns:
        The movements; places that had the figure already have none.

    Raises:
        InsufficientStock: a figure below what is promised to orders.
        StockRefused: a negative figure, or a place named twice.
    """
    now = clock.now()
    _refuse_impossible(counts, at=now, now=now)
    with transaction.atomic():
        rows = lock_places([_place(count) for count in counts])
        moves = [
            StockMove(variant_id=count.variant_id, location_id=count.location_id, quantity=change)
            for count in counts
            if (change := count.quantity - rows[_place(count)].on_hand)
        ]
        return stock_move(moves=moves, reason=reason, reference=reference, note=note)


def _place(count: StockCount) -> Place:
    return count.variant_id, count.location_id


def _refuse_impossible(counts: Sequence[StockCount], *, at: dt.datetime, now: dt.datetime) -> None:
    if any(count.quantity < 0 for count in counts):
        raise StockRefused("A count cannot be below 0.", field="quantity")
    if len({_place(count) for count in counts}) != len(counts):
        raise StockRefused("The same SKU is counted twice at one location.")
    if at > now:
        raise StockRefused("The time of the count lies in the future.", field="counted_at")


def _moved_since(rows: dict[Place, Stock], *, at: dt.datetime) -> dict[int, int]:
    """Return per stock the pieces that moved after a time; refuse where a later count is in the books."""
    found = stock_moved_since(moments={row.pk: at for row in rows.values()})
    for row in rows.values():
        again = found[row.pk].counted_again
        if again is not None:
            raise StaleCount(f"{row} was {stale_count(again)}", field="counted_at")
    return {pk: since.moved for pk, since in found.items()}


class Since(NamedTuple):
    """What the books hold of a row of stock after a moment.

    Attributes:
        moved: pieces that came in (positive) or went out (negative) since.
        counted_again: when a count taken later was, or None.
    """

    moved: int
    counted_again: dt.datetime | None


def stock_moved_since(*, moments: Mapping[int, dt.datetime]) -> dict[int, Since]:
    """Return what moved at each row of stock after a moment of its own, by one query.

    Args:
        moments: primary key of stock → when it was counted.
    """
    if not moments:
        return {}
    later = (
        StockMovement.objects.filter(stock__among=sorted(moments), effective_at__gt=min(moments.values()))
        .order_by("pk")
        .annotate(was_undone=Exists(StockMovement.objects.filter(undoes=OuterRef("pk"))))
        .values_list("stock", "effective_at", "quantity", "reason", "was_undone")
    )
    moved = dict.fromkeys(moments, 0)
    again: dict[int, dt.datetime] = {}
    for pk, happened, quantity, reason, was_undone in later.iterator(chunk_size=2_000):
        if happened > moments[pk]:
            moved[pk] += quantity
            if reason == MovementReason.COUNT and not was_undone:
                again.setdefault(pk, happened)
    return {pk: Since(pieces, again.get(pk)) for pk, pieces in moved.items()}


def stale_count(again: dt.datetime) -> str:
    """Say that a place was counted again later, as the end of a sentence."""
    return f"counted again on {timezone.localtime(again):%Y-%m-%d %H:%M}; the older count would overwrite it."


def count_note(quantity: int, *, at: dt.datetime, since: int) -> str:
    """Return the words that a count's movement bears where nobody gives others."""
    note = f"{quantity} counted on {timezone.localtime(at):%Y-%m-%d %H:%M}"
    return f"{note}, {since:+d} moved since" if since else note
