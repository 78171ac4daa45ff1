"""Writing a chunk's addresses: defaults are taken away, then given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from accounts.services.bulk_customers import addresses_bulk_create, addresses_bulk_update
from accounts.transfers.applying.conflicts import Moves
from accounts.transfers.applying.current import Current
from accounts.transfers.columns import ADDRESS_COLUMNS, FLAGS
from backoffice.kernel.transfers.service import PlannedChange

_COLUMNS = (*ADDRESS_COLUMNS, *FLAGS)


def write_addresses(changes: Sequence[PlannedChange], moves: Moves, current: Current) -> None:
    """Update and insert addresses.

    Two addresses of a customer may never be the default for one purpose, not even in the middle of a
    statement: those that stop being it are written before those that become it.

    Args:
        changes: rows that have no conflict.
        moves: their changes of defaults.
        current: what is there, locked; follows what is written.
    """
    there = {pk: values for of_user in current.addresses.values() for pk, values in of_user.items()}
    losing: dict[int, dict[str, Any]] = defaultdict(dict)
    gaining: dict[int, dict[str, Any]] = defaultdict(dict)
    for (_, flag), move in moves.items():
        if move.before != move.after and there.get(move.before, {}).get(flag):
            losing[move.before][flag] = False
        if move.after and not there.get(move.after, {}).get(flag):
            gaining[move.after][flag] = True
    _update(losing, there)
    changed: dict[int, dict[str, Any]] = defaultdict(dict)
    for change in changes:
        for pk, diff in change.payload.get("changed", ()):
            changed[pk] |= {column: entry[1] for column, entry in diff.items()}
    for pk in gaining.keys() & there.keys():
        changed[pk] |= gaining[pk]
    _update(changed, there)
    _insert(changes, gaining)


def _update(wanted: dict[int, dict[str, Any]], there: dict[int, dict[str, Any]]) -> None:
    """Write what differs from what is there."""
    rows: dict[int, dict[str, Any]] = {}
    for pk, values in wanted.items():
        new = {**there[pk], **values}
        if new != there[pk]:
            rows[pk] = there[pk] = new
    columns = [name for name in _COLUMNS if any(name in values for values in wanted.values())]
    addresses_bulk_update(columns=columns, rows=[(pk, *(rows[pk][name] for name in columns)) for pk in sorted(rows)])


def _insert(changes: Sequence[PlannedChange], gaining: dict[int, dict[str, Any]]) -> None:
    rows = []
    for change in changes:
        for pk, values in change.payload.get("made", ()):
            row = [values.get(column, "") for column in ADDRESS_COLUMNS]
            rows.append((pk, change.payload["user"], *row, *(gaining.get(pk, {}).get(flag, False) for flag in FLAGS)))
    rows.sort()
    addresses_bulk_create(
        ids=[row[0] for row in rows],
        columns=["user_id", *_COLUMNS],
        rows=[row[1:] for row in rows],
    )
