"""Opening and setting the stock of thousands of variants at once, through the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backoffice.kernel.history.bulk import bulk_insert, bulk_load, bulk_update
from backoffice.kernel.history.context import current_audit
from products.events import stock_changed
from products.models import MovementReason, Stock, StockMovement


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
