"""Undoing a job, chunk by chunk, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from backoffice.kernel.history.bulk import id_condition
from backoffice.kernel.history.undo.events import rows_undone
from backoffice.kernel.history.undo.fates import fates, kinds_possible, tally
from backoffice.kernel.history.undo.outcome import conflicts_in, hooked, list_conflicts, note
from backoffice.kernel.history.undo.registry import hooks
from backoffice.kernel.history.undo.steps import Due, Step, delete_rest, delete_rows, recreate_rows, restore_rows
from backoffice.kernel.history.undo.tables import Table, rows, written_by
from backoffice.kernel.jobs.context import JobContext

CHUNK = 5_000


def undo_apply(job_id: int, context: JobContext) -> dict[str, Any]:
    """Take back what a job did; what somebody touched since stays and is listed.

    Goes on from the context's cursor after an interruption. Rows are made again parents first,
    deleted children first, and deleted both before and after the others return to what they were:
    a row made by the job may hold a unique value that another must get back, or be referred to by
    one that must first point elsewhere again.

    Args:
        job_id: the job to undo.
        context: the running undo job.

    Returns:
        ``deleted, restored, recreated, conflicts`` (counts) and ``conflict_list`` (the first ones).
    """
    tables = written_by(job_id)
    result = dict(context.cursor.get("result") or _empty_result())
    passed = int(context.cursor.get("pass", 0))
    if passed == 0:
        if context.job.total is None:
            context.job.total = sum(_objects_written(table, job_id) for table in tables)
        with transaction.atomic():
            result["hooks"] = {hook.label: hooked(hook, job_id, context, result) for hook in hooks()}
            context.checkpoint(cursor={"pass": 1, "result": result})
        passed = 1
    kinds = {table.model: kinds_possible(table, job_id) for table in tables}
    counted: set[type[models.Model]] = set()
    for number, (kind, table, step, counter) in enumerate(_work(tables), start=1):
        # The second round of deleting is for what the first had to leave.
        idle = step is delete_rest and not result["left"].get(table.model._meta.label_lower)
        if kind not in kinds[table.model] or idle:
            continue
        if number >= passed:
            before = context.cursor.get("before") if number == passed else None
            # Each pass sees all of a table's rows: the first one counts what has become of them.
            counts = table.model not in counted
            _run(Pass(context, job_id, number, kind, table, step, counter, counts), before, result)
        counted.add(table.model)
    settled = _written(result) + result["conflicts"] - sum(conflicts_in(entry) for entry in result["hooks"].values())
    if settled < _expected(tables, counted, context, job_id, result):
        list_conflicts(context, job_id, tables, result)
    del result["left"], result["seen"]
    return result


def _expected(
    tables: list[Table], counted: set[type[models.Model]], context: JobContext, job_id: int, result: dict[str, Any]
) -> int:
    """Return how many rows the job left something in that has to be taken back or listed."""
    unseen = [table for table in tables if table.model not in counted]
    tallies = [tally(table, job_id, context.job.pk) for table in unseen]
    seen = sum(result["seen"].values())
    return int(seen + sum(sum(counts.values()) - counts["nothing"] for counts in tallies))


def _objects_written(table: Table, job_id: int) -> int:
    """Return how many objects of a table a job left history of."""
    written = table.history.objects.filter(history_job=job_id).order_by()
    return int(written.values(table.model._meta.pk.attname).distinct().count())


@dataclass(frozen=True)
class Pass:
    """One step for one table."""

    context: JobContext
    job_id: int
    number: int
    kind: str
    table: Table
    step: Step
    counter: str
    counts: bool


def _work(tables: list[Table]) -> list[tuple[str, Table, Step, str]]:
    """Return the passes in their order, which the job's cursor counts by."""
    return [
        *(("delete", table, delete_rows, "deleted") for table in tables),
        *(("recreate", table, recreate_rows, "recreated") for table in reversed(tables) if table.is_whole),
        *(("restore", table, restore_rows, "restored") for table in tables),
        *(("delete", table, delete_rest, "deleted") for table in tables),
    ]


