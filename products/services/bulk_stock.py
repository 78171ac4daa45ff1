"""Opening, setting and moving the stock of thousands of variants at once, through the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from backoffice.kernel import clock
from backoffice.kernel.history.bulk import bulk_insert, bulk_load, bulk_update
from backoffice.kernel.history.context import current_audit
from products.events import stock_changed
from products.models import MovementReason, Stock, StockMovement
from products.services.stock.rows import Place


def stock_bulk_open(*, openings: Sequence[tuple[int, int, int]], reference: str = "") -> list[int]:
    """Make rows of stock with their opening movements.

    Args:
        openings: (variant, location, pieces) of places that have no row yet; pieces above 0.
        reference: the document behind it.

    Returns:
        Primary keys of the rows of stock.
    """
    if not openings:
        return []
    ids = bulk_insert(Stock, ["variant", "location", "on_hand"], openings)
    _move([(pk, row[2]) for pk, row in zip(ids, openings, strict=True)], MovementReason.OPENING, reference)
    return ids


def stock_bulk_set(*, changes: Sequence[tuple[int, int, int]], reference: str = "") -> None:
    """Set the stock on hand of rows that are locked.

    Args:
        changes: (key of the stock, pieces before, pieces after), checked against what is promised.
        reference: the document behind it.
    """
    if not changes:
        return
    bulk_update(Stock, ["on_hand"], [(pk, after) for pk, _, after in changes])
    _move([(pk, after - before) for pk, before, after in changes], MovementReason.UPLOAD, reference)


def _move(quantities: Sequence[tuple[int, int]], reason: MovementReason, reference: str) -> None:
    user_id, job_id = current_audit().answerable()
    rows: list[tuple[Any, ...]] = [
        (stock_id, quantity, reason.value, reference, user_id, job_id) for stock_id, quantity in quantities if quantity
    ]
    bulk_load(StockMovement, ["stock", "quantity", "reason", "reference", "user", "job"], rows)
    stock_changed.send(sender=Stock, stock_ids=[pk for pk, _ in quantities], job_id=job_id)


class StockWrite(NamedTuple):
    """What becomes of one row of stock.

    Attributes:
        stock_id: primary key; of a row that is to be made, the reserved one.
        place: variant and location.
        before: pieces on hand now, 0 where the row is to be made.
        after: pieces on hand then, checked against what is promised.
        reorder_point: the reorder point then.
        reason: why pieces move.
        note: further words on the movement.
        happened: when they moved, where that was before now.
    """

    stock_id: int
    place: Place
    before: int
    after: int
    reorder_point: int
    reason: MovementReason
    note: str = ""
    happened: dt.datetime | None = None


def stock_bulk_write(*, opened: Sequence[StockWrite], changed: Sequence[StockWrite], reference: str = "") -> None:
    """Make rows of stock and change others, each with the movement that explains it, and tell of all at once.

    Args:
        opened: places that have no row yet.
        changed: rows that are locked.
        reference: the document behind it.
    """
    writes = [*opened, *changed]
    if not writes:
        return
    bulk_insert(
        Stock,
        ["variant", "location", "on_hand", "reorder_point"],
        [(*row.place, row.after, row.reorder_point) for row in opened],
        ids=[row.stock_id for row in opened],
    )
    bulk_update(Stock, ["on_hand", "reorder_point"], [(row.stock_id, row.after, row.reorder_point) for row in changed])
    user_id, job_id = current_audit().answerable()
    now = clock.now()
    bulk_load(
        StockMovement,
        ["stock", "quantity", "reason", "reference", "note", "user", "job", "effective_at"],
        [
            (
                row.stock_id, row.after - row.before, row.reason.value, reference, row.note, user_id, job_id,
                row.happened or now,
            )
            for row in writes
            if row.after != row.before
        ],
    )  # fmt: skip
    stock_changed.send(sender=Stock, stock_ids=[row.stock_id for row in writes], job_id=job_id)
