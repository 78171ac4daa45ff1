"""Writing thousands of customers and addresses at once.

These services write what has been checked: the plan of an upload has held every value against the
model's bounds and validators. What single writes leave (log-in without a password, customer's page,
history, timestamps) they leave too; a test holds both ways against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Address, CustomerProfile, User, UserType
from backoffice.kernel.history.bulk import bulk_insert, bulk_update


def customer_users_bulk_create(
    *, ids: Sequence[int], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[int]:
    """Insert log-ins of customers, who cannot log in until a password is set.

    Args:
        ids: reserved primary keys, one per row.
        columns: columns that the rows give; the others get their defaults.
        rows: values in the order of the columns, checked; emails in lower case.
    """
    # Without a password nothing is hashed: it is a mark and random letters.
    filled = ((*row, UserType.CUSTOMER.value, make_password(None)) for row in rows)
    return bulk_insert(User, [*columns, "user_type", "password"], filled, ids=ids)


def customers_bulk_create(
    *, ids: Sequence[int] | None, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[int]:
    """Insert customers' pages; arguments as for ``customer_users_bulk_create``, keys taken here where None."""
    return bulk_insert(CustomerProfile, columns, rows, ids=ids)


def addresses_bulk_create(*, ids: Sequence[int], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Insert addresses; arguments as for ``customer_users_bulk_create``.

    Defaults are moved first, by ``addresses_bulk_update``: a customer has one address for each purpose.
    """
    return bulk_insert(Address, columns, rows, ids=ids)


def customer_users_bulk_update(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update log-ins, each to its own values.

    Args:
        columns: columns to set.
        rows: primary key, then the values, checked.

    Returns:
        How many were updated.
    """
    return bulk_update(User, columns, rows)


def customers_bulk_update(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update customers; arguments as for ``customer_users_bulk_update``."""
    return bulk_update(CustomerProfile, columns, rows)


def addresses_bulk_update(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Update addresses; arguments as for ``customer_users_bulk_update``."""
    return bulk_update(Address, columns, rows)
