"""Stock is counted, or set to a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
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
                note=note or _count_note(count.quantity, at=at, since=since.get(rows[_place(count)].pk, 0)),
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
    later = StockMovement.objects.filter(stock__in=[row.pk for row in rows.values()], effective_at__gt=at)
    newer = (
        later.filter(reason=MovementReason.COUNT, undone_by__isnull=True)
        .select_related("stock__variant", "stock__location")
        .first()
    )
    if newer is not None:
        raise StaleCount(
            f"{newer.stock} was counted again on {timezone.localtime(newer.effective_at):%Y-%m-%d %H:%M}; "
            "the older count would overwrite it.",
            field="counted_at",
        )
    return dict(later.order_by().values_list("stock").annotate(Sum("quantity")))


def _count_note(quantity: int, *, at: dt.datetime, since: int) -> str:
    note = f"{quantity} counted on {timezone.localtime(at):%Y-%m-%d %H:%M}"
    return f"{note}, {since:+d} moved since" if since else note
