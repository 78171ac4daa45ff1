"""Finding the rows of a plan that somebody overtook since the preview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.transfers.applying.current import Current
from accounts.transfers.columns import ADDRESS_COLUMNS, PURPOSE, USER_COLUMNS
from backoffice.kernel.transfers.service import PlannedChange

_TAKEN = "Somebody with this email is there by now."
_NOT_MADE = "The customer was not made, or deleted since the preview."
_ERASED = "The person's data were erased since the preview."
_CHANGED = "Changed by somebody since the preview: {fields}."
_ADDRESS_GONE = "The address was deleted since the preview."
_ADDRESS_THERE = "The address is there by now."


@dataclass(slots=True)
class Move:
    """A default address that becomes another one: keys before and after, 0 for none, and the rows that say so."""

    before: int
    after: int
    numbers: list[int] = field(default_factory=list)


# (log-in's key, purpose) → move.
Moves = dict[tuple[int, str], Move]


def moves_of(changes: Iterable[PlannedChange]) -> Moves:
    """Collect the changes of defaults, each of which one or two rows tell of."""
    moves: Moves = {}
    for change in changes:
        for flag, (before, after) in change.payload.get("defaults", {}).items():
            move = moves.setdefault((change.payload["user"], flag), Move(before, after))
            move.numbers.append(change.number)
    return moves


def find_conflicts(changes: Sequence[PlannedChange], moves: Moves, current: Current) -> dict[int, str]:
    """Return row number → why the row cannot be applied any more."""
    new = {change.payload["user"] for change in changes if "new" in change.payload and change.key not in current.taken}
    conflicts: dict[int, str] = {}
    for change in changes:
        reason = _of_person(change, new, current) or _of_addresses(change, current)
        if reason:
            conflicts[change.number] = reason
    _of_new_with_any(changes, new, conflicts)
    for (user_id, flag), move in moves.items():
        reason = next((conflicts[number] for number in move.numbers if number in conflicts), "")
        if not reason and user_id not in new and current.default(user_id, flag) not in (move.before, move.after):
            reason = _CHANGED.format(fields=f"the default address for {PURPOSE[flag]}")
        for number in move.numbers if reason else ():
            conflicts.setdefault(number, reason)
    return conflicts


def _of_person(change: PlannedChange, new: set[int], current: Current) -> str:
    user_id = change.payload["user"]
    if user_id in new:
        return ""
    if change.key in current.taken:
        return _TAKEN
    if user_id in current.gone:
        return _ERASED
    if user_id not in current.users:
        return _NOT_MADE
    diff = change.payload.get("person", {})
    profile = current.profiles.get(user_id, (0, {}))[1]
    changed = [
        name.replace("_", " ")
        for name, entry in diff.items()
        if (name in USER_COLUMNS and current.users[user_id][name] not in entry)
        or (name in profile and profile[name] not in entry)
    ]
    return _CHANGED.format(fields=", ".join(changed)) if changed else ""


def _of_addresses(change: PlannedChange, current: Current) -> str:
    there = current.addresses.get(change.payload["user"], {})
    for pk, diff in change.payload.get("changed", ()):
        now = there.get(pk)
        if now is None:
            return _ADDRESS_GONE
        changed = [column for column, entry in diff.items() if now[column] not in entry]
        if changed:
            return _CHANGED.format(fields=", ".join(changed))
    for _, values in change.payload.get("made", ()):
        if any(all(now[column] == values.get(column, "") for column in ADDRESS_COLUMNS) for now in there.values()):
            return _ADDRESS_THERE
    return ""


def _of_new_with_any(changes: Sequence[PlannedChange], new: set[int], conflicts: dict[int, str]) -> None:
    """Keep every row of a new customer back where one of them is."""
    failed: dict[Any, str] = {
        change.payload["user"]: conflicts[change.number] for change in changes if change.number in conflicts
    }
    for change in changes:
        if change.payload["user"] in new and change.payload["user"] in failed:
            conflicts.setdefault(change.number, failed[change.payload["user"]])
