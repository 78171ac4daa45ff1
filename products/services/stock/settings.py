"""What people set about stock beside its quantities."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from backoffice.kernel.history.bulk import bulk_update
from backoffice.kernel.history.context import current_audit
from products.events import stock_changed
from products.exceptions import StockRefused
from products.models import Stock
from products.services.stock.rows import lock_stock


def stock_set_up(*, stock: Stock) -> Stock:
    """Save reorder point and overselling of one row; its quantities stay as they are now.

    Raises:
        StockRefused: overselling is forbidden while more is promised than lies there.
    """
    with transaction.atomic():
        row = lock_stock([stock.pk])[stock.pk]
        if not stock.backorder and row.allocated > row.on_hand:
            raise StockRefused(oversold_refusal(row), field="backorder")
        row.reorder_point, row.backorder = stock.reorder_point, stock.backorder
        row.save(update_fields=["reorder_point", "backorder", "updated_at"])
        _tell([row.pk])
    stock.refresh_from_db()
    return stock


def stock_set_reorder_point(*, stock_ids: Collection[int], reorder_point: int) -> int:
    """Set the reorder point of many rows, as one set-based write with its history.

    Args:
        stock_ids: primary keys; rows that have it already are left alone.
        reorder_point: pieces at which a row counts as low; 0 for never.

    Returns:
        How many changed.
    """
    with transaction.atomic():
        rows = [row for row in lock_stock(stock_ids).values() if row.reorder_point != reorder_point]
        bulk_update(Stock, ["reorder_point"], [(row.pk, reorder_point) for row in rows])
        _tell([row.pk for row in rows])
    return len(rows)


def stock_set_backorder(*, stock_ids: Collection[int], allowed: bool) -> int:
    """Allow or forbid to oversell many rows; rows that are oversold now stay allowed.

    Args:
        stock_ids: primary keys; rows that are so already are left alone.
        allowed: whether more may be promised than lies there.

    Returns:
        How many changed.
    """
    with transaction.atomic():
        locked = lock_stock(stock_ids).values()
        rows = [row for row in locked if row.backorder != allowed and (allowed or row.allocated <= row.on_hand)]
        bulk_update(Stock, ["backorder"], [(row.pk, allowed) for row in rows])
        _tell([row.pk for row in rows])
    return len(rows)


def oversold_refusal(row: Stock) -> str:
    """Say why overselling of a row cannot be forbidden now."""
    return f"{row}: {row.allocated} are promised and only {row.on_hand} lie there. Receive goods first."


def _tell(pks: list[int]) -> None:
    if pks:
        stock_changed.send(sender=Stock, stock_ids=pks, job_id=current_audit().job_id)
