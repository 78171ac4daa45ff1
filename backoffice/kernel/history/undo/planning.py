"""What undoing a job would do. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models

from backoffice.kernel.history.bulk import id_condition
from backoffice.kernel.history.timeline.sources import is_tracked
from backoffice.kernel.history.undo.registry import HookPlan, ModelPlan, UndoConflict, UndoPlan, hooks, refusal_of
from backoffice.kernel.history.undo.tables import Table, fates, ledgers, quoted, references_to, rows, written_by
from backoffice.kernel.labels import labels_of

CONFLICTS_SHOWN = 200

# Per model label: key → what it is still used by.
Blocked = dict[str, dict[Any, str]]


def undo_plan(job_id: int) -> UndoPlan:
    """Say what undoing a job would do, and what would stay and why.

    Args:
        job_id: the job whose writes would be taken back.
    """
    tables = written_by(job_id)
    refusal = _refusal(job_id, tables)
    if refusal:
        return UndoPlan(job_id, [], [], [], 0, refusal)
    hook_plans = [hook.plan(job_id) for hook in hooks()]
    blocked: Blocked = defaultdict(dict)
    plans: list[ModelPlan] = []
    conflicts: list[UndoConflict] = [conflict for plan in hook_plans for conflict in plan.conflicts]
    total = len(conflicts)
    for table in tables:
        counts = _counts(table, job_id)
        if counts["delete"]:
            blocked[table.model._meta.label_lower] = _blocked(table, job_id, blocked, hook_plans)
        kept = blocked[table.model._meta.label_lower]
        stays = counts["touched"] + counts["unknown"] + len(kept)
        if not table.is_whole and counts["recreate"]:
            stays, counts["recreate"] = stays + counts["recreate"], 0
        plans.append(ModelPlan(table.model, counts["delete"] - len(kept), counts["restore"], counts["recreate"], stays))
        total += stays
        if stays and len(conflicts) < CONFLICTS_SHOWN:
            conflicts += conflicts_of(table, job_id, kept, CONFLICTS_SHOWN - len(conflicts))
    plans = [plan for plan in plans if plan.total or plan.conflicts]
    done = [plan for plan in hook_plans if plan.total or plan.conflicts]
    refusal = "" if plans or done else "This job changed nothing that could be taken back."
    return UndoPlan(job_id, plans, done, conflicts[:CONFLICTS_SHOWN], total, refusal)


def _refusal(job_id: int, tables: list[Table]) -> str:
    for table in tables:
        reason = refusal_of(table.model)
        if reason:
            return reason
    hooked = {hook.label for hook in hooks()}
    for model in ledgers():
        if model._meta.label_lower in hooked:
            continue
        if model._default_manager.filter(job=job_id).exists():
            kept = f"This job wrote {model._meta.verbose_name_plural}, which are kept for ever."
            return refusal_of(model) or kept
    return ""


def _counts(table: Table, job_id: int) -> Counter[str]:
    query, params = fates(table, job_id, 0)
    return Counter(dict(rows(f"SELECT kind, COUNT(*) FROM ({query}) y GROUP BY kind", params)))  # noqa: S608 - no data


def _blocked(table: Table, job_id: int, blocked: Blocked, hook_plans: list[HookPlan]) -> dict[Any, str]:
    """Return the rows made by the job that something else refers to, with what that is."""
    label = table.model._meta.label_lower
    found: dict[Any, str] = {
        key: str(plan.what) for plan in hook_plans for key in plan.kept.get(label, ()) if plan.kept
    }
    hooked = {hook.label for hook in hooks()}
    for reference in references_to(table.model):
        query, params = _references(table, reference, job_id, blocked, hooked)
        name = str(reference.model._meta.verbose_name_plural)
        found |= {row[0]: name for row in rows(query, params) if row[0] not in found}
    if not found:
        return {}
    # A row that somebody touched is a conflict already.
    query, params = fates(table, job_id, 0, sorted(found))
    deletable = {row[0] for row in rows(query, params) if row[4] == "delete"}
    return {key: name for key, name in found.items() if key in deletable}


def _references(
    table: Table, reference: models.ForeignKey[Any, Any], job_id: int, blocked: Blocked, hooked: set[str]
) -> tuple[str, list[Any]]:
    """Return the query of the job's new rows that a foreign key refers to from rows that stay."""
    model = reference.model
    column, pk = quoted(str(reference.column)), quoted(str(model._meta.pk.column))
    params: list[Any] = [job_id]
    stays = "1 = 1"
    if model._meta.label_lower in hooked:
        stays, more = f"(r.{quoted('job_id')} IS NULL OR r.{quoted('job_id')} <> %s)", [job_id]
        params += more
    elif is_tracked(model):
        other = Table(model)
        # It goes too if this job made it, nobody touched it since and nothing keeps it in turn.
        stays = (
            f"(NOT EXISTS (SELECT 1 FROM {other.history_name} c WHERE c.{other.key} = r.{pk} "  # noqa: S608
            f"AND c.history_job_id = %s AND c.history_type = '+') "
            f"OR COALESCE((SELECT n.history_job_id FROM {other.history_name} n WHERE n.{other.key} = r.{pk} "
            f"ORDER BY n.history_id DESC LIMIT 1), 0) <> %s"
        )
        params += [job_id, job_id]
        kept = sorted(blocked.get(model._meta.label_lower, {}))
        if kept:
            condition, more = id_condition(connection, f"r.{pk}", kept)
            stays, params = f"{stays} OR {condition}", [*params, *more]
        stays += ")"
    query = (
        f"SELECT DISTINCT r.{column} FROM {table.history_name} h "  # noqa: S608 - names and marks only
        f"JOIN {quoted(model._meta.db_table)} r ON r.{column} = h.{table.key} "
        f"WHERE h.history_job_id = %s AND h.history_type = '+' AND {stays}"
    )
    return query, params


