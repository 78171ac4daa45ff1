"""What undoing a job would do. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models

from backoffice.kernel.history.bulk import id_condition
from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.history.undo.fates import fates, tally_deciding
from backoffice.kernel.history.undo.foresight import Deciding
from backoffice.kernel.history.undo.names import names_of
from backoffice.kernel.history.undo.registry import (
    HookPlan,
    LedgerPlan,
    ModelPlan,
    UndoConflict,
    UndoPlan,
    has_keeper,
    hooks,
    kept_by_app,
    refusal_by_kind,
    refusal_of,
)
from backoffice.kernel.history.undo.tables import Table, ledgers, quoted, references_to, rows, written_by
from backoffice.kernel.labels import labels_of

CONFLICTS_SHOWN = 200

# Per model label, the keys of rows written by the job that will stay as they are.
Stays = dict[str, set[Any]]


def undo_plan(job_id: int, *, told: Callable[[int, int, str], None] | None = None) -> UndoPlan:
    """Say what undoing a job would do, and what would stay and why.

    Args:
        job_id: the job whose writes would be taken back.
        told: called before each step: how many are done, how many there are, what comes next.
    """
    tables = written_by(job_id)
    refusal = _refusal(job_id, tables)
    if refusal:
        return UndoPlan(job_id, [], [], [], 0, refusal)
    steps = len(hooks()) + len(tables)
    hook_plans: list[HookPlan] = []
    for hook in hooks():
        if told is not None:
            told(len(hook_plans), steps, "the books")
        hook_plans.append(hook.plan(job_id))
    refusal = next((plan.refusal for plan in hook_plans if plan.refusal), "")
    if refusal:
        return UndoPlan(job_id, [], _in_numbers(hook_plans), [], 0, refusal)
    stays: Stays = {}
    plans: list[ModelPlan] = []
    conflicts: list[UndoConflict] = [conflict for plan in hook_plans for conflict in plan.conflicts]
    total = sum(plan.staying for plan in hook_plans)
    for done, table in enumerate(tables, start=len(hook_plans)):
        if told is not None:
            told(done, steps, str(table.model._meta.verbose_name_plural))
        deciding = Deciding(table)
        counts, differing = tally_deciding(table, job_id, deciding.columns)
        kept = _blocked(table, job_id, stays, hook_plans) if counts["delete"] else {}
        touched = _staying(table, job_id) if counts["touched"] or counts["unknown"] else set()
        held = deciding.hindered(job_id, kept) if differing or counts["recreate"] else {}
        stays[table.model._meta.label_lower] = {*kept, *held} | touched
        plan = _model_plan(table, counts, len(kept), Counter(entry.kind for entry in held.values()))
        plans.append(plan)
        total += plan.conflicts
        if plan.conflicts and len(conflicts) < CONFLICTS_SHOWN:
            reasons = kept | {key: entry.reason for key, entry in held.items()}
            conflicts += conflicts_of(table, job_id, reasons, CONFLICTS_SHOWN - len(conflicts))
    plans = [plan for plan in plans if plan.total or plan.conflicts]
    books = _in_numbers(hook_plans)
    refusal = "" if plans or books else "This job changed nothing that could be taken back."
    return UndoPlan(job_id, plans, books, conflicts[:CONFLICTS_SHOWN], total, refusal)


def _in_numbers(plans: list[HookPlan]) -> list[LedgerPlan]:
    """Return what hooks would do, without those that would do nothing."""
    return [LedgerPlan(str(plan.what), plan.total, plan.staying) for plan in plans if plan.total or plan.staying]


def _model_plan(table: Table, counts: Counter[str], kept: int, held: Counter[str]) -> ModelPlan:
    stay = counts["touched"] + counts["unknown"] + kept + held.total()
    recreates = counts["recreate"] - held["recreate"]
    if not table.is_whole:
        stay, recreates = stay + recreates, 0
    return ModelPlan(table.model, counts["delete"] - kept, counts["restore"] - held["restore"], recreates, stay)


def undo_refusal(job_id: int) -> str:
    """Return why a job cannot be undone at all, or ""."""
    return _refusal(job_id, written_by(job_id))


def _refusal(job_id: int, tables: list[Table]) -> str:
    refusal = refusal_by_kind(job_id)
    if refusal:
        return refusal
    for table in tables:
        reason = refusal_of(table.model, job_id)
        if reason:
            return reason
    hooked = {hook.label for hook in hooks()}
    for model in ledgers():
        if model._meta.label_lower in hooked:
            continue
        if model._default_manager.filter(job=job_id).exists():
            kept = f"This job wrote {model._meta.verbose_name_plural}, which are kept for ever."
            return refusal_of(model, job_id) or kept
    return ""


def _blocked(table: Table, job_id: int, stays: Stays, hook_plans: list[HookPlan]) -> dict[Any, str]:
    """Return the rows made by the job that something else refers to, with what that is, in a sentence."""
    label = table.model._meta.label_lower
    found: dict[Any, str] = {
        key: str(plan.what) for plan in hook_plans for key in plan.kept.get(label, ()) if plan.kept
    }
    for reference in references_to(table.model):
        query, params = _references(table, reference, job_id, stays)
        name = str(reference.model._meta.verbose_name_plural)
        found |= {row[0]: name for row in rows(query, params) if row[0] not in found}
    if found:
        # A row that somebody touched is a conflict already.
        query, params = fates(table, job_id, 0, sorted(found))
        deletable = {row[0] for row in rows(query, params) if row[4] == "delete"}
        found = {key: name for key, name in found.items() if key in deletable}
    return {key: f"Still used by {what}." for key, what in (found | _kept_by_app(table, job_id, found)).items()}


def _kept_by_app(table: Table, job_id: int, found: dict[Any, str]) -> dict[Any, str]:
    """Return the rows made by the job that an app keeps."""
    if not has_keeper(table.model):
        return {}
    query, params = fates(table, job_id, 0)
    keys = [row[0] for row in rows(query, params) if row[4] == "delete" and row[0] not in found]
    return kept_by_app(table.model, keys)


def _staying(table: Table, job_id: int) -> set[Any]:
    """Return the rows that stay as they are, because somebody changed them since or what they were is not known."""
    query, params = fates(table, job_id, 0)
    found = rows(f"SELECT k FROM ({query}) y WHERE kind IN ('touched', 'unknown')", params)  # noqa: S608 - no data
    return {row[0] for row in found}


def _references(
    table: Table,
    reference: models.ForeignKey[Any, Any],
    job_id: int,
    stays: Stays,
) -> tuple[str, list[Any]]:
    """Return the query of the job's new rows that a foreign key refers to from rows that stay."""
    model = reference.model
    column, pk = quoted(str(reference.column)), quoted(str(model._meta.pk.column))
    params: list[Any] = [job_id]
    condition = "1 = 1"
    if model._meta.label_lower in {hook.label for hook in hooks()}:
        condition = "(r.job_id IS NULL OR r.job_id <> %s)"
        params.append(job_id)
    elif is_tracked(model):
        other = Table(model)
        # A row that this job made goes too, and one that it changed refers to something else again,
        # unless it is one of those that stay. The plus keeps the index on the job out of it: each
        # row is found by its key.
        condition = (
            f"NOT EXISTS (SELECT 1 FROM {other.history_name} c WHERE c.{other.key} = r.{pk} "  # noqa: S608
            f"AND +c.history_job_id = %s)"
        )
        params.append(job_id)
        kept = sorted(stays.get(model._meta.label_lower, ()))
        if kept:
            among, more = id_condition(connection, f"r.{pk}", kept)
            condition, params = f"({condition} OR {among})", [*params, *more]
    query = (
        f"SELECT DISTINCT r.{column} FROM {table.history_name} h "  # noqa: S608 - names and marks only
        f"JOIN {quoted(model._meta.db_table)} r ON r.{column} = h.{table.key} "
        f"WHERE h.history_job_id = %s AND h.history_type = '+' AND {condition}"
    )
    return query, params