def _empty_result() -> dict[str, Any]:
    return {"deleted": 0, "restored": 0, "recreated": 0, "conflicts": 0, "conflict_list": [], "left": {}, "seen": {}}


def _run(work: Pass, before: int | None, result: dict[str, Any]) -> None:
    """Take one step for one table, newest rows first."""
    context, table, job_id = work.context, work.table, work.job_id
    name = str(table.model._meta.verbose_name_plural)
    while True:
        with transaction.atomic():
            found = _next(table, job_id, before)
            if not found:
                context.checkpoint(cursor={"pass": work.number + 1, "result": result})
                return
            before = found[-1][1]
            _take(work, found, result)
            written = _written(result)
            context.job.phase = f"Taking back {name}"
            context.checkpoint(cursor={"pass": work.number, "before": before, "result": result}, done=written)


def _take(work: Pass, written: Sequence[tuple[int, int]], result: dict[str, Any]) -> None:
    """Take the step for the objects of some history rows, each where the job wrote the last one of it."""
    context, table = work.context, work.table
    ids = sorted({key for key, _ in written})
    _lock(table, ids)
    query, params = fates(table, work.job_id, context.job.pk, ids)
    oldest = written[-1][1]
    # Rows come newest first: an object that has its last one among earlier rows was seen with those.
    found = [row for row in rows(query, params) if oldest <= row[1] <= written[0][1]]
    label = table.model._meta.label_lower
    if work.counts:
        something = sum(row[4] != "nothing" for row in found)
        result["seen"][label] = result["seen"].get(label, 0) + something
    due: list[Due] = [(row[0], row[3]) for row in found if row[4] == work.kind]
    if work.step in (delete_rest, recreate_rows):
        due = _still_due(table, due, work.kind)
    refused = work.step(table, due) if due else {}
    done = [key for key, _ in due if key not in refused]
    result[work.counter] += len(done)
    # What the first round of deleting leaves gets a second chance when the other rows are back.
    if work.step is delete_rows:
        result["left"][label] = result["left"].get(label, 0) + len(refused)
    else:
        note(result, table, refused)
    if done:
        rows_undone.send(sender=table.model, ids=done, kind=work.kind, job_id=context.job.pk)


def _written(result: dict[str, Any]) -> int:
    return int(result["deleted"] + result["restored"] + result["recreated"])


def _next(table: Table, job_id: int, before: int | None) -> list[tuple[int, int]]:
    """Return (key, history row) of the job's next rows, newest first."""
    params: list[Any] = [job_id]
    older = ""
    if before is not None:
        older = "AND history_id < %s"
        params.append(before)
    found = rows(
        f"SELECT {table.key}, history_id FROM {table.history_name} WHERE history_job_id = %s {older} "  # noqa: S608
        f"ORDER BY history_id DESC LIMIT {CHUNK}",
        params,
    )
    return [(row[0], row[1]) for row in found]


def _lock(table: Table, ids: Sequence[int]) -> None:
    """Lock the live rows in key order, so that nobody touches or refers to them meanwhile."""
    if connection.features.has_select_for_update:
        condition, params = id_condition(connection, table.key, ids)
        rows(f"SELECT {table.key} FROM {table.name} WHERE {condition} ORDER BY {table.key} FOR UPDATE", params)  # noqa: S608


def _still_due(table: Table, due: list[Due], kind: str) -> list[Due]:
    """Leave out rows that an earlier pass of this undo has dealt with."""
    if not due or kind == "restore":
        return due
    condition, params = id_condition(connection, table.key, sorted(key for key, _ in due))
    there = {row[0] for row in rows(f"SELECT {table.key} FROM {table.name} WHERE {condition}", params)}  # noqa: S608
    return [entry for entry in due if (entry[0] in there) == (kind == "delete")]
