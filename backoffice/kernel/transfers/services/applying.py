"""Applying a plan: exactly what was previewed, once, chunk by chunk."""

from __future__ import annotations

import time
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F

from backoffice.kernel import clock
from backoffice.kernel.history.undo import refuse_half_undone
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.registry import job_handler, register_job_right
from backoffice.kernel.jobs.services import job_enqueue, job_run_here
from backoffice.kernel.keyed import row_get
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.collecting import collect_young, collector_paused
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.mapping import mapping_of
from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload
from backoffice.kernel.transfers.runs import measures_exceeded, run_of
from backoffice.kernel.transfers.selectors import may_rework, rights_lacking
from backoffice.kernel.transfers.service import ApplyOutcome, PlannedChange, TransferService, as_json
from backoffice.kernel.transfers.services.closing import upload_close
from backoffice.kernel.transfers.services.counting import counts_of
from backoffice.kernel.transfers.services.rights import refuse_without_rights
from backoffice.kernel.transfers.services.taking_back import UploadStopped, take_back
from backoffice.kernel.transfers.services.uploads import UploadRefused
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState
from backoffice.kernel.transfers.statistics import statistics_refresh

JOB_KIND = "upload_apply"
# Up to so many rows are applied while the person waits.
AT_ONCE_ROWS = 500


def upload_apply(*, upload: Upload, user: Any = None, plan: int | None = None, here: bool | None = None) -> Upload:
    """Apply a plan, or ask for approval where a second person is needed. Doing it twice does it once.

    Args:
        upload: a planned upload.
        user: who wants it applied, whom history will name; who uploaded the file where nobody is given.
        plan: key of the job that made the plan which was looked at; None takes the one that there is.
        here: apply it in this process; None for small plans only.

    Raises:
        UploadRefused: the file has errors, and all rows or none were wanted; there is another plan by now; or it does
            what the user may not do.
        TransitionRefused: there is no plan (any more).
    """
    with transaction.atomic():
        # What is looked at is what is applied: nobody makes another plan of it meanwhile.
        row_get(Upload, upload.pk, lock="update")
        upload.refresh_from_db()
        if upload.state in {UploadState.APPLYING, UploadState.APPLIED}:
            return upload
        if upload.state == UploadState.PLANNED and plan not in (None, upload.plan_job_id):
            raise UploadRefused("This is not the plan that was shown: it was checked again. Look at it, then apply it.")
        doer = user if user is not None else upload.owner
        refuse_without_rights(upload, doer, "apply")
        if upload.options["on_error"] == "stop" and upload.failed:
            rows = "row has an error" if upload.failed == 1 else "rows have errors"
            raise UploadRefused(
                f"{upload.failed:,} {rows}, so nothing is applied. Mend the file, or choose to leave such rows out."
            )
        if measures_exceeded(upload):
            return apply_transition(upload, UPLOAD_MACHINE, "ask_approval", values={"asked_by": doer})
        job, at_once = _start(upload, "apply", doer, here=here, values={})
    return _begun(upload, job, at_once=at_once)


def upload_approve(*, upload: Upload, approver: Any, here: bool | None = None) -> Upload:
    """Let a second person approve exactly the plan that was previewed, and apply it.

    Raises:
        UploadRefused: the approver is who uploaded the file, or who wanted it applied; or that person may not do
            it any more.
        TransitionRefused: no approval was asked for.
    """
    with transaction.atomic():
        row_get(Upload, upload.pk, lock="update")
        upload.refresh_from_db()
        if approver.pk in {upload.owner_id, upload.asked_by_id}:
            raise UploadRefused("Somebody else has to approve it.")
        if upload.state in {UploadState.APPLYING, UploadState.APPLIED}:
            return upload
        doer = upload.asked_by if upload.asked_by is not None else upload.owner
        if doer is not None and (not doer.is_active or rights_lacking(doer, upload)):
            raise UploadRefused(
                f"{doer}, who wants it applied, may not do it any more. "
                "Discard it, and let somebody else upload the file."
            )
        values = {"approver": approver, "approved_at": clock.now()}
        job, at_once = _start(upload, "approve", doer, here=here, values=values)
    return _begun(upload, job, at_once=at_once)


def _start(
    upload: Upload, transition: str, doer: Any, *, here: bool | None, values: dict[str, Any]
) -> tuple[Job, bool]:
    """Make the job of a locked upload; return it, and whether it is to be run in this process."""
    at_once = upload.changes <= AT_ONCE_ROWS if here is None else here
    job, _ = job_enqueue(
        kind=JOB_KIND,
        params={"upload": upload.pk},
        owner=doer,
        title=f"Upload {upload.name}",
        # Each plan is applied once; after a failure the file may be planned and applied anew.
        idempotency_key=f"{JOB_KIND}:{upload.pk}:{upload.plan_job_id}",
        total=upload.changes,
        here=at_once,
    )
    apply_transition(upload, UPLOAD_MACHINE, transition, values={"apply_job": job, **values})
    return job, at_once


