"""Closing an upload after its rows were written: counted from the database, and held against it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.history.undo import job_in_force
from backoffice.kernel.history.undo.outcome import wrote_anything
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.kinds import TransferKind, transfer_kind
from backoffice.kernel.transfers.mapping import mapping_of
from backoffice.kernel.transfers.models import RowAction, Upload
from backoffice.kernel.transfers.runs import run_of
from backoffice.kernel.transfers.service import as_json
from backoffice.kernel.transfers.services.counting import counts_of, recount
from backoffice.kernel.transfers.services.noting import upload_note
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState


def upload_close(*, upload: Upload, transition: str, kind: TransferKind | None = None) -> None:
    """Count what is there, check it against the database, and close.

    Args:
        upload: state applying.
        transition: finish, or stop.
        kind: whose tables are looked at for the rows that count as new; None where not all were written.
    """
    upload.refresh_from_db()
    with transaction.atomic():
        recount(upload)
        values = {**count_values(upload), "applied_at": clock.now()}
        if kind is not None:
            values["error"] = _missing(upload, kind)
        apply_transition(upload, UPLOAD_MACHINE, transition, values=values)


def upload_close_stopped(*, upload: Upload) -> None:
    """Close an upload that was stopped half-way: what is in stays in, the rest counts as left out.

    Where its job was undone in the meantime, what was in is not in any more.
    """
    with transaction.atomic():
        # Under its lock, so that the cursor is that of the last chunk that was committed, whatever anybody had in mind.
        job = Job.objects.select_for_update(of=("self",)).get(applied_uploads=upload)
        upload.staged.filter(
            number__gt=int(job.cursor.get("after", 0)), action__in=[RowAction.CREATE, RowAction.UPDATE]
        ).update(action=RowAction.SKIPPED, errors=as_json([["", "", "The upload was stopped before this row."]]))
        kind = transfer_kind(upload.kind)
        run = run_of(upload, kind, mapping_of(kind, upload.mapping))
        kind.service(run).follow_up_stopped(job.cursor)
        upload_note(run=run, notes={})
        upload_close(upload=upload, transition="stop")
        undo = job.undone_by.filter(state=JobState.SUCCEEDED).order_by("-pk").first()
        if undo is not None and job_in_force(job) == job:
            _undone(upload, undo)


def upload_mark_undone(*, job_id: int, undo_job_id: int, result: dict[str, Any]) -> None:
    """Close the upload that a job had applied, once another job has undone it, or open it again with what came back.

    Args:
        job_id: what was undone: a job that applied an upload, or an undo of one.
        undo_job_id: the job that undid it.
        result: what that has done.
    """
    job, undo = Job.objects.get(pk=job_id), Job.objects.get(pk=undo_job_id)
    came_back = False
    while job.undoes is not None:
        # What an undo took away comes back with it, and goes again where that is undone in turn.
        job, came_back = job.undoes, not came_back
    upload = Upload.objects.filter(apply_job=job).first()
    if upload is None:
        return
    if upload.state == UploadState.APPLYING and job.state in JobState.finished():
        # It had failed half-way, and was undone instead of being run again.
        upload_close_stopped(upload=upload)
    if came_back and upload.state == UploadState.UNDONE and wrote_anything(result):
        apply_transition(upload, UPLOAD_MACHINE, "bring_back", values={"undo_job": None, "undone_at": None})
    elif not came_back:
        _undone(upload, undo)


def _undone(upload: Upload, undo: Job) -> None:
    """Close an upload that an undo has taken back."""
    if upload.state == UploadState.APPLIED:
        apply_transition(upload, UPLOAD_MACHINE, "undo", values={"undo_job": undo})
    if upload.state == UploadState.UNDOING:
        seconds = (clock.now() - undo.started_at).total_seconds() if undo.started_at else 0
        values = {"undone_at": clock.now(), "undo_seconds": seconds, "undo_job": undo}
        apply_transition(upload, UPLOAD_MACHINE, "finish_undo", values=values)


def count_values(upload: Upload) -> dict[str, Any]:
    """Return the counts of a recounted upload, as a transition's values."""
    return {**counts_of(upload), "conflicts": upload.conflicts, "apply_seconds": upload.apply_seconds}


def _missing(upload: Upload, kind: TransferKind) -> str:
    """Say so where a row that counts as created is not in the database."""
    for target, model in enumerate(kind.target_models()):
        made = upload.staged.filter(action=RowAction.CREATE, target=target)
        # Several rows may have made one object: an order and the postage that is part of it.
        wanted = made.order_by().values("object_id").distinct().count()
        there = model._default_manager.filter(pk__in=made.values("object_id")).count() if wanted else 0
        if there != wanted:
            name = model._meta.verbose_name_plural
            return f"Of {wanted:,} new {name} only {there:,} are in the database."
    return ""