def conflicts_of(
    table: Table, job_id: int, kept: dict[Any, str], limit: int, *, undo_job_id: int = 0, ids: Any = None
) -> list[UndoConflict]:
    """Return the rows of a table that stay as they are, with who touched them and when."""
    query, params = fates(table, job_id, undo_job_id, ids)
    wanted = "('touched', 'unknown')" if table.is_whole else "('touched', 'unknown', 'recreate')"
    stays = f"SELECT k, kind, newest FROM ({query}) y WHERE kind IN {wanted} ORDER BY k LIMIT %s"  # noqa: S608
    found = rows(stays, [*params, limit])
    keys = [row[0] for row in found] + list(kept)[: limit - len(found)]
    names = labels_of(table.model._default_manager.filter(pk__in=keys))
    newest = table.history.objects.in_bulk([row[2] for row in found])
    people = labels_of(
        get_user_model()._default_manager.filter(pk__in={row.history_user_id for row in newest.values()})
    )
    kind = str(table.model._meta.verbose_name)
    conflicts = [
        _conflict(kind, key, names.get(key, f"{kind} {key}"), what, newest.get(last), people)
        for key, what, last in found
    ]
    return conflicts + [
        UndoConflict(kind, key, names.get(key, f"{kind} {key}"), f"Still used by {kept[key]}.")
        for key in keys[len(found) :]
    ]


def _conflict(kind: str, key: Any, name: str, what: str, row: Any, people: dict[Any, str]) -> UndoConflict:
    if what == "unknown" or row is None:
        return UndoConflict(kind, key, name, "What it was before is not known.")
    if what == "recreate":
        return UndoConflict(kind, key, name, "Deleted; history does not hold all of it.")
    reason = "Deleted since." if row.history_type == "-" else "Changed since."
    who = people.get(row.history_user_id, "") or (f"job {row.history_job_id}" if row.history_job_id else "")
    return UndoConflict(kind, key, name, reason, who, row.history_date)
