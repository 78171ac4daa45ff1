"""Planning an upload: the file goes chunk by chunk into staging, with what each row would change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime

from backoffice.kernel import clock
from backoffice.kernel.files.services import file_path
from backoffice.kernel.history.bulk.load import put_rows
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.registry import job_handler, register_job_right
from backoffice.kernel.jobs.services import job_enqueue, job_run_here
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.collecting import collect_young, collector_paused
from backoffice.kernel.transfers.doubles import refuse_doubles
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kind
from backoffice.kernel.transfers.mapping import FileMapping, mapping_of
from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload
from backoffice.kernel.transfers.reading.dialect import Dialect
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.rounding import rounding_wanted
from backoffice.kernel.transfers.runs import run_of, upload_limits, warnings_of
from backoffice.kernel.transfers.selectors import may_rework, same_file_applied
from backoffice.kernel.transfers.service import Staged, TransferService
from backoffice.kernel.transfers.services.counting import COUNTS, counts_of, no_counts, outcomes_of, recount
from backoffice.kernel.transfers.staging import raw_tables
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState
from backoffice.kernel.transfers.table import RawTable
from backoffice.kernel.transfers.values import batch_of

JOB_KIND = "upload_plan"
# A file up to this size is planned while the person waits.
AT_ONCE_BYTES = 400_000
_STAGED_COLUMNS = [
    "upload_id", "number", "action", "key", "target", "object_id", "payload", "diff", "errors",
]  # fmt: skip


def upload_plan(*, upload: Upload, here: bool | None = None) -> Job:
    """Begin to plan a mapped upload.

    Args:
        upload: state mapped.
        here: plan it in this process; None for small files only.

    Returns:
        The job that plans it.

    Raises:
        TransitionRefused: the upload is not at this point.
    """
    at_once = upload.size <= AT_ONCE_BYTES if here is None else here
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(
            tallies={}, warnings=[], plan_seconds=0, asked_by=None, approver=None, approved_at=None, **no_counts()
        )
        upload.refresh_from_db()
        job, _ = job_enqueue(
            kind=JOB_KIND,
            params={"upload": upload.pk},
            owner=upload.owner,
            title=f"Check {upload.name}",
            here=at_once,
        )
        apply_transition(upload, UPLOAD_MACHINE, "stage", values={"plan_job": job})
    if at_once:
        job = job_run_here(job=job)
        upload.refresh_from_db()
    return job


register_job_right(JOB_KIND, may_rework)


@job_handler(JOB_KIND, label="Check of an upload")
def run_plan(context: JobContext, *, upload: int) -> dict[str, Any]:
    """Plan an upload, going on where an earlier attempt was cut off."""
    row = Upload.objects.select_related("file", "owner").get(pk=upload)
    if not _to_be_planned(row, context.job):
        return counts_of(row)
    try:
        _plan(context, row)
    except ReadError as error:
        # The file was refused, which is an answer, not a failure of the job; from those the upload follows its job.
        with transaction.atomic():
            context.fence()
            apply_transition(row, UPLOAD_MACHINE, "fail", values={"error": str(error)})
        return {"refusal": str(error)}
    row.refresh_from_db()
    return counts_of(row)


def _to_be_planned(upload: Upload, job: Job) -> bool:
    """Say whether there is something left to plan for a job, which may be run again after it had got to its end.

    A worker may die when the plan is kept and its job is not closed yet; by the time somebody
    looks after the job, the upload may be applied, discarded, or checked anew by another job. What
    failed is checked again from where it was: it fails as before, or what was wrong is mended.
    """
    if upload.plan_job_id != job.pk:
        return False
    unplanned = upload.state == UploadState.FAILED and (upload.apply_job_id or 0) < job.pk
    if unplanned:
        apply_transition(upload, UPLOAD_MACHINE, "check_again", values={"error": ""})
    return unplanned or upload.state == UploadState.STAGING


def _plan(context: JobContext, upload: Upload) -> None:
    kind = transfer_kind(upload.kind)
    mapping = mapping_of(kind, upload.mapping)
    run = run_of(upload, kind, mapping)
    # Asked at the doors; here it is noted with the other rights, for those who take the plan further.
    run.may(kind.permission)
    service = kind.service(run)
    problems = [*_unidentified(kind, mapping), *service.problems()]
    if problems:
        raise ReadError("not_ready", " ".join(problems))
    path = file_path(upload.file)
    dialect = Dialect.from_json(upload.dialect)
    after = int(context.cursor.get("after", 0))
    context.progress(done=upload.rows, total=_estimated_rows(path, dialect), phase="Checking the rows", force=True)
    started = time.perf_counter()
    tables = raw_tables(
        path,
        kind=kind,
        dialect=dialect,
        mapping=mapping,
        limits=upload_limits(),
        defaults=upload.options.get("defaults", {}),
        currency=run.settings.base_currency,
        after=after,
    )
    with collector_paused():
        for table in tables:
            staged = _plan_table(table, service, kind, mapping)
            now = time.perf_counter()
            _store(context, upload, staged, run.tallies, now - started)
            started = now
            collect_young()
    service.plan_ended()
    _finish(context, upload, started)


def _unidentified(kind: TransferKind, mapping: FileMapping) -> list[str]:
    """Refuse a file in which no column tells what its rows mean."""
    needed = kind.identifying or (kind.key,)
    if any(field in mapping.fields for field in needed):
        return []
    labels = [kind.columns[field].label for field in needed]
    named = " or ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
    headings = ", ".join(match.header for match in mapping.mapping.matches[:8])
    return [f"No column of the file is known to hold the {named} of {kind.label.lower()}. Its columns: {headings}."]


def _plan_table(table: RawTable, service: TransferService, kind: TransferKind, mapping: FileMapping) -> list[Staged]:
    rounding = rounding_wanted(service.run.choices)
    batch = batch_of(table, kind.columns, mapping.formats, rounding=rounding)
    for remark, count in table.remarks.items():
        one, _, many = remark.partition("|")
        service.run.warn(one, many or one, count)
    return service.plan(batch)


def _store(context: JobContext, upload: Upload, staged: list[Staged], tallies: dict[str, Any], seconds: float) -> None:
    """Keep a chunk's plan, the counts and the cursor, all in one transaction."""
    for row in staged:
        name = COUNTS[RowAction(row.action)]
        setattr(upload, name, getattr(upload, name) + 1)
    upload.rows += len(staged)
    upload.plan_seconds += seconds
    last = staged[-1].number
    tallies.setdefault("chunks", []).append(last)
    with transaction.atomic():
        rows = ((upload.pk, *row) for row in staged)
        put_rows(connection, StagedRow._meta.db_table, _STAGED_COLUMNS, rows)
        context.checkpoint(cursor={"after": last}, done=upload.rows)
        Upload.objects.filter(pk=upload.pk).update(
            rows=upload.rows, tallies=tallies, plan_seconds=upload.plan_seconds, **outcomes_of(upload)
        )


