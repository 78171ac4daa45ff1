"""What the database itself refuses: the payment audit is append-only."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kernel.immutable import Guard
from finance.models import PaymentEvent


def finance_guards() -> Sequence[Guard]:
    """Return the guards of the payment audit."""
    table = PaymentEvent._meta.db_table
    return (
        Guard(f"{table}_no_update", table, "UPDATE", "Payment events are never changed."),
        Guard(f"{table}_no_delete", table, "DELETE", "Payment events are never deleted."),
    )