def conflicts_of(
    table: Table, job_id: int, held: dict[Any, str], limit: int, *, undo_job_id: int = 0, ids: Any = None
) -> list[UndoConflict]:
    """Return the rows of a table that stay as they are, with who touched them and when.

    Args:
        table: the rows' table.
        job_id: the job that is undone.
        held: further rows, which nobody touched, and why they stay.
        limit: so many at most.
        undo_job_id: the job that undoes it, whose own rows do not count as somebody's touch.
        ids: only these rows; all where None.
    """
    query, params = fates(table, job_id, undo_job_id, ids)
    wanted = "('touched', 'unknown')" if table.is_whole else "('touched', 'unknown', 'recreate')"
    stays = f"SELECT k, kind, newest FROM ({query}) y WHERE kind IN {wanted} ORDER BY k LIMIT %s"  # noqa: S608
    found = rows(stays, [*params, limit])
    keys = [row[0] for row in found] + list(held)[: limit - len(found)]
    names = names_of(table, keys)
    newest = table.history.objects.in_bulk([row[2] for row in found])
    people = labels_of(
        get_user_model()._default_manager.filter(pk__in={row.history_user_id for row in newest.values()})
    )
    kind = str(table.model._meta.verbose_name)
    conflicts = [_conflict((kind, key, names[key]), what, newest.get(last), people) for key, what, last in found]
    return conflicts + [UndoConflict(kind, key, names[key], held[key]) for key in keys[len(found) :]]


def _conflict(of: tuple[str, Any, str], what: str, row: Any, people: dict[Any, str]) -> UndoConflict:
    kind, key, name = of
    if what == "unknown" or row is None:
        return UndoConflict(kind, key, name, "What it was before is not known.")
    if what == "recreate":
        return UndoConflict(kind, key, name, "Deleted; history does not hold all of it.")
    reason = "Deleted since." if row.history_type == "-" else "Changed since."
    who = people.get(row.history_user_id, "") or (f"job {row.history_job_id}" if row.history_job_id else "")
    return UndoConflict(kind, key, name, reason, who, row.history_date)
