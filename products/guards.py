"""What the database itself refuses: the ledger of stock is append-only."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.immutable import Guard
from products.models import Stock, StockMovement


def products_guards() -> Sequence[Guard]:
    """Return the guards of the ledger of stock."""
    table, stock = StockMovement._meta.db_table, Stock._meta.db_table
    return (
        Guard(f"{table}_no_update", table, "UPDATE", "Stock movements are never changed."),
        # An upload that is undone takes along the stock that it made and nobody used; what told of
        # that stock alone goes with it, and the stock's own history stays.
        Guard(
            f"{table}_no_delete",
            table,
            "DELETE",
            "Stock movements are never deleted.",
            condition=f"EXISTS (SELECT 1 FROM {stock} s WHERE s.id = OLD.stock_id)",  # noqa: S608 - names only
        ),
    )