def _begun(upload: Upload, job: Job, *, at_once: bool) -> Upload:
    if at_once:
        job_run_here(job=job)
        upload.refresh_from_db()
    return upload


register_job_right(JOB_KIND, may_rework)


@job_handler(JOB_KIND, label="Upload")
def run_apply(context: JobContext, *, upload: int) -> dict[str, Any]:
    """Apply an upload, going on where an earlier attempt was cut off.

    Raises:
        UploadStopped: a row was changed since the preview, and all rows or none were wanted.
        UndoRefused: what it has written was taken back in part.
    """
    row = Upload.objects.select_related("owner").get(pk=upload)
    mine = row.apply_job_id == context.job.pk
    # Run again after it was stopped or had got to its end, there is nothing left to do.
    if mine and row.state == UploadState.APPLYING:
        if "stopped_by" not in context.cursor:
            refuse_half_undone(context.job)
            _apply(context, row)
        if "stopped_by" in context.cursor:
            take_back(context, row)
    if mine and row.state == UploadState.FAILED:
        # Whoever took everything back died before the job could say so.
        raise UploadStopped(row.error)
    row.refresh_from_db()
    return counts_of(row)


def _apply(context: JobContext, upload: Upload) -> None:
    kind = transfer_kind(upload.kind)
    service = kind.service(run_of(upload, kind, mapping_of(kind, upload.mapping)))
    after = int(context.cursor.get("after", 0))
    done = int(context.cursor.get("done", 0))
    started = time.perf_counter()
    context.progress(done=done, total=upload.changes, phase="Writing the rows", force=True)
    with collector_paused():
        for last in upload.tallies.get("chunks", []):
            if last <= after:
                continue
            outcome, count = _apply_chunk(context, upload, service, after=after, last=last, done=done, started=started)
            if outcome.conflicts and upload.options["on_error"] == "stop":
                _note_stop(context, upload, outcome)
                return
            started = time.perf_counter()
            statistics_refresh(kind, written=done + count, before=done)
            after, done = last, done + count
            collect_young()
    started = time.perf_counter()
    statistics_refresh(kind, written=done)
    service.follow_up(context)
    spent = F("apply_seconds") + (time.perf_counter() - started)
    Upload.objects.filter(pk=upload.pk).update(apply_seconds=spent)
    with transaction.atomic():
        context.fence()
        upload_close(upload=upload, transition="finish", kind=kind)


def _apply_chunk(
    context: JobContext, upload: Upload, service: TransferService, *, after: int, last: int, done: int, started: float
) -> tuple[ApplyOutcome, int]:
    """Write one chunk with its ledger, or nothing of it where a conflict stops the upload."""
    with transaction.atomic():
        changes = _changes(upload, after, last)
        outcome = service.apply(changes) if changes else ApplyOutcome()
        if outcome.conflicts and upload.options["on_error"] == "stop":
            transaction.set_rollback(True)
            return outcome, 0
        _keep(upload, outcome)
        upload.apply_seconds += time.perf_counter() - started
        done += len(changes)
        context.checkpoint(cursor={"after": last, "done": done}, done=done)
        Upload.objects.filter(pk=upload.pk).update(apply_seconds=upload.apply_seconds)
    return outcome, len(changes)


def _changes(upload: Upload, after: int, last: int) -> list[PlannedChange]:
    rows = (
        StagedRow.objects.filter(
            upload=upload, number__gt=after, number__lte=last, action__in=[RowAction.CREATE, RowAction.UPDATE]
        )
        .order_by("number")
        .values_list("number", "action", "key", "target", "object_id", "payload", "diff")
    )
    loads = orjson.loads
    return [
        PlannedChange(number, action, key, target, pk or 0, loads(payload) if payload else {}, loads(diff))
        for number, action, key, target, pk, payload, diff in rows
    ]


def _keep(upload: Upload, outcome: ApplyOutcome) -> None:
    """Write back the few rows that went another way than planned."""
    for conflict in outcome.conflicts:
        upload.staged.filter(number=conflict.number).update(
            action=RowAction.CONFLICT, errors=as_json([["", "", conflict.reason]])
        )
    for number, object_id in outcome.moved.items():
        upload.staged.filter(number=number).update(object_id=object_id)


def _note_stop(context: JobContext, upload: Upload, outcome: ApplyOutcome) -> None:
    """Remember that everything has to be taken back, before taking back begins."""
    first = outcome.conflicts[0]
    with transaction.atomic():
        _keep(upload, ApplyOutcome(outcome.conflicts))
        reason = f"Row {first.number}: {first.reason}"
        context.checkpoint(cursor={**context.cursor, "stopped_by": reason})
