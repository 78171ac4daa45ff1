"""What an undo says in the end: what stayed as it is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backoffice.kernel.history.undo.fates import tally
from backoffice.kernel.history.undo.names import names_of
from backoffice.kernel.history.undo.planning import conflicts_of
from backoffice.kernel.history.undo.registry import UndoConflict, UndoHook
from backoffice.kernel.history.undo.tables import Table
from backoffice.kernel.jobs.context import JobContext

CONFLICTS_KEPT = 500


def hooked(hook: UndoHook, job_id: int, context: JobContext, result: dict[str, Any]) -> dict[str, Any]:
    """Let an app take back what it keeps books of; what it has to leave is listed like rows that stay."""
    outcome = hook.apply(job_id, context)
    stays = outcome.pop("conflict_list", [])
    result["conflicts"] += conflicts_in(outcome)
    result["conflict_list"] += [_told(entry) for entry in stays[: CONFLICTS_KEPT - len(result["conflict_list"])]]
    return outcome


def conflicts_in(outcome: dict[str, Any]) -> int:
    return int(outcome.get("conflicts", 0))


def wrote_anything(result: dict[str, Any]) -> bool:
    """Say whether an undo wrote rows, or entries of the books that apps keep.

    Args:
        result: what ``undo_apply`` returned.
    """
    books = [entry for outcome in result["hooks"].values() for name, entry in outcome.items() if name != "conflicts"]
    return any([result["deleted"], result["restored"], result["recreated"], *books])


def note(result: dict[str, Any], table: Table, refused: dict[int, str]) -> None:
    """Add rows that had to stay to the result."""
    result["conflicts"] += len(refused)
    shown = list(refused)[: CONFLICTS_KEPT - len(result["conflict_list"])]
    kind, names = str(table.model._meta.verbose_name), names_of(table, shown)
    result["conflict_list"] += [_told(UndoConflict(kind, key, names[key], refused[key])) for key in shown]


def _told(entry: UndoConflict) -> dict[str, Any]:
    """Return a conflict as a job's result keeps it."""
    told = {"model": entry.model, "id": entry.object_id, "name": entry.name, "reason": entry.reason}
    if entry.who or entry.when:
        told |= {"who": entry.who, "when": entry.when.isoformat() if entry.when else None}
    return told


def list_conflicts(context: JobContext, job_id: int, tables: Sequence[Table], result: dict[str, Any]) -> None:
    """Count and list the rows that somebody touched since."""
    for table in tables:
        kinds = tally(table, job_id, context.job.pk)
        count = kinds["touched"] + kinds["unknown"] + (0 if table.is_whole else kinds["recreate"])
        if not count:
            continue
        result["conflicts"] += count
        room = CONFLICTS_KEPT - len(result["conflict_list"])
        found = conflicts_of(table, job_id, {}, room, undo_job_id=context.job.pk)
        result["conflict_list"] += map(_told, found)
