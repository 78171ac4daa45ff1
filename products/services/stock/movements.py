"""Stock comes in, goes out and changes place."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.history.context import current_audit
from products.exceptions import StockRefused
from products.models import MovementReason, Stock, StockMovement
from products.services.stock.rows import lock_places, lowest_on_hand, refuse_shortages, write_stock


@dataclass(frozen=True, slots=True)
class StockMove:
    """Pieces that come in (positive) or go out (negative) at one place.

    Attributes:
        variant_id: primary key of the variant.
        location_id: primary key of the location.
        quantity: pieces, not zero.
        reference: the document behind it, where it differs from that of the whole call.
        note: the same for the note.
        effective_at: when it happened, where that was before now.
        undoes_id: primary key of the movement that this one takes back.
    """

    variant_id: int
    location_id: int
    quantity: int
    reference: str = ""
    note: str = ""
    effective_at: dt.datetime | None = None
    undoes_id: int | None = None


def stock_move(
    *, moves: Sequence[StockMove], reason: MovementReason, reference: str = "", note: str = ""
) -> list[StockMovement]:
    """Move stock: write the movements, and stock on hand with its history.

    Rows of stock that do not exist yet are made. All moves happen, or none.

    Args:
        moves: what moves where; several moves of one place are added up for the check.
        reason: why, for all moves.
        reference: the document behind it, for example a shipment's number.
        note: further words.

    Returns:
        The movements, in the order of ``moves``.

    Raises:
        InsufficientStock: a place would fall below zero, or below what is promised to orders.
        StockRefused: a move of no pieces.
        MissingActor: no audit context is open.
    """
    if not moves:
        return []
    if any(move.quantity == 0 for move in moves):
        raise StockRefused("A movement needs a quantity other than 0.", field="quantity")
    with transaction.atomic():
        rows = lock_places([(move.variant_id, move.location_id) for move in moves])
        totals: dict[int, int] = defaultdict(int)
        for move in moves:
            totals[rows[move.variant_id, move.location_id].pk] += move.quantity
        _apply_totals(rows.values(), totals)
        return record_movements(
            ((rows[move.variant_id, move.location_id], move) for move in moves),
            reason=reason,
            reference=reference,
            note=note,
        )


def stock_transfer(
    *, variant_id: int, source_id: int, target_id: int, quantity: int, reference: str = "", note: str = ""
) -> tuple[StockMovement, StockMovement]:
    """Carry pieces of a variant from one location to another.

    Args:
        variant_id: primary key of the variant.
        source_id: location they leave.
        target_id: location they reach.
        quantity: pieces, at least one.
        reference: the document behind it.
        note: further words.

    Returns:
        The movement out and the movement in.

    Raises:
        InsufficientStock: fewer pieces are free at the source.
        StockRefused: both locations are the same, or the quantity is below one.
    """
    if source_id == target_id:
        raise StockRefused("Choose two different locations.", field="target")
    if quantity < 1:
        raise StockRefused("Transfer at least one piece.", field="quantity")
    out, into = stock_move(
        moves=[
            StockMove(variant_id=variant_id, location_id=source_id, quantity=-quantity),
            StockMove(variant_id=variant_id, location_id=target_id, quantity=quantity),
        ],
        reason=MovementReason.TRANSFER,
        reference=reference,
        note=note,
    )
    return out, into


def _apply_totals(rows: Iterable[Stock], totals: dict[int, int]) -> None:
    changed: list[Stock] = []
    short: dict[int, tuple[int, int]] = {}
    for row in {row.pk: row for row in rows}.values():
        total = totals[row.pk]
        if total < 0 and row.on_hand + total < lowest_on_hand(row):
            short[row.pk] = (-total, row.on_hand - lowest_on_hand(row))
        elif total != 0:
            row.on_hand += total
            changed.append(row)
    refuse_shortages(short)
    write_stock(changed, fields=["on_hand"])


def record_movements(
    entries: Iterable[tuple[Stock, StockMove]], *, reason: MovementReason, reference: str, note: str
) -> list[StockMovement]:
    """Write the movements behind changes of stock on hand that were saved in the same transaction."""
    user_id, job_id = current_audit().answerable()
    now = clock.now()
    return StockMovement.objects.bulk_create(
        [
            StockMovement(
                stock=row,
                quantity=move.quantity,
                reason=reason,
                reference=move.reference or reference,
                note=move.note or note,
                user_id=user_id,
                job_id=job_id,
                effective_at=move.effective_at or now,
                undoes_id=move.undoes_id,
            )
            for row, move in entries
        ]
    )
