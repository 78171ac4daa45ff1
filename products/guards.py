"""What the database itself refuses: the ledger of stock is append-only."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.immutable import Guard
from products.models import StockMovement


def products_guards() -> Sequence[Guard]:
    """Return the guards of the ledger of stock."""
    table = StockMovement._meta.db_table
    return (
        Guard(f"{table}_no_update", table, "UPDATE", "Stock movements are never changed."),
        Guard(f"{table}_no_delete", table, "DELETE", "Stock movements are never deleted."),
    )
