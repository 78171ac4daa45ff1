"""Transitions of rows that a service has locked already, one or thousands at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction

from backoffice.kernel.history.context import audit, current_audit
from backoffice.kernel.history.models import TrackedModel
from backoffice.kernel.history.rows import rows_update
from backoffice.kernel.states.machine import Machine, TransitionRefused

M = TypeVar("M", bound=TrackedModel)


def apply_transition_locked(
    rows: Sequence[M],
    machine: Machine,
    name: str,
    *,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
    changed: Sequence[str] = (),
) -> None:
    """Move rows that the caller locked and re-read in the current transaction.

    What ``apply_transition`` does for one row, in a number of statements that does not grow with
    the rows: check all, save all with their history, tell about each.

    Args:
        rows: locked rows of the machine's model, as they are now.
        machine: the table that the transition stands in.
        name: the transition's name.
        reason: why, for the history rows; the audit context's reason where empty.
        values: further fields to save together with the state, the same for all rows.
        changed: names of fields that the caller set on the rows, to be saved together with the state.

    Raises:
        TransitionRefused: wrong state or a guard said no; nothing was changed.
        MissingActor: no audit context is open.
        TransactionManagementError: there is no transaction to hold the locks.
    """
    current_audit()
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Rows are only locked inside a transaction.")
    for row in rows:
        refused = machine.refusal(row, name)
        if refused:
            raise TransitionRefused(refused, transition=name, source=getattr(row, machine.field_name))
    item = machine.by_name[name]
    sources = [getattr(row, machine.field_name) for row in rows]
    changes = {machine.field_name: item.target, **(values or {})}
    for row in rows:
        for attribute, value in changes.items():
            setattr(row, attribute, value)
    if not rows:
        return
    with audit(reason=reason or current_audit().reason or item.label or name):
        rows_update(type(rows[0]), rows, [*changes, *changed])
        if machine.changed is None:
            return
        for row, source in zip(rows, sources, strict=True):
            machine.changed.send(sender=type(row), instance=row, transition=name, source=source, target=item.target)
