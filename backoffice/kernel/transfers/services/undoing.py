"""Undoing an upload: its job is taken back as a whole, what was touched since stays and is named."""

from __future__ import annotations

from typing import Any

from backoffice.kernel import clock
from backoffice.kernel.history.undo import undo_plan, undo_start
from backoffice.kernel.history.undo.planning import undo_refusal
from backoffice.kernel.history.undo.registry import UndoPlan
from backoffice.kernel.history.undo.requests import AT_ONCE
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run_here
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services.uploads import UploadRefused
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState


def upload_undo_plan(*, upload: Upload) -> UndoPlan:
    """Say what undoing an upload would do. Reads only.

    Raises:
        UploadRefused: it was not applied.
    """
    return undo_plan(_applied_by(upload).pk)


def upload_undo(*, upload: Upload, user: Any, here: bool | None = None) -> tuple[Upload, Job]:
    """Undo an applied upload.

    Args:
        upload: state applied.
        user: who asks.
        here: do it in this process; None for small ones only.

    Returns:
        The upload and the job that undoes it.

    Raises:
        UploadRefused: it was not applied, or did what is never taken back.
    """
    applied_by = _applied_by(upload)
    refusal = undo_refusal(applied_by.pk)
    if refusal:
        raise UploadRefused(refusal)
    at_once = upload.changes <= AT_ONCE if here is None else here
    # The exact plan is for people to see first; asking for the undo does not make it again.
    job, new = undo_start(job=applied_by, owner=user, total=upload.changes, here=at_once)
    if upload.state == UploadState.APPLIED:
        apply_transition(upload, UPLOAD_MACHINE, "undo", values={"undo_job": job})
    if new and at_once:
        job = job_run_here(job=job)
    upload.refresh_from_db()
    return upload, job


def _applied_by(upload: Upload) -> Job:
    if upload.apply_job is None or upload.state not in {UploadState.APPLIED, UploadState.UNDOING}:
        raise UploadRefused(f"The upload is {upload.get_state_display().lower()}; there is nothing to undo.")
    return upload.apply_job


def upload_mark_undone(*, job_id: int, undo_job_id: int) -> None:
    """Close the upload that a job had applied, once another job has undone it."""
    upload = Upload.objects.filter(apply_job=job_id).first()
    if upload is None:
        return
    if upload.state == UploadState.APPLIED:
        apply_transition(upload, UPLOAD_MACHINE, "undo", values={"undo_job_id": undo_job_id})
    if upload.state == UploadState.UNDOING:
        undo = Job.objects.get(pk=undo_job_id)
        seconds = (clock.now() - undo.started_at).total_seconds() if undo.started_at else 0
        values = {"undone_at": clock.now(), "undo_seconds": seconds, "undo_job_id": undo_job_id}
        apply_transition(upload, UPLOAD_MACHINE, "finish_undo", values=values)
