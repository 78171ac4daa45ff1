"""Undoing an upload: its job is taken back as a whole, what was touched since stays and is named."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from backoffice.kernel.history.undo import (
    Preview,
    job_in_force,
    undo_plan,
    undo_plan_for,
    undo_preview,
    undo_start,
)
from backoffice.kernel.history.undo.planning import undo_refusal
from backoffice.kernel.history.undo.registry import UndoPlan
from backoffice.kernel.history.undo.requests import AT_ONCE
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run_here
from backoffice.kernel.states.machine import apply_transition
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services.rights import refuse_without_rights
from backoffice.kernel.transfers.services.uploads import UploadRefused
from backoffice.kernel.transfers.states import UPLOAD_MACHINE, UploadState


def upload_undo_plan(*, upload: Upload, user: Any = None) -> UndoPlan:
    """Say what undoing an upload would do. Reads only.

    Args:
        upload: state applied.
        user: who asks, and may not be told everything; None for the house's own commands.

    Raises:
        UploadRefused: it was not applied.
    """
    applied_by = _applied_by(upload).pk
    return undo_plan(applied_by) if user is None else undo_plan_for(applied_by, user)


def upload_undo_preview(*, upload: Upload, user: Any) -> Preview:
    """Say the same to somebody who waits: of a large upload a job of its own finds it out.

    Raises:
        UploadRefused: it was not applied.
    """
    return undo_preview(job=_applied_by(upload), user=user)


def upload_undo(*, upload: Upload, user: Any, here: bool | None = None) -> tuple[Upload, Job]:
    """Undo an applied upload.

    Args:
        upload: state applied.
        user: who asks.
        here: do it in this process; None for small ones only.

    Returns:
        The upload and the job that undoes it.

    Raises:
        UploadRefused: it was not applied, did what is never taken back, or what the user may not do.
    """
    applied_by = _applied_by(upload)
    refuse_without_rights(upload, user, "undo")
    refusal = undo_refusal(applied_by.pk)
    if refusal:
        raise UploadRefused(refusal)
    at_once = upload.changes <= AT_ONCE if here is None else here
    with transaction.atomic():
        # The exact plan is for people to see first; asking for the undo does not make it again. A row of
        # the file wrote several of the database, so its job counts these when it begins.
        job, _ = undo_start(job=applied_by, owner=user, total=None, here=at_once)
        upload.refresh_from_db()
        if upload.state == UploadState.APPLIED:
            apply_transition(upload, UPLOAD_MACHINE, "undo", values={"undo_job": job})
    if at_once:
        job = job_run_here(job=job)
    upload.refresh_from_db()
    return upload, job


def _applied_by(upload: Upload) -> Job:
    if upload.apply_job is None or upload.state not in {UploadState.APPLIED, UploadState.UNDOING}:
        raise UploadRefused(f"The upload is {upload.get_state_display().lower()}; there is nothing to undo.")
    return job_in_force(upload.apply_job)