def _finish(context: JobContext, upload: Upload, started: float) -> None:
    """Look for doubles across chunks, count what is really there, and open the plan for decisions."""
    with transaction.atomic():
        if len(upload.tallies.get("chunks", [])) > 1:
            refuse_doubles(upload)
        recount(upload)
        upload.tallies["of_the_file"] = _applied_before(upload)
        upload.plan_seconds += time.perf_counter() - started
        values = {
            **outcomes_of(upload),
            "rows": upload.rows,
            "conflicts": upload.conflicts,
            "warnings": [*warnings_of(upload.tallies), *upload.options.get("remarks", [])],
            "tallies": upload.tallies,
            "plan_seconds": upload.plan_seconds,
            "planned_at": clock.now(),
        }
        context.progress(done=upload.rows, total=upload.rows, phase="Checked", force=True)
        apply_transition(upload, UPLOAD_MACHINE, "finish_plan", values=values)


def _applied_before(upload: Upload) -> list[str]:
    """Warn where the very same file is in the shop already and would change something once more: what it adds, say."""
    before = same_file_applied(upload) if upload.changes else None
    if before is None or before.applied_at is None:
        return []
    when = date_format(localtime(before.applied_at), "SHORT_DATETIME_FORMAT")
    return [f"The very same file was applied already ({when}, “{before.name}”). Apply it again only if that is meant."]


def _estimated_rows(path: Path, dialect: Dialect) -> int | None:
    """Return about how many rows a file has, for the progress bar: its line ends, where it is text, and no heading."""
    if dialect.format != "csv":
        return None
    mark = b"\r" if dialect.line_terminator == "\r" else b"\n"
    with path.open("rb") as file:
        lines = sum(chunk.count(mark) for chunk in iter(lambda: file.read(1 << 20), b""))
    return max(lines - dialect.has_header, 0)
