"""From a chunk of a plan to the customers: what is new, what changed, then defaults and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import CustomerProfile
from accounts.services.bulk_customers import (
    customer_users_bulk_create,
    customer_users_bulk_update,
    customers_bulk_create,
    customers_bulk_update,
)
from accounts.transfers.applying.addresses import write_addresses
from accounts.transfers.applying.conflicts import find_conflicts, moves_of
from accounts.transfers.applying.current import Current, lock_and_read
from accounts.transfers.columns import PROFILE_COLUMNS, USER_COLUMNS
from backoffice.kernel.history.bulk.columns import concrete_field
from backoffice.kernel.transfers.service import ApplyConflict, ApplyOutcome, PlannedChange


def apply_customers(changes: Sequence[PlannedChange]) -> ApplyOutcome:
    """Write a chunk inside the transaction that the caller has opened.

    Args:
        changes: rows of the plan; the rows of a customer come together.
    """
    current = lock_and_read(changes)
    moves = moves_of(changes)
    conflicts = find_conflicts(changes, moves, current)
    sound = [change for change in changes if change.number not in conflicts]
    _write_new([change for change in sound if "new" in change.payload])
    _write_changed([change for change in sound if "person" in change.payload], current)
    write_addresses(sound, {key: move for key, move in moves.items() if move.numbers[0] not in conflicts}, current)
    return ApplyOutcome([ApplyConflict(number, reason) for number, reason in conflicts.items()])


def _write_new(changes: Sequence[PlannedChange]) -> None:
    """Insert log-ins and customers' pages."""
    if not changes:
        return
    fields = [name for name in USER_COLUMNS if any(name in change.diff for change in changes)]
    customer_users_bulk_create(
        ids=[change.payload["user"] for change in changes],
        columns=["email", *(USER_COLUMNS[name] for name in fields)],
        rows=[[change.key, *(change.diff.get(name, "") for name in fields)] for change in changes],
    )
    fields = [name for name in PROFILE_COLUMNS if any(name in change.diff for change in changes)]
    defaults = {name: concrete_field(CustomerProfile, PROFILE_COLUMNS[name]).get_default() for name in fields}
    customers_bulk_create(
        ids=[change.payload["profile"] for change in changes],
        columns=["user_id", *(PROFILE_COLUMNS[name] for name in fields)],
        rows=[
            [change.payload["user"], *(change.diff.get(name, defaults[name]) for name in fields)] for change in changes
        ],
    )


def _write_changed(changes: Sequence[PlannedChange], current: Current) -> None:
    """Update log-ins and customers' pages; make the page of a customer who has only a log-in."""
    diffs = {change.payload["user"]: change.payload["person"] for change in changes}
    fields = [name for name in USER_COLUMNS if any(name in diff for diff in diffs.values())]
    rows = []
    for user_id, diff in diffs.items():
        now = current.users[user_id]
        values = [diff[name][1] if name in diff else now[name] for name in fields]
        if values != [now[name] for name in fields]:
            rows.append((user_id, *values))
    customer_users_bulk_update(columns=[USER_COLUMNS[name] for name in fields], rows=sorted(rows))
    _write_profiles(diffs, current)


def _write_profiles(diffs: dict[int, dict[str, list[Any]]], current: Current) -> None:
    fields = [name for name in PROFILE_COLUMNS if any(name in diff for diff in diffs.values())]
    columns = [PROFILE_COLUMNS[name] for name in fields]
    changed, missing = [], []
    for user_id, diff in diffs.items():
        if not any(name in diff for name in fields):
            continue
        pk, now = current.profiles.get(user_id, (0, {}))
        old = [now[name] if pk else concrete_field(CustomerProfile, name).get_default() for name in fields]
        values = [diff[name][1] if name in diff else value for name, value in zip(fields, old, strict=True)]
        if not pk:
            missing.append((user_id, *values))
        elif values != old:
            changed.append((pk, *values))
    customers_bulk_update(columns=columns, rows=sorted(changed, key=lambda row: row[0]))
    customers_bulk_create(ids=None, columns=["user_id", *columns], rows=missing)
